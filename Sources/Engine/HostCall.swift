internal import CWasmtime

/// One call of a host function by a plugin: its arguments are hostile, and every range is checked.
struct HostCall {
    private let state: CallState
    private let function: HostFunction
    private let memory: GuestMemory?

    /// Runs a host function for the library, with the plugin's memory and the arguments as they came.
    ///
    /// - Parameter environment: The `DefinedFunction` the linker was given with the function.
    /// - Returns: A trap for the library when the function noted a failure, else nil.
    static func answer(
        _ environment: UnsafeMutableRawPointer?, _ caller: OpaquePointer?, _ arguments: UnsafePointer<wasmtime_val_t>?,
        _ count: Int, _ results: UnsafeMutablePointer<wasmtime_val_t>?
    ) -> OpaquePointer? {
        guard let environment = unsafe environment, let caller = unsafe caller else { return nil }
        let defined = unsafe Unmanaged<DefinedFunction>.fromOpaque(environment).takeUnretainedValue()
        let function = defined.function, functions = defined.library
        guard case .function(_, let given) = function.type else { return nil }
        if !given.isEmpty, let results = unsafe results {
            unsafe results.pointee.kind = given == [.i64] ? UInt8(PDK_WASM_I64) : UInt8(PDK_WASM_I32)
            unsafe results.pointee.of.words.0 = 0
        }
        guard let context = unsafe functions.api.wasmtime_caller_context(caller),
            let data = unsafe functions.api.wasmtime_context_get_data(context)
        else { return nil }
        let state = unsafe Unmanaged<CallState>.fromOpaque(data).takeUnretainedValue()
        let memory = unsafe memory(defined.memoryName, of: caller, context: context, functions: functions)
        let values = unsafe UnsafeBufferPointer(start: arguments, count: count).map { unsafe $0.of.i32 }
        let code = HostCall(state: state, function: function, memory: memory).perform(values)
        if !given.isEmpty, let results = unsafe results {
            if given == [.i64] {
                unsafe results.pointee.of.i64 = Int64(code)
            } else {
                unsafe results.pointee.of.i32 = code
            }
        }
        guard let reason = state.hostFailure else { return nil }
        return unsafe reason.withCString { unsafe functions.api.wasmtime_trap_new($0, reason.utf8.count) }
    }

    /// Does what the function does; arguments that a profile has left out count as 0.
    private func perform(_ values: [Int32]) -> Int32 {
        func argument(_ place: Int) -> Int32 { values.indices.contains(place) ? values[place] : 0 }
        switch function.behavior {
        case .get: return get(key: argument(0), argument(1), buffer: argument(2), room: argument(3))
        case .set: return set(key: argument(0), argument(1), value: argument(2), argument(3))
        case .delete: return delete(key: argument(0), argument(1))
        case .sha256: return digest(input: argument(0), argument(1), output: argument(2))
        case .nothing: return function.code("done")
        }
    }

    /// The caller's exported memory (wasmtime_caller_export_get), as the host looks it up: by name, at each call.
    private static func memory(
        _ name: String, of caller: OpaquePointer, context: OpaquePointer, functions: WasmtimeFunctions
    ) -> GuestMemory? {
        var item = unsafe wasmtime_extern_t()
        var name = name
        let found = name.withUTF8 { text in
            unsafe text.withMemoryRebound(to: CChar.self) { text in
                unsafe functions.api.wasmtime_caller_export_get(caller, text.baseAddress, text.count, &item)
            }
        }
        guard found, unsafe item.kind == UInt8(PDK_EXTERN_MEMORY) else { return nil }
        return unsafe GuestMemory(functions: functions, context: context, memory: item.of.memory)
    }

    /// The value's length; `missing`, or `too_small` for a buffer that is, also one of negative size.
    private func get(key keyPointer: Int32, _ keyLength: Int32, buffer: Int32, room: Int32) -> Int32 {
        guard let memory, let key = read(keyPointer, keyLength) else { return badRange() }
        guard let value = state.store[key] else {
            state.record(.read(key: key, result: .missing))
            return function.code("missing")
        }
        guard value.count <= Int(room) else {
            state.record(.read(key: key, result: .bufferTooSmall(valueBytes: value.count, bufferBytes: Int(room))))
            return function.code("too_small")
        }
        guard memory.write(value, at: Int(UInt32(bitPattern: buffer))) else { return badRange() }
        state.record(.read(key: key, result: .value(value)))
        return Int32(clamping: value.count)
    }

    /// `done`, or `refused` when a cap was hit.
    private func set(key keyPointer: Int32, _ keyLength: Int32, value valuePointer: Int32, _ valueLength: Int32)
        -> Int32
    {
        guard let key = read(keyPointer, keyLength), let value = read(valuePointer, valueLength) else {
            return badRange()
        }
        if let reason = state.store.set(key, to: value, caps: state.caps) {
            state.record(.rejectedWrite(key: key, valueBytes: value.count, reason: reason))
            return function.code("refused")
        }
        state.record(.write(key: key, value: value))
        return function.code("done")
    }

    /// `done`, also when there was no such key.
    private func delete(key keyPointer: Int32, _ keyLength: Int32) -> Int32 {
        guard let key = read(keyPointer, keyLength) else { return badRange() }
        state.record(.delete(key: key, existed: state.store[key] != nil))
        state.store[key] = nil
        return function.code("done")
    }

    /// `done`, with 64 lowercase hexadecimal digits written.
    private func digest(input: Int32, _ inputLength: Int32, output: Int32) -> Int32 {
        guard let memory, memory.contains(offset: Int(UInt32(bitPattern: output)), length: 64),
            let bytes = read(input, inputLength)
        else { return badRange() }
        let digest = state.sha256(bytes)
        guard digest.count == 32 else {
            state.hostFailure = "the SHA-256 function of the kit returned \(digest.count) bytes"
            return function.code("bad_range")
        }
        let digits = Array("0123456789abcdef".utf8)
        let text = digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return memory.write(text, at: Int(UInt32(bitPattern: output))) ? function.code("done") : badRange()
    }

    private func read(_ pointer: Int32, _ length: Int32) -> [UInt8]? {
        memory?.read(offset: Int(UInt32(bitPattern: pointer)), length: Int(UInt32(bitPattern: length)))
    }

    private func badRange() -> Int32 {
        state.record(.badRange(function: function.name))
        return function.code("bad_range")
    }
}
