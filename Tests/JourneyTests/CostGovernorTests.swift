import Contract
internal import Foundation
internal import TestSupport
internal import Testing

/// Examples/cost-governor, from its sources to the installed module at work.
@Suite(.scratchFolder)
struct CostGovernorTests {
    @Test func journeyFromSourcesToAnInstalledModuleAtWork() async throws {
        let plugin = try copyOfExample()
        try await pdk(["build"], in: plugin, says: "hooks: pre_query, post_query")
        let module = plugin + "/dist/cost-governor.wasm"
        #expect(try Data(contentsOf: URL(filePath: module)).count < 48_000)
        try await pdk(["test"], in: plugin, says: " 0 failed")
        try await pdk(["check"], in: plugin, says: "0 errors")
        try await pdk(["keygen", "vendor"], in: plugin)
        try await pdk(["sign"], in: plugin)
        try await pdk(["check"], in: plugin, says: "0 errors, 0 warnings")
        try await pdk(["publish", "../registry"], in: plugin)

        let files = FileManager.default
        try files.createDirectory(atPath: Scratch.path("trust"), withIntermediateDirectories: false)
        try files.copyItem(atPath: Scratch.path("home/keys/vendor.pub"), toPath: Scratch.path("trust/vendor.pub"))
        let trust = ["--trust-root", "trust"]
        try await pdk(
            ["install", "cost-governor", "--registry", "registry", "--dest", "plugins"] + trust,
            says: "signature: verified by 'vendor'")
        try await pdk(["verify", "plugins/cost-governor.wasm"] + trust, says: "verified by 'vendor'")
        let installed = Scratch.path("plugins/cost-governor.wasm")
        #expect(files.contentsEqual(atPath: installed, andPath: module))
        #expect(files.fileExists(atPath: Scratch.path("plugins/cost-governor.json")))

        try await metersAndBlocks(installed)
        try await sharesWhatAFullStoreHasLeft(installed)
        try await staysWithinItsFuel(installed)
    }

    @Test func unitTestsPass() async throws {
        let swift = try await Program("swift", environment: ["HOME": Scratch.folder], folder: copyOfExample())
            .run(["test"])
        #expect(swift.status == 0, "\(swift.transcript)")
    }

    @Test func guestLibraryIsTheTemplates() throws {
        let template = BuiltProduct.repository + "/Templates/swift/files", files = FileManager.default
        // What a template renders is the author's; all else is the kit's.
        let kept = try files.subpathsOfDirectory(atPath: template).filter {
            !$0.hasSuffix(".mustache") && files.contents(atPath: template + "/" + $0) != nil
        }
        #expect(kept.contains("Sources/PluginSDK/Hooks.swift") && kept.contains("Sources/CPluginABI/runtime.c"))
        for path in kept {
            #expect(
                files.contentsEqual(atPath: template + "/" + path, andPath: example + "/" + path),
                "\(path) differs: copy it from Templates/swift/files")
        }
        for folder in ["/Sources/PluginSDK", "/Sources/CPluginABI"] {
            #expect(
                try Set(files.subpathsOfDirectory(atPath: example + folder))
                    == Set(files.subpathsOfDirectory(atPath: template + folder)), "\(folder)")
        }
    }

    // MARK: the installed module at work

    private func metersAndBlocks(_ module: String) async throws {
        let admin = Sender(identity: "governor-admin"), acme = Sender(tenant: "acme"), globex = Sender(tenant: "globex")
        let results = try await host(
            module,
            [
                preQuery("SELECT cost_governor('budget', 'tenant/acme', 10)", admin),
                postQuery(acme, elapsed: 4_000), preQuery("SELECT 1", acme),
                postQuery(acme, elapsed: 1_500, bytes: 5_000), preQuery("SELECT 1", acme),
                postQuery(globex, elapsed: 1),
                postQuery(acme, elapsed: 2_000, success: false), preQuery("SELECT 1", acme),
                preQuery("SELECT 1", globex), preQuery("COMMIT", acme), preQuery("COMMIT; SELECT 1", acme),
                preQuery("SELECT cost_governor('reset', 'tenant/acme')", acme), preQuery("SELECT 1", acme),
                preQuery("SELECT cost_governor('reset', 'tenant/acme')", admin), preQuery("SELECT 1", acme),
                postQuery(acme, elapsed: 10_000), preQuery("SELECT 1", acme),
                preQuery("SELECT cost_governor('period', '202607')", admin), preQuery("SELECT 1", acme),
                postQuery(acme, elapsed: 3_000),
            ])
        let reason =
            "cost-governor: tenant/acme has spent 10 of 10 units in period 1; "
            + "queries run again in the next period or with a larger budget"
        let answers = results.calls.map { $0.decision }
        #expect(
            answers == [
                "rewrite SELECT 'tenant/acme' AS account, 1 AS period, 0::bigint AS spent, 10::bigint AS budget",
                nil, "continue", nil, "continue", nil, nil, "block " + reason,
                "continue", "continue", "block " + reason,
                // Not an operator: for acme that is a query like any other.
                "block " + reason, "block " + reason,
                "rewrite SELECT 'tenant/acme' AS account, 1 AS period, 0::bigint AS spent, 10::bigint AS budget",
                "continue", nil, "block " + reason, "rewrite SELECT 202607 AS period", "continue", nil,
            ])
        #expect(
            results.store == [
                "budget:tenant/acme": "10", "spent:tenant/acme": "202607 3", "spent:tenant/globex": "1 1",
                "spent:others": "1 0", "period": "202607",
            ])
    }

    private func sharesWhatAFullStoreHasLeft(_ module: String) async throws {
        var store = ["period": "1", "spent:others": "1 0"]
        for number in 1...1_022 { store["spent:tenant/\(number)"] = "1 1" }
        let late = Sender(tenant: "late"), admin = Sender(identity: "governor-admin")
        let results = try await host(
            module, store: store,
            [
                postQuery(late, elapsed: 100_000_000), preQuery("SELECT 1", late),
                preQuery("SELECT 1", Sender(tenant: "later")), preQuery("SELECT 1", Sender(tenant: "7")),
                preQuery("SELECT cost_governor('budget', 'tenant/late', 5)", admin),
                preQuery("SELECT cost_governor('forget', 'tenant/8')", admin),
                preQuery("SELECT cost_governor('reset', 'tenant/late')", admin), preQuery("SELECT 1", late),
            ])
        let reason =
            "block cost-governor: others has spent 100000 of 100000 units in period 1; "
            + "queries run again in the next period or with a larger budget"
        #expect(
            results.calls.map { $0.decision } == [
                nil, reason, reason, "continue",
                "block cost-governor: the store is full; 'forget' accounts that are no longer needed",
                "rewrite SELECT 'tenant/8' AS account, 1 AS period, NULL::bigint AS spent, 100000::bigint AS budget",
                "rewrite SELECT 'tenant/late' AS account, 1 AS period, 0::bigint AS spent, 100000::bigint AS budget",
                "continue",
            ])
        #expect(results.store.count == 1_024)
        #expect(results.store["spent:others"] == "1 100000")
    }

    private func staysWithinItsFuel(_ module: String) async throws {
        let acme = Sender(tenant: "acme")
        let long = String(String(repeating: "SELECT * FROM orders WHERE id <> 42 AND ", count: 120).prefix(4_096))
        // Texts made to burn a call's fuel, after which the host would let them run.
        let hostile = ["a\n", "\"", "\\", "\u{1}", "é\n", "abcdefg\n"].map { String(repeating: $0, count: 5_000) }
        let spent = ["period": "1", "spent:tenant/acme": "1 100000"]
        let free = try await host(module, [preQuery(long, acme), postQuery(acme, elapsed: 10, sql: long)])
        let blocked = try await host(module, store: spent, [preQuery(long, acme)] + hostile.map { preQuery($0, acme) })
        #expect(free.calls.map { $0.action } == ["continue", nil])
        #expect(blocked.calls.allSatisfy { $0.action == "block" }, "\(blocked.calls)")
        for call in free.calls + blocked.calls.prefix(1) { #expect(call.fuel < 60_000) }
    }

    // MARK: running things

    private var example: String { BuiltProduct.repository + "/Examples/cost-governor" }

    /// A copy in the scratch folder, without what was built in the original.
    private func copyOfExample() throws -> String {
        let copy = Scratch.path("cost governor"), files = FileManager.default
        try files.createDirectory(atPath: copy, withIntermediateDirectories: false)
        for name in try files.contentsOfDirectory(atPath: example)
        where ![".build", ".swiftpm", "dist", "Package.resolved"].contains(name) {
            try files.copyItem(atPath: example + "/" + name, toPath: copy + "/" + name)
        }
        return copy
    }

    private func run(_ arguments: [String], in folder: String) async throws -> Program.Result {
        let environment = [
            "HOME": Scratch.folder, "PDK_HOME": Scratch.path("home"),
            "PDK_WASMTIME": BuiltProduct.repository + "/.build-engine/libwasmtime.so",
        ]
        return try await Program(BuiltProduct.pdk, environment: environment, folder: folder).run(arguments)
    }

    private func pdk(_ arguments: [String], in folder: String = Scratch.folder, says text: String = "") async throws {
        let result = try await run(arguments, in: folder)
        try #require(result.status == 0, "pdk \(arguments): \(result.transcript)")
        #expect(text.isEmpty || result.output.contains(text), "pdk \(arguments): \(result.transcript)")
    }

    private struct Call: CustomStringConvertible {
        let action: String?, value: String?, fuel: Int
        /// The action and its value; nil when there was no answer.
        var decision: String? { action.map { action in value.map { action + " " + $0 } ?? action } }
        var description: String { "\(decision ?? "no answer") for \(fuel)" }
    }

    /// Runs calls one after the other on one store in the stand-in for the host; none may fail.
    private func host(
        _ module: String, store: [String: String] = [:], _ calls: [JSONValue]
    ) async throws -> (calls: [Call], store: [String: String]) {
        let before = JSONValue.object(store.map { JSONValue.Member($0.key, .string($0.value)) })
        let python = Program(BuiltProduct.repository + "/.build-python/bin/python")
        let result = try await python.run(
            [BuiltProduct.repository + "/Tests/Support/wasmtime_host.py", module],
            input: JSONValue.array([.object(["store": before])] + calls).compactText)
        try #require(result.status == 0, "\(result.transcript)")
        let elements = try JSONDocument(parsing: result.output).root.elements
        try #require(elements.count == calls.count + 1)
        for (number, call) in elements.dropLast().enumerated() {
            #expect(call["error"]?.kind == .null, "call \(number): \(call.text)")
        }
        var after: [String: String] = [:]
        for member in elements.last?["store"]?.members ?? [] {
            let name = try #require(member.name.string), value = try #require(member.value.string)
            after[name] = value
        }
        return (
            try elements.dropLast().map { call in
                let output = call["output"]
                return Call(
                    action: output?["action"]?.string, value: output?["value"]?.string,
                    fuel: try #require(call["fuel"]?.int))
            }, after
        )
    }

    private struct Sender {
        var tenant: String?
        var identity: String?
    }

    private func context(_ sql: String, _ sender: Sender) -> JSONValue {
        .object([
            "query": .string(sql), "normalized": .string(sql), "tables": .strings(["orders"]),
            "is_read_only": .bool(true),
            "hook_context": .object([
                "request_id": .string("r1"), "client_id": .null,
                "identity": sender.identity.map(JSONValue.string) ?? .null, "database": .string("shop"),
                "branch": .null, "attributes": .object(["tenant_id": sender.tenant.map(JSONValue.string)]),
            ]),
        ])
    }

    private func preQuery(_ sql: String, _ sender: Sender) -> JSONValue {
        .object(["hook": .string("pre_query"), "input": context(sql, sender)])
    }

    private func postQuery(
        _ sender: Sender, elapsed: Int, bytes: Int = 0, success: Bool = true, sql: String = "SELECT 1"
    ) -> JSONValue {
        let outcome = JSONValue.object([
            "success": .bool(success), "target_node": .null, "elapsed_us": .int(elapsed), "response_bytes": .int(bytes),
            "error": success ? .null : .string("failed"),
        ])
        return .object(["hook": .string("post_query"), "input": .array([context(sql, sender), outcome])])
    }
}
