import Contract
import Foundation
import JourneySupport
import TestSupport
import Testing

/// Examples/token-budget and Examples/audit-chain, from their sources to modules at work.
@Suite(.scratchFolder)
struct CExamplesTests {
    private static let examples = BuiltProduct.repository + "/Examples"

    @Test(arguments: ["token-budget", "audit-chain"])
    func isBuiltTestedCheckedAndInstalled(name: String) async throws {
        let plugin = try await Kit.builtExample(name)
        try await plugin.releaseAndInstall(name)
        let format = try await Program("clang-format").run(["--dry-run", "-Werror", plugin.folder + "/plugin.c"])
        expect(format.status == 0, "\(format.transcript)")
    }

    @Test(arguments: ["token-budget", "audit-chain"])
    func theGuestLibraryIsTheTemplates(name: String) throws {
        let library = BuiltProduct.repository + "/Templates/c/files/sdk"
        for file in try Disk.names(library) {
            expect(
                try Disk.read("\(library)/\(file)") == Disk.read("\(Self.examples)/\(name)/sdk/\(file)"),
                "copy Templates/c/files/sdk/\(file) to Examples/\(name)/sdk")
        }
        expect(try Disk.names(library) == Disk.names("\(Self.examples)/\(name)/sdk"))
    }

    /// Small and large texts of all kinds, with a store that asks for as much as it can.
    @Test(arguments: ["token-budget", "audit-chain"])
    func staysWithinItsFuel(name: String) async throws {
        let plugin = try await Kit.builtExample(name)
        let pieces = [
            "SELECT a, b FROM t WHERE x = 'value' AND y > 10 OR ", "delete from t;", "a,", "\n", "\"", "\u{1}", "''",
            "from t,", "( a ) ", "/* x */", "update t ",
        ]
        var calls: [PluginHost.Call] = []
        for piece in pieces {
            for size in [200, 4_096, 16_384, 65_536] {
                let text = String(repeating: piece, count: size / piece.utf8.count)
                for sql in [text, "/* agent: research */ SELECT 1 FROM patients WHERE " + text] {
                    let query = PluginHost.query(sql, tables: [], isReadOnly: true)
                    if name == "token-budget" { calls.append(.input("pre_query", query)) }
                    calls.append(.input("post_query", .array([query, PluginHost.outcome(success: true)])))
                }
            }
        }
        let tables = (0..<20).map { "table\($0)" }.joined(separator: ",") + ",patients"
        let session = try await PluginHost.run(
            plugin.folder + "/dist/\(name).wasm", calls,
            store: ["tables": tables, "limit/research": "9000000000", "spent/research": "3000000000"])
        for (call, result) in zip(calls, session.results) {
            expect(result["error"] == .null, "\(call.json.compactText.prefix(200)): \(result.compactText)")
        }
    }

    /// The chain holds as it is, and no change of it goes unnoticed.
    @Test func theChainShowsEveryChange() async throws {
        let plugin = try await Kit.builtExample("audit-chain")
        let statements = (1...30).map { "DELETE FROM orders WHERE id = \($0) -- \"é\"\n" } + ["SELECT 1"]
        let session = try await PluginHost.run(
            plugin.folder + "/dist/audit-chain.wasm",
            statements.map {
                .input("post_query", .array([PluginHost.query($0), PluginHost.outcome(success: true)]))
            })
        let log = Scratch.path("a log")
        guard case .object(let store)? = session.end["store"] else {
            throw EngineJourney.Broken(description: "no store")
        }
        for member in store { try Disk.write("\(log)/\(member.name)", try #require(member.value.string)) }
        expect(try Disk.names(log + "/entry").count == 30)
        func verify() async throws -> Program.Result {
            try await Program("sh").run([plugin.folder + "/verify.sh", log])
        }
        let whole = try await verify()
        expect(whole.output == "30 entries hold, from the first\n", "\(whole.transcript)")

        let entry = log + "/entry/17", text = try Disk.text(entry)
        try Disk.write(entry, text.replacingOccurrences(of: "id = 17", with: "id = 18"))
        expect(try await verify().errors.contains("entry 17 has the digest"))
        try Disk.remove(entry)
        expect(try await verify().errors.contains("entry 17 is missing"))
        try Disk.write(entry, text)
        try Disk.write(log + "/entry/31", text)
        expect(try await verify().errors.contains("entry 31 is newer than the head"))
        try Disk.remove(log + "/entry/31")
        // The oldest may be gone, as the store keeps the newest 1,000.
        for number in 1...5 { try Disk.remove("\(log)/entry/\(number)") }
        let rest = try await verify()
        expect(rest.status == 0 && rest.output.hasPrefix("25 entries hold; 1 to 5 are not here"), "\(rest.transcript)")
    }
}
