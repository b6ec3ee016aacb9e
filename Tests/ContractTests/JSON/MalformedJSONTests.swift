import Contract
import TestSupport
import Testing

@Suite struct MalformedJSONTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let bytes: [UInt8]
        let offset: Int
        let message: String
        var testDescription: String { String(decoding: bytes, as: UTF8.self).debugDescription }

        init(_ text: String, at offset: Int, _ message: String) {
            self.init(Array(text.utf8), at: offset, message)
        }

        init(_ bytes: [UInt8], at offset: Int, _ message: String) {
            self.bytes = bytes
            self.offset = offset
            self.message = message
        }
    }

    private static let noValue = "JSON text ends where a value should be"
    private static let notValue = "not a JSON value"
    private static let after = "unexpected text after the JSON value"
    private static let ends = "JSON text ends inside a value"
    private static let follows = "neither ',' nor a closing bracket follows the value"
    private static let noName = "object has no member name here"
    private static let surrogate = "unpaired surrogate in a string"
    private static let noQuote = "string has no closing quote"
    private static let noDigits = "\\u has no four hexadecimal digits"

    static let values: [Case] = [
        .init("", at: 0, noValue), .init(" \n", at: 2, noValue), .init("\u{FEFF}{}", at: 0, notValue),
        .init("nul", at: 0, notValue), .init("nulL", at: 0, notValue), .init("True", at: 0, notValue),
        .init("truee", at: 4, after), .init("NaN", at: 0, notValue), .init("-Infinity", at: 0, notValue),
        .init("1 2", at: 2, after), .init("{} x", at: 3, after), .init("[]]", at: 2, after),
        .init("'a'", at: 0, notValue), .init("// c\n1", at: 0, notValue), .init("\u{A0}1", at: 0, notValue),
        .init("1\u{0}", at: 1, after), .init("\u{C}1", at: 0, notValue),
    ]

    static let numbers: [Case] = [
        .init("-", at: 0, notValue), .init("+1", at: 0, notValue), .init(".5", at: 0, notValue),
        .init("01", at: 1, after), .init("-01", at: 2, after),
        .init("1.", at: 2, "number has no digits after the point"),
        .init("1.e1", at: 2, "number has no digits after the point"),
        .init("1e", at: 2, "number has no digits in the exponent"),
        .init("1e+", at: 3, "number has no digits in the exponent"),
        .init("1E-x", at: 3, "number has no digits in the exponent"), .init("0x10", at: 1, after),
        .init("1_000", at: 1, after), .init("[1.5.2]", at: 4, follows), .init("--1", at: 0, notValue),
        .init("١", at: 0, notValue),
    ]

    static let containers: [Case] = [
        .init("[", at: 1, noValue), .init("[1", at: 2, ends), .init("[1,", at: 3, noValue),
        .init("[1,]", at: 3, notValue), .init("[,1]", at: 1, notValue), .init("[1 2]", at: 3, follows),
        .init("[1}", at: 2, follows), .init("]", at: 0, notValue), .init("{", at: 1, noName),
        .init("{\"a\"", at: 4, "member has no ':'"), .init("{\"a\" 1}", at: 5, "member has no ':'"),
        .init("{\"a\":", at: 5, noValue), .init("{\"a\":}", at: 5, notValue), .init("{\"a\":1", at: 6, ends),
        .init("{\"a\":1,}", at: 7, noName), .init("{a:1}", at: 1, noName), .init("{1:1}", at: 1, noName),
        .init("{,}", at: 1, noName), .init("{\"a\":1]", at: 6, follows), .init("{\"a\"::1}", at: 5, notValue),
    ]

    static let strings: [Case] = [
        .init("\"", at: 1, noQuote), .init("\"abc", at: 4, noQuote), .init("\"\\", at: 1, noQuote),
        .init("\"\\\"", at: 3, noQuote), .init("\"a\nb\"", at: 2, "control character in a string is not escaped"),
        .init("\"\u{0}\"", at: 1, "control character in a string is not escaped"),
        .init("\"\t\"", at: 1, "control character in a string is not escaped"),
        .init("\"\u{1F}\"", at: 1, "control character in a string is not escaped"),
        .init("\"\\x\"", at: 1, "unknown escape in a string"), .init("\"\\'\"", at: 1, "unknown escape in a string"),
        .init("\"\\U0041\"", at: 1, "unknown escape in a string"), .init("\"ab\\u12\"", at: 3, noDigits),
        .init("\"\\u", at: 1, noDigits), .init("\"\\u12G4\"", at: 1, noDigits), .init("\"\\u+123\"", at: 1, noDigits),
        .init("\"\\u 123\"", at: 1, noDigits), .init("\"\\u１２３４\"", at: 1, noDigits),
        .init("\"\\ud800\"", at: 1, surrogate), .init("\"x\\uDBFFx\"", at: 2, surrogate),
        .init("\"\\udc00\"", at: 1, surrogate), .init("\"\\ud800\\ud800\"", at: 1, surrogate),
        .init("\"\\ud800\\n\"", at: 1, surrogate), .init("\"\\ud800\\u0041\"", at: 1, surrogate),
        .init("\"\\ud83d\\ude00\\ude00\"", at: 13, surrogate), .init("\"\\ud800\\u", at: 1, surrogate),
        .init("\"\\ud800", at: 1, surrogate),
    ]

    static let encodings: [Case] = [
        .init(Array("\"a".utf8) + [0xFF, 0x22], at: 2, "text is not UTF-8"),
        .init([0x22, 0xC0, 0x80, 0x22], at: 1, "text is not UTF-8"),
        .init([0x22, 0xED, 0xA0, 0x80, 0x22], at: 1, "text is not UTF-8"),
        .init([0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], at: 1, "text is not UTF-8"),
        .init([0x22, 0xE2, 0x82], at: 1, "text is not UTF-8"),
        .init([0xFF, 0xFE, 0x7B, 0x00, 0x7D, 0x00], at: 0, "text is not UTF-8"),
        .init([0x7B, 0x00, 0x7D, 0x00], at: 1, noName),
    ]

    @Test(arguments: values + numbers + containers + strings + encodings)
    func malformedTextsAreRefusedWhereTheyAreWrong(_ malformed: Case) {
        let expected = JSONError(malformed.message, offset: malformed.offset)
        #expect(throws: expected) { try JSONDocument(parsing: malformed.bytes) }
    }

    @Test(arguments: [("[", "]"), ("{\"a\":", "}"), ("[{\"a\":", "}]")])
    func nesting(opening: String, closing: String) throws {
        let levels = opening.count { $0 == "[" || $0 == "{" }
        let text = { (depth: Int) in
            String(repeating: opening, count: depth / levels) + "1" + String(repeating: closing, count: depth / levels)
        }
        _ = try JSONDocument(parsing: text(128))
        let error = #expect(throws: JSONError.self) { try JSONDocument(parsing: text(128 + levels)) }
        expect(error?.message, is: "JSON nests deeper than 128 levels")
        // Far past any stack; the reader must stop at the limit.
        #expect(throws: JSONError.self) { try JSONDocument(parsing: String(repeating: opening, count: 1_000_000)) }
        _ = try JSONDocument(parsing: "[[1]]", limits: JSONLimits(depth: 2))
        #expect(throws: JSONError("JSON nests deeper than 2 levels", offset: 2)) {
            try JSONDocument(parsing: "[[[1]]]", limits: JSONLimits(depth: 2))
        }
    }

    /// The memory that a text may take is limited too, not only its length.
    @Test func countIsLimited() throws {
        _ = try JSONDocument(parsing: "[1,{\"a\":2}]", limits: JSONLimits(values: 5))
        let error = #expect(throws: JSONError.self) {
            try JSONDocument(parsing: "[1,{\"a\":2}]", limits: JSONLimits(values: 4))
        }
        expect(error?.offset, is: 8)
    }

    @Test func aTextOverTheLimitIsRefused() throws {
        _ = try JSONDocument(parsing: "[1,2,3]", limits: JSONLimits(bytes: 7))
        #expect(throws: JSONError("JSON text is longer than 6 bytes", offset: 6)) {
            try JSONDocument(parsing: "[1,2,3]", limits: JSONLimits(bytes: 6))
        }
    }

    @Test(arguments: [(0, 1, 1), (2, 1, 3), (3, 2, 1), (5, 2, 3), (6, 3, 1), (99, 3, 3)])
    func anOffsetHasALineAndAColumn(offset: Int, line: Int, column: Int) {
        let place = JSONDocument.position(of: offset, in: Array("ab\nc\r\nde".utf8))
        expect(place.line == line && place.column == column)
    }
}
