import TestSupport
import Testing
import WebAssembly

/// A malformed input, what is wrong with it and where that shows.
struct MalformedModule: CustomTestStringConvertible, Sendable {
    let what: String
    let bytes: [UInt8]
    let kind: WebAssemblyError.Kind
    let offset: Int
    let message: String

    init(
        _ what: String, _ bytes: [UInt8], _ kind: WebAssemblyError.Kind, at offset: Int, _ message: String
    ) {
        self.what = what
        self.bytes = bytes
        self.kind = kind
        self.offset = offset
        self.message = message
    }

    var testDescription: String { what }
}

@Suite struct MalformedModuleTests {
    private static let types = Wasm.section(1, of: [Wasm.function([], [])])
    private static let memory = Wasm.section(5, of: [[0x00, 0x01]])
    private static let body = Wasm.body([])

    static let headers: [MalformedModule] = [
        .init("empty", [], .notAModule, at: 0, "file does not begin with the magic '\\0asm'"),
        .init("half a magic", [0x00, 0x61], .notAModule, at: 0, "file does not begin with the magic '\\0asm'"),
        .init(
            "ELF", [0x7F, 0x45, 0x4C, 0x46, 1, 0, 0, 0], .notAModule, at: 0,
            "file does not begin with the magic '\\0asm'"),
        .init("magic only", [0x00, 0x61, 0x73, 0x6D], .truncated, at: 4, "module ends in the middle of the version"),
        .init(
            "half a version", [0x00, 0x61, 0x73, 0x6D, 1, 0], .truncated, at: 6,
            "module ends in the middle of the version"),
        .init(
            "version 2", [0x00, 0x61, 0x73, 0x6D, 2, 0, 0, 0], .unsupportedVersion, at: 4,
            "module has version 2, but only 1 is known"),
        .init(
            "version 65536 * 2", [0x00, 0x61, 0x73, 0x6D, 0, 0, 2, 0], .unsupportedVersion, at: 4,
            "module has version 131072, but only 1 is known"),
        .init(
            "component", [0x00, 0x61, 0x73, 0x6D, 0x0D, 0, 1, 0], .component, at: 6,
            "this is a component, not a core module"),
    ]

    static let sections: [MalformedModule] = [
        .init(
            "no size", Wasm.header + [0x01], .truncated, at: 9, "module ends in the middle of a section header"),
        .init(
            "size past the file", Wasm.header + [0x01, 0x05, 0x00], .truncated, at: 9,
            "type section has a size of 5 bytes, but the module ends after 1"),
        .init(
            "size too long", Wasm.header + [0x01, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00], .malformedInteger, at: 9,
            "module has a 32-bit integer of more than 5 bytes"),
        .init(
            "size beyond 32 bits", Wasm.header + [0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0x1F], .malformedInteger, at: 9,
            "module has an integer with bits set beyond its 32"),
        .init(
            "unknown section", Wasm.module(types, [0x0E, 0x00]), .unknownSection, at: 14,
            "module has a section of unknown kind 14"),
        .init(
            "types after memory", Wasm.module(memory, types), .sectionOutOfOrder, at: 13,
            "type section follows the memory section"),
        .init(
            "data count after code", Wasm.module(Wasm.section(10, [0x00]), Wasm.section(12, [0x00])),
            .sectionOutOfOrder, at: 11, "data count section follows the code section"),
        .init("types twice", Wasm.module(types, types), .duplicateSection, at: 14, "type section occurs twice"),
        .init(
            "types twice, apart", Wasm.module(types, memory, types), .duplicateSection, at: 19,
            "type section occurs twice"),
        .init(
            "left over", Wasm.module(Wasm.section(1, [0x00, 0x00, 0x00])), .sizeMismatch, at: 11,
            "type section does not end with its last entry"),
        .init(
            "entry past its section", Wasm.module(Wasm.section(1, [0x01, 0x60, 0x01]), memory), .truncated, at: 13,
            "type section ends in the middle of an entry"),
        .init(
            "count missing", Wasm.module(Wasm.section(1, [])), .truncated, at: 10,
            "type section ends in the middle of its count of types"),
        .init(
            "custom section without a name", Wasm.module(Wasm.section(0, [])), .truncated, at: 10,
            "custom section ends in the middle of a name"),
        .init(
            "name past its section", Wasm.module(Wasm.section(0, [0x02, 0x61])), .truncated, at: 12,
            "custom section ends in the middle of a name"),
    ]

    static let entries: [MalformedModule] = [
        .init(
            "type form", Wasm.module(Wasm.section(1, of: [[0x61]])), .unknownEncoding, at: 11,
            "type section has an unknown type form 0x61"),
        .init(
            "struct type", Wasm.module(Wasm.section(1, of: [[0x5F]])), .notAccepted, at: 11,
            "type section has a garbage-collected type, not accepted by this host (gc)"),
        .init(
            "any reference", Wasm.module(Wasm.section(1, of: [[0x60, 0x01, 0x6E, 0x00]])), .notAccepted, at: 13,
            "type section has a type that is not accepted by this host (gc), 0x6e"),
        .init(
            "exception reference", Wasm.module(Wasm.section(1, of: [[0x60, 0x01, 0x69, 0x00]])), .notAccepted, at: 13,
            "type section has a type that is not accepted by this host (exceptions), 0x69"),
        .init(
            "value type", Wasm.module(Wasm.section(1, of: [[0x60, 0x01, 0x7A, 0x00]])), .unknownEncoding, at: 13,
            "type section has an unknown value type 0x7a"),
        .init(
            "name with a lone continuation byte",
            Wasm.module(Wasm.section(2, of: [[0x02, 0x61, 0x80, 0x00, 0x02, 0x00, 0x01]])), .malformedName, at: 12,
            "import section has a name that is not UTF-8"),
        .init(
            "name with a surrogate", Wasm.module(Wasm.section(0, [0x03, 0xED, 0xA0, 0x80])), .malformedName, at: 11,
            "custom section has a name that is not UTF-8"),
        .init(
            "name spelled too long", Wasm.module(Wasm.section(0, [0x02, 0xC0, 0xAF])), .malformedName, at: 11,
            "custom section has a name that is not UTF-8"),
        .init(
            "import kind", Wasm.module(Wasm.section(2, of: [Wasm.imported("", "", [0x05])])), .unknownEncoding, at: 13,
            "import section has an unknown kind 0x05"),
        .init(
            "import's type", Wasm.module(types, Wasm.section(2, of: [Wasm.imported("", "", [0x00, 0x01])])),
            .indexOutOfRange, at: 20, "import section names type 1, which the module does not have"),
        .init(
            "tag attribute", Wasm.module(types, Wasm.section(13, of: [[0x01, 0x00]])), .unknownEncoding, at: 17,
            "tag section has an unknown tag attribute 0x01"),
        .init(
            "function's type", Wasm.module(types, Wasm.section(3, of: [[0x00], [0x07]])), .indexOutOfRange, at: 18,
            "function section names type 7, which the module does not have"),
        .init(
            "table of numbers", Wasm.module(Wasm.section(4, of: [[0x7F, 0x00, 0x00]])), .unknownEncoding, at: 11,
            "table section has i32 instead of a reference type"),
        .init(
            "table flags", Wasm.module(Wasm.section(4, of: [[0x70, 0x02, 0x00]])), .unknownEncoding, at: 12,
            "table section has unknown limits flags 0x02"),
        .init(
            "memory flags", Wasm.module(Wasm.section(5, of: [[0x08, 0x00]])), .unknownEncoding, at: 11,
            "memory section has unknown limits flags 0x08"),
        .init(
            "minimum over maximum", Wasm.module(Wasm.section(5, of: [[0x01, 0x02, 0x01]])), .invalidLimits, at: 11,
            "memory section has a minimum of 2 over its maximum of 1"),
        .init(
            "memory over 4 GiB", Wasm.module(Wasm.section(5, of: [[0x00] + Wasm.unsigned(65537)])), .invalidLimits,
            at: 11, "memory section has a memory of more than 65536 pages"),
        .init(
            "shared without maximum", Wasm.module(Wasm.section(5, of: [[0x02, 0x01]])), .invalidLimits, at: 11,
            "memory section has a shared memory without a maximum"),
        .init(
            "mutability", Wasm.module(Wasm.section(6, of: [[0x7F, 0x02, 0x41, 0x00, 0x0B]])), .unknownEncoding, at: 12,
            "global section has an unknown mutability 0x02"),
        .init(
            "own value", Wasm.module(Wasm.section(6, of: [[0x7F, 0x00, 0x23, 0x00, 0x0B]])), .indexOutOfRange, at: 14,
            "global section names global 0, which the module does not have"),
    ]

    static let contents: [MalformedModule] = [
        .init(
            "export kind", Wasm.module(memory, Wasm.section(7, of: [Wasm.export("m", 5, 0)])), .unknownEncoding, at: 18,
            "export section has an unknown kind 0x05"),
        .init(
            "exported memory", Wasm.module(memory, Wasm.section(7, of: [Wasm.export("m", 2, 1)])), .indexOutOfRange,
            at: 19, "export section names memory 1, which the module does not have"),
        .init(
            "exported function", Wasm.module(memory, Wasm.section(7, of: [Wasm.export("m", 0, 300)])), .indexOutOfRange,
            at: 19, "export section names function 300, which the module does not have"),
        .init(
            "exported twice",
            Wasm.module(memory, Wasm.section(7, of: [Wasm.export("\u{1B}[2J", 2, 0), Wasm.export("\u{1B}[2J", 2, 0)])),
            .duplicateExport, at: 23, "export section has the name '\\u{1B}[2J' twice"),
        .init(
            "start", Wasm.module(Wasm.section(8, [0x00])), .indexOutOfRange, at: 10,
            "start section names function 0, which the module does not have"),
        .init(
            "element form", Wasm.module(Wasm.section(9, of: [[0x08]])), .unknownEncoding, at: 11,
            "element section has a segment of unknown form 8"),
        .init(
            "element without table", Wasm.module(Wasm.section(9, of: [[0x00, 0x41, 0x00, 0x0B, 0x00]])),
            .indexOutOfRange, at: 11, "element section names table 0, which the module does not have"),
        .init(
            "element kind", Wasm.module(Wasm.section(9, of: [[0x01, 0x01, 0x00]])), .unknownEncoding, at: 12,
            "element section has an unknown element kind 0x01"),
        .init(
            "element's function", Wasm.module(Wasm.section(9, of: [[0x01, 0x00, 0x01, 0x00]])), .indexOutOfRange,
            at: 14, "element section names function 0, which the module does not have"),
        .init(
            "no code", Wasm.module(types, Wasm.section(3, of: [[0x00]])), .functionCodeMismatch, at: 18,
            "function section has a count of 1, but there is no code section"),
        .init(
            "too much code", Wasm.module(Wasm.section(10, of: [body])), .functionCodeMismatch, at: 10,
            "function section has a count of 0, but the code section has 1"),
        .init(
            "body past its section",
            Wasm.module(types, Wasm.section(3, of: [[0x00]]), Wasm.section(10, of: [[0x03, 0x00, 0x0B]])),
            .sizeMismatch, at: 21, "code section has a body of 3 bytes, but ends earlier"),
        .init(
            "body without end",
            Wasm.module(types, Wasm.section(3, of: [[0x00]]), Wasm.section(10, of: [[0x02, 0x00, 0x01]])),
            .unknownEncoding, at: 22, "code section has a body that does not finish with 'end'"),
        .init(
            "empty body", Wasm.module(types, Wasm.section(3, of: [[0x00]]), Wasm.section(10, of: [[0x00]])),
            .unknownEncoding, at: 22, "code section has a body that does not finish with 'end'"),
        .init(
            "body without locals",
            Wasm.module(types, Wasm.section(3, of: [[0x00]]), Wasm.section(10, of: [[0x01, 0x0B]])),
            .unknownEncoding, at: 22, "code section has a body that does not finish with 'end'"),
        .init(
            "code left over",
            Wasm.module(types, Wasm.section(3, of: [[0x00]]), Wasm.section(10, Wasm.vector([body]) + [0x0B])),
            .sizeMismatch, at: 24, "code section does not end with its last entry"),
        .init(
            "data without memory", Wasm.module(Wasm.section(11, of: [[0x00, 0x41, 0x00, 0x0B, 0x00]])),
            .indexOutOfRange, at: 11, "data section names memory 0, which the module does not have"),
        .init(
            "data's memory", Wasm.module(memory, Wasm.section(11, of: [[0x02, 0x01, 0x41, 0x00, 0x0B, 0x00]])),
            .indexOutOfRange, at: 17, "data section names memory 1, which the module does not have"),
        .init(
            "data form", Wasm.module(Wasm.section(11, of: [[0x03, 0x00]])), .unknownEncoding, at: 11,
            "data section has a segment of unknown form 3"),
        .init(
            "data past its section", Wasm.module(Wasm.section(11, of: [[0x01, 0x02, 0x00]])), .truncated, at: 14,
            "data section ends in the middle of an entry"),
        .init(
            "data count over data", Wasm.module(Wasm.section(12, [0x02]), Wasm.section(11, of: [[0x01, 0x00]])),
            .dataCountMismatch, at: 13, "data count section states 2, but the data section has 1"),
        .init(
            "data count without data", Wasm.module(Wasm.section(12, [0x01])), .dataCountMismatch, at: 11,
            "data count section states 1, but there is no data section"),
    ]

    @Test(arguments: headers + sections + entries + contents)
    func isRefused(_ input: MalformedModule) throws {
        let error = try #require(throws: WebAssemblyError.self) { try WebAssemblyModule(reading: input.bytes) }
        expect(error.kind, is: input.kind)
        expect(error.offset, is: input.offset)
        expect(error.message, is: input.message)
        expect(error.description, is: "\(input.message) (byte \(input.offset))")
    }

    @Test func everyKindHasACase() {
        let covered = Set((Self.headers + Self.sections + Self.entries + Self.contents).map(\.kind))
        let elsewhere: Set<WebAssemblyError.Kind> = [.countTooLarge]
        expect(covered.union(elsewhere), is: Set(WebAssemblyError.Kind.allCases))
    }
}
