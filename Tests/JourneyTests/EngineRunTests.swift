import Contract
import Foundation
import JourneySupport
import TestSupport
import Testing

/// `pdk run` with the real binary.
@Suite(.scratchFolder)
struct EngineRunTests {
    @Test func everyHookWithShortOptions() async throws {
        let plugin = try await EngineJourney.template("c")
        let runs: [([String], String)] = [
            (["pre_query", "--query", "SELECT * FROM orders"], "pre_query: continue: the query runs unchanged"),
            (["prequery", "--query", "DELETE FROM secrets"], "pre_query: "),
            (["post_query", "--query", "SELECT 1", "--field", "success=false"], "post_query: observed"),
            (["authenticate", "--field", "username=alice"], "authenticate: defer: the login continues"),
        ]
        for (arguments, head) in runs {
            let result = try await plugin.pdk(["run"] + arguments)
            expect(result.status == 0, "\(result.transcript)")
            expect(result.output.hasPrefix(head), "\(arguments) \(result.output)")
            for line in [
                "  fuel:   ", " of 1,000,000 (", "  time:   ", " of 100 ms", "  memory: 128 KiB",
            ] {
                expect(result.output.contains(line), "\(result.output)")
            }
            expect(result.errors.isEmpty)
        }
        let failed = try await plugin.pdk(["run", "post_query", "--field", "success=false"])
        expect(failed.output.contains("store:  read   failed -> no such key\n          write  failed = 1\n"))
        expect(
            try await plugin.json(["run", "post_query", "--field", "success=false"])["writes"]?["failed"]?.string
                == "1")
    }

    /// The host calls a hook that returns nothing, too: it never decides, which run and test say.
    @Test func aHookWithoutAResultDecidesNothing() async throws {
        let plugin = EngineJourney(folder: Scratch.path("observer"))
        for name in ["dist", "cases"] { try Disk.makeFolder(plugin.folder + "/" + name) }
        try plugin.write("plugin.yaml", "name: observer\nversion: 1.0.0\nhooks:\n  - pre_query\n")
        try plugin.write(
            "cases/a.yaml",
            "cases:\n  - name: a\n    hook: pre_query\n    input: {query: SELECT 1}\n")
        try Disk.write(
            Scratch.path("m.wat"),
            """
            (module (memory (export "memory") 1) (func (export "alloc") (param i32) (result i32) (i32.const 1024))
              (func (export "dealloc") (param i32 i32)) (func (export "pre_query") (param i32 i32))
              (func (export "route") (param i32 i32) (result i32) (i32.const 0)))
            """)
        let made = try await Program("wat2wasm").run([
            Scratch.path("m.wat"), "-o", plugin.folder + "/dist/observer.wasm",
        ])
        try #require(made.status == 0, "\(made.transcript)")
        let run = try await plugin.pdk(["run", "pre_query", "--query", "x", "--json"])
        let json = try JSONValue.parse(run.output)
        expect(run.status == 1 && json["decision_kind"]?.string == "continue", "\(run.transcript)")
        expect(json["findings"]?.elements.map { $0["rule"]?.string } == ["PDK206"])
        let test = try await plugin.pdk(["test"])
        expect(test.status == 1 && test.transcript.contains("never decides"), "\(test.transcript)")
        // A hook of any other shape fails.
        expect(try await plugin.json(["run", "route", "--query", "x"], status: 1)["decision_kind"]?.string == "error")
    }

    /// A case expects what the host decides, however the answer is written.
    @Test func casesReadAnswersAsTheHostDoes() async throws {
        let plugin = EngineJourney(folder: Scratch.path("answers"))
        for name in ["dist", "cases"] { try Disk.makeFolder(plugin.folder + "/" + name) }
        try plugin.write("plugin.yaml", "name: answers\nversion: 1.0.0\nhooks:\n  - pre_query\n  - authenticate\n")
        let answers: [(hook: String, answer: String, expected: String, isMet: Bool)] = [
            ("pre_query", #"[\22block\22,\22no\22]"#, "block", true),
            ("pre_query", #"[\22block\22,\22no\22]"#, "{action: block, value: \"no\"}", true),
            ("pre_query", #"[\22block\22,\22no\22]"#, "{action: block, value: \"yes\"}", false),
            ("pre_query", #"[\22cached\22,null,[123,125]]"#, "{action: cached, data: [123, 125]}", true),
            (
                "pre_query", #"{\22action\22:\22block\22,\22value\22:\22x\22,\22e\22:\22\ff\22}"#,
                "{action: block, value: x}", true
            ),
            ("pre_query", #"{\22action\22:\22block\22,\22value\22:\22x\22,\22e\22:\22\ff\22}"#, "continue", false),
            (
                "authenticate", #"[\22success\22,[\22u\22,\22n\22,[\22r\22]]]"#,
                "{action: success, identity: {username: \"n\", roles: [r]}}", true
            ),
        ]
        for (hook, answer, expected, isMet) in answers {
            let size = answer.replacing("\\22", with: "x").replacing("\\ff", with: "x").utf8.count
            try Disk.write(
                Scratch.path("m.wat"),
                """
                (module (memory (export "memory") 1) (data (i32.const 8) "\(answer)")
                  (func (export "alloc") (param i32) (result i32) (i32.const 1024))
                  (func (export "dealloc") (param i32 i32))
                  (func (export "\(hook)") (param i32 i32) (result i64) (i64.const \(8 << 32 | size))))
                """)
            let made = try await Program("wat2wasm").run([
                Scratch.path("m.wat"), "-o", plugin.folder + "/dist/answers.wasm",
            ])
            try #require(made.status == 0, "\(made.transcript)")
            try plugin.write(
                "cases/a.yaml", "cases:\n  - name: a\n    hook: \(hook)\n    input: {}\n    expect: \(expected)\n")
            let test = try await plugin.pdk(["test"])
            expect((test.status == 0) == isMet, "\(answer) \(expected): \(test.transcript)")
        }
    }

    /// The engine charges 5,000 units for a copy of 5,000 bytes, the host one: what is above its limit only so goes on.
    @Test func fuelOfBulkMemoryIsNotCertain() async throws {
        func module(copies: Int, loops: Int) -> String {
            """
            (module (memory (export "memory") 10) (memory 1) (data (i32.const 0) "{\\"action\\":\\"continue\\"}")
              (func (export "alloc") (param i32) (result i32)
                (i32.shl (memory.grow (i32.add (i32.const 1) (i32.shr_u (local.get 0) (i32.const 16)))) (i32.const 16)))
              (func (export "dealloc") (param i32 i32))
              (func (export "pre_query") (param i32 i32) (result i64) (local $i i32)
                (loop $copies
                  (memory.copy (i32.const 1000) (i32.const 200000) (i32.const 5000))
                  (br_if $copies (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const \(copies)))))
                (loop $loops
                  (br_if $loops (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const \(loops)))))
                (i64.const 21)))
            """
        }
        let plugin = EngineJourney(folder: Scratch.path("copies"))
        for name in ["dist", "cases"] { try Disk.makeFolder(plugin.folder + "/" + name) }
        try plugin.write("plugin.yaml", "name: copies\nversion: 1.0.0\nhooks:\n  - pre_query\n")
        try plugin.write(
            "cases/a.yaml",
            "cases:\n  - name: a\n    hook: pre_query\n    input: {query: SELECT 1}\n    expect: continue\n")
        func build(copies: Int, loops: Int = 0) async throws {
            try Disk.write(Scratch.path("m.wat"), module(copies: copies, loops: loops))
            let made = try await Program("wat2wasm").run([
                "--enable-multi-memory", Scratch.path("m.wat"), "-o", plugin.folder + "/dist/copies.wasm",
            ])
            try #require(made.status == 0, "\(made.transcript)")
        }
        try await build(copies: 300)
        let run = try await plugin.json(["run", "pre_query", "--query", "x"])
        expect(run["decision_kind"]?.string == "continue" && run["findings"]?.elements.count == 1)
        expect(run["findings"]?.elements.first?["rule"]?.string == "PDK423")
        expect((run["fuel"]?.int ?? 0) > 1_500_000 && run["fuel_limit"]?.int == 1_000_000)
        let test = try await plugin.pdk(["test"])
        expect(test.status == 0 && test.errors.contains("[PDK423]"), "\(test.transcript)")
        let bench = try await plugin.json(["bench", "pre_query", "--seconds", "0.01"])
        expect(bench["fuel_doubt"]?.string?.contains("not certain") == true)
        let check = try await plugin.json(["check"])
        let found = check["findings"]?.elements.filter { $0["rule"]?.string?.hasPrefix("PDK4") == true } ?? []
        expect(found.map { $0["severity"]?.string } == ["warning"], "\(found)")
        // Within the limit as the engine counts there is no doubt, and above it without the copies none either.
        try await build(copies: 150)
        expect(try await plugin.json(["run", "pre_query", "--query", "x"])["findings"]?.elements.isEmpty == true)
        try await build(copies: 100, loops: 400_000)
        let loops = try await plugin.json(["run", "pre_query", "--query", "x"], status: 1)
        expect(loops["decision_kind"]?.string == "error", "\(loops.text)")
    }

    /// What a manifest asks for counts for nothing when a hook runs; what the host is set to does.
    @Test func theHostsMemoryIsWhatACallGets() async throws {
        let plugin = try await EngineJourney.obedient()
        try plugin.write(
            "plugin.c",
            plugin.read("plugin.c").replacing(
                "if (has(in, size, \"NOTHING\"))",
                with:
                    "if (has(in, size, \"GROW\") && __builtin_wasm_memory_grow(0, 64) == -1ul) __builtin_trap();\n    if (has(in, size, \"NOTHING\"))"
            ))
        expect(try await plugin.pdk(["build"]).status == 0)
        let grow = ["pre_query", "--query", "GROW"]
        expect(try await plugin.pdk(["run"] + grow).status == 0)
        try plugin.write("plugin.yaml", try plugin.read("plugin.yaml") + "resources:\n  max_memory: 2MB\n")
        expect(try await plugin.pdk(["run"] + grow).status == 0)
        try plugin.write("host.yaml", "limits:\n  memory_bytes: 2097152\n")
        let run = try await plugin.pdk(["run"] + grow)
        expect(run.status == 1 && run.output.contains("KiB of 2,048 KiB"), "\(run.transcript)")
        let bench = try await plugin.pdk(["bench", "--seconds", "0.01"] + grow)
        expect(bench.status == 1 && bench.errors.contains("an unreachable instruction"), "\(bench.transcript)")
        let elsewhere = try await plugin.pdk(["run", "--wasm", "dist/obedient.wasm"] + grow)
        expect(elsewhere.status == 0 && elsewhere.output.contains("KiB\n"), "\(elsewhere.transcript)")
    }

    @Test func theInputFromAFileAndFromStandardInput() async throws {
        let plugin = try await EngineJourney.obedient()
        try plugin.write("in.json", #"{"anything": "BLOCK"}"#)
        let file = try await plugin.pdk(["run", "pre_query", "--input", "in.json"])
        expect(file.output.hasPrefix(#"pre_query: block: no <&> "way""#), "\(file.transcript)")
        let stdin = try await plugin.pdk(["run", "pre_query", "--input", "-"], input: "not JSON, NOTHING")
        expect(stdin.output.hasPrefix("pre_query: no result"), "\(stdin.transcript)")
        expect(
            stdin.status == 0 && stdin.errors.contains("warning: standard input is not JSON"), "\(stdin.transcript)")
        let piped = try await Program("sh", environment: plugin.environment, folder: plugin.folder).run(
            ["-c", "printf BLOCK | \"$0\" run pre_query --input -", BuiltProduct.pdk])
        expect(piped.output.hasPrefix("pre_query: block"), "\(piped.transcript)")
        let empty = try await plugin.pdk(["run", "pre_query", "--input", "-"])
        expect(empty.status == 1 && empty.errors.contains("nothing on standard input"), "\(empty.transcript)")
        let whole = try await plugin.pdk(["run", "pre_query", "--input", "-"], input: #"{"query":"Q"}"#)
        expect(whole.status == 0 && !whole.errors.contains("warning"), "\(whole.transcript)")
        let pipe = try await plugin.pdk(["run", "pre_query", "--input", "/dev/null"])
        expect(
            pipe.status == 1 && pipe.errors.contains("help: pipe the input in with: --input -"), "\(pipe.transcript)")
        let absent = try await plugin.pdk(["run", "pre_query", "--input", "absent.json"])
        expect(
            absent.status == 1 && absent.errors.contains("absent.json: no such file or folder"), "\(absent.transcript)")
        let outside = try await Program(BuiltProduct.pdk, environment: plugin.environment).run(
            ["run", "pre_query", "--wasm", "obedient/dist/obedient.wasm", "--query", "BLOCK"])
        expect(outside.status == 0 && outside.output.contains("block"), "\(outside.transcript)")
    }

    @Test(arguments: [
        ["run"], ["run", "on_connect"], ["run", "nope"], ["run", "route", "--fuel", "0"],
        ["run", "route", "--time", "-1"],
        ["run", "route", "--input", "-", "--query", "x"], ["bench", "route", "--seconds", "0"],
        ["bench", "route", "--allow", "nan"], ["bench", "nope"], ["run", "route", "--attr", "tenant"],
        ["run", "route", "--field", "=x"], ["bench", "route", "--header", "x"], ["new", "x", "--set", "table"],
        ["upgrade", "--set", "=x"],
    ])
    func misuseIsStatusTwo(arguments: [String]) async throws {
        let result = try await Program(BuiltProduct.pdk).run(arguments)
        expect(result.status == 2, "\(result.transcript)")
        expect(result.output.isEmpty && result.errors.hasPrefix("error: "))
    }

    @Test func wrongShortOptionsAreNamed() async throws {
        let plugin = try await EngineJourney.obedient()
        for (arguments, text) in [
            (["--field", "sql=x"], "has no 'sql'"),
            (["--header", "a=b"], "has no 'headers'"), (["--field", "is_read_only=x"], "is_read_only is neither true"),
            (["--kv", "plugin.yaml"], "plugin.yaml is not JSON"),
        ] {
            let result = try await plugin.pdk(["run", "pre_query"] + arguments)
            expect(result.status == 1 && result.errors.contains(text), "\(result.transcript)")
        }
    }

    @Test func theStoreIsSeededAndShown() async throws {
        let plugin = try await EngineJourney.obedient()
        try plugin.write("kv.json", #"{"count": "4", "old": "x", "k\u00e9y": "\ud83d\ude00"}"#)
        let run = try await plugin.json(["run", "post_query", "--kv", "kv.json", "--query", "DELETE"])
        expect(run["sound"]?.bool == true)
        expect(run["writes"]?.value == .object(["count": .string("5"), "old": .null]))
        expect(run["store"]?.value == .object(["count": .string("5"), "k\u{E9}y": .string("\u{1F600}")]))
        expect(
            run["store_operations"]?.elements.map { $0.string ?? "" }
                == ["read   count -> 4", "write  count = 5", "delete old"])
        let routed = try await plugin.pdk(["run", "route", "--kv", "kv.json"])
        expect(routed.output.hasPrefix("route: standby: the query goes to a standby server\n"), "\(routed.transcript)")
        for broken in ["[]", #"{"a": 1}"#, "{"] {
            try plugin.write("kv.json", broken)
            expect(try await plugin.pdk(["run", "route", "--kv", "kv.json"]).status == 1)
        }
    }

    @Test func theJSONHasAllFields() async throws {
        let plugin = try await EngineJourney.obedient()
        let run = try await plugin.json(["run", "pre_query", "--query", "BLOCK"])
        expect(
            run.members.map { $0.name.string ?? "" } == [
                "decision_kind", "findings", "hook", "sound", "decision", "answer", "output", "output_bytes", "host",
                "failure", "fuel", "fuel_exact", "fuel_limit", "time_ns",
                "memory_bytes", "store_operations", "writes", "store",
            ])
        expect(run["hook"]?.string == "pre_query" && run["decision_kind"]?.string == "block")
        expect(run["host"]?.string == "helios-1.5" && run["findings"]?.elements.isEmpty == true)
        expect(run["answer"]?["action"]?.string == "block")
        expect(run["output"]?.string == #"{"action":"block","value":"no <&> \"way\""}"#)
        expect(run["failure"]?.kind == .null)
        expect(run["fuel_limit"]?.int == 1_000_000)
        expect(run["fuel_exact"]?.bool == true)
        expect((run["fuel"]?.int ?? 0) > 100)
        expect((run["time_ns"]?.int ?? 0) > 0)
        let memory = try #require(run["memory_bytes"]?.int)
        expect(memory % 65_536 == 0 && memory > 0)
    }

    @Test func aTrapIsShownCauseFirstThenTheFrames() async throws {
        let plugin = try await EngineJourney.obedient()
        let result = try await plugin.pdk(["run", "pre_query", "--query", "TRAP"])
        expect(result.status == 1)
        let lines = result.output.split(separator: "\n")
        expect(lines[0].hasPrefix("pre_query: failed: an unreachable instruction was reached"), "\(result.transcript)")
        expect(lines[0].hasSuffix("the host logs it and continues as if the plugin were not installed"))
        expect(lines[1].hasPrefix("    at fall_into_the_pit (byte "))
        expect(lines.contains { $0.hasPrefix("    at pre_query (byte ") })
        expect(!result.output.contains("no function names"))
        expect(result.output.contains("  fuel:   "))

        let json = try await plugin.json(["run", "pre_query", "--query", "TRAP"], status: 1)
        expect(json["sound"]?.bool == false && json["decision_kind"]?.string == "error")
        expect(json["failure"]?.string?.contains("at fall_into_the_pit") == true)
        expect(json["answer"]?.kind == .null)

        // What it wrote before is kept, as in the host.
        let observer = try await plugin.json(["run", "post_query", "--query", "TRAP"], status: 1)
        expect(observer["store"]?["count"]?.string == "1")
    }

    @Test func aTrapWithoutNamesSaysWhy() async throws {
        let plugin = try await EngineJourney.obedient()
        try plugin.write(
            "plugin.yaml", try plugin.read("plugin.yaml").replacing("--no-entry", with: "--no-entry,--strip-all"))
        expect(try await plugin.pdk(["build"]).status == 0)
        let result = try await plugin.pdk(["run", "pre_query", "--query", "TRAP"])
        expect(result.output.contains("    at function "), "\(result.transcript)")
        expect(result.output.contains("no function names: the module was linked without a name section"))
        expect(try await plugin.pdk(["run", "--help"]).output.contains("--strip-all"))
    }

    @Test(arguments: [
        ("SPIN", "failed: the call used up its 1000000 units of fuel"),
        ("JUNK", "the answer is not JSON"), ("KIND", "the field must be called 'action', not 'kind'"),
        ("UNKNOWN", "the action 'explode' is unknown; the host treats it as 'continue'"),
        ("HALF", "error: 'value' is not a string"),
    ])
    func whatTheHostCannotUseIsStatusOne(query: String, text: String) async throws {
        let plugin = try await EngineJourney.obedient()
        let result = try await plugin.pdk(["run", "pre_query", "--query", query])
        expect(result.status == 1)
        expect(result.output.contains(text), "\(result.transcript)")
        expect(!result.output.contains("\u{1B}"), "a plugin's answer does not steer the terminal")
    }

    /// What the host does with doubtful answers and inputs is a finding beside the decision.
    @Test func whatIsDoubtfulIsAFinding() async throws {
        let plugin = try await EngineJourney.obedient()
        let bare = try await plugin.json(["run", "pre_query", "--query", "BARE"])
        expect(bare["decision_kind"]?.string == "block" && bare["sound"]?.bool == true)
        expect(bare["findings"]?.elements.map { $0["rule"]?.string } == ["PDK417"])
        let assumed = try await plugin.json(
            ["run", "pre_query", "--query", "SELECT 1", "--table", "t", "--attr", "a=b", "--field", "identity=x"])
        expect(assumed["findings"]?.elements.map { $0["rule"]?.string } == ["PDK501", "PDK501", "PDK501"])
        let shown = try await plugin.pdk(["run", "pre_query", "--query", "SELECT 1", "--table", "t"])
        expect(
            shown.output.contains("warning[PDK501]") && shown.output.contains("the host sends []"),
            "\(shown.transcript)")
        let unknown = try await plugin.json(["run", "pre_query", "--query", "UNKNOWN"], status: 1)
        expect(unknown["decision_kind"]?.string == "continue" && unknown["sound"]?.bool == false)
        let observer = try await plugin.json(["run", "post_query"])
        expect(observer["decision_kind"]?.string == "continue")
    }

    /// An operator's host: its limits and what it sends come from a file.
    @Test func anotherHostIsDescribedByAFile() async throws {
        let plugin = try await EngineJourney.obedient()
        try plugin.write(
            "fork.yaml",
            "from: helios-1.5\nid: fork\nlimits: {fuel: 300, milliseconds: 900}\n"
                + "records: {context: {tables: {holds: tables, of: query}}}\n")
        let run = try await plugin.json(
            ["run", "pre_query", "--query", "SELECT 1 FROM WORKS", "--host", "fork.yaml"], status: 1)
        expect(run["host"]?.string == "fork" && run["fuel_limit"]?.int == 300)
        let sent = try await plugin.json(
            [
                "run", "pre_query", "--query", "SELECT 1 FROM t", "--table", "t", "--host", "fork.yaml", "--fuel",
                "1000000",
            ])
        expect(sent["findings"]?.elements.isEmpty == true, "the fork sends the tables")
        let shown = try await plugin.json(["host", "show", "fork.yaml"])
        expect(shown["id"]?.string == "fork" && shown["limits"]?["fuel"]?.int == 300)
        try plugin.write("fork.yaml", "limits: {feul: 5}\n")
        let refused = try await plugin.pdk(["test", "--host", "fork.yaml"])
        expect(refused.errors.contains("limits: unknown key 'feul'"), "\(refused.transcript)")
        let list = try await plugin.json(["host", "list"])
        expect(list.elements.map { $0["id"]?.string } == ["helios-1.5"])
    }

    @Test func fuelAndTimeCanBeSet() async throws {
        let plugin = try await EngineJourney.obedient()
        let work = ["run", "pre_query", "--query", "WORK"]
        let first = try await plugin.json(work)
        let used = try #require(first["fuel"]?.int)
        expect(try await plugin.json(work + ["--fuel", "\(used)"])["fuel"]?.int == used, "exactly enough is enough")
        let short = try await plugin.json(work + ["--fuel", "\(used / 2)"], status: 1)
        expect(short["failure"]?.string?.hasPrefix("the call used up its \(used / 2) units of fuel") == true)
        expect(short["fuel_limit"]?.int == used / 2)
        let long = try await plugin.pdk(
            ["run", "pre_query", "--query", "SPIN", "--fuel", "9000000000000", "--time", "20"])
        expect(long.status == 1)
        expect(long.output.contains("the call ran longer than 20 ms and was interrupted"), "\(long.transcript)")
        expect(long.output.contains(" of 20 ms"))
        expect(long.output.contains("fuel:   at least "))
    }

    @Test func withoutAnEngineOneLineSaysWhatToInstall() async throws {
        var plugin = try await EngineJourney.obedient()
        try plugin.write("cases/a.yaml", "cases:\n  - {name: n, hook: pre_query}\n")
        plugin.environment["PDK_WASMTIME"] = "/nonexistent"
        for verb in [["run", "pre_query"], ["test"], ["bench", "pre_query"]] {
            let result = try await plugin.pdk(verb)
            expect(result.status == 1)
            let lines = result.errors.split(separator: "\n")
            expect(lines.count == 2 && result.output.isEmpty, "\(result.transcript)")
            expect(
                lines.first?.hasPrefix("error: there is no engine to run plugins in") == true, "\(result.transcript)")
            expect(lines.last?.hasPrefix("help: ") == true && lines.last?.contains("/nonexistent") == true)
            let json = try await plugin.json(verb, status: 1)
            expect(json["error"]?["code"]?.string == "no-engine")
        }
        let check = try await plugin.pdk(["check"])
        expect(check.output.contains("warning[PDK400]"), "\(check.transcript)")
        expect(check.status == 0)
        expect(try await plugin.json(["publish", "../registry"], status: 1)["error"]?["code"]?.string != nil)
        for verb in [["keygen"], ["sign"]] { expect(try await plugin.pdk(verb).status == 0) }
        // What nobody has run is not published unless that is meant.
        let refused = try await plugin.json(["publish", "../registry", "--no-test"], status: 1)["error"]
        expect(refused?["code"]?.string == "check-failed" && refused?["message"]?.string?.contains("PDK400") == true)
        expect(refused?["help"]?.string?.contains("--no-engine") == true, "\(refused as Any)")
        expect(!FileManager.default.fileExists(atPath: Scratch.path("registry/index.json")))
        for verb in [["publish", "../registry", "--no-test", "--no-engine"]] {
            let result = try await plugin.pdk(verb)
            expect(result.status == 0, "\(verb) \(result.transcript)")
        }
        expect(FileManager.default.fileExists(atPath: Scratch.path("registry/index.json")))
    }

    @Test func publishRefusesWhatTheHostWouldNotRunUnlessSilenced() async throws {
        let plugin = try await EngineJourney.obedient()
        let source = try plugin.read("plugin.c")
        try plugin.write("plugin.c", source.replacing("\"TRAP\")) fall", with: "\"SELECT\")) fall"))
        for verb in [["build"], ["keygen"], ["sign"]] { expect(try await plugin.pdk(verb).status == 0) }
        let refused = try await plugin.pdk(["publish", "../registry"])
        expect(refused.status == 1 && refused.transcript.contains("PDK403"), "\(refused.transcript)")
        expect(!FileManager.default.fileExists(atPath: Scratch.path("registry/index.json")))
        try plugin.write(
            "plugin.yaml",
            try plugin.read("plugin.yaml") + "check:\n  silence:\n    - rule: PDK403\n      reason: on purpose\n")
        let taken = try await plugin.pdk(["publish", "../registry"])
        expect(taken.status == 0, "\(taken.transcript)")
    }
}
