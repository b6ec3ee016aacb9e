import PluginSDK
import Testing

@Suite struct TextTests {
    @Test(arguments: [
        ("", "", true), ("a", "", true), ("", "a", false), ("abc", "abc", true), ("abc", "abcd", false),
        ("SELECT * FROM secrets WHERE id = 1", "secrets", true), ("aaaaaaaaaaaaaaaaaaaaab", "aab", true),
        ("SELECT 1", "select", false), ("xxxxxxxxxxxxxxxxxxxx", "y", false), ("ab", "b", true), ("né", "é", true),
    ])
    func includes(text: String, part: String, isThere: Bool) {
        #expect(Text(text).includes(Text(part)) == isThere)
    }

    @Test(arguments: [
        ("SELECT 1", "select", true), ("drop table", "DROP", true), ("[", "{", false), ("@", "`", false),
        ("DRoP", "DrOp", true), ("É", "é", false), ("a1", "A1", true), ("a1", "A2", false), ("a\u{11}", "A1", false),
    ])
    func ignoresCase(text: String, other: String, areEqual: Bool) {
        #expect(Text(text).includes(ignoringCase: Text(other)) == areEqual)
    }

    @Test(
        arguments: [
            ("0", 0), ("-1", -1), ("9223372036854775807", .max), ("-9223372036854775808", .min),
            ("9223372036854775808", nil), ("-9223372036854775809", nil), ("99999999999999999999", nil), ("", nil),
            ("-", nil), ("+1", nil), ("1x", nil), (" 1", nil), ("007", 7),
        ] as [(String, Int64?)])
    func integers(text: String, value: Int64?) {
        #expect(Text(text).integer == value)
        if let value { #expect(Text(value).integer == value) }
    }

    @Test func numbersBecomeText() {
        #expect(Text(0) == "0")
        #expect(Text(-10) == "-10")
        #expect(Text(UInt64.max) == "18446744073709551615")
        #expect(Text(Int64.min) == "-9223372036854775808")
        #expect(Text(UInt8(100)) == "100")
    }

    @Test func parts() {
        let text: Text = "héllo \(2 + 2) \("wörld" as Text)"
        #expect(text == "héllo 4 wörld")
        #expect(text.starts(with: "hé") && !text.starts(with: "e"))
        #expect(text.ends(with: "wörld") && !text.ends(with: "x\(text)"))
        #expect(text.prefix(2) == "h" && text.prefix(3) == "hé" && text.prefix(-1) == "" && text.prefix(99) == text)
        #expect(text.dropping(3) == "llo 4 wörld" && text.dropping(99).isEmpty && text.dropping(-1) == text)
        #expect((" \t a b\r\n" as Text).trimmed() == "a b" && (" " as Text).trimmed() == "")
        #expect(text.position(of: "llo") == 3 && text.position(of: "llö") == nil)
        #expect(("ÀBC" as Text).lowercased() == "Àbc")
        #expect(text.prefix(1) + "" + text.dropping(8) == "h wörld")
        #expect(Text(joining: ["a", "b", "c"], separator: ", ") == "a, b, c")
        #expect(Text(joining: []) == "")
        #expect(("a,b,,c" as Text).split(by: ",") == ["a", "b", "", "c"] && ("abc" as Text).split(by: "") == ["abc"])
        #expect(("" as Text).split(by: ",") == [""] && (", " as Text).split(by: ", ") == ["", ""])
        #expect(String(text) == "héllo 4 wörld" && Text(String(text)) == text && text[0] == 0x68)
        #expect(Set([text, "a", text]).count == 2)
    }
}

/// The store that stands in for the host's keeps the host's rules.
@Suite struct StoreTests {
    @Test func keepsValues() {
        Store.removeAll()
        #expect(Store.get("k") == nil)
        #expect(Store.set("k", "") && Store.get("k") == "")
        #expect(Store.set("k", "two") && Store.get("k") == "two")
        Store.delete("k")
        Store.delete("k")
        #expect(Store.get("k") == nil)
    }

    @Test(arguments: [0, 1, 1_023, 1_024, 1_025, 65_535, 65_536])
    func keepsValuesOfEverySize(count: Int) {
        Store.removeAll()
        let value = Text(bytes: Array(repeating: 0x61, count: count))
        #expect(Store.set(value, value) && Store.get(value) == value)
    }

    @Test func hasCaps() {
        Store.removeAll()
        let large = Text(bytes: Array(repeating: 0x61, count: 65_537))
        #expect(!Store.set("k", large) && !Store.set(large, "v"))
        for number in 0..<1_024 { #expect(Store.set(Text(number), "v")) }
        #expect(!Store.set("one more", "v") && Store.set("7", "w"))
        #expect(Store.add(to: "another") == nil)
        Store.delete("8")
        #expect(Store.set("one more", "v"))
    }

    @Test func adds() {
        Store.removeAll()
        #expect(Store.add(to: "n") == 1 && Store.add(41, to: "n") == 42 && Store.add(-2, to: "n") == 40)
        #expect(Store.set("n", "many") && Store.add(to: "n") == nil && Store.get("n") == "many")
        #expect(Store.set("n", Text(Int64.max)) && Store.add(to: "n") == nil && Store.add(0, to: "n") == .max)
    }

    // FIPS 180-4's examples, and the lengths around which padding takes another block.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (String(repeating: "a", count: 55), "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"),
        (String(repeating: "a", count: 64), "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"),
        (String(repeating: "a", count: 120), "2f3d335432c70b580af0e8e1b3674a7c020d683aa5f73aaaedfdc55af904c21c"),
    ])
    func digests(text: String, hex: String) {
        #expect(sha256(Text(text)) == Text(hex))
    }
}
