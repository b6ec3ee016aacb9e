import Authoring
import Contract
import TestSupport
import Testing

/// The traps of the host contract, section 5: where the host gets something else than a YAML parser does.
@Suite struct HostLineReaderTests {
    @Test(arguments: [
        ("name: x", "name", "x"), ("name:x", "name", "x"), ("  name  :  x  ", "name", "x"), ("\tname: x", "name", "x"),
        ("resources:\n  name: inner", "name", "inner"), ("name: x\nname: y", "name", "y"),
        ("name: x\nbuild:\n  version: 9", "version", "9"), ("name: \"x\"", "name", "x"), ("name: 'x'", "name", "x"),
        ("name: \"\"x\"\"", "name", "x"), ("name: x'", "name", "x"), ("name: x # comment", "name", "x # comment"),
        ("name: \"x\" # comment", "name", "x\" # comment"), ("description: a: b", "description", "a: b"),
        ("description: http://x", "description", "http://x"), ("name:", "name", ""),
        ("author: é\u{301}", "author", "é\u{301}"),
        ("description: >\n  folded", "description", ">"), ("description: \"a\\nb\"", "description", "a\\nb"),
        ("name: x\r\nversion: 1\r\n", "name", "x"), ("license: \u{A0}MIT\u{3000}", "license", "MIT"),
        ("description:\u{301}x", "description", "\u{301}x"), ("author: \"\u{301}x\"", "author", "\u{301}x"),
    ])
    func fields(text: String, key: String, value: String) {
        let read = HostLineReader(reading: text).fields[key]?.value
        expect(read.map { Array($0.utf8) }, is: Array(value.utf8))
    }

    @Test(arguments: [
        "# name: x", "- name: x", "\"name\": x", "Name: x", "name x", "my name: x", "{name: x}", "names: x",
        "\u{FEFF}name: x",
    ])
    func notAField(text: String) { expect(HostLineReader(reading: text).fields["name"] == nil) }

    @Test func placesOfFields() {
        let field = HostLineReader(reading: "name: a\n\n \tname: b\n").fields["name"]
        expect(field?.line == 3 && field?.indentation == 2 && field?.count == 2)
    }

    @Test(arguments: [
        ("hooks:\n  - pre_query\n  - route", ["pre_query", "route"]), ("hooks:\n- pre_query", ["pre_query"]),
        ("hooks:\n  -pre_query", ["pre_query"]), ("hooks: [pre_query]", []), ("hooks: [pre_query]\n- route", ["route"]),
        ("hooks:\n  - pre_query # first", ["pre_query # first"]), ("hooks:\nname: x\n  - route", []),
        ("# hooks: see below\nhooks:\n  - route", []), ("description: has hooks: two\nhooks:\n  - route", []),
        ("webhooks:\n  - mine\nhooks:\n  - route", ["mine"]), ("hooks:\r\n  - route\r\n", ["route"]),
        ("permissions:\n  - a\nhooks:\n  - b\n", ["b"]), ("hooks:\n  - a\nother:\n  - b", ["a"]),
        ("hooks:\u{301}\n  - route", ["route"]), ("hooks:\n  -\u{301}x", ["\u{301}x"]),
    ])
    func hooks(text: String, items: [String]) throws {
        let list = try #require(HostLineReader(reading: text).hooks)
        expect(list.items.map(\.text), is: items)
    }

    @Test func permissionsAreReadLikeHooks() throws {
        let text = "# permissions: none\npermissions:\n  - kv_read\n"
        let list = try #require(HostLineReader(reading: text).permissions)
        expect(list.items.isEmpty && list.line == 1 && list.before == "# " && list.after == "none")
        expect(HostLineReader(reading: text).hooks == nil)
    }

    @Test func blankLinesCountForNothingAndACommentEndsAList() throws {
        let text = "hooks: # note\n\n  - a\n\n  - b\n# c\n  - d\nx: y\n  - e"
        let list = try #require(HostLineReader(reading: text).hooks)
        expect(list.items.map(\.text) == ["a", "b"] && list.items.map(\.line) == [3, 5])
        expect(list.commentLine, is: 6)
        let last = try #require(HostLineReader(reading: "hooks:\n  - a\n# the end\nx: y\n  - e").hooks)
        expect(last.items.map(\.text) == ["a"] && last.commentLine == nil)
    }

    /// Long lines and many lines; a reader that is quadratic in either never ends here.
    @Test func hugeTextsAreReadInLinearTime() {
        let blank = String(repeating: " ", count: 1 << 17)
        expect(HostLineReader(reading: "name:\(blank)x\(blank)").fields["name"]?.value, is: "x")
        expect(HostLineReader(reading: "name: \(String(repeating: "\"", count: 1 << 17))").fields["name"]?.value == "")
        let items = String(repeating: "- a\n", count: 1 << 15)
        expect(HostLineReader(reading: "hooks:\n" + items).hooks?.items.count, is: 1 << 15)
    }
}

@Suite struct ManifestSpellingTests {
    private static let pieces = [
        "a", "B", " ", "  ", "1", ".", "-", "- ", "#", " #", ":", ": ", "\"", "'", "\\", "é", "e\u{301}", "\u{301}",
        "日本",
        "😀", "{", "}", "[", "]", ",", "&", "*", "!", "|", ">", "%", "@", "`", "~", "null", "true", "hooks", "hooks:",
        "permissions:", "name:", "\u{A0}", "\u{85}", "\u{2028}", "\u{FEFF}", "\n", "\r", "\t", "\u{0}", "\u{7}", "?",
        "=",
    ]

    @Test(arguments: [71, 72, 73] as [UInt64])
    func bothReadersAgree(seed: UInt64) throws {
        var random = SeededNumbers(seed: seed)
        var spelled = 0
        for _ in 0..<1500 {
            let text = (0..<Int.random(in: 1..<7, using: &random)).map { _ in random.pick(Self.pieces) }.joined()
            let key = random.pick(["description", "author", "license"])
            guard let spelling = ManifestSpelling.spell(text, for: key) else { continue }
            spelled += 1
            let manifest =
                "name: x\nversion: 1.0.0\n\(key): \(spelling)\nhooks:\n  - route\npermissions:\n  - kv_read\n"
            let note = Comment(rawValue: "\(text.debugDescription) as \(spelling.debugDescription)")
            let yaml = try Manifest(reading: manifest)
            let host = HostLineReader(reading: manifest)
            let scalar = key == "description" ? yaml.description : key == "author" ? yaml.author : yaml.license
            expect(scalar.map { Array($0.text.utf8) }, is: Array(text.utf8), note)
            expect(host.fields[key].map { Array($0.value.utf8) }, is: Array(text.utf8), note)
            for (name, value) in [("name", "x"), ("version", "1.0.0")] {
                expect(host.fields[name]?.value == value && host.fields[name]?.count == 1, note)
            }
            expect(host.fields[key]?.count, is: 1, note)
            expect(host.hooks?.items.map(\.text), is: ["route"], note)
            expect(host.permissions?.items.map(\.text), is: ["kv_read"], note)
        }
        expect(spelled > 300)
    }

    @Test(arguments: [
        ("plain words", "plain words"), ("What: it does", "\"What: it does\""), ("a # b", "\"a # b\""),
        ("1.0", "\"1.0\""),
        ("true", "\"true\""), ("0.1.0", "0.1.0"), ("Apache-2.0", "Apache-2.0"), ("- x", "\"- x\""), ("C:\\x", "C:\\x"),
        ("a \\ b: c", "'a \\ b: c'"), ("no", "\"no\""), ("2026-01-01", "\"2026-01-01\""), ("R&D", "R&D"),
        (" led", "\" led\""),
    ])
    func aValueIsSpelledAsPlainlyAsBothReadersAllow(text: String, spelling: String) {
        expect(ManifestSpelling.spell(text, for: "description"), is: spelling)
    }

    @Test(arguments: [
        "", "a\nb", "a\r\nb", "has hooks: two", "permissions:", "hooks:\u{301}", "a\u{0}", "\u{85}", "'\"",
    ])
    func noSpelling(text: String) { expect(ManifestSpelling.spell(text, for: "description") == nil) }
}
