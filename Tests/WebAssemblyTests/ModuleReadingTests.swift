import TestSupport
import Testing
import WebAssembly

@Suite struct ModuleReadingTests {
    @Test func theSmallestModuleIsRead() throws {
        let module = try WebAssemblyModule(reading: Wasm.header)
        expect(module.sections.isEmpty && module.exports.isEmpty && module.start == nil)
        expect(module.staticDataEnd == nil)
    }

    /// One module with every section, every kind of import and every kind of export.
    static let everything = Wasm.module(
        Wasm.custom("first", [1, 2, 3]),
        Wasm.section(
            1, of: [Wasm.function([0x7F, 0x7F], [0x7E]), Wasm.function([], []), Wasm.function([0x7D], [0x7C, 0x7B])]),
        Wasm.section(
            2,
            of: [
                Wasm.imported("env", "kv_get", [0x00, 0x00]),
                Wasm.imported("env", "table", [0x01, 0x70, 0x01, 0x02, 0x04]),
                Wasm.imported("env", "memory", [0x02, 0x00, 0x03]),
                Wasm.imported("env", "base", [0x03, 0x7F, 0x00]),
                Wasm.imported("env", "thrown", [0x04, 0x00, 0x01]),
                Wasm.imported("env", "kv_set", [0x00, 0x02]),
            ]),
        Wasm.section(3, of: [[0x01], [0x00]]),
        Wasm.section(4, of: [[0x6F, 0x00, 0x05]]),
        Wasm.section(5, of: [[0x03, 0x01, 0x02], [0x05, 0x01, 0x80, 0x80, 0x04]]),
        Wasm.section(13, of: [[0x00, 0x01]]),
        Wasm.section(6, of: [[0x7F, 0x01, 0x41, 0x80, 0x08, 0x0B], [0x70, 0x00, 0xD2, 0x03, 0x0B]]),
        Wasm.section(
            7,
            of: [
                Wasm.export("run", 0, 3), Wasm.export("t", 1, 1), Wasm.export("memory", 2, 0), Wasm.export("g", 3, 2),
                Wasm.export("x", 4, 1), Wasm.export("again", 0, 0),
            ]),
        Wasm.section(8, [0x02]),
        Wasm.section(9, of: [[0x00, 0x41, 0x00, 0x0B, 0x01, 0x03], [0x01, 0x00, 0x02, 0x00, 0x01]]),
        Wasm.section(12, [0x03]),
        Wasm.section(10, of: [Wasm.body([]), Wasm.body([0x42, 0x05])]),
        Wasm.section(
            11,
            of: [
                [0x00, 0x41, 0x80, 0x08, 0x0B, 0x03, 0x61, 0x62, 0x63], [0x01, 0x01, 0x7A],
                [0x02, 0x01, 0x23, 0x00, 0x0B, 0x02, 0x00, 0x00],
            ]),
        Wasm.custom("last", []))

    @Test func everySectionIsRead() throws {
        let module = try WebAssemblyModule(reading: Self.everything)
        expect(module.sections.map(\.id.rawValue), is: [0, 1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11, 0])
        expect(module.sections.compactMap(\.name), is: ["first", "last"])
        for (section, next) in zip(module.sections, module.sections.dropFirst()) {
            expect(section.contentsOffset + section.size, is: next.offset)
            expect(Self.everything[section.offset], is: section.id.rawValue)
        }
        expect(module.customSections.map(\.size), is: [3, 0])
        expect(Array(Self.everything[module.customSections[0].offset...].prefix(3)), is: [1, 2, 3])
        expect(module.types.map(\.description), is: ["(i32, i32) -> i64", "() -> ()", "(f32) -> (f64, v128)"])
        expect(module.functionTypeIndices, is: [0, 2, 1, 0])
        expect(module.importedFunctionCount, is: 2)
        expect(module.importedFunctions.map(\.name), is: ["kv_get", "kv_set"])
        expect(module.start, is: 2)
        expect(module.elementSegmentCount, is: 2)
        expect(module.dataCount, is: 3)
        expect(module.codeBodies.map(\.size), is: [2, 4])
        expect(module.tagTypeIndices, is: [1, 1])
        expect(module.notes.isEmpty)
    }

    @Test func indexSpacesHoldImportsFirst() throws {
        let module = try WebAssemblyModule(reading: Self.everything)
        expect(module.tables.map(\.elementType), is: [.funcref, .externref])
        expect(module.tables.map(\.size.minimum), is: [2, 5])
        expect(module.tables.map(\.size.maximum), is: [4, nil])
        expect(module.memories.map(\.size.minimum), is: [3, 1, 1])
        expect(module.memories.map(\.size.maximum), is: [nil, 2, 65536])
        expect(module.memories.map(\.isShared), is: [false, true, false])
        expect(module.memories.map(\.is64), is: [false, false, true])
        expect(module.globals.map(\.initial), is: [nil, .i32(1024), .function(3)])
        expect(module.globals.map(\.isMutable), is: [false, true, false])
        expect(module.globals.map(\.type), is: [.i32, .i32, .funcref])
    }

    @Test func exportsAndTheirTypes() throws {
        let module = try WebAssemblyModule(reading: Self.everything)
        expect(module.exports.map(\.kind), is: [.function, .table, .memory, .global, .tag, .function])
        expect(module.exports.map(\.index), is: [3, 1, 0, 2, 1, 0])
        for export in module.exports {
            expect(Self.everything[export.offset], is: UInt8(export.name.utf8.count))
        }
        expect(module.functionType(ofExport: "run")?.description, is: "(i32, i32) -> i64")
        expect(module.functionType(ofExport: "again"), is: module.types[0])
        expect(module.functionType(ofExport: "memory") == nil)
        expect(module.functionType(ofExport: "absent") == nil)
        expect(module.functionType(at: 1)?.results, is: [.f64, .v128])
        expect(module.functionType(at: 4) == nil)
        expect(module.functionType(at: -1) == nil)
        expect(module.functionType(of: module.imports[5]), is: module.types[2])
        expect(module.functionType(of: module.imports[2]) == nil)
        expect(module.name(ofFunction: 0), is: "again")
        expect(module.name(ofFunction: 1), is: "env.kv_set")
        expect(module.name(ofFunction: 2) == nil)
    }

    @Test func dataSegmentsAreReadWithTheirAddresses() throws {
        let module = try WebAssemblyModule(reading: Self.everything)
        let segments = module.dataSegments
        expect(
            segments.map(\.mode), is: [.active(memory: 0, address: 1024), .passive, .active(memory: 1, address: nil)])
        expect(segments.map(\.size), is: [3, 1, 2])
        expect(Array(Self.everything[segments[0].offset...].prefix(3)), is: [0x61, 0x62, 0x63])
        expect(module.staticDataEnd, is: 1027)
    }

    @Test func addressesAreUnsigned() throws {
        let module = try WebAssemblyModule(
            reading: Wasm.module(
                Wasm.section(5, of: [[0x00, 0x01]]),
                Wasm.section(
                    11, of: [[0x00, 0x41] + Wasm.signed(-16) + [0x0B, 0x01, 0xFF], [0x00, 0x41, 0x05, 0x0B, 0x00]])))
        expect(module.staticDataEnd, is: 0xFFFF_FFF1)
    }

    @Test func staticDataEndNeverWraps() throws {
        let module = try WebAssemblyModule(
            reading: Wasm.module(
                Wasm.section(5, of: [[0x04, 0x01]]),
                Wasm.section(11, of: [[0x00, 0x42] + Wasm.signed(-1) + [0x0B, 0x02, 0x00, 0x00]])))
        expect(module.staticDataEnd, is: .max)
    }

    @Test func exportNamesAreComparedByByte() throws {
        let module = try WebAssemblyModule(
            reading: Wasm.module(
                Wasm.section(5, of: [[0x00, 0x01], [0x00, 0x02]]),
                Wasm.section(7, of: [Wasm.export("caf\u{E9}", 2, 0), Wasm.export("cafe\u{301}", 2, 1)])))
        expect(module.export(named: "caf\u{E9}")?.index, is: 0)
        expect(module.export(named: "cafe\u{301}")?.index, is: 1)
    }

    @Test(
        arguments: [
            [0x00, 0x41, 0x00, 0x0B, 0x01, 0x00], [0x01, 0x00, 0x01, 0x00],
            [0x02, 0x00, 0x41, 0x00, 0x0B, 0x00, 0x01, 0x00], [0x03, 0x00, 0x01, 0x00],
            [0x04, 0x41, 0x00, 0x0B, 0x01, 0xD2, 0x00, 0x0B], [0x05, 0x70, 0x01, 0xD0, 0x70, 0x0B],
            [0x06, 0x00, 0x41, 0x00, 0x0B, 0x6F, 0x01, 0xD0, 0x6F, 0x0B], [0x07, 0x70, 0x01, 0xD2, 0x00, 0x0B],
        ] as [[UInt8]])
    func everyFormOfElementSegment(_ segment: [UInt8]) throws {
        let module = try WebAssemblyModule(
            reading: Wasm.module(
                Wasm.section(1, of: [Wasm.function([], [])]), Wasm.section(3, of: [[0x00]]),
                Wasm.section(4, of: [[0x70, 0x00, 0x01]]), Wasm.section(9, of: [segment]),
                Wasm.section(10, of: [Wasm.body([])])))
        expect(module.elementSegmentCount, is: 1)
    }
}
