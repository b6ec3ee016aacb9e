import Contract
import Foundation
import JourneySupport
import TestSupport
import Testing

/// Examples/ai-sql-classifier and Examples/vector-router, from their sources to modules at work.
@Suite(.scratchFolder)
struct RustExamplesTests {
    private static let examples = BuiltProduct.repository + "/Examples"

    @Test(arguments: ["ai-sql-classifier", "vector-router"])
    func isBuiltTestedCheckedAndInstalled(name: String) async throws {
        let plugin = try await Kit.builtExample(name)
        try await plugin.releaseAndInstall(name)
    }

    @Test func unitTestsPassAndTheCodeIsFormatted() async throws {
        let folders = [
            try await Kit.builtExample("ai-sql-classifier").folder, try await Kit.builtExample("vector-router").folder,
        ]
        for folder in folders {
            // Both have one guest library: cargo takes it as it was compiled for the first, since it is newer than the sources.
            if folder != folders[0] { try Disk.copy(folders[0] + "/target/debug", to: folder + "/target/debug") }
            for arguments in [["test", "--offline", "--quiet"], ["fmt", "--all", "--check"]] {
                let run = try await Cargo.run(arguments, in: folder)
                expect(run.status == 0, "\(run.transcript)")
            }
        }
    }

    @Test(arguments: ["ai-sql-classifier", "vector-router"])
    func theGuestLibraryIsTheTemplates(name: String) throws {
        let library = try Disk.tree(BuiltProduct.repository + "/Templates/rust/files/sdk")
        expect(library.count > 10)
        expect(
            try Disk.tree("\(Self.examples)/\(name)/sdk") == library,
            "copy Templates/rust/files/sdk to Examples/\(name)/sdk")
    }

    /// Small and large texts of all kinds, with a store that asks for as much as it can.
    @Test(arguments: ["ai-sql-classifier", "vector-router"])
    func staysWithinItsFuel(name: String) async throws {
        let plugin = try await Kit.builtExample(name)
        let pieces = [
            "SELECT a, b FROM t WHERE x = 'value' AND y > 10 OR ", "delete from t;", "a,", "\n", "\"", "\u{1}", "''",
            "from t,", "( a ) ", "/* x */", "update t ", "<-", "--\n", "()", "//,", "a <-> b ", "1.", "$", ";",
        ]
        let hook = name == "vector-router" ? "route" : "pre_query"
        var calls: [PluginHost.Call] = []
        for piece in pieces {
            for size in [200, 3_000, 5_900, 16_384, 65_536] {
                let text = String(repeating: piece, count: size / piece.utf8.count)
                for sql in [text, "/* ai */ SELECT 1 FROM patients WHERE " + text] {
                    calls.append(.input(hook, PluginHost.query(sql, tables: [], isReadOnly: true)))
                }
            }
        }
        let session = try await PluginHost.run(
            plugin.folder + "/dist/\(name).wasm", calls,
            store: ["tables": "patients2, t2, a.b, c", "node": "n", "who": "all", "sensitive": "patients2, t2, a.b, c"])
        for (call, result) in zip(calls, session.results) {
            expect(result["error"] == .null, "\(call.json.compactText.prefix(200)): \(result.compactText)")
        }
    }
}
