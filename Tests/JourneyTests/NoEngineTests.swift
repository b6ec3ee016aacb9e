import Foundation
import TestSupport
import Testing

/// Without the engine, commands that run code say in one line what to install; all others work.
@Suite(.scratchFolder)
struct NoEngineTests {
    private func pdk(_ arguments: [String]) async throws -> Program.Result {
        let folder = Scratch.path("guard")
        try FileManager.default.createDirectory(atPath: folder + "/dist", withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: folder + "/cases", withIntermediateDirectories: true)
        try "name: guard\nversion: 1.0.0\nhooks:\n  - pre_query\n"
            .write(toFile: folder + "/plugin.yaml", atomically: true, encoding: .utf8)
        try "cases:\n  - {name: a, hook: pre_query}\n"
            .write(toFile: folder + "/cases/hooks.yaml", atomically: true, encoding: .utf8)
        try Data([0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00])
            .write(to: URL(fileURLWithPath: folder + "/dist/guard.wasm"))
        let environment = ["PDK_HOME": Scratch.path("home"), "PDK_WASMTIME": Scratch.path("nothing.so")]
        return try await Program(BuiltProduct.pdk, environment: environment, folder: folder).run(arguments)
    }

    @Test(arguments: [["test"], ["run", "pre_query"], ["bench", "pre_query"]])
    func verbsThatRunCodeSayWhatToInstall(arguments: [String]) async throws {
        let result = try await pdk(arguments)
        expect(result.status == 1, "\(result.transcript)")
        let lines = result.errors.split(separator: "\n")
        try #require(lines.count == 2, "\(result.transcript)")
        expect(lines[0].hasPrefix("error: there is no engine"), "\(result.transcript)")
        expect(lines[1].hasPrefix("help: ") && lines[1].contains("nothing.so"), "\(result.transcript)")
        expect(!result.errors.contains("\\u{"), "\(result.transcript)")
    }

    @Test func checkSaysWhatItLeavesOut() async throws {
        let result = try await pdk(["check"])
        expect(result.output.contains("warning[PDK400] dist/guard.wasm: "), "\(result.transcript)")
        expect(!result.output.contains("\\u{"), "\(result.transcript)")
    }

    @Test func otherVerbsWork() async throws {
        for arguments in [["keygen"], ["sign"], ["verify", "dist/guard.wasm"]] {
            let result = try await pdk(arguments)
            expect(result.status == 0, "\(result.transcript)")
        }
    }
}
