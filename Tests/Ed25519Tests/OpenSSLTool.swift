import Foundation
import Testing

/// A fresh folder for the test, removed after it.
struct TemporaryFolder: TestTrait, TestScoping {
    @TaskLocal static var current = URL(filePath: "/nonexistent")

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "ed25519-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await Self.$current.withValue(folder) { try await function() }
    }
}

extension Trait where Self == TemporaryFolder {
    static var temporaryFolder: Self { Self() }
}

/// The real `openssl` program, run in the test's folder.
enum OpenSSLTool {
    /// Runs it to its end; its exit status.
    static func run(_ arguments: [String]) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.currentDirectoryURL = TemporaryFolder.current
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    static func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: TemporaryFolder.current.appending(path: name))
    }

    static func read(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: TemporaryFolder.current.appending(path: name)))
    }
}
