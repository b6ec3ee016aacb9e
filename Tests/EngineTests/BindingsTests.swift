import CWasmtime
import Foundation
import TestSupport
import Testing

/// Compares our header with the library's machine-made Python bindings, which the set-up of the tests installs.
@Suite("The header and the library's own bindings")
struct BindingsTests {
    static func python(_ program: String) throws -> String? {
        let path = ProcessInfo.processInfo.environment["PYTHONPATH"].map { ["PYTHONPATH": $0] } ?? [:]
        let result = try Program("python3", environment: path, folder: "/").runBlocking(["-c", program])
        return result.status == 0 ? result.output : nil
    }

    /// Runs a program over the bindings, `b`, and `_ffi`, `f`, with ctypes as `c`; one line of output an element.
    private func lines(_ program: String) throws -> [String] {
        let head = "import ctypes as c\nfrom wasmtime import _bindings as b, _ffi as f\n"
        let text = try #require(try Self.python(head + program))
        return text.split(separator: "\n").map(String.init)
    }

    @Test func sizesAndOffsetsAgree() throws {
        let theirs = try lines(
            """
            for name in ["wasm_byte_vec_t", "wasm_valtype_vec_t", "wasm_frame_vec_t", "wasmtime_func_t",
                         "wasmtime_instance_t", "wasmtime_memory_t", "wasmtime_extern_t", "wasmtime_val_t"]:
                t = getattr(b, name)
                last = getattr(t, t._fields_[-1][0])
                print(name, c.sizeof(t), last.offset)
            """)
        let ours = unsafe [
            "wasm_byte_vec_t \(MemoryLayout<wasm_byte_vec_t>.size) 8",
            "wasm_valtype_vec_t \(MemoryLayout<wasm_valtype_vec_t>.size) 8",
            "wasm_frame_vec_t \(MemoryLayout<wasm_frame_vec_t>.size) 8",
            "wasmtime_func_t \(MemoryLayout<wasmtime_func_t>.size) 8",
            "wasmtime_instance_t \(MemoryLayout<wasmtime_instance_t>.size) 8",
            "wasmtime_memory_t \(MemoryLayout<wasmtime_memory_t>.stride) "
                + "\(MemoryLayout<wasmtime_memory_t>.offset(of: \.private2) ?? -1)",
            "wasmtime_extern_t \(MemoryLayout<wasmtime_extern_t>.stride) "
                + "\(MemoryLayout<wasmtime_extern_t>.offset(of: \.of) ?? -1)",
            "wasmtime_val_t \(MemoryLayout<wasmtime_val_t>.stride) "
                + "\(MemoryLayout<wasmtime_val_t>.offset(of: \.of) ?? -1)",
        ]
        expect(theirs, is: ours)
    }

    @Test func constantsAgree() throws {
        let theirs = try lines(
            """
            print(f.WASM_I32.value, f.WASM_I64.value, f.WASMTIME_I32.value, f.WASMTIME_I64.value)
            print(f.WASMTIME_EXTERN_FUNC.value, f.WASMTIME_EXTERN_MEMORY.value)
            for entry in b.wasmtime_trap_code_enum:
                if entry.value < 12: print(entry.value, entry.name.replace("WASMTIME_TRAP_CODE_", ""))
            """)
        let ours = [
            "\(PDK_WASM_I32) \(PDK_WASM_I64) \(PDK_WASM_I32) \(PDK_WASM_I64)",
            "\(PDK_EXTERN_FUNC) \(PDK_EXTERN_MEMORY)",
            "\(PDK_TRAP_STACK_OVERFLOW) STACK_OVERFLOW", "\(PDK_TRAP_MEMORY_OUT_OF_BOUNDS) MEMORY_OUT_OF_BOUNDS",
            "\(PDK_TRAP_HEAP_MISALIGNED) HEAP_MISALIGNED", "\(PDK_TRAP_TABLE_OUT_OF_BOUNDS) TABLE_OUT_OF_BOUNDS",
            "\(PDK_TRAP_INDIRECT_CALL_TO_NULL) INDIRECT_CALL_TO_NULL", "\(PDK_TRAP_BAD_SIGNATURE) BAD_SIGNATURE",
            "\(PDK_TRAP_INTEGER_OVERFLOW) INTEGER_OVERFLOW",
            "\(PDK_TRAP_INTEGER_DIVISION_BY_ZERO) INTEGER_DIVISION_BY_ZERO",
            "\(PDK_TRAP_BAD_CONVERSION_TO_INTEGER) BAD_CONVERSION_TO_INTEGER",
            "\(PDK_TRAP_UNREACHABLE) UNREACHABLE_CODE_REACHED", "\(PDK_TRAP_INTERRUPT) INTERRUPT",
            "\(PDK_TRAP_OUT_OF_FUEL) OUT_OF_FUEL",
        ]
        expect(theirs, is: ours)
    }

    /// Every function: how its result and each parameter travel, as a pointer `p`, nothing `-`, or a number of bytes.
    @Test func signaturesAgree() throws {
        let declared = unsafe (0..<pdk_wasmtime_declaration_count()).map { unsafe pdk_wasmtime_declaration_at($0) }
        let names = unsafe declared.map { unsafe String(cString: $0.name) }
        let theirs = try lines(
            """
            def kind(t):
                if t is None: return "-"
                if issubclass(t, (c._Pointer, c._CFuncPtr, c.c_void_p)): return "p"
                return str(c.sizeof(t))
            for name in "\(names.joined(separator: " "))".split():
                g = getattr(b, "_" + name, None)
                print(name, "absent" if g is None else " ".join(map(kind, [g.restype] + list(g.argtypes))))
            """)
        let ours = try unsafe declared.map { declaration in
            let result = unsafe String(cString: declaration.result)
            var parameters = unsafe String(cString: declaration.parameters)
            parameters.removeFirst()
            parameters.removeLast()
            let kinds = try ([result] + parameters.split(separator: ",").map(String.init)).map { try travel($0) }
            let shape = parameters == "void" ? [kinds[0]] : kinds
            return ([unsafe String(cString: declaration.name)] + shape).joined(separator: " ")
        }
        expect(theirs.count == ours.count && ours.count > 60)
        for index in ours.indices {
            let isLacking = unsafe !declared[index].required && theirs[index] == "\(names[index]) absent"
            expect(theirs[index] == ours[index] || isLacking)
        }
    }

    private func travel(_ type: String) throws -> String {
        let words = type.split(separator: " ").map(String.init)
        if type.contains("*") || type.contains("callback_t") || type.contains("finalizer_t") { return "p" }
        let sizes = [
            "void": "-", "bool": "1", "uint8_t": "1", "uint32_t": "4", "size_t": "8", "uint64_t": "8", "int64_t": "8",
        ]
        return try #require(words.last.flatMap { sizes[$0] }, "no size is known for \(type)")
    }
}
