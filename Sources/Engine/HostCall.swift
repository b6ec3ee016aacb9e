internal import CWasmtime

/// One call of a host function by a plugin: its arguments are hostile, and every range is checked.
struct HostCall {
    private let state: CallState
    private let memory: GuestMemory?

    /// Runs a host function for the library, with the plugin's memory and the arguments as they came.
    ///
    /// - Parameters:
    ///   - environment: The `WasmtimeFunctions` the linker was given with the function.
    ///   - expected: How many arguments the function takes.
    ///   - body: The function; what it returns goes to the plugin.
    /// - Returns: A trap for the library when the function noted a failure, else nil.
    static func answer(
        _ environment: UnsafeMutableRawPointer?, _ caller: OpaquePointer?, _ arguments: UnsafePointer<wasmtime_val_t>?,
        _ count: Int, _ expected: Int, _ results: UnsafeMutablePointer<wasmtime_val_t>?,
        _ body: (HostCall, [Int32]) -> Int32
    ) -> OpaquePointer? {
        // The library checks types when it links, so a call of another arity does not come.
        guard let environment = unsafe environment, let caller = unsafe caller, let results = unsafe results,
            count == expected
        else { return nil }
        unsafe results.pointee.kind = UInt8(PDK_WASM_I32)
        unsafe results.pointee.of.i32 = -1
        let functions = unsafe Unmanaged<WasmtimeFunctions>.fromOpaque(environment).takeUnretainedValue()
        guard let context = unsafe functions.api.wasmtime_caller_context(caller),
            let data = unsafe functions.api.wasmtime_context_get_data(context)
        else { return nil }
        let state = unsafe Unmanaged<CallState>.fromOpaque(data).takeUnretainedValue()
        let memory = unsafe memory(of: caller, context: context, functions: functions)
        let values = unsafe UnsafeBufferPointer(start: arguments, count: count).map { unsafe $0.of.i32 }
        unsafe results.pointee.of.i32 = body(HostCall(state: state, memory: memory), values)
        guard let reason = state.hostFailure else { return nil }
        return unsafe reason.withCString { unsafe functions.api.wasmtime_trap_new($0, reason.utf8.count) }
    }

    /// The caller's export `memory` (wasmtime_caller_export_get), as the host looks it up: by name, at each call.
    private static func memory(
        of caller: OpaquePointer, context: OpaquePointer, functions: WasmtimeFunctions
    ) -> GuestMemory? {
        var item = unsafe wasmtime_extern_t()
        let name: StaticString = "memory"
        let found = name.withUTF8Buffer { text in
            unsafe text.withMemoryRebound(to: CChar.self) { text in
                unsafe functions.api.wasmtime_caller_export_get(caller, text.baseAddress, text.count, &item)
            }
        }
        guard found, unsafe item.kind == UInt8(PDK_EXTERN_MEMORY) else { return nil }
        return unsafe GuestMemory(functions: functions, context: context, memory: item.of.memory)
    }

    /// `kv_get`: the value's length, -1 for no such key, -2 for a buffer too small.
    func get(key keyPointer: Int32, _ keyLength: Int32, buffer: Int32, _ bufferLength: Int32) -> Int32 {
        guard let memory, let key = read(keyPointer, keyLength) else { return badRange("kv_get") }
        guard let value = state.store[key] else {
            state.record(.read(key: key, result: .missing))
            return -1
        }
        let capacity = Int(UInt32(bitPattern: bufferLength))
        guard value.count <= capacity else {
            state.record(.read(key: key, result: .bufferTooSmall(valueBytes: value.count, bufferBytes: capacity)))
            return -2
        }
        guard memory.write(value, at: Int(UInt32(bitPattern: buffer))) else { return badRange("kv_get") }
        state.record(.read(key: key, result: .value(value)))
        return Int32(clamping: value.count)
    }

    /// `kv_set`: 0, or -1 when a cap was hit.
    func set(key keyPointer: Int32, _ keyLength: Int32, value valuePointer: Int32, _ valueLength: Int32) -> Int32 {
        guard let key = read(keyPointer, keyLength), let value = read(valuePointer, valueLength) else {
            return badRange("kv_set")
        }
        if let reason = state.store.set(key, to: value) {
            state.record(.rejectedWrite(key: key, valueBytes: value.count, reason: reason))
            return -1
        }
        state.record(.write(key: key, value: value))
        return 0
    }

    /// `kv_delete`: always 0.
    func delete(key keyPointer: Int32, _ keyLength: Int32) -> Int32 {
        guard let key = read(keyPointer, keyLength) else {
            _ = badRange("kv_delete")
            return 0
        }
        state.record(.delete(key: key, existed: state.store[key] != nil))
        state.store[key] = nil
        return 0
    }

    /// `sha256_hex`: 64, with as many lowercase hex characters written, or -1 for a bad range.
    func digest(input: Int32, _ inputLength: Int32, output: Int32) -> Int32 {
        guard let memory, memory.contains(offset: Int(UInt32(bitPattern: output)), length: 64),
            let bytes = read(input, inputLength)
        else { return badRange("sha256_hex") }
        let digest = state.sha256(bytes)
        guard digest.count == 32 else {
            state.hostFailure = "the SHA-256 function of the kit returned \(digest.count) bytes"
            return -1
        }
        let digits = Array("0123456789abcdef".utf8)
        let text = digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return memory.write(text, at: Int(UInt32(bitPattern: output))) ? 64 : badRange("sha256_hex")
    }

    private func read(_ pointer: Int32, _ length: Int32) -> [UInt8]? {
        memory?.read(offset: Int(UInt32(bitPattern: pointer)), length: Int(UInt32(bitPattern: length)))
    }

    private func badRange(_ function: String) -> Int32 {
        state.record(.badRange(function: function))
        return -1
    }
}
