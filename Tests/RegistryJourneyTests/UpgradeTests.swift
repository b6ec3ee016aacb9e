import Contract
import JourneySupport
import TestSupport
import Testing

/// `pdk upgrade` and `pdk hook`: what the template changes and what the author has changed, together.
@Suite(.scratchFolder)
struct UpgradeTests {
    let kit = Kit()

    private static let manifest =
        "name: {{name}}\nversion: {{version}}\ndescription: {{description}}\nauthor: {{author}}\nlicense: {{license}}\nhooks:\n{{#hooks}}\n  - {{name}}\n{{/hooks}}\n"

    /// A plugin made from a template of the test's own, in a git work tree.
    private func plugin() async throws -> Kit {
        let lines = (1...20).map { "line \($0)\n" }.joined()
        for (path, text) in [
            "template.yaml": "id: t\nversion: 1.0.0\nlanguage: C\nsummary: s\n",
            "files/plugin.yaml.mustache": Self.manifest,
            "files/a.c": lines, "files/b.c": "b\n", "files/gone.c": "gone\n",
        ] { try Disk.write(Scratch.path("template/" + path), text) }
        try await kit.done("new", "guard", "--template", Scratch.path("template"))
        return kit.inside(Scratch.path("guard"))
    }

    private func template(_ path: String, _ old: String, _ new: String) throws {
        try Disk.edit(Scratch.path("template/" + path), old, new)
    }

    @Test func bothSidesChangesMeet() async throws {
        let plugin = try await plugin()
        expect(try await plugin.document("upgrade")["changes"]?.elements.isEmpty == true)
        try Disk.edit(plugin.folder + "/a.c", "line 2\n", "line 2, mine\n")
        try Disk.edit(plugin.folder + "/plugin.yaml", "version: 0.1.0", "version: 0.7.0")
        try Disk.remove(plugin.folder + "/b.c")
        try template("files/a.c", "line 18\n", "line 18, theirs\n")
        try template("files/b.c", "b\n", "b2\n")
        try template("template.yaml", "1.0.0", "1.1.0")
        try Disk.write(Scratch.path("template/files/new.c"), "new\n")
        try Disk.remove(Scratch.path("template/files/gone.c"))
        let before = try Disk.tree(plugin.folder)
        let shown = try await plugin.done("upgrade")
        expect(shown.contains("+line 18, theirs") && shown.contains("pdk upgrade --apply writes it"), "\(shown)")
        expect(try Disk.tree(plugin.folder) == before)
        let report = try await plugin.document("upgrade", "--apply")
        expect(report["from"]?.string == "1.0.0" && report["to"]?.string == "1.1.0")
        let kinds = report["changes"]?.elements.map { "\($0["path"]?.string ?? "") \($0["kind"]?.string ?? "")" }
        expect(kinds == ["a.c updated", "b.c kept-removed", "gone.c removed", "new.c added"])
        let merged = try Disk.text(plugin.folder + "/a.c")
        expect(merged.contains("line 2, mine\n") && merged.contains("line 18, theirs\n"))
        expect(try Disk.text(plugin.folder + "/plugin.yaml").contains("version: 0.7.0"))
        expect(!Disk.exists(plugin.folder + "/gone.c") && !Disk.exists(plugin.folder + "/b.c"))
        expect(try await plugin.document("upgrade")["changes"]?.elements.isEmpty == true)
    }

    /// The merged file is byte for byte what git makes of the three sides, and git's index knows of the conflict.
    @Test func conflictsAreGitsOwn() async throws {
        let plugin = try await plugin()
        let base = try Disk.text(plugin.folder + "/a.c")
        let git = Program("git", environment: ["HOME": Scratch.path("nohome")], folder: plugin.folder)
        for arguments in [
            ["init", "-q"], ["add", "."],
            ["-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "-m", "one"],
        ] {
            let result = try await git.run(arguments)
            try #require(result.status == 0, "\(result.transcript)")
        }
        try Disk.edit(plugin.folder + "/a.c", "line 9\n", "line 9, mine\n")
        try template("files/a.c", "line 9\n", "line 9, theirs\n")
        let ours = try Disk.text(plugin.folder + "/a.c")
        let result = try await plugin.run("upgrade", "--apply")
        expect(result.status == 1 && result.errors.contains("a.c: resolve the conflict"), "\(result.transcript)")
        for (name, text) in [
            ("ours", ours), ("base", base), ("theirs", base.replacing("line 9\n", with: "line 9, theirs\n")),
        ] {
            try Disk.write(Scratch.path(name), text)
        }
        let expected = try await Program("git").run(
            ["merge-file", "-p", "--diff3", "-L", "yours", "-L", "base", "-L", "template", "ours", "base", "theirs"])
        expect(try Disk.text(plugin.folder + "/a.c") == expected.output)
        let stages = try await git.run(["ls-files", "-u"]).output.split(separator: "\n")
        expect(stages.count == 3 && stages.allSatisfy { $0.hasSuffix("\ta.c") }, "\(stages)")
    }

    @Test func aPluginThatNoTemplateMadeIsNamed() async throws {
        let plugin = try await plugin()
        try Disk.remove(plugin.folder + "/.pdk/base.json")
        expect(try await plugin.refusal("upgrade").code == "no-template-base")
        try Disk.remove(plugin.folder + "/.pdk")
        expect(try await plugin.refusal("upgrade").code == "no-template-record")
        expect(try await plugin.refusal("hook", "add", "route").code == "no-template-record")
    }

    /// Added and removed again, every skeleton is what it was; comments and the author's own code stay.
    @Test(arguments: ["swift", "rust", "c", "cpp", "zig", "wat"])
    func hooksComeAndGo(template: String) async throws {
        try await kit.done("new", "guard", "--template", template)
        let plugin = kit.inside(Scratch.path("guard"))
        try Disk.edit(plugin.folder + "/plugin.yaml", "description: ", "description: mine, ")
        try Disk.write(plugin.folder + "/README.md", try Disk.text(plugin.folder + "/README.md") + "\nmine\n")
        let before = try Disk.tree(plugin.folder).filter { !$0.key.hasPrefix(".pdk") }
        try await plugin.done("hook", "add", "route")
        expect(try Disk.text(plugin.folder + "/plugin.yaml").contains("hooks:\n  - pre_query\n  - route\n"))
        expect(try await plugin.refusal("hook", "add", "routing").code == "hook-declared")
        expect(try await plugin.document("upgrade")["changes"]?.elements.isEmpty == true)
        try await plugin.done("hook", "remove", "route")
        expect(try Disk.tree(plugin.folder).filter { !$0.key.hasPrefix(".pdk") } == before)
        expect(try await plugin.refusal("hook", "remove", "route").code == "hook-not-declared")
        expect(try await plugin.refusal("hook", "remove", "pre_query").code == "hook-conflict")
        // What is wrong with the manifest is said of its file.
        try Disk.write(plugin.folder + "/plugin.yaml", "")
        for command in [["upgrade"], ["hook", "add", "route"]] {
            let result = try await plugin.run(command)
            expect(
                result.status == 1 && result.errors.contains("/plugin.yaml: the file is empty"), "\(result.transcript)")
        }
    }

    /// The author's own code where the template's goes: both stay, and what was changed stops it.
    @Test(arguments: [
        ("c", "plugin.c", "\nstatic int helper(int x) { return x + 1; }\n"),
        ("cpp", "plugin.cpp", "\nstatic int helper(int x) { return x + 1; }\n"),
        ("rust", "src/lib.rs", "\nfn helper(x: u32) -> u32 {\n    x + 1\n}\n"),
        ("zig", "plugin.zig", "\nfn helper(x: u32) u32 {\n    return x + 1;\n}\n"),
        ("swift", "Sources/Plugin/Plugin.swift", "\nfunc helper(_ x: Int) -> Int {\n    x + 1\n}\n"),
    ])
    func ownCodeStaysBesideTheTemplates(template: String, source: String, helper: String) async throws {
        try await kit.done("new", "guard", "--template", template)
        let plugin = kit.inside(Scratch.path("guard")), path = plugin.folder + "/" + source
        try Disk.write(path, try Disk.text(path) + helper)
        let before = try Disk.tree(plugin.folder).filter { !$0.key.hasPrefix(".pdk") }
        try await plugin.done("hook", "add", "post_query")
        let added = try Disk.text(path)
        expect(added.contains(helper) && added.contains("count") && !added.contains("<<<<"), "\(added)")
        try await plugin.done("hook", "remove", "post_query")
        expect(try Disk.tree(plugin.folder).filter { !$0.key.hasPrefix(".pdk") } == before)
        // The same with the line ends of Windows.
        let windows = try Disk.text(path).replacing("\n", with: "\r\n")
        try Disk.write(path, windows)
        try await plugin.done("hook", "add", "post_query")
        let returned = try Disk.text(path)
        expect(returned.contains("count") && !returned.contains("<<<<"), "\(returned)")
        try await plugin.done("hook", "remove", "post_query")
        expect(try Disk.text(path), is: windows)
        try Disk.write(path, windows.replacing("\r\n", with: "\n"))
        // Code of a hook that the author has changed is not removed.
        try await plugin.done("hook", "add", "post_query")
        let whole = try Disk.text(path)
        for ends in ["\n", "\r\n"] {
            try Disk.write(path, whole.replacing("elapsed", with: "passed").replacing("\n", with: ends))
            let changed = try Disk.tree(plugin.folder)
            expect(try await plugin.refusal("hook", "remove", "post_query").code == "hook-conflict")
            expect(try Disk.tree(plugin.folder) == changed)
        }
        try Disk.write(path, whole)
        try await plugin.done("hook", "remove", "post_query")
        expect(try Disk.text(path), is: windows.replacing("\r\n", with: "\n"))
    }

    /// What the author has written by hand already is not written again.
    @Test func aHookThatIsThereIsAConflict() async throws {
        try await kit.done("new", "full", "--template", "c", "--hook", "pre_query", "--hook", "post_query")
        let full = try Disk.text(Scratch.path("full/plugin.c"))
        try await kit.done("new", "guard", "--template", "c")
        let plugin = kit.inside(Scratch.path("guard"))
        try Disk.write(
            plugin.folder + "/plugin.c", full.replacing("// An observer has nobody", with: "// Mine: it has nobody"))
        let before = try Disk.tree(plugin.folder)
        expect(try await plugin.refusal("hook", "add", "post_query").code == "hook-conflict")
        expect(try Disk.tree(plugin.folder) == before)
    }

    /// A profile of the plugin's own may call hooks that no template knows.
    @Test func aHookOfOnesOwnHostHasNoTemplate() async throws {
        try await kit.done("new", "guard", "--template", "c")
        let plugin = kit.inside(Scratch.path("guard"))
        let unknown = try await plugin.refusal("hook", "add", "authorize")
        expect(unknown.code == "unknown-hook" && unknown.message.contains("never calls it"), "\(unknown)")
        try Disk.write(plugin.folder + "/host.yaml", "hooks:\n  authorize: {called: true, sends: context}\n")
        let own = try await plugin.refusal("hook", "add", "authorize")
        expect(own.message.contains("no template has code") && own.help.contains("export 'authorize'"), "\(own)")
        try await plugin.done("hook", "add", "route")
    }

    /// A template for a newer pdk is refused, and one that is older than the plugin's is said to be.
    @Test func templatesOfOtherTimesAreSaid() async throws {
        let plugin = try await plugin()
        try template("files/b.c", "b\n", "b2\n")
        try template("template.yaml", "1.0.0", "0.9.0")
        let older = try await plugin.run("upgrade")
        expect(older.output.contains("t 1.0.0 -> 0.9.0\n"), "\(older.transcript)")
        expect(older.errors.contains("the template is older than the one"), "\(older.transcript)")
        try template("template.yaml", "language: C", "min_pdk: 9.9.9\nlanguage: C")
        for command in [["upgrade", "--apply"], ["hook", "add", "route"]] {
            let refusal = try await plugin.refusal(command)
            expect(refusal.code == "pdk-too-old" && refusal.message.contains("needs pdk 9.9.9"), "\(refusal)")
        }
        expect(try Disk.text(plugin.folder + "/b.c"), is: "b\n")
    }

    /// Comments next to the hooks, another order and line ends of another system are no conflict: only the hook's line changes.
    @Test(arguments: ["swift", "rust", "c", "cpp", "zig", "wat"])
    func theAuthorsManifestKeepsItsLines(template: String) async throws {
        try await kit.done("new", "guard", "--template", template, "--hook", "pre_query", "--hook", "route")
        let plugin = kit.inside(Scratch.path("guard")), path = plugin.folder + "/plugin.yaml"
        try Disk.edit(
            path, "hooks:\n  - pre_query\n  - route\n",
            "# what it does\nhooks: # mine\n  # the router\n  - 'route'   # second\n\n  - PreQuery # first\n# that is all\n"
        )
        try await plugin.done("hook", "add", "authenticate")
        let added = try Disk.text(path)
        expect(added.contains("  - PreQuery # first\n  - authenticate\n"), "\(added)")
        expect(added.contains("hooks: # mine\n  # the router\n  - 'route'   # second\n\n"), "\(added)")
        expect(added.contains("  - kv_read\n") == (template != "wat"), "\(added)")
        try await plugin.done("hook", "remove", "authenticate")
        try await plugin.done("hook", "remove", "pre_query")
        let removed = try Disk.text(path)
        expect(
            removed.contains("# what it does\nhooks: # mine\n  # the router\n  - 'route'   # second\n\n"), "\(removed)")
        expect(removed.contains("\n# that is all\n") && !removed.contains("PreQuery"), "\(removed)")
        // With carriage returns as well.
        try Disk.write(path, removed.replacing("\n", with: "\r\n"))
        try await plugin.done("hook", "add", "authenticate")
        let returned = try Disk.text(path)
        expect(returned.contains("- 'route'   # second\r\n  - authenticate\r\n"), "\(returned)")
    }

    /// Where the author's cases stand in the way of the template's, those of a hook get a file of their own.
    @Test func casesOfAHookHaveAFileOfTheirOwn() async throws {
        try await kit.done("new", "guard", "--template", "c")
        let plugin = kit.inside(Scratch.path("guard"))
        let cases = plugin.folder + "/cases/hooks.yaml", own = plugin.folder + "/cases/authenticate.yaml"
        try Disk.write(cases, try Disk.text(cases).replacing("secrets", with: "payroll"))
        let before = try Disk.tree(plugin.folder).filter { !$0.key.hasPrefix(".pdk") }
        try await plugin.done("hook", "add", "authenticate")
        expect(try Disk.text(own).contains("hook: authenticate") && !Disk.text(own).contains("hook: pre_query"))
        expect(try Disk.read(cases) == before["cases/hooks.yaml"])
        expect(try await plugin.document("upgrade")["changes"]?.elements.isEmpty == true)
        try await plugin.done("hook", "remove", "authenticate")
        expect(try Disk.tree(plugin.folder).filter { !$0.key.hasPrefix(".pdk") } == before)
        // A file of that name that is the author's is not replaced.
        try Disk.write(own, "cases: []\n")
        expect(try await plugin.refusal("hook", "add", "authenticate").code == "hook-conflict")
        expect(try Disk.text(own) == "cases: []\n")
    }
}
