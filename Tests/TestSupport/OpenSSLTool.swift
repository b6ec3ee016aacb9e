internal import Foundation

/// The real `openssl` program, run in the test's scratch folder.
public enum OpenSSLTool {
    /// Runs it to its end; its exit status.
    @discardableResult
    public static func run(_ arguments: [String]) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.currentDirectoryURL = URL(filePath: Scratch.folder)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// Puts a file into the scratch folder.
    public static func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: URL(filePath: Scratch.path(name)))
    }

    /// The bytes of a file in the scratch folder.
    public static func read(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: Scratch.path(name))))
    }
}
