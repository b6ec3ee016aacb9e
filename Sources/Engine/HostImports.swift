internal import CWasmtime

/// A host function as the linker was given it: what the callback needs to answer.
///
/// A class, because the C library keeps a pointer to it; the engine keeps it alive.
final class DefinedFunction: Sendable {
    let function: HostFunction
    let library: WasmtimeFunctions
    /// The name under which modules export their memory.
    let memoryName: String

    init(_ function: HostFunction, library: WasmtimeFunctions, memoryName: String) {
        self.memoryName = memoryName
        self.function = function
        self.library = library
    }
}

/// The functions the host offers.
enum HostImports {
    /// Refuses a module that imports anything else, naming the import.
    static func check(_ imports: [ModuleImport], offered: [HostFunction]) throws(EngineError) {
        for entry in imports {
            let module = printable(entry.module), name = printable(entry.name)
            let isSame = { (function: HostFunction) in
                function.module.utf8.elementsEqual(entry.module.utf8)
                    && function.name.utf8.elementsEqual(entry.name.utf8)
            }
            guard let expected = offered.first(where: isSame)?.type else {
                throw .unknownImport(module: module, name: name)
            }
            guard entry.type == expected else {
                throw .wrongImportType(
                    module: module, name: name, found: entry.type.description, expected: expected.description)
            }
        }
    }

    /// Defines the functions in a linker (wasmtime_linker_define_func), which must not outlive them.
    static func define(_ functions: [DefinedFunction], in linker: borrowing Handle) throws(EngineError) {
        for defined in functions { try define(defined, in: linker) }
    }

    private static func define(_ defined: DefinedFunction, in linker: borrowing Handle) throws(EngineError) {
        let api = defined.library.api, name = defined.function.name
        guard let type = unsafe functionType(defined.function.type, library: defined.library) else {
            throw .engineFailed(action: "define the import \(printable(name))", reason: "its type cannot be made")
        }
        defer { unsafe api.wasm_functype_delete(type) }
        var module = defined.function.module, text = name
        let error = module.withUTF8 { module in
            text.withUTF8 { name in
                unsafe module.withMemoryRebound(to: CChar.self) { module in
                    unsafe name.withMemoryRebound(to: CChar.self) { name in
                        unsafe api.wasmtime_linker_define_func(
                            linker.pointer, module.baseAddress, module.count, name.baseAddress, name.count, type,
                            { host, caller, values, count, results, _ in
                                unsafe HostCall.answer(host, caller, values, count, results)
                            },
                            Unmanaged.passUnretained(defined).toOpaque(), nil)
                    }
                }
            }
        }
        if let error = unsafe error {
            let reason = unsafe TrapReport(functions: defined.library).message(consuming: error)
            throw .engineFailed(action: "define the import \(printable(name))", reason: reason)
        }
    }

    /// A function type of numbers (wasm_functype_new); nil for any other.
    private static func functionType(_ type: ExternType, library: WasmtimeFunctions) -> OpaquePointer? {
        guard case .function(let parameters, let results) = type else { return nil }
        let api = library.api
        func vector(_ kinds: [UInt8]) -> wasm_valtype_vec_t {
            var types: [OpaquePointer?] = unsafe []
            for kind in kinds { unsafe types.append(api.wasm_valtype_new(kind)) }
            var vector = unsafe wasm_valtype_vec_t()
            unsafe api.wasm_valtype_vec_new(&vector, types.count, types)
            return unsafe vector
        }
        let taken = parameters.compactMap(\.numberKind), given = results.compactMap(\.numberKind)
        guard taken.count == parameters.count, given.count == results.count else { return nil }
        var parameterVector = unsafe vector(taken), resultVector = unsafe vector(given)
        return unsafe api.wasm_functype_new(&parameterVector, &resultVector)
    }
}

extension ValueType {
    /// The library's number for a type of number (wasm_valkind_t).
    fileprivate var numberKind: UInt8? {
        switch self {
        case .i32: 0
        case .i64: 1
        case .f32: 2
        case .f64: 3
        case .v128, .funcref, .externref: nil
        }
    }
}
