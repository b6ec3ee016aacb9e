import TestSupport
import Testing
import WebAssembly

@Suite struct ModuleDescriptionTests {
    private func module(_ sections: [UInt8]...) throws -> WebAssemblyModule {
        try WebAssemblyModule(
            reading: Wasm.module(
                Wasm.section(1, of: [Wasm.function([], [])]), Wasm.section(3, of: [[0x00], [0x00]]),
                Wasm.section(10, of: [Wasm.body([]), Wasm.body([])]), Array(sections.joined())))
    }

    @Test func namesOfModuleAndFunctionsAreRead() throws {
        let functions = Wasm.vector([[0x00] + Wasm.name("alloc"), [0x01] + Wasm.name("pre_query")])
        let module = try module(
            Wasm.custom(
                "name",
                Wasm.section(0, Wasm.name("colmask")) + Wasm.section(1, functions) + Wasm.section(7, [0xFF, 0xFF])))
        expect(module.moduleName, is: "colmask")
        expect(module.functionNames, is: [0: "alloc", 1: "pre_query"])
        expect(module.name(ofFunction: 1), is: "pre_query")
        expect(module.notes.isEmpty)
    }

    /// Offsets count from the first byte of the section's data.
    @Test(
        arguments: [
            ("name", [0x01, 0x05, 0x00], .truncated, 2),
            ("name", [0x01, 0x04, 0x01, 0x02, 0x01, 0x61], .indexOutOfRange, 3),
            ("name", [0x01, 0x04, 0x01, 0x00, 0x01, 0xFF], .malformedName, 5),
            ("name", [0x01, 0x02, 0x00, 0x00], .sizeMismatch, 3),
            ("name", [0x00], .truncated, 1),
            ("producers", [0x01] + Wasm.name("author") + [0x00], .unknownEncoding, 1),
            ("producers", [0x00, 0x00], .sizeMismatch, 1),
            ("producers", [0x01, 0x02, 0x73], .truncated, 3),
            ("target_features", [0x01, 0x2A] + Wasm.name("simd128"), .unknownEncoding, 1),
            ("target_features", [0xFF, 0xFF, 0xFF, 0xFF, 0x0F], .countTooLarge, 0),
        ] as [(String, [UInt8], WebAssemblyError.Kind, Int)])
    func malformedDescriptionIsNoted(
        _ name: String, _ data: [UInt8], _ kind: WebAssemblyError.Kind, _ offset: Int
    ) throws {
        let module = try module(Wasm.custom(name, data))
        let note = try #require(module.notes.first)
        expect(module.notes.count, is: 1)
        expect(note.kind, is: kind)
        expect(note.offset, is: module.customSections[0].offset + offset)
        expect(note.message.hasPrefix("'\(name)' section "))
    }

    @Test func namesBeforeTheFaultAreKept() throws {
        let functions: [UInt8] = [0x02, 0x00] + Wasm.name("alloc") + [0x01, 0x01, 0xFF]
        let module = try module(Wasm.custom("name", Wasm.section(1, functions)))
        expect(module.functionNames, is: [0: "alloc"])
        expect(module.notes.map(\.kind), is: [.malformedName])
    }

    @Test func functionNamedTwiceKeepsItsFirstName() throws {
        let functions = Wasm.vector([[0x00] + Wasm.name("alloc"), [0x00] + Wasm.name("free")])
        let module = try module(Wasm.custom("name", Wasm.section(1, functions)))
        expect(module.functionNames, is: [0: "alloc"])
        expect(module.notes.map(\.message), is: ["'name' section names function 0 twice"])
    }

    @Test func secondNameSectionIsNotedAndPassedOver() throws {
        let module = try module(
            Wasm.custom("name", Wasm.section(0, Wasm.name("one"))),
            Wasm.custom("name", Wasm.section(0, Wasm.name("two"))))
        expect(module.moduleName, is: "one")
        expect(module.notes.map(\.kind), is: [.duplicateSection])
    }

    @Test func producersAndFeatures() throws {
        let tool = { (name: String, version: String) in Wasm.name(name) + Wasm.name(version) }
        let module = try module(
            Wasm.custom(
                "producers",
                Wasm.vector([
                    Wasm.name("language") + Wasm.vector([tool("Rust", "")]),
                    Wasm.name("processed-by") + Wasm.vector([tool("rustc", "1.63"), tool("lld", "14")]),
                    Wasm.name("sdk") + Wasm.vector([tool("Emscripten", "3")]),
                ])),
            Wasm.custom(
                "target_features",
                Wasm.vector([[0x2B] + Wasm.name("simd128"), [0x2D] + Wasm.name("atomics"), [0x3D] + Wasm.name("old")])))
        expect(module.producers?.languages.map(\.name), is: ["Rust"])
        expect(module.producers?.processedBy.map(\.version), is: ["1.63", "14"])
        expect(module.producers?.sdks.map(\.name), is: ["Emscripten"])
        expect(module.targetFeatures.map(\.name), is: ["simd128", "atomics", "old"])
        expect(module.targetFeatures.map(\.isUsed), is: [true, false, true])
        expect(module.notes.isEmpty)
    }
}
