import Authoring
import Basics
import Contract
import TestSupport
import Testing

/// Case files, whole and broken.
struct CaseFileReaderTests {
    @Test func aFileWithEverything() throws {
        let cases = try CaseFileReader.read(
            """
            # A comment.
            cases:
              - name: first
                hook: prequery
                store: {limit: "100", n: 5}
                input:
                  query: SELECT 1
                  attributes: {tenant_id: "007"}
                expect: {action: rewrite, value: "SELECT 1 LIMIT 100"}
                exact: true
                writes: {limit: "100", old: null}
                limits: {fuel: 60000, time_ms: 50}

              - name: second
                store: {a: b}
                calls:
                  - {hook: post_query, expect: none}
                  - hook: route
                    raw: "{not json"
                    expect: standby
            """, profile: .standard)
        expect(cases.map(\.name), is: ["first", "second"])
        expect(cases.map(\.line), is: [3, 14])
        expect(cases[0].store, is: ["limit": "100", "n": "5"])
        let call = try #require(cases[0].calls.first)
        expect(cases[0].calls.count, is: 1)
        expect(call.hook, is: Hook.preQuery)
        let input = try JSONDocument(parsing: call.input).root
        expect(input["query"]?.string, is: "SELECT 1")
        expect(input["hook_context"]?["attributes"]?["tenant_id"]?.string, is: "007")
        expect(
            call.expectation,
            is: .exact(.object(["action": .string("rewrite"), "value": .string("SELECT 1 LIMIT 100")])))
        expect(call.writes, is: ["limit": "100", "old": nil])
        expect(call.fuel, is: 60_000)
        expect(call.milliseconds, is: 50)
        expect(cases[1].store, is: ["a": "b"])
        expect(cases[1].calls.map(\.hook), is: [Hook.postQuery, Hook.route])
        expect(cases[1].calls.map(\.line), is: [17, 18])
        expect(cases[1].calls[0].expectation, is: HookCase.Expectation.none)
        expect(cases[1].calls[1].input, is: Array("{not json".utf8))
        expect(call.assumptions.map(\.field) == ["attributes"] && call.assume == nil)
        expect(cases[1].calls[1].expectation, is: .part(.object(["action": .string("standby")])))
        expect(cases[1].calls[1].writes == nil)
    }

    @Test(arguments: ["cases:\n", "cases: []\n", "# nothing\ncases: ~\n"])
    func aFileWithoutCases(text: String) throws { expect(try CaseFileReader.read(text, profile: .standard).isEmpty) }

    @Test func plainValuesAreThoseOfYAML12() throws {
        let call = try CaseFileReader.read(
            "cases:\n  - {name: n, hook: pre_query, expect: {a: yes, b: true, c: 0x10, d: 1.50, e: ~, f: '1', g: 2024-01-01, h: [1, x]}}",
            profile: .standard
        )[0].calls[0]
        expect(
            call.expectation,
            is: .part(
                .object([
                    "a": .string("yes"), "b": .bool(true), "c": .number("16"), "d": .number("1.50"),
                    "e": .null, "f": .string("1"), "g": .string("2024-01-01"),
                    "h": .array([.number("1"), .string("x")]),
                ])))
    }

    /// Numbers and tags as YAML 1.2's core schema has them; texts of the store stay as they are written.
    @Test func numbersAreThoseOfTheCoreSchema() throws {
        let call = try CaseFileReader.read(
            Self.head + "    expect: {a: 0x41, b: 0o17, c: +12, d: .5, e: !!str 12, f: 007, g: yes, h: !!int '5'}\n"
                + "    writes: {k: 0x41}\n    limits: {fuel: 0x100, time_ms: +50}\n", profile: .standard
        )[0].calls[0]
        expect(
            call.expectation,
            is: .part(
                .object([
                    "a": .number("65"), "b": .number("15"), "c": .number("12"), "d": .number("0.5"),
                    "e": .string("12"), "f": .number("7"), "g": .string("yes"), "h": .number("5"),
                ])))
        expect(call.writes == ["k": "0x41"] && call.fuel == 256 && call.milliseconds == 50)
    }

    /// Files that a lexer in front of the parser once refused: `*word`, `&word` and brackets in quotes.
    @Test(arguments: [("quoted-star-and-ampersand.yaml", 18), ("quoted-brackets.yaml", 80)])
    func quotedMarksAreText(file: String, count: Int) throws {
        let cases = try CaseFileReader.read(try Fixture.text("cases/cases/" + file), profile: .standard)
        expect(cases.count, is: count)
        expect(cases.allSatisfy { String(decoding: $0.calls[0].input, as: UTF8.self).contains("SELECT") })
    }

    @Test func aListIsNoCaseFile() throws {
        let text = try Fixture.text("cases/cases/a-list.yaml")
        let error = try #require(throws: ManifestError.self) { _ = try CaseFileReader.read(text, profile: .standard) }
        expect(error.message == "the case file is not a mapping of keys to values" && error.line == 1)
    }

    /// A reason counts for its call, and one at the top for every call of the file that has none of its own.
    @Test func assumptionsHaveReasons() throws {
        let input = "input: {query: SELECT 1, tables: [t]}"
        let text =
            "assume: the fork names tables\ncases:\n  - {name: a, hook: pre_query, \(input)}\n"
            + "  - {name: b, hook: pre_query, assume: later, \(input)}\n"
        let cases = try CaseFileReader.read(text, profile: .standard)
        expect(cases.map { $0.calls[0].assume }, is: ["the fork names tables", "later"])
        expect(cases.allSatisfy { $0.calls[0].assumptions.map(\.field) == ["tables"] })
        for empty in ["''", "'  '"] {
            #expect(throws: ManifestError.self) {
                try CaseFileReader.read("assume: \(empty)\ncases: []", profile: .standard)
            }
            #expect(throws: ManifestError.self) {
                try CaseFileReader.read(
                    "cases:\n  - {name: a, hook: pre_query, assume: \(empty), \(input)}", profile: .standard)
            }
        }
        let several =
            "cases:\n  - name: a\n    assume: a fork\n    calls:\n"
            + "      - {hook: pre_query, \(input)}\n      - {hook: pre_query, assume: own, \(input)}\n"
        let calls = try CaseFileReader.read(several, profile: .standard)[0].calls
        expect(calls.map(\.assume), is: ["a fork", "own"])
    }

    static let head = "cases:\n  - name: n\n    hook: pre_query\n"
    static let broken: [(String, Int?, String)] = [
        ("", nil, "the file is empty"), ("[]", 1, "the case file is not a mapping"),
        ("just text", 1, "the case file is not a mapping"),
        ("cases:\n  - [", 2, "the file is not YAML"), ("cases:\n\t- a", 2, "the file is not YAML"),
        ("cases: 5", 1, "cases is not a list"), ("cases: {}", 1, "cases is not a list"),
        ("\nkases: []", 2, "unknown key 'kases'; expected: cases, assume"),
        ("cases: []\nmore: 1", 2, "unknown key 'more'; expected: cases, assume"),
        ("cases: []\ncases: []", nil, "given twice"),
        ("cases:\n  - text", 2, "a case is not a mapping"),
        ("cases:\n  - hook: pre_query", 2, "the case has no name"),
        ("cases:\n  - name: ''\n    hook: pre_query", 2, "the case has no name"),
        ("cases:\n  - name: [a]\n    hook: pre_query", 2, "name is not a single text"),
        ("cases:\n  - name: n", 2, "the call has no hook"),
        ("cases:\n  - name: n\n    hook: before_query", 3, "the host calls no hook 'before_query'"),
        ("cases:\n  - name: n\n    hook: on_connect", 3, "the host calls no hook 'on_connect'"),
        (head + "    inputs: {}", 4, "unknown key 'inputs'; expected: hook, input, input_file, raw, assume, expect"),
        (head + "    input: {sql: x}", 2, "the input of pre_query has no 'sql'"),
        (head + "    input: SELECT 1", 2, "the input is not a mapping"),
        (head + "    input: {identity: 5}", 2, "'identity' is not a string or null"),
        (head + "    input: {}\n    raw: x", 2, "the call has more than one of input, input_file and raw"),
        (head + "    raw: {a: b}", 4, "raw is not a single text"),
        (
            head + "    expect: allow", 2,
            "pre_query has no action 'allow'; it has continue, rewrite, block, cached, none"
        ),
        (head + "    expect: [continue]", 2, "expect is neither an action nor a mapping"),
        (head + "    expect:", 2, "expect is neither an action nor a mapping"),
        (head + "    expect: 5", 2, "expect is neither an action nor a mapping"),
        (head + "    expect: continue\n    exact: yes", 5, "exact must be true or false"),
        (head + "    store: [a]", 4, "store is not a mapping"),
        (head + "    store: {a: [b]}", 4, "a value of store is not a single text"),
        (head + "    store: {a: ~}", 4, "the value of 'a' in store is null"),
        (head + "    store: {a: 1, a: 2}", 4, "given twice"),
        (head + "    writes: a", 4, "writes is not a mapping"),
        (head + "    limits: {fuel: 0}", 4, "fuel is not a whole number above 0"),
        (head + "    limits: {fuel: -5}", 4, "fuel is not a whole number above 0"),
        (head + "    limits: {time_ms: soon}", 4, "time_ms is not a whole number above 0"),
        (head + "    limits: {fuel: 99999999999999999999}", 4, "fuel is not a whole number above 0"),
        (head + "    limits: {fuel: \"5\"}", 4, "fuel is not a whole number above 0"),
        (head + "    expect: {a: .inf}", 4, "JSON has no number .inf"),
        (head + "    expect: {a: !x y}", 4, "the tag '!x' is not supported"),
        (head + "    limits: {memory: 5}", 4, "unknown key 'memory'; expected: fuel, time_ms"),
        (head + "    calls: []", 4, "calls is not a list of calls"),
        ("cases:\n  - name: n\n    calls: []", 3, "calls is not a list of calls"),
        ("cases:\n  - name: n\n    calls: {hook: route}", 3, "calls is not a list of calls"),
        (
            "cases:\n  - name: n\n    calls:\n      - {hook: route}\n    expect: none", 5,
            "unknown key 'expect'"
        ),
        ("cases:\n  - name: n\n    calls:\n      - {hook: route, name: x}", 4, "unknown key 'name'"),
        ("cases:\n  - name: n\n    calls:\n      - {expect: none}", 4, "the call has no hook"),
        ("cases: &a\n  - {name: n, hook: route}", 1, "anchors and aliases ('a') are not supported"),
        ("cases:\n  - &a {name: n, hook: route}\n  - *a", nil, "anchor"),
        (head + "    input: {query: &q x, normalized: *q}", nil, "anchor"),
        ("cases: " + String(repeating: "[", count: 150), 1, "values nest deeper than 128"),
    ]

    @Test(arguments: broken)
    func whatIsBrokenIsNamedWithItsLine(text: String, line: Int?, message: String) {
        let error = #expect(throws: ManifestError.self) { try CaseFileReader.read(text, profile: .standard) }
        if let line { expect(error?.line == line || message.isEmpty, "\(error?.description ?? "")") }
        expect(message.isEmpty || error?.message.contains(message) == true, "\(error?.description ?? "")")
    }

    @Test func filesAndListsOverTheLimitsAreRefused() throws {
        let item = "  - {name: n, hook: route}\n"
        let most = "cases:\n" + String(repeating: item, count: CaseFileReader.maximumCases)
        expect(try CaseFileReader.read(most, profile: .standard).count, is: CaseFileReader.maximumCases)
        #expect(throws: ManifestError.self) { try CaseFileReader.read(most + item, profile: .standard) }
        let long = "cases: []\n#" + String(repeating: "x", count: CaseFileReader.maximumBytes)
        #expect(throws: ManifestError.self) { try CaseFileReader.read(long, profile: .standard) }
        #expect(throws: ManifestError.self) { try CaseFileReader.read(json: "[\"" + long + "\"]", profile: .standard) }
    }

    @Test func aJSONFileIsReadAsJSON() throws {
        let cases = try CaseFileReader.read(
            json: "{\n\t\"cases\": [\n\t\t{\"name\": \"\\ud83d\\ude00 \\/ \\u0041\",\n\t\t \"hook\": \"pre_query\","
                + "\n\t\t \"input\": {\"query\": \"'# not: a comment\\n\\t\\u2028\\u0085\\u007f\\\"\\\\ \u{2028}\u{1F600}\"},"
                + " \"expect\": {\"action\": \"1\", \"n\": 1e3}}\n\t]\n}\n", profile: .standard)
        expect(cases.map(\.name), is: ["\u{1F600} / A"])
        expect(cases[0].line, is: 3)
        let query = try JSONDocument(parsing: cases[0].calls[0].input).root["query"]?.string
        expect(
            query.map { Array($0.utf8) },
            is: Array("'# not: a comment\n\t\u{2028}\u{85}\u{7F}\"\\ \u{2028}\u{1F600}".utf8))
        expect(
            cases[0].calls[0].expectation, is: .part(.object(["action": .string("1"), "n": .number("1e3")])))
    }

    @Test(arguments: [
        ("", 1, "the file is not JSON"), ("{\n \"cases\": [\n  {name: 1}\n ]\n}", 3, "the file is not JSON"),
        ("{\"cases\": []} # comment", 1, "the file is not JSON"), ("{\"cases\": [],}", 1, "the file is not JSON"),
        ("{\n\"kases\": []}", 2, "unknown key 'kases'"),
        ("{\"cases\": [\n{\"name\": \"n\",\n\"hook\": \"nope\"}]}", 3, "the host calls no hook 'nope'"),
        (
            "{\"cases\": [\n{\"name\": \"n\",\n\"hook\": \"route\", \"exact\": \"true\"}]}", 3,
            "exact must be true or false"
        ),
        ("[]", 1, "not a mapping"),
    ])
    func brokenJSONIsNamedWithItsLine(text: String, line: Int, message: String) {
        let error = #expect(throws: ManifestError.self) { try CaseFileReader.read(json: text, profile: .standard) }
        expect(error?.line, is: line)
        expect(error?.message.contains(message), is: true, "\(error?.description ?? "")")
    }

    /// Whatever a file holds, it is read or refused; a trap would end the test process.
    @Test func mutatedFilesNeverTrap() {
        let seeds = [
            Self.head
                + "    store: {a: \"1\"}\n    input: {query: \"SELECT \\u00e9\", tables: [t]}\n    expect: {action: block}\n"
                + "    exact: true\n    writes: {a: null}\n    limits: {fuel: 5}\n  - name: m\n    calls:\n      - {hook: route}\n",
            #"{"cases": [{"name": "n\ud83d\ude00", "hook": "authenticate", "input": {"headers": {"a": "b"}}, "expect": "defer"}]}"#,
        ]
        let alphabet = Array("{}[]:,-\"'#&*!|>%@`\\~?\n\t 0a\u{0}\u{7F}".utf8) + [0xC3, 0xA9, 0xFF]
        var generator = SeededNumbers(seed: 20_260_501)
        var read = 0, refused = 0
        for round in 0..<4000 {
            var bytes = Array(seeds[round % seeds.count].utf8)
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[place] = alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
                case 1: bytes.insert(alphabet[Int.random(in: 0..<alphabet.count, using: &generator)], at: place)
                case 2: bytes.remove(at: place)
                default:
                    let end = Int.random(in: place..<bytes.count, using: &generator)
                    bytes.insert(contentsOf: bytes[place..<end], at: place)
                }
                if bytes.isEmpty { bytes = [0x20] }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            do throws(ManifestError) {
                _ =
                    try round.isMultiple(of: 4) || round % 4 == 2
                    ? CaseFileReader.read(text, profile: .standard)
                    : CaseFileReader.read(json: text, profile: .standard)
                read += 1
            } catch {
                expect(!error.message.isEmpty)
                refused += 1
            }
        }
        expect(read > 0 && refused > 0, "the mutations are too mild or too wild: \(read) read, \(refused) refused")
    }
}
