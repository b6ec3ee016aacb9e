import Contract
import Foundation
import JourneySupport
import TestSupport
import Testing

/// `pdk upgrade` over what is more than lines: modes, line ends, files that become folders, files that are no text.
@Suite(.scratchFolder)
struct UpgradeKindsTests {
    let kit = Kit()

    private static let manifest =
        "name: {{name}}\nversion: {{version}}\ndescription: d\nauthor: a\nlicense: MIT\nhooks:\n{{#hooks}}\n  - {{name}}\n{{/hooks}}\n"
    private static let lines = (1...20).map { "line \($0)\n" }.joined()

    /// A plugin of a template with these files, which then get new contents; nil for a file that goes.
    private func plugin(_ before: [String: String], _ after: [String: String?]) async throws -> Kit {
        let home = Scratch.path("template/")
        try Disk.write(home + "template.yaml", "id: t\nversion: 1.0.0\nlanguage: C\nsummary: s\n")
        try Disk.write(home + "files/plugin.yaml.mustache", Self.manifest)
        for (path, text) in before { try Disk.write(home + "files/" + path, text) }
        try await kit.done("new", "guard", "--template", Scratch.path("template"))
        for (path, text) in after where text == nil { try Disk.remove(home + "files/" + path) }
        for (path, text) in after { if let text { try Disk.write(home + "files/" + path, text) } }
        return kit.inside(Scratch.path("guard"))
    }

    private func git(_ plugin: Kit, _ arguments: String...) async throws -> String {
        let identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        let git = Program("git", environment: ["HOME": Scratch.path("nohome")], folder: plugin.folder)
        let result = try await git.run(identity + arguments)
        try #require(result.status == 0, "\(result.transcript)")
        return result.output
    }

    /// A file that the author has made executable stays so, merged or in conflict, and git's index says so.
    @Test func theAuthorsModeSurvives() async throws {
        let plugin = try await plugin(
            ["a.sh": Self.lines, "b.sh": Self.lines],
            ["a.sh": Self.lines + "more\n", "b.sh": Self.lines.replacing("line 9\n", with: "theirs\n")])
        for name in ["a.sh", "b.sh"] {
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: plugin.folder + "/" + name)
        }
        _ = try await git(plugin, "init", "-q")
        try Disk.edit(plugin.folder + "/b.sh", "line 9\n", "mine\n")
        expect(try await plugin.run("upgrade", "--apply").status == 1)
        for name in ["a.sh", "b.sh"] {
            expect(FileManager.default.isExecutableFile(atPath: plugin.folder + "/" + name), "\(name)")
        }
        let stages = try await git(plugin, "ls-files", "-u").split(separator: "\n")
        expect(stages.count == 3 && stages.allSatisfy { $0.hasPrefix("100755 ") }, "\(stages)")
    }

    /// A file with the line ends of Windows keeps them, and conflicts only where both sides changed a line.
    @Test func lineEndsOfWindowsAreKept() async throws {
        let plugin = try await plugin(
            ["a.c": Self.lines, "b.c": Self.lines],
            ["a.c": Self.lines.replacing("line 18\n", with: "theirs\n"), "b.c": Self.lines + "more\n"])
        let mine = Self.lines.replacing("line 2\n", with: "mine\n").replacing("\n", with: "\r\n")
        try Disk.write(plugin.folder + "/a.c", mine)
        try Disk.write(plugin.folder + "/b.c", Self.lines.replacing("\n", with: "\r\n"))
        try await plugin.done("upgrade", "--apply")
        expect(try Disk.text(plugin.folder + "/a.c") == mine.replacing("line 18\r\n", with: "theirs\r\n"))
        expect(try Disk.text(plugin.folder + "/b.c") == (Self.lines + "more\n").replacing("\n", with: "\r\n"))
        expect(try await plugin.document("upgrade")["changes"]?.elements.isEmpty == true)
    }

    /// A file becomes a folder and a folder a file; what is the author's own there is in the way, before anything is written.
    @Test func filesBecomeFoldersAndBack() async throws {
        let plugin = try await plugin(
            ["one": "x\n", "two/deep/a": "a\n", "two/b": "b\n"],
            ["one": nil, "two": nil, "two/deep/a": nil, "two/b": nil].filter {
                $0.key.hasPrefix("one") || $0.key == "two"
            })
        try Disk.write(Scratch.path("template/files/one/inside"), "y\n")
        try Disk.write(Scratch.path("template/files/two"), "z\n")
        try Disk.write(plugin.folder + "/two/deep/own", "mine\n")
        let before = try Disk.tree(plugin.folder)
        for arguments in [["upgrade"], ["upgrade", "--apply"]] {
            let result = try await plugin.run(arguments)
            expect(
                result.status == 1 && result.errors.contains("you have your own two/deep/own there"),
                "\(result.transcript)")
        }
        expect(try Disk.tree(plugin.folder) == before)
        try Disk.remove(plugin.folder + "/two/deep/own")
        try await plugin.done("upgrade", "--apply")
        expect(try Disk.text(plugin.folder + "/one/inside") == "y\n")
        expect(try Disk.text(plugin.folder + "/two") == "z\n")
        expect(try await plugin.document("upgrade")["changes"]?.elements.isEmpty == true)
    }

    /// What has no markers is not said to have them: a file that is no text, and one that the template no longer has.
    @Test func aConflictWithoutMarkersSaysSo() async throws {
        let plugin = try await plugin(["a.bin": "a\0b", "gone.c": "x\n"], ["a.bin": "a\0theirs", "gone.c": nil])
        try Disk.write(plugin.folder + "/a.bin", "a\0mine")
        try Disk.write(plugin.folder + "/gone.c", "mine\n")
        let result = try await plugin.run("upgrade", "--apply")
        expect(result.status == 1 && !result.errors.contains("marked in it"), "\(result.transcript)")
        expect(result.errors.contains("a.bin: your changes to it and the template's cannot be merged"))
        expect(try Disk.text(plugin.folder + "/a.bin") == "a\0mine")
        expect(try Disk.text(plugin.folder + "/gone.c") == "mine\n")
    }
}
