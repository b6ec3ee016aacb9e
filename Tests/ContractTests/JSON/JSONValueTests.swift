import Contract
import TestSupport
import Testing

@Suite struct JSONValueTests {
    @Test(arguments: [11, 12, 13] as [UInt64])
    func textsReadBackAsTheyWereWritten(seed: UInt64) throws {
        var random = SeededNumbers(seed: seed)
        for _ in 0..<400 {
            let value = RandomJSON.value(depth: 4, &random)
            expect(try JSONDocument(parsing: value.compactText).root.value, is: value)
            expect(try JSONDocument(parsing: value.prettyText()).root.value, is: value)
            // What is shown or logged must not steer a terminal or break a line.
            let compact = value.compactText.unicodeScalars
            expect(compact.allSatisfy { !(0...0x1F).contains($0.value) && !(0x7F...0x9F).contains($0.value) })
            expect(!compact.contains("\u{2028}"))
        }
    }

    /// Each character at every place around the end of a piece of 64 KiB: none is cut, escaped twice or forgotten.
    @Test func longTextsAreEscapedAsShortOnes() throws {
        let escaped: Set<UInt32> = Set(
            [0x22, 0x5C, 0x61C, 0x200E, 0x200F] + Array(0..<0x20) + Array(0x7F..<0xA0) + Array(0x2028...0x202E)
                + Array(0x2066...0x2069))
        let scalars = (Array(0...0x700) + Array(0x2000...0x2070) + [0xFEFF, 0xFFFD, 0x1F600, 0x10FFFF] as [UInt32])
            .compactMap(Unicode.Scalar.init)
        for scalar in scalars {
            let text = String(Character(scalar)), written = JSONValue.string(text).compactText
            expect(
                written.utf8.count,
                is: (escaped.contains(scalar.value) ? written.hasPrefix("\"\\u") ? 8 : 4 : text.utf8.count + 2))
            expect(try JSONDocument(parsing: written).root.string, is: text)
        }
        for scalar in ["\u{1}", "é", "\u{80}", "\u{202E}", "\u{1F600}", "\n"] {
            for before in (64 << 10) - 5...(64 << 10) {
                let text = String(repeating: "a", count: before) + scalar + "b"
                expect(try JSONDocument(parsing: JSONValue.string(text).compactText).root.string, is: text)
            }
            let many = String(repeating: scalar, count: 70_000)
            let one = JSONValue.string(scalar).compactText.dropFirst().dropLast()
            expect(JSONValue.string(many).compactText, is: "\"" + String(repeating: String(one), count: 70_000) + "\"")
        }
    }

    @Test func documentsKeepEveryByte() throws {
        let text = " {\"b\" :1.50,\r\n\t\"a\":[ 1E2 , \"\\u0041\\/\" ],\"a\":null } \n"
        let document = try JSONDocument(parsing: text)
        expect(document.bytes, is: Array(text.utf8))
        expect(document.root.members.map { $0.name.string }, is: ["b", "a", "a"])
        expect(document.root["b"]?.text, is: "1.50")
        expect(document.root["a"]?.elements.map(\.text), is: ["1E2", "\"\\u0041\\/\""])
        expect(document.root["a"]?.elements.last?.string, is: "A/")
        expect(document.root["a"]?.range, is: 19..<39)
    }

    @Test(arguments: [
        ("\"\\b\\f\\n\\r\\t\\\"\\\\\\/\"", "\u{8}\u{C}\n\r\t\"\\/"), ("\"\\ud83d\\ude00\"", "😀"),
        ("\"\\uD800\\uDC00\"", "\u{10000}"), ("\"\\udbff\\udfff\"", "\u{10FFFF}"), ("\"\\u0000\"", "\u{0}"),
        ("\"\\uFFFF\\ufffe\"", "\u{FFFF}\u{FFFE}"), ("\"é\\u0301\"", "é\u{301}"),
    ])
    func escapes(spelled: String, meant: String) throws {
        let text = try JSONDocument(parsing: spelled).root.string
        expect(text.map { Array($0.utf8) }, is: Array(meant.utf8))
    }

    @Test(
        arguments: [
            ("7", 7), ("-0", 0), ("9223372036854775807", Int.max), ("-9223372036854775808", Int.min),
            ("9223372036854775808", nil), ("1e3", nil), ("1.0", nil), ("\"7\"", nil), ("true", nil),
        ] as [(String, Int?)])
    func onlyWholeNumbersOf64BitsAreIntegers(text: String, number: Int?) throws {
        expect(try JSONDocument(parsing: text).root.int, is: number)
    }

    @Test func prettyTextIsIndentedWhereItStands() {
        let value = JSONValue.object([
            "a": .strings(["x", "y"]), "b": .object([]), "c": .array([]), "gone": nil, "d": .double(.nan),
            "e": .double(0.5),
        ])
        expect(
            value.prettyText(level: 1),
            is: """
                {
                    "a": [
                      "x",
                      "y"
                    ],
                    "b": {},
                    "c": [],
                    "d": null,
                    "e": 0.5
                  }
                """)
        expect(value.compactText, is: "{\"a\":[\"x\",\"y\"],\"b\":{},\"c\":[],\"d\":null,\"e\":0.5}")
    }

    @Test(arguments: [
        ("{\"a\":1,\"b\":[2]}", "{\"b\":[2.0],\"a\":1}", true), ("1e2", "100", true), ("0", "-0.0", true),
        ("[1,2]", "[2,1]", false), ("{\"a\":1}", "{\"a\":1,\"b\":1}", false),
        ("{\"a\":1,\"a\":1}", "{\"a\":1,\"b\":2}", false),
        ("{\"a\":1,\"b\":2}", "{\"a\":1,\"a\":1}", false), ("1", "\"1\"", false), ("null", "false", false),
        ("9007199254740993", "9007199254740992", false), ("\"é\"", "\"e\\u0301\"", false), ("1e400", "2e400", false),
        ("{\"é\":1}", "{\"e\\u0301\":1}", false),
    ])
    func equivalence(left: String, right: String, expected: Bool) throws {
        let left = try JSONDocument(parsing: left).root.value, right = try JSONDocument(parsing: right).root.value
        expect(left.isEquivalent(to: right), is: expected)
        expect(right.isEquivalent(to: left), is: expected)
        expect(left.isEquivalent(to: left) && right.isEquivalent(to: right))
    }
}
