import Foundation
import JourneySupport
import TestSupport
import Testing

/// A disk without room: what a command cannot write whole, it does not begin, and it names the file.
@Suite(.scratchFolder)
struct FullDiskTests {
    private let kit = Kit()

    /// Every file below the scratch folder with its bytes.
    private func files() throws -> [String: Data] {
        var files: [String: Data] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: Scratch.folder) {
            // A folder has no bytes to read.
            files[path] = try? Data(contentsOf: URL(fileURLWithPath: Scratch.path(path)))
        }
        return files
    }

    /// Runs a command where no file may grow past so many KiB (`setrlimit(2)`).
    private func run(_ arguments: [String], room: Int, in folder: String) async throws -> Program.Result {
        let shell = kit.inside(folder).tool("bash")
        return try await shell.run(
            ["-c", "trap '' XFSZ; ulimit -f \(room); exec \"$0\" \"$@\"", kit.program] + arguments)
    }

    @Test func nothingIsHalfWritten() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        let registry = Scratch.path("registry")
        try await plugin.done("publish", registry, "--create")
        try await kit.done("install", "guard", "--registry", registry, "--dest", "plugins")
        try await kit.done("registry", "init", "fresh")
        try Disk.write(registry + "/artifacts/guard/9.9.9/left.wasm", "left")
        let commands = [
            ["uninstall", "guard", "--dest", "plugins"],
            ["install", "guard", "--registry", registry, "--dest", "more"],
            ["registry", "init", "other"], ["registry", "gc", registry, "--apply"],
            ["mirror", registry, "copy", "--create"],
            ["yank", "guard", "0.1.0", "--registry", registry, "--reason", "x"],
            ["config", "set", "registry", registry], ["keygen", "third"],
            ["new", "another", "--template", "wat", "--defaults", "--dir", "new/folder"],
        ]
        let before = try files()
        for command in commands {
            let result = try await run(command, room: 0, in: Scratch.folder)
            expect(result.status == 1 && result.errors.contains("cannot write /"), "\(command): \(result.transcript)")
            expect(try files() == before, "\(command) changed something")
        }
        for folder in ["more", "other", "copy", "new"] { expect(!Disk.exists(Scratch.path(folder)), "\(folder)") }
        // The good twin.
        for command in commands { try await kit.done(command) }
    }

    /// A site that could not be finished is known again, and finished.
    @Test func aSiteIsFinishedByTheNextRun() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        try await plugin.done("publish", Scratch.path("registry"), "--create")
        let refused = try await run(["site", "registry", "out"], room: 1, in: Scratch.folder)
        expect(refused.status == 1 && refused.errors.contains("cannot write /"), "\(refused.transcript)")
        try await kit.done("site", "registry", "out")
        expect(Disk.exists(Scratch.path("out/index.html")))
    }

    /// Manifest, source and cases are changed together or not at all.
    @Test func aHookIsAddedWholeOrNotAtAll() async throws {
        try await kit.done("new", "guard", "--template", "wat", "--author", "A. Author")
        let before = try files()
        let refused = try await run(["hook", "add", "route"], room: 1, in: Scratch.path("guard"))
        expect(refused.status == 1 && refused.errors.contains("cannot write /"), "\(refused.transcript)")
        expect(try files() == before)
        try await kit.inside(Scratch.path("guard")).done("hook", "add", "route")
    }
}
