internal import CWasmtime

/// The four functions the host offers, all in module `env` (host contract, section 6).
enum HostImports {
    /// The module the functions are looked up in.
    static let module: StaticString = "env"

    /// The functions' types by their names.
    static let types: [String: ExternType] = [
        "kv_get": .function(parameters: [.i32, .i32, .i32, .i32], results: [.i32]),
        "kv_set": .function(parameters: [.i32, .i32, .i32, .i32], results: [.i32]),
        "kv_delete": .function(parameters: [.i32, .i32], results: [.i32]),
        "sha256_hex": .function(parameters: [.i32, .i32, .i32], results: [.i32]),
    ]

    /// Refuses a module that imports anything but these, naming the import.
    static func check(_ imports: [ModuleImport]) throws(EngineError) {
        for entry in imports {
            let module = printable(entry.module)
            let name = printable(entry.name)
            guard entry.module == "\(Self.module)", let expected = types[entry.name] else {
                throw .unknownImport(module: module, name: name)
            }
            guard entry.type == expected else {
                throw .wrongImportType(
                    module: module, name: name, found: entry.type.description, expected: expected.description)
            }
        }
    }

    /// Defines the functions in a linker (wasmtime_linker_define_func), which must not outlive `functions`.
    static func define(in linker: borrowing Handle, functions: WasmtimeFunctions) throws(EngineError) {
        try unsafe define("kv_get", parameters: 4, in: linker, functions: functions) {
            host, caller, values, count, results, _ in
            unsafe HostCall.answer(host, caller, values, count, 4, results) {
                $0.get(key: $1[0], $1[1], buffer: $1[2], $1[3])
            }
        }
        try unsafe define("kv_set", parameters: 4, in: linker, functions: functions) {
            host, caller, values, count, results, _ in
            unsafe HostCall.answer(host, caller, values, count, 4, results) {
                $0.set(key: $1[0], $1[1], value: $1[2], $1[3])
            }
        }
        try unsafe define("kv_delete", parameters: 2, in: linker, functions: functions) {
            host, caller, values, count, results, _ in
            unsafe HostCall.answer(host, caller, values, count, 2, results) {
                $0.delete(key: $1[0], $1[1])
            }
        }
        try unsafe define("sha256_hex", parameters: 3, in: linker, functions: functions) {
            host, caller, values, count, results, _ in
            unsafe HostCall.answer(host, caller, values, count, 3, results) {
                $0.digest(input: $1[0], $1[1], output: $1[2])
            }
        }
    }

    private static func define(
        _ name: StaticString, parameters: Int, in linker: borrowing Handle, functions: WasmtimeFunctions,
        _ callback: @escaping wasmtime_func_callback_t
    ) throws(EngineError) {
        let api = functions.api
        guard let type = unsafe functionType(parameters: parameters, functions: functions) else {
            throw .engineFailed(action: "define the import \(name)", reason: "its type cannot be made")
        }
        defer { unsafe api.wasm_functype_delete(type) }
        let module = Self.module
        let error = unsafe api.wasmtime_linker_define_func(
            linker.pointer, start(module), module.utf8CodeUnitCount, start(name), name.utf8CodeUnitCount, type,
            callback, Unmanaged.passUnretained(functions).toOpaque(), nil)
        if let error = unsafe error {
            let reason = unsafe TrapReport(functions: functions).message(consuming: error)
            throw .engineFailed(action: "define the import \(name)", reason: reason)
        }
    }

    private static func start(_ text: StaticString) -> UnsafePointer<CChar> {
        unsafe UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
    }

    /// A function type of `parameters` i32 values with one i32 result (wasm_functype_new).
    private static func functionType(parameters: Int, functions: WasmtimeFunctions) -> OpaquePointer? {
        let api = functions.api
        func vector(_ count: Int) -> wasm_valtype_vec_t {
            var types: [OpaquePointer?] = unsafe []
            for _ in 0..<count { unsafe types.append(api.wasm_valtype_new(UInt8(PDK_WASM_I32))) }
            var vector = unsafe wasm_valtype_vec_t()
            unsafe api.wasm_valtype_vec_new(&vector, types.count, types)
            return unsafe vector
        }
        var taken = unsafe vector(parameters)
        var given = unsafe vector(1)
        return unsafe api.wasm_functype_new(&taken, &given)
    }
}
