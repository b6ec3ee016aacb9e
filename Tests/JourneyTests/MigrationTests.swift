import Contract
import JourneySupport
import TestSupport
import Testing

/// Upgrades over what a merge cannot take, and from the version before of each built-in template.
@Suite(.scratchFolder)
struct MigrationTests {
    let kit = Kit()

    private static let manifest =
        "name: {{name}}\nversion: {{version}}\nauthor: {{author}}\nhooks:\n{{#hooks}}\n  - {{name}}\n{{/hooks}}\n# {{table}}\n"

    private func template(_ files: [String: String]) throws {
        if Disk.exists(Scratch.path("template")) { try Disk.remove(Scratch.path("template")) }
        for (path, text) in files { try Disk.write(Scratch.path("template/" + path), text) }
    }

    /// A plugin of version 1 of a template, and version 2 in its place.
    private func plugin(_ migrations: String) async throws -> Kit {
        let variables = "variables:\n  table: {default: orders}\n"
        let lines = (1...12).map { "call_old(\($0));\n" }.joined()
        try template([
            "template.yaml": "id: t\nversion: 1.0.0\nlanguage: C\nsummary: s\n" + variables,
            "files/plugin.yaml.mustache": Self.manifest, "files/main.c": lines, "files/lib/a.c": "call_old();\n",
            "files/lib/b.c": "b\n",
        ])
        try await kit.done("new", "guard", "--template", Scratch.path("template"), "--set", "table=secrets")
        try template([
            "template.yaml": "id: t\nversion: 2.0.0\nlanguage: C\nsummary: s\n"
                + variables.replacing("table:", with: "guarded:") + "migrations:\n" + migrations,
            "files/plugin.yaml.mustache": Self.manifest.replacing("{{table}}", with: "{{guarded}}"),
            "files/src/main.c": lines.replacing("call_old", with: "call_new").replacing("(12)", with: "(12, 0)"),
            "files/vendor/a.c": "call_new();\n", "files/vendor/b.c": "b\n",
        ])
        return kit.inside(Scratch.path("guard"))
    }

    private static let migrations = """
          - number: 1
            summary: sources move, and call_old is called call_new
            move:
              - {from: main.c, to: src/main.c}
              - {from: lib, to: vendor}
            replace:
              - {from: call_old, to: call_new, in: [src, vendor, extra.c]}
            answers:
              - {from: table, to: guarded}
            note: |
              Look at extra calls.

        """

    @Test func filesMoveAndWordsFollow() async throws {
        let plugin = try await plugin(Self.migrations)
        try Disk.edit(plugin.folder + "/main.c", "call_old(2);\n", "call_old(2); call_old_too(); // mine\n")
        try Disk.write(plugin.folder + "/lib/mine.c", "call_old(); recall_old();\n")
        try Disk.write(plugin.folder + "/extra.c", "x = call_old;\n")
        try Disk.write(plugin.folder + "/other.c", "call_old\n")
        let before = try Disk.tree(plugin.folder)
        let shown = try await plugin.done("upgrade")
        expect(shown.contains("migration 1: sources move") && shown.contains("  Look at extra calls."), "\(shown)")
        expect(shown.contains("moved main.c to src/main.c"), "\(shown)")
        expect(try Disk.tree(plugin.folder) == before)

        let report = try await plugin.document("upgrade", "--apply")
        expect(report["migrations"]?.elements.map { $0["number"]?.int } == [1])
        let kinds = report["changes"]?.elements.map { "\($0["path"]?.string ?? "") \($0["kind"]?.string ?? "")" }
        expect(
            kinds == [
                "extra.c updated", "lib/a.c moved", "lib/b.c moved", "lib/mine.c moved", "main.c moved",
                "src/main.c updated",
            ], "\(report)")
        let merged = try Disk.text(plugin.folder + "/src/main.c")
        // The author's line, with the new name, and the template's other change.
        expect(merged.contains("call_new(2); call_old_too(); // mine\n") && merged.contains("call_new(12, 0);\n"))
        expect(!merged.contains("call_old("), "\(merged)")
        expect(try Disk.text(plugin.folder + "/vendor/a.c") == "call_new();\n")
        expect(try Disk.text(plugin.folder + "/vendor/mine.c") == "call_new(); recall_old();\n")
        expect(try Disk.text(plugin.folder + "/extra.c") == "x = call_new;\n")
        expect(try Disk.text(plugin.folder + "/other.c") == "call_old\n")
        expect(!Disk.exists(plugin.folder + "/main.c") && !Disk.exists(plugin.folder + "/lib/a.c"))
        // The answer is known under its new name.
        expect(try Disk.text(plugin.folder + "/plugin.yaml").hasSuffix("# secrets\n"))
        let record = try Disk.text(plugin.folder + "/.pdk/template.yaml")
        expect(record.contains("migration: 1\n") && record.contains("guarded: \"secrets\""), "\(record)")
        // Taken once.
        let again = try await plugin.document("upgrade")
        expect(again["changes"]?.elements.isEmpty == true && again["migrations"]?.elements.isEmpty == true)
    }

    /// Without the migration the same change is a conflict: that is what it is for.
    @Test func aMergeAloneCannotDoIt() async throws {
        let plugin = try await plugin("  - {number: 1, summary: nothing}\n")
        try Disk.edit(plugin.folder + "/main.c", "call_old(2);\n", "call_old(2); // mine\n")
        let report = try await plugin.document("upgrade", "--set", "guarded=secrets")
        expect(report["changes"]?.elements.contains { $0["kind"]?.string == "conflict" } == true, "\(report)")
    }

    @Test func whatStandsInTheWayIsNamed() async throws {
        let plugin = try await plugin(Self.migrations)
        try Disk.write(plugin.folder + "/src/main.c", "mine\n")
        let before = try Disk.tree(plugin.folder)
        let refusal = try await plugin.refusal("upgrade", "--apply")
        expect(refusal.code == "migration-conflict" && refusal.message.contains("src/main.c"), "\(refusal)")
        expect(try Disk.tree(plugin.folder) == before)
    }

    /// A new plugin has them all already.
    @Test func aNewPluginNeedsNone() async throws {
        _ = try await plugin(Self.migrations)
        try await kit.done("new", "later", "--template", Scratch.path("template"))
        let report = try await kit.inside(Scratch.path("later")).document("upgrade")
        expect(report["migrations"]?.elements.isEmpty == true && report["changes"]?.elements.isEmpty == true)
    }

    @Test(arguments: [
        ("  - {number: 0, summary: s}\n", "from 1 to 9999"), ("  - {number: 1}\n", "a summary"),
        ("  - {number: 2, summary: s}\n  - {number: 2, summary: s}\n", "higher number"),
        ("  - {number: 1, summary: s, move: [{from: ../a, to: b}]}\n", "'../a'"),
        ("  - {number: 1, summary: s, move: [{from: a, to: .git/hooks/x}]}\n", ".git"),
        ("  - {number: 1, summary: s, move: [{from: a, to: .pdk/base.json}]}\n", ".pdk"),
        ("  - {number: 1, summary: s, move: [{from: aux.h, to: src/aux.h}]}\n", "src/aux.h"),
        ("  - {number: 1, summary: s, move: [{from: a, to: /etc/x}]}\n", "/etc/x"),
        ("  - {number: 1, summary: s, replace: [{from: a, to: b}]}\n", "needs in:"),
        ("  - {number: 1, summary: s, run: make}\n", "unknown key 'run'"),
    ])
    func hostileMigrationsAreRefused(text: String, words: String) async throws {
        let plugin = try await plugin(text)
        let refusal = try await plugin.refusal("upgrade", "--apply")
        expect(refusal.code == "invalid-template" && refusal.message.contains(words), "\(refusal)")
    }

    /// A plugin as the version before of a built-in template wrote it, with the author's changes, comes to today's.
    @Test(arguments: [
        ("swift", "Sources/Plugin/Plugin.swift", "// mine"), ("rust", "src/lib.rs", "// mine"),
        ("c", "plugin.c", "// mine"),
        ("cpp", "plugin.cpp", "// mine"), ("zig", "plugin.zig", "// mine"), ("wat", "plugin.wat", ";; mine"),
    ])
    func everyTemplateComesFromItsVersionBefore(template: String, source: String, comment: String) async throws {
        let kit = Kit().with("TMPDIR", Scratch.path("tmp"))
        try Disk.makeFolder(Scratch.path("tmp"))
        try Disk.makeFolder(Scratch.path("guard"))
        let folder = Scratch.path("guard"), plugin = kit.inside(folder)
        let fixture = BuiltProduct.repository + "/Tests/Fixtures/skeletons/0.0.0/\(template).tar.gz"
        let unpacked = try await Program("tar").run(["-xzf", fixture, "-C", folder])
        try #require(unpacked.status == 0, "\(unpacked.transcript)")
        guard case .object(let files)? = try JSONValue.parse(Disk.text(folder + "/.pdk/base.json"))["files"] else {
            Issue.record("no files")
            return
        }
        for file in files {
            try Disk.write(folder + "/" + file.name, file.value["text"]?.string ?? "")
            if file.value["executable"] == .bool(true) { try Disk.setMode(folder + "/" + file.name, 0o755) }
        }
        // The author's own: a comment in the code, a version, a description, a page, a case.
        try Disk.write(folder + "/" + source, try Disk.text(folder + "/" + source) + "\n\(comment)\n")
        try Disk.edit(folder + "/plugin.yaml", "version: 0.1.0", "version: 0.7.0")
        try Disk.edit(folder + "/plugin.yaml", "description: ", "description: Mine. ")
        try Disk.write(folder + "/NOTES.md", "mine\n")
        try Disk.write(
            folder + "/cases/mine.yaml", "cases:\n  - {name: mine, hook: pre_query, input: {query: SELECT 1}}\n")
        let report = try await plugin.document("upgrade", "--apply")
        expect(report["from"]?.string == "0.0.0" && report["to"]?.string != "0.0.0")
        let kinds = report["changes"]?.elements.map { "\($0["path"]?.string ?? "") \($0["kind"]?.string ?? "")" } ?? []
        expect(kinds.contains("ci.sh added") && !kinds.contains { $0.hasSuffix("conflict") }, "\(kinds)")
        expect(try Disk.mode(folder + "/ci.sh") & 0o100 != 0)
        expect(try Disk.text(folder + "/" + source).hasSuffix("\n\(comment)\n"))
        let manifest = try Disk.text(folder + "/plugin.yaml")
        expect(manifest.contains("version: 0.7.0\ndescription: Mine. "), "\(manifest)")
        expect(try Disk.text(folder + "/NOTES.md") == "mine\n")
        expect(try await plugin.document("upgrade")["changes"]?.elements.isEmpty == true)
        // Beside the author's changes it is what a new plugin is.
        try await plugin.done("build")
        expect(try await plugin.done("test").contains(" 0 failed"))
        expect(try await plugin.document("check")["errors"]?.int == 0)
    }
}
