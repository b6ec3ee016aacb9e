import Contract
import JourneySupport
import TestSupport
import Testing

/// What is particular to the plugin that a template makes.
struct TemplateCase: Sendable, CustomTestStringConvertible {
    let template: String
    /// Modules must be smaller than this, in bytes.
    let sizeGoal: Int
    /// Modules with one hook must be smaller than this, in bytes.
    let smallGoal: Int
    /// What the skeleton blocks a query that touches `secrets` with.
    let blockReason: String
    /// A header that the skeleton turns a client away for, and what it says then; nil for one that reads the SQL, judges by
    /// the user name, and counts what the outcome tells, as every template will.
    let refusedHeader: (name: String, value: String, message: String)?
    /// The file that holds the hooks, and a text for it that rewrites each query to itself.
    let source: (path: String, echo: String)
    /// The files that differ between plugins with other hooks.
    let hookFiles: [String]

    var testDescription: String { template }

    /// All templates; the goals are guest.md's.
    static let all = [
        TemplateCase(
            template: "swift", sizeGoal: 24 << 10, smallGoal: 18 << 10, blockReason: "table \"secrets\" is off limits",
            refusedHeader: nil,
            source: (
                "Sources/Plugin/Plugin.swift",
                """
                import PluginSDK

                func echo(_ query: Query) -> QueryDecision { .rewrite(query.sql.text ?? "") }

                @c(pre_query)
                public func exportedPreQuery(_ address: Int, _ count: Int) -> UInt64 {
                    run(echo, onInputAt: address, count: count)
                }

                """
            ),
            hookFiles: ["Sources/Plugin", "plugin.yaml"]),
        TemplateCase(
            template: "rust", sizeGoal: 37 << 10, smallGoal: 24 << 10, blockReason: "table \"secrets\" is off limits",
            refusedHeader: nil,
            source: (
                "src/lib.rs",
                """
                use plugin_sdk::{pre_query, Query, QueryDecision};

                pre_query!(echo);

                fn echo(query: &Query) -> QueryDecision {
                    QueryDecision::rewrite(query.sql().text().unwrap_or_default())
                }

                """
            ),
            hookFiles: ["src", "plugin.yaml"]),
        TemplateCase(
            template: "c", sizeGoal: 17 << 10, smallGoal: 15 << 10, blockReason: "table \"secrets\" is off limits",
            refusedHeader: nil,
            source: (
                "plugin.c",
                """
                #include "sdk/plugin.h"
                static PluginQueryDecision echo(const PluginQuery *query)
                {
                    return plugin_query_rewrite(plugin_field_text(plugin_query_sql(query)));
                }
                PLUGIN_PRE_QUERY(echo);

                """
            ),
            hookFiles: ["plugin.c", "tests/plugin_test.c", "plugin.yaml"]),
        TemplateCase(
            template: "cpp", sizeGoal: 17 << 10, smallGoal: 15 << 10, blockReason: "table \"secrets\" is off limits",
            refusedHeader: nil,
            source: (
                "plugin.cpp",
                """
                #include "sdk/plugin.hpp"
                static plugin::QueryDecision echo(const plugin::Query &query)
                {
                    return plugin::QueryDecision::rewrite(query.sql().text());
                }
                PLUGIN_PRE_QUERY(echo);

                """
            ),
            hookFiles: ["plugin.cpp", "tests/plugin_test.cpp", "plugin.yaml"]),
        TemplateCase(
            template: "zig", sizeGoal: 21 << 10, smallGoal: 16 << 10, blockReason: "table \"secrets\" is off limits",
            refusedHeader: nil,
            source: (
                "plugin.zig",
                """
                const plugin = @import("sdk/plugin.zig");

                comptime {
                    plugin.preQuery(echo);
                }

                fn echo(query: *const plugin.Query) plugin.QueryDecision {
                    return .{ .rewrite = query.sql().text() orelse "" };
                }

                """
            ),
            hookFiles: ["plugin.zig", "tests.zig", "plugin.yaml"]),
    ]

    /// Makes and builds a plugin, in a folder of the workshop that is built again for each set of hooks.
    func build(_ hooks: [String], in kit: Kit, isFirst: Bool) async throws {
        let parent = isFirst ? kit.folder : kit.folder + "/" + hooks.joined(separator: " ")
        let arguments = ["new", "my_plugin-1", "--template", template, "--dir", parent, "--author", "Ünal O'Neill: #1"]
        let made = try await kit.run(arguments + hooks.flatMap { ["--hook", $0] })
        try #require(made.status == 0, "\(made.transcript)")
        if !isFirst {
            // The other files are the same; in the same folder the compiler has less to do.
            for file in hookFiles {
                try Disk.remove(kit.folder + "/my_plugin-1/" + file)
                try Disk.copy(parent + "/my_plugin-1/" + file, to: kit.folder + "/my_plugin-1/" + file)
            }
        }
        try await kit.inside(kit.folder + "/my_plugin-1").done("build")
    }
}

/// Each template's plugin from `pdk new` to the plugins folder, and then in the engine.
@Suite(.scratchFolder)
struct TemplateJourneyTests {
    @Test(arguments: TemplateCase.all)
    func everyStepOfTheJourney(template: TemplateCase) async throws {
        // Compilers leave things in the temporary folder.
        let kit = Kit().with("TMPDIR", Scratch.path("tmp"))
        try Disk.makeFolder(Scratch.path("tmp"))
        try await template.build(Workshop.allHooks, in: kit, isFirst: true)
        let plugin = kit.inside(Scratch.path("my_plugin-1"))
        let built = try Disk.read(plugin.folder + "/dist/my_plugin-1.wasm")
        expect(built.count < template.sizeGoal)
        // Unsigned as yet: one warning, and nothing that keeps it from being published.
        let before = try await plugin.document("check")
        expect(before["findings"]?.elements.map { $0["rule"]?.string } == ["PDK306"])
        try await plugin.done("keygen", "release-2026")
        try await plugin.done("sign")
        let after = try await plugin.document("check")
        expect(after["findings"]?.elements.isEmpty == true)
        let registry = Scratch.path("a registry/index.json")
        try await plugin.done("publish", registry)
        let list = try await kit.done("list", "--registry", registry)
        expect(list.hasPrefix("my_plugin-1  0.1.0  signed"), "\(list)")
        let plugins = Scratch.path("the host's plugins"), trust = plugin.keysFolder
        let installed = try await kit.done(
            "install", "my_plugin-1", "--registry", registry, "--dest", plugins, "--trust-root", trust)
        let module = plugins + "/my_plugin-1.wasm"
        expect(installed.contains("installed my_plugin-1 v0.1.0 -> \(module)\n"))
        expect(installed.contains("  signature: verified by 'release-2026'\n"))
        let verified = try await kit.done("verify", module, "--trust-root", trust)
        expect(verified.contains("  signature: verified by 'release-2026'\n"))
        expect(try Disk.names(plugins) == ["my_plugin-1.json", "my_plugin-1.sig", "my_plugin-1.wasm", "pdk.lock"])
        let manifest = try JSONValue.parse(Disk.text(plugins + "/my_plugin-1.json"))
        expect(manifest["hooks"]?.texts == Workshop.allHooks)
        expect(manifest["author"]?.string == "Ünal O'Neill: #1")
        expect(manifest["permissions"]?.texts == ["kv_read", "kv_write"])

        // Signing has put the manifest and the standard metadata into it.
        expect(try Disk.read(module).count < built.count + 1_000)
        try await Self.expectInterface(module, hooks: Workshop.allHooks, template: template)
        try await Self.expectAnswers(module, template)
        try await Self.expectFuel(module)

        // Other sets of hooks export those hooks and no others, and import no more than they use.
        let sets = [["pre_query"], ["authenticate", "post_query"], ["route", "pre_query"]]
        for hooks in template.template == "swift" ? Array(sets.prefix(2)) : sets {
            try await template.build(hooks, in: kit, isFirst: false)
            let module = Scratch.path("my_plugin-1/dist/my_plugin-1.wasm")
            expect(try Disk.read(module).count < (hooks.count == 1 ? template.smallGoal : template.sizeGoal))
            try await Self.expectInterface(module, hooks: hooks, template: template)
            let findings = try await plugin.run("check", "--json")
            // The signature is of the set of hooks before: that alone is told.
            let rules = try JSONValue.parse(findings.output)["findings"]?.elements.compactMap { $0["rule"]?.string }
            expect(rules?.allSatisfy { $0 == "PDK311" } == true, "\(findings.transcript)")
        }
    }

    /// The template without a guest library: it shows the interface, and goes the same way.
    @Test func theBareInterfaceWorks() async throws {
        let kit = Kit()
        for hooks in [Workshop.allHooks, ["pre_query"], ["post_query", "route"]] {
            let parent = Scratch.path(hooks.joined(separator: " "))
            let made = try await kit.run(
                ["new", "bare", "--template", "wat", "--dir", parent] + hooks.flatMap { ["--hook", $0] })
            try #require(made.status == 0, "\(made.transcript)")
            let plugin = kit.inside(parent + "/bare")
            try await plugin.done("build")
            expect(try await plugin.done("test").contains("\(hooks.count) passed, 0 failed"))
            expect(try await plugin.document("check")["findings"]?.elements.map { $0["rule"]?.string } == ["PDK306"])
            let module = plugin.folder + "/dist/bare.wasm"
            let session = try await PluginHost.run(module, [])
            expect(Set(session.exports.keys) == Set(hooks + ["memory", "alloc", "dealloc"]))
            expect(session.imports == (hooks.contains("post_query") ? ["env.kv_set"] : []))
            guard hooks.contains("pre_query") else { continue }
            let large = PluginHost.query(String(repeating: "x", count: 10_000_000))
            let answers = try await PluginHost.run(module, [.input("pre_query", large)]).results
            expect(answers.first?["output"]?["action"]?.string == "block", "\(answers)")
        }
    }

    /// Whatever spelling the host's JSON has, the plugin reads the same text from it.
    @Test(arguments: TemplateCase.all)
    func randomTextsAreReadCorrectly(template: TemplateCase) async throws {
        let source = (path: template.source.path, text: template.source.echo)
        let plugin = try await Workshop.skeleton(template.template, hooks: ["pre_query"], source: source)
        var random = RandomJSON(seed: 7)
        let cases = (0..<1500).map { _ -> (text: String, input: String) in
            let text = random.text()
            return (text, random.document(query: text))
        }
        let session = try await PluginHost.run(
            plugin + "/dist/guard.wasm", cases.map { .raw("pre_query", $0.input) })
        expect(session.results.count == cases.count)
        let wrong = zip(cases, session.results).filter { item, result in
            result["output"]?["action"]?.string != "rewrite"
                || result["output"]?["value"]?.string.map { Array($0.utf8) } != Array(item.text.utf8)
        }
        expect(wrong.isEmpty, "\(wrong.count) of \(cases.count); \(String(describing: wrong.first))")
    }

    private static func expectInterface(_ module: String, hooks: [String], template: TemplateCase) async throws {
        let session = try await PluginHost.run(module, [])
        var wanted = ["memory": "memory", "alloc": "(i32) -> i32", "dealloc": "(i32,i32) -> ()"]
        for hook in hooks { wanted[hook] = hook == "post_query" ? "(i32,i32) -> ()" : "(i32,i32) -> i64" }
        // Some linkers also export two globals that say where the data ends; the host does not look at them.
        expect(session.exports.filter { !["__data_end", "__heap_base"].contains($0.key) } == wanted)
        var imports: [String] = []
        if hooks.contains("post_query") || (hooks.contains("authenticate") && template.refusedHeader == nil) {
            imports.append("env.kv_get")
        }
        if hooks.contains("post_query") { imports.append("env.kv_set") }
        expect(session.imports == imports)
    }

    private static func expectAnswers(_ module: String, _ template: TemplateCase) async throws {
        guard let refused = template.refusedHeader else { return try await expectAnswersFromSQL(module, template) }
        let session = try await PluginHost.run(
            module,
            [
                .input("pre_query", PluginHost.query("SELECT * FROM orders")),
                .input("pre_query", PluginHost.query("SELECT 1", tables: ["orders", "public.\"Secrets\""])),
                .input("post_query", .array([PluginHost.query("SELECT 1"), PluginHost.outcome(success: true)])),
                .input("post_query", .array([PluginHost.query("SELECT 1"), PluginHost.outcome(success: true)])),
                .input("post_query", .array([PluginHost.query("SELECT 1"), PluginHost.outcome(success: false)])),
                .input("authenticate", PluginHost.request("accept", "*/*")),
                .input("authenticate", PluginHost.request(refused.name, refused.value)),
                .input("route", PluginHost.query("SELECT 1", isReadOnly: true)),
                .input("route", PluginHost.query("DELETE FROM orders")),
            ], store: ["queries": "41"])
        let outputs = session.results.map { $0["output"] ?? .null }
        expect(session.results.allSatisfy { $0["error"] == .null }, "\(session.results)")
        let wanted: [JSONValue] = [
            .object(["action": "continue"]), .object(["action": "block", "value": .string(template.blockReason)]),
            .null, .null, .null,
            .object(["action": "defer"]), .object(["action": "denied", "message": .string(refused.message)]),
        ]
        expect(zip(wanted, outputs).allSatisfy { $0.isEquivalent(to: $1) }, "\(outputs)")
        // A route without parameters may be written as a text or as an object.
        expect(outputs.suffix(2).map { $0.string ?? $0["action"]?.string } == ["standby", "default"])
        expect(session.end["store"]?["queries"]?.string == "43")
        expect(session.end["store"]?["failures"]?.string == "1")
    }

    /// What every skeleton answers to what the real host sends: no tables, no headers, a flag that is a guess.
    private static func expectAnswersFromSQL(_ module: String, _ template: TemplateCase) async throws {
        func request(_ name: JSONValue) -> JSONValue {
            .object([
                "headers": .object([]), "username": name, "password": .null, "client_ip": "127.0.0.1",
                "database": "postgres",
            ])
        }
        func query(_ sql: String) -> JSONValue { PluginHost.query(sql, tables: [], isReadOnly: true) }
        let session = try await PluginHost.run(
            module,
            [
                .input("pre_query", query("SELECT * FROM orders")),
                .input("pre_query", query("SELECT 'secrets', secrets.a -- secrets\nFROM orders AS secrets")),
                .input("pre_query", query("SELECT 1; /* x */ DELETE FROM ONLY public.\"Secrets\"")),
                .input("pre_query", query("DO $$ BEGIN DELETE FROM orders; END $$")),
                .input("pre_query", query(String(repeating: "x", count: 5_000_000))),
                .input("post_query", .array([query("SELECT 1"), PluginHost.outcome(success: true)])),
                .input("post_query", .array([query("SELECT 1"), PluginHost.outcome(success: true)])),
                .input("post_query", .array([query("SELECT 1"), PluginHost.outcome(success: false)])),
                .input("authenticate", request("alice")), .input("authenticate", request("mallory")),
                .input("authenticate", request(.string(String(repeating: "m", count: 1_000_000)))),
                .input("authenticate", request(.null)),
                .input("route", query("SELECT 1")), .input("route", query("/* x */ DELETE FROM orders")),
                .input("route", query("SELECT * FROM orders FOR UPDATE")),
            ], store: ["forwarded": "41", "elapsed_us": "3000000000", "denied/mallory": ""])
        expect(session.results.allSatisfy { $0["error"] == .null }, "\(session.results)")
        func answer(_ action: String, _ name: String? = nil, _ text: String = "") -> JSONValue {
            let action = JSONValue.Member("action", .string(action))
            return .object(name.map { [action, JSONValue.Member($0, .string(text))] } ?? [action])
        }
        let unexamined = "this SQL cannot be examined: too large, or it carries code in a string"
        let unnamed = "the user name is missing or too long"
        let wanted: [JSONValue] = [
            answer("continue"), answer("continue"), answer("block", "value", template.blockReason),
            answer("block", "value", unexamined), answer("block", "value", unexamined), .null, .null, .null,
            answer("defer"), answer("denied", "message", "this user is not admitted here"),
            answer("denied", "message", unnamed), answer("denied", "message", unnamed),
            answer("standby"), answer("primary"), answer("primary"),
        ]
        let outputs = session.results.map { $0["output"] ?? .null }
        for (number, (output, answer)) in zip(outputs, wanted).enumerated() {
            expect(output.isEquivalent(to: answer), "\(number): \(output.compactText)")
        }
        let store = session.end["store"]
        expect(store?["forwarded"]?.string == "43" && store?["failed"]?.string == "1")
        expect(store?["elapsed_us"]?.string == "3000000360" && store?["response_bytes"]?.string == "192")
    }

    /// Fuel is the same on every machine: 48,000 for a query of 4 KB and 180,000 for one of 16 KB.
    ///
    /// An observer that counts in the store may spend 10,000 more.
    private static func expectFuel(_ module: String) async throws {
        let goals: [(bytes: Int, fuel: Int)] = [(4096, 48_000), (16_384, 180_000)], observed = [0, 0, 10_000]
        let session = try await PluginHost.run(
            module,
            goals.flatMap { goal -> [PluginHost.Call] in
                let query = PluginHost.query(PluginHost.sql(bytes: goal.bytes))
                return [
                    .input("pre_query", query), .input("route", query),
                    .input("post_query", .array([query, PluginHost.outcome(success: true)])),
                ]
            })
        let limits = goals.flatMap { goal in observed.map { (bytes: goal.bytes, most: goal.fuel + $0) } }
        expect(session.results.count == limits.count)
        for (result, limit) in zip(session.results, limits) {
            expect(result["error"] == .null)
            expect((result["fuel"]?.int ?? .max) < limit.most, "\(limit.bytes) bytes")
        }
    }
}
