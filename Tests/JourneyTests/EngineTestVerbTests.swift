import Contract
import Foundation
import TestSupport
import Testing

/// `pdk test` with the real binary.
@Suite(.scratchFolder)
struct EngineTestVerbTests {
    private static let passing = """
        cases:
          - name: lets through
            hook: pre_query
            expect: continue
            exact: true
            writes: {}
            limits: {fuel: 500000, time_ms: 60000}
          - name: blocks in part
            hook: pre_query
            input: {query: BLOCK}
            expect: {action: block}
          - name: has no opinion
            hook: pre_query
            input: {query: NOTHING}
            expect: none
          - name: raw goes in as it is
            hook: pre_query
            raw: "no JSON at all: BLOCK"
            expect: block
          - name: starts from a store
            hook: post_query
            store: {count: "6", old: x}
            input: {query: DELETE}
            writes: {count: "7", old: null}
          - name: a sequence shares the store
            calls:
              - {hook: route, expect: primary}
              - {hook: post_query, writes: {count: "1"}}
              - {hook: post_query, writes: {count: "2"}}
              - {hook: route, expect: standby, writes: {}}

        """
    private static let failing = """
        # Line 1 is this one.
        cases:
          - name: another answer
            hook: pre_query
            expect: {action: block, value: y}
          - name: more than exactly
            hook: pre_query
            input: {query: BLOCK}
            expect: block
            exact: true
          - name: a trap
            hook: pre_query
            input: {query: TRAP}
            expect: continue
          - name: too much fuel
            hook: pre_query
            input: {query: WORK}
            limits: {fuel: 100}
          - name: other writes
            hook: post_query
            writes: {count: "2"}
          - name: an answer the host cannot use
            hook: pre_query
            input: {query: HALF}
          - name: no JSON where nothing is expected
            hook: pre_query
            input: {query: JUNK}
            expect: none
          - name: the second call of a sequence
            calls:
              - {hook: route, expect: primary}
              - {hook: route, expect: standby}
              - {hook: route, expect: standby}

        """

    @Test func passingCasesAreALineEach() async throws {
        let plugin = try await EngineJourney.obedient()
        try plugin.write("cases/good.yaml", Self.passing)
        let result = try await plugin.pdk(["test"])
        expect(result.status == 0, "\(result.transcript)")
        let lines = result.output.split(separator: "\n")
        expect(lines.count == 7)
        expect(lines.last == "6 passed, 0 failed")
        expect(lines.dropLast().allSatisfy { $0.hasPrefix("ok      ") }, "\(result.output)")
        expect(lines[0].hasPrefix("ok      lets through (fuel "))
        expect(result.errors.isEmpty)
    }

    @Test func failingCasesShowExpectedAndGot() async throws {
        let plugin = try await EngineJourney.obedient()
        try plugin.write("cases/bad.yaml", Self.failing)
        try plugin.write("cases/good.yaml", Self.passing)
        let result = try await plugin.pdk(["test"])
        expect(result.status == 1)
        expect(result.output.hasSuffix("\n6 passed, 8 failed\n"), "\(result.transcript)")
        func block(_ what: String, _ expected: String, _ got: String) -> String {
            "          \(what)\n            expected: \(expected)\n            got:      \(got)"
        }
        for text in [
            "FAILED  another answer  cases/bad.yaml:3\n"
                + block("answer", #"{"action":"block","value":"y"}, among others"#, #"{"action":"continue"}"#),
            "FAILED  more than exactly  cases/bad.yaml:6\n"
                + block("answer", #"{"action":"block"}"#, #"{"action":"block","value":"no <&> \"way\""}"#),
            "FAILED  a trap  cases/bad.yaml:11\n"
                + block(
                    "call of pre_query", "an answer",
                    "an unreachable instruction was reached, as after a panic or a failed precondition\n"
                        + "                      at fall_into_the_pit (byte "),
            "FAILED  too much fuel  cases/bad.yaml:15\n" + block("fuel", "at most 100", ""),
            "FAILED  other writes  cases/bad.yaml:19\n" + block("writes", #"{"count":"2"}"#, #"{"count":"1"}"#),
            "FAILED  an answer the host cannot use  cases/bad.yaml:22\n"
                + block(
                    "answer", "one that the host can use",
                    "error: 'value' is not a string"),
            "FAILED  no JSON where nothing is expected  cases/bad.yaml:25\n"
                + block("answer", "one that the host can use", "error: the answer is not JSON"),
            "FAILED  the second call of a sequence  cases/bad.yaml:29\n"
                + block("answer of call 2", #"{"action":"standby"}, among others"#, #"{"action":"primary"}"#),
        ] { expect(result.output.contains(text), "\(text)\nin\n\(result.output)") }
        expect(result.output.contains("answer of call 3"))
    }

    @Test func theFilterTakesNamesAndFiles() async throws {
        let plugin = try await EngineJourney.obedient()
        try plugin.write("cases/bad.yaml", Self.failing)
        try plugin.write("cases/good.yaml", Self.passing)
        expect(try await plugin.pdk(["test", "--filter", "good.yaml"]).output.hasSuffix("\n6 passed, 0 failed\n"))
        expect(try await plugin.pdk(["test", "--filter", "a trap"]).output.hasSuffix("\n0 passed, 1 failed\n"))
        let none = try await plugin.pdk(["test", "--filter", "no such case"])
        expect(
            none.status == 1 && none.errors.contains("no case's name or file contains 'no such case'"),
            "\(none.transcript)")
    }

    @Test func theJSONSaysTheSame() async throws {
        let plugin = try await EngineJourney.obedient()
        try plugin.write("cases/bad.yaml", Self.failing)
        let report = try await plugin.json(["test"], status: 1)
        expect(report["name"]?.string == "obedient")
        expect(report["passed"]?.int == 0 && report["failed"]?.int == 8)
        let cases = try #require(report["cases"]?.elements)
        expect(cases.map { $0["line"]?.int } == [3, 6, 11, 15, 19, 22, 25, 29])
        expect(cases.allSatisfy { $0["file"]?.string == "cases/bad.yaml" && $0["passed"]?.bool == false })
        expect(
            cases[4]["failures"]?.value
                == .array([
                    .object([
                        "what": .string("writes"), "expected": .string(#"{"count":"2"}"#),
                        "got": .string(#"{"count":"1"}"#),
                    ])
                ]))
        expect(cases[7]["failures"]?.elements.map { $0["call"]?.int } == [2, 3])
    }

    @Test func junitIsXMLWithTheSameResults() async throws {
        let plugin = try await EngineJourney.obedient()
        try plugin.write(
            "cases/bad.yaml", Self.failing.replacing("name: a trap", with: #"name: "a <trap> & \"more\"\u0007\r\n]]>""#)
        )
        try plugin.write("cases/good.yaml", Self.passing)
        expect(try await plugin.pdk(["test", "--junit", "report.xml"]).status == 1)
        let parsed = try await Program("python3", folder: plugin.folder).run([
            "-c",
            """
            import json, re, xml.etree.ElementTree as tree
            text = open("report.xml").read()
            suite = tree.fromstring(text)
            assert suite.tag == "testsuite"
            for case in suite.findall("testcase"):
                assert case.get("file") == case.get("classname") and int(case.get("line")) > 0, case.attrib
                for failure in case.findall("failure"): assert failure.get("message").startswith(failure.get("type") + ": ")
            for time in re.findall(r' time="([^"]*)"', text): assert re.fullmatch(r"\\d+\\.\\d{6}", time), time
            print(json.dumps({"suite": suite.attrib, "cases": [
                {"name": case.get("name"), "class": case.get("classname"),
                 "failures": [[failure.get("message"), failure.text] for failure in case.findall("failure")]}
                for case in suite.findall("testcase")]}))
            """,
        ])
        expect(parsed.status == 0, "\(parsed.transcript)")
        let report = try JSONDocument(parsing: parsed.output).root
        expect(report["suite"]?["name"]?.string == "obedient")
        expect(report["suite"]?["tests"]?.string == "14")
        expect(report["suite"]?["failures"]?.string == "8")
        let cases = try #require(report["cases"]?.elements)
        expect(cases.count == 14)
        expect(cases.count { $0["failures"]?.elements.isEmpty == true } == 6)
        expect(cases[2]["name"]?.string == "a <trap> & \"more\"??\n]]>")
        expect(cases[2]["failures"]?.elements.first?.elements.last?.string?.contains("at fall_into_the_pit") == true)
        expect(cases[4]["class"]?.string == "cases/bad.yaml")
        expect(cases[4]["failures"]?.elements.first?.elements.first?.string == #"writes: expected {"count":"2"}"#)
    }

    @Test(arguments: [
        ("broken.yaml", "cases:\n  - name: n\n    hook: nope\n", "cases/broken.yaml:3: the host calls no hook 'nope'"),
        ("broken.yml", "cases: [", "cases/broken.yml:"),
        ("broken.json", "{\"cases\": [\n  }", "cases/broken.json:2: the file is not JSON"),
    ])
    func aBrokenFileIsNamedWithItsLine(name: String, text: String, message: String) async throws {
        let plugin = try await EngineJourney.obedient()
        try plugin.write("cases/good.yaml", Self.passing)
        try plugin.write("cases/" + name, text)
        let result = try await plugin.pdk(["test"])
        expect(result.status == 1)
        expect(result.output.isEmpty)
        expect(result.errors.contains(message), "\(result.transcript)")
        expect(result.errors.contains("\nhelp: "))
    }

    @Test func withoutCasesTheNextStepIsNamed() async throws {
        let plugin = try await EngineJourney.obedient()
        let result = try await plugin.pdk(["test"])
        expect(result.status == 1 && result.errors.contains("no hook cases"), "\(result.transcript)")
    }

    @Test func casesInParallelComeOutAsOneByOne() async throws {
        let plugin = try await EngineJourney.obedient()
        var text = "cases:\n"
        for number in 0..<200 {
            // Every third fails; each sequence counts in a store of its own.
            text += "  - name: case \(number)\n    store: {count: \"\(number % 8)\"}\n    calls:\n"
            text += "      - {hook: post_query, writes: {count: \"\(number % 8 + 1)\"}}\n"
            text +=
                "      - {hook: route, expect: \(number.isMultiple(of: 3) ? "node" : number % 8 > 0 ? "standby" : "primary")}\n"
        }
        try plugin.write("cases/many.yaml", text)
        let whole = try await plugin.json(["test"], status: 1)
        let expected = (0..<200).map { !$0.isMultiple(of: 3) }
        let cases = try #require(whole["cases"]?.elements)
        expect(cases.map { $0["name"]?.string } == (0..<200).map { "case \($0)" })
        expect(cases.map { $0["passed"]?.bool } == expected)
        // One at a time: the same fuel and the same failures.
        func kept(_ item: JSONNode) -> [JSONValue?] { ["name", "passed", "fuel", "failures"].map { item[$0]?.value } }
        for number in [0, 7, 63, 199] {
            let alone = try await plugin.json(
                ["test", "--filter", "case \(number)"], status: number.isMultiple(of: 3) || number < 20 ? 1 : 0)
            let same = try #require(alone["cases"]?.elements.first { $0["name"]?.string == "case \(number)" })
            expect(kept(same) == kept(cases[number]))
        }
        // All on one core, as the scheduler would have it on a small machine.
        let serial = try await Program("taskset", environment: plugin.environment, folder: plugin.folder).run(
            ["-c", "0", BuiltProduct.pdk, "test", "--json"])
        let serialCases = try JSONDocument(parsing: serial.output).root["cases"]?.elements
        expect(serialCases?.map(kept) == cases.map(kept))
    }

    @Test func theCacheOfCompiledCodeIsPrivateAndUsed() async throws {
        let plugin = try await EngineJourney.obedient()
        try plugin.write("cases/good.yaml", Self.passing)
        let files = FileManager.default, folder = Scratch.path("cache/pdk/compiled")
        func mode(_ path: String) throws -> Int {
            try #require(files.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
        }
        expect(try await plugin.pdk(["test"]).status == 0)
        let name = try #require(try files.contentsOfDirectory(atPath: folder).first)
        let file = folder + "/" + name
        expect(name.hasSuffix(".code"))
        expect(try mode(folder) == 0o700)
        expect(try mode(file) == 0o600)
        let code = try Data(contentsOf: URL(fileURLWithPath: file))
        func number() throws -> UInt64 {
            try #require(files.attributesOfItem(atPath: file)[.systemFileNumber] as? UInt64)
        }

        // Used: left as it is.
        let first = try number()
        expect(try await plugin.pdk(["test"]).status == 0)
        expect(try number() == first && files.contentsOfDirectory(atPath: folder) == [name])

        // Damaged: ignored, and another put in its place.
        var damaged = code
        damaged[damaged.count / 2] ^= 1
        for bytes in [damaged, code.prefix(100), Data()] {
            try Data(bytes).write(to: URL(fileURLWithPath: file))
            let result = try await plugin.pdk(["test"])
            expect(result.status == 0, "\(result.transcript)")
            expect(try Data(contentsOf: URL(fileURLWithPath: file)) == code)
            expect(try mode(file) == 0o600)
        }

        // Writable by others: not taken, even when it is whole.
        try files.setAttributes([.posixPermissions: 0o666], ofItemAtPath: file)
        expect(try await plugin.pdk(["test"]).status == 0)
        expect(try mode(file) == 0o600)
        try files.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder)
        try Data("foreign".utf8).write(to: URL(fileURLWithPath: file))
        expect(try await plugin.pdk(["test"]).status == 0)
        expect(try Data(contentsOf: URL(fileURLWithPath: file)) == Data("foreign".utf8), "left alone")
    }

    @Test func theCacheDoesNotGrowForEver() async throws {
        let plugin = try await EngineJourney.obedient()
        try plugin.write("cases/good.yaml", Self.passing)
        let folder = Scratch.path("cache/pdk/compiled")
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        for number in 0..<100 {
            let path = folder + "/old\(number).code"
            try Data().write(to: URL(fileURLWithPath: path))
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1_000_000 + Double(number))], ofItemAtPath: path)
        }
        try Data().write(to: URL(fileURLWithPath: folder + "/something else"))
        expect(try await plugin.pdk(["test"]).status == 0)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        expect(names.count { $0.hasSuffix(".code") } == 64)
        expect(
            names.contains { $0.contains("host2-") } && names.contains("old99.code") && !names.contains("old0.code"))
        expect(names.contains("something else"))
    }
}
