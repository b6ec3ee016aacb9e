import Foundation
import TestSupport
import Testing
import WebAssembly

@Suite struct CompiledModuleTests {
    @Test func aCompiledHookIsDescribed() throws {
        let bytes = try CompiledModules.hook.get()
        let module = try WebAssemblyModule(reading: bytes)
        expect(module.notes.isEmpty)
        expect(module.imports.map { "\($0.module).\($0.name)" }, is: ["env.kv_get"])
        expect(module.functionType(of: module.imports[0])?.description, is: "(i32, i32, i32, i32) -> i32")
        expect(module.exports.map(\.name), is: ["memory", "alloc", "dealloc", "pre_query", "scale"])
        expect(module.functionType(ofExport: "alloc")?.description, is: "(i32) -> i32")
        expect(module.functionType(ofExport: "dealloc")?.description, is: "(i32, i32) -> ()")
        expect(module.functionType(ofExport: "pre_query")?.description, is: "(i32, i32) -> i64")
        expect(module.functionType(ofExport: "scale")?.description, is: "(f32, i64) -> f64")
        expect(module.codeBodies.count, is: module.functionTypeIndices.count - 1)
        expect(module.elementSegmentCount, is: 1)
        expect(module.tables.map(\.size.minimum), is: [3])
        let alloc = try #require(module.export(named: "alloc"))
        expect(module.functionNames[alloc.index], is: "alloc")
        expect(module.functionNames[0], is: "kv_get")
        expect(Set(module.functionNames.values).isSuperset(of: ["one", "two", "pre_query"]))
        let clang = try #require(module.producers?.processedBy.first)
        expect(clang.name.contains("clang"))
        expect(module.targetFeatures.contains { $0.name == "mutable-globals" && $0.isUsed })
    }

    @Test func dataIsWhereTheLinkerPutIt() throws {
        let bytes = try CompiledModules.hook.get()
        let module = try WebAssemblyModule(reading: bytes)
        // wasm-ld's global base is 1024 when the stack does not come first.
        let addresses = module.dataSegments.map { segment -> UInt64? in
            if case .active(0, let address) = segment.mode { address } else { nil }
        }
        expect(addresses.first, is: 1024)
        let end = try #require(module.staticDataEnd)
        expect(end > 1024 && end < 1024 + 64)
        let texts = module.dataSegments.map { String(decoding: bytes[$0.offset..<$0.offset + $0.size], as: UTF8.self) }
        expect(texts.contains { $0.contains("hello, world") })
        // The stack pointer starts above data, heap array and a 64 KiB stack, on a 16-byte boundary.
        guard case .i32(let top)? = module.globals.first?.initial else {
            Issue.record("no stack pointer")
            return
        }
        expect(top > 1024 + 65536 && top % 16 == 0)
    }

    @Test func linkerFlagsShow() throws {
        let module = try WebAssemblyModule(reading: try CompiledModules.flags.get())
        expect(module.imports.map(\.name), is: ["memory", "kv_get"])
        expect(module.memories.map(\.size.minimum), is: [4])
        expect(module.memories.map(\.size.maximum), is: [16])
        expect(module.export(named: "__indirect_function_table")?.kind, is: .table)
        expect(module.globals.first?.initial, is: .i32(8192))
        expect(module.functionNames.isEmpty && module.customSections.isEmpty)
        expect(module.dataSegments.first?.mode, is: .active(memory: 0, address: 8192))
    }

    @Test func a64BitMemoryIsRead() throws {
        let module = try WebAssemblyModule(reading: try CompiledModules.wide.get())
        expect(module.memories.map(\.is64), is: [true])
        expect(module.functionType(ofExport: "f")?.description, is: "(i64) -> i64")
        guard case .i64? = module.globals.first?.initial else {
            Issue.record("the stack pointer of wasm64 is no i64")
            return
        }
    }

    /// `llvm-objdump -h` prints a section's size without a custom section's name.
    @Test func sectionsAgreeWithTheDisassembler() throws {
        let bytes = try CompiledModules.hook.get()
        let file = FileManager.default.temporaryDirectory.appending(path: "sections-\(UUID().uuidString).wasm")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(bytes).write(to: file)
        let listing = try CompiledModules.run("llvm-objdump", ["-h", file.path])
        let theirs = listing.split(separator: "\n").compactMap { line -> Int? in
            let fields = line.split(separator: " ")
            guard fields.count >= 4, Int(fields[0]) != nil else { return nil }
            return Int(fields[2], radix: 16)
        }
        let module = try WebAssemblyModule(reading: bytes)
        var customs = module.customSections.makeIterator()
        let ours = module.sections.map { $0.id == .custom ? customs.next()?.size ?? -1 : $0.size }
        expect(ours.count > 8)
        expect(ours, is: theirs)
    }
}
