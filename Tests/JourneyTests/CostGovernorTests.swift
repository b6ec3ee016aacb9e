import Contract
import Foundation
import JourneySupport
internal import TestSupport
internal import Testing

/// Examples/cost-governor, from its sources to the installed module at work.
@Suite(.scratchFolder)
struct CostGovernorTests {
    @Test func journeyFromSourcesToAnInstalledModuleAtWork() async throws {
        let plugin = try copyOfExample()
        try await pdk(["build"], in: plugin, says: "hooks: pre_query, post_query")
        let module = plugin + "/dist/cost-governor.wasm"
        expect(try Data(contentsOf: URL(filePath: module)).count < 24_000)
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
        expect(files.contentsEqual(atPath: installed, andPath: module))
        expect(files.fileExists(atPath: Scratch.path("plugins/cost-governor.json")))

        try await metersAndBlocks(installed)
        try await staysWithinItsFuel(installed)
    }

    @Test func unitTestsPass() async throws {
        try await SwiftTests.run(in: copyOfExample())
    }

    @Test func guestLibraryIsTheTemplates() throws {
        let template = BuiltProduct.repository + "/Templates/swift/files", files = FileManager.default
        // What a template renders is the author's; all else is the kit's.
        let kept = try files.subpathsOfDirectory(atPath: template).filter {
            !$0.hasSuffix(".mustache") && files.contents(atPath: template + "/" + $0) != nil
        }
        expect(kept.contains("Sources/PluginSDK/Hooks.swift") && kept.contains("Sources/CPluginABI/runtime.c"))
        for path in kept {
            expect(
                files.contentsEqual(atPath: template + "/" + path, andPath: example + "/" + path),
                "\(path) differs: copy it from Templates/swift/files")
        }
        for folder in ["/Sources/PluginSDK", "/Sources/CPluginABI"] {
            expect(
                try Set(files.subpathsOfDirectory(atPath: example + folder))
                    == Set(files.subpathsOfDirectory(atPath: template + folder)), "\(folder)")
        }
    }

    // MARK: the installed module at work

    private func metersAndBlocks(_ module: String) async throws {
        let results = try await host(
            module, store: ["budget": "100\n", "weight/orders": "20"],
            [
                preQuery("SELECT * FROM orders"), postQuery("SELECT * FROM public.Orders o", elapsed: 1_500),
                preQuery("SELECT 1"), postQuery("SELECT 1", elapsed: 59_000, bytes: 4_096), preQuery("SELECT 1"),
                preQuery("ROLLBACK;"), preQuery("COMMIT; SELECT 1"),
                postQuery("SELECT 1", elapsed: 1_000, success: false),
            ])
        let reason =
            "block cost-governor: 100 of 100 units are spent in period 1; "
            + "queries run again in the next period or with a larger budget"
        expect(
            results.calls.map { $0.decision } == ["continue", nil, "continue", nil, reason, "continue", reason, nil])
        let store: JSONValue = .object(["budget": "100\n", "weight/orders": "20", "spent": "1 101"])
        expect(results.store.isEquivalent(to: store), "\(results.store.compactText)")
        let next = try await host(
            module, store: ["budget": "100", "period": "2", "spent": "1 101"], [preQuery("SELECT 1")])
        expect(next.calls.map { $0.decision } == ["continue"])
    }

    private func staysWithinItsFuel(_ module: String) async throws {
        let long = String(String(repeating: "SELECT * FROM orders WHERE id <> 42 AND ", count: 120).prefix(4_096))
        let hostile = ["a\n", "\"", "\\", "\u{1}", "é\n", "from t,"].map { String(repeating: $0, count: 20_000) }
        let spent = ["budget": "1", "spent": "1 1"]
        let blocked = try await host(module, store: spent, ([long] + hostile).map { preQuery($0) })
        expect(blocked.calls.allSatisfy { $0.action == "block" && $0.fuel < 72_000 }, "\(blocked.calls)")
        let charged = try await host(module, ([long] + hostile).map { postQuery($0, elapsed: 1) })
        expect(charged.store["spent"] != nil)
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
        expect(text.isEmpty || result.output.contains(text), "pdk \(arguments): \(result.transcript)")
    }

    private struct Call: CustomStringConvertible {
        let action: String?, value: String?, fuel: Int
        /// The action and its value; nil when there was no answer.
        var decision: String? { action.map { action in value.map { action + " " + $0 } ?? action } }
        var description: String { "\(decision ?? "no answer") for \(fuel)" }
    }

    /// Runs calls one after the other on one store in the stand-in for the host; none may fail.
    private func host(
        _ module: String, store: [String: String] = [:], _ calls: [PluginHost.Call]
    ) async throws -> (calls: [Call], store: JSONValue) {
        let session = try await PluginHost.run(module, calls, store: store)
        try #require(session.results.count == calls.count)
        for (number, call) in session.results.enumerated() {
            expect(call["error"] == .null, "call \(number): \(call.compactText)")
        }
        return (
            try session.results.map { call in
                let output = call["output"]
                return Call(
                    action: output?["action"]?.string, value: output?["value"]?.string,
                    fuel: try #require(call["fuel"]?.int))
            }, try #require(session.end["store"])
        )
    }

    private func context(_ sql: String) -> JSONValue { PluginHost.query(sql, tables: [], isReadOnly: true) }

    private func preQuery(_ sql: String) -> PluginHost.Call { .input("pre_query", context(sql)) }

    private func postQuery(_ sql: String, elapsed: Int, bytes: Int = 0, success: Bool = true) -> PluginHost.Call {
        let outcome = JSONValue.object([
            "success": .bool(success), "target_node": .null, "elapsed_us": .int(elapsed), "response_bytes": .int(bytes),
            "error": success ? .null : .string("failed"),
        ])
        return .input("post_query", .array([context(sql), outcome]))
    }
}
