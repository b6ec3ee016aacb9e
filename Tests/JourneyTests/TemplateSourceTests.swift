import Contract
import JourneySupport
import TestSupport
import Testing

/// Templates of one's own: folders, git repositories, kept ones; what they ask for and what they must not do.
@Suite(.scratchFolder)
struct TemplateSourceTests {
    let kit = Kit()

    private static let description = """
        id: table-guard
        version: 1.2.0
        language: C
        summary: Guards a table
        requires:
          - clang
          - tool: wasm-ld
            probe: wasm-ld --version
            install: apt-get install -y lld
        variables:
          table:
            prompt: Which table?
            pattern: "[a-z_]+"
          level:
            choices: [low, high]
            default: low
          with_docs:
            type: flag
            default: false
          tags:
            type: list
            default: a, b
        derived:
          type_name: {from: table, case: pascal}
        files:
          - {path: docs, when: with_docs}
          - {path: ci.sh, executable: true}
        next: |
          cd {{name}}

        """

    /// Writes the template to a folder; `changes` replaces or adds files.
    private func template(_ changes: [String: String] = [:], at name: String = "my template") throws -> String {
        let folder = Scratch.path(name)
        var files = [
            "template.yaml": Self.description, "files/plugin.yaml.mustache": TemplateTexts.manifest,
            "files/src/{{name_snake}}.c.mustache": "// {{type_name}} {{level}} {{#tags}}<{{.}}>{{/tags}} {{table}}\n",
            "files/docs/page.md": "# {{not rendered}}\n", "files/ci.sh": "#!/bin/sh\n",
        ]
        files.merge(changes) { $1 }
        for (path, text) in files { try Disk.write(folder + "/" + path, text) }
        return folder
    }

    @Test func aFolderIsRenderedWithItsValues() async throws {
        let folder = try template()
        let report = try await kit.document(
            "new", "my-guard", "--template", folder, "--set", "table=user_secrets", "--set", "level=high")
        expect(report["template"]?.string == "table-guard" && report["origin"]?.string == folder)
        // A folder where no template has that id; an id wins where both are.
        let bare = try await kit.document("new", "bare", "--template", "my template", "--set", "table=a")
        expect(bare["origin"]?.string == folder, "\(bare)")
        try Disk.copy(folder, to: Scratch.path("rust"))
        let built = try await kit.document("new", "built", "--template", "rust")
        expect(built["template"]?.string == "rust", "\(built)")
        expect(
            report["files"]?.texts == [
                ".pdk/base.json", ".pdk/template.yaml", "ci.sh", "plugin.yaml", "src/my_guard.c",
            ])
        expect(
            try Disk.text(Scratch.path("my-guard/src/my_guard.c")) == "// UserSecrets high <a><b> user_secrets\n")
        expect(try Disk.mode(Scratch.path("my-guard/ci.sh")) & 0o111 != 0)
        let record = try Disk.text(Scratch.path("my-guard/.pdk/template.yaml"))
        expect(record.contains("version: \"1.2.0\"") && record.contains("  table: \"user_secrets\""), "\(record)")
        let words = try await kit.done(
            "new", "two", "--template", folder, "--set", "table=a", "--set", "with_docs=true")
        expect(words.hasSuffix("  cd two\n"), "\(words)")
        expect(Disk.exists(Scratch.path("two/docs/page.md")))
    }

    @Test func valuesComeFromAFileToo() async throws {
        let folder = try template()
        try Disk.write(Scratch.path("values.yaml"), "table: x\ntags: [c, d]\nauthor: Ada\nlevel: high\n")
        // A list may also be written as one where it is a default.
        try Disk.edit(folder + "/template.yaml", "default: a, b", "default: [a, \"b\"]")
        try await kit.done("new", "plain", "--template", folder, "--set", "table=x")
        expect(try Disk.text(Scratch.path("plain/src/plain.c")) == "// X low <a><b> x\n")
        try await kit.done("new", "g", "--template", folder, "--values", "values.yaml", "--set", "level=low")
        expect(try Disk.text(Scratch.path("g/src/g.c")) == "// X low <c><d> x\n")
        expect(try Disk.text(Scratch.path("g/plugin.yaml")).contains("author: Ada"))
    }

    /// Each is an error that names the flag, and nothing is written.
    @Test(arguments: [
        ([], "missing-value", "--set table=VALUE"), (["--set", "table=UPPER"], "invalid-value", "--set table=VALUE"),
        (["--set", "table=a", "--set", "level=mid"], "invalid-value", "level"),
        (["--set", "table=a", "--set", "colour=red"], "unknown-variable", "table, level, with_docs, tags"),
        (["--set", "table"], "usage", "--set"),
    ])
    func aValueThatDoesNotFitIsNamed(arguments: [String], code: String, help: String) async throws {
        let folder = try template()
        let result = try await kit.run(["new", "g", "--template", folder, "--json"] + arguments)
        let error = try JSONDocument(parsing: Array(result.output.utf8)).root.value["error"]
        expect(error?["code"]?.string == code, "\(result.transcript)")
        expect(result.status == (code == "usage" ? 2 : 1), "\(result.transcript)")
        let words = (error?["message"]?.string ?? "") + (error?["help"]?.string ?? "")
        expect(words.contains(help), "\(words)")
        expect(!Disk.exists(Scratch.path("g")))
    }

    /// Nothing of a template leaves the new folder or writes where it must not.
    @Test(arguments: [
        "files/../evil.txt", "files/.git/hooks/pre-commit", "files/.GIT/config", "files/a/{{table}}/x.mustache",
        "files/README.md", "files/.pdk/mine", "files/src/aux.h", "files/a/Com1", "files/NUL .txt", "files/a:b",
    ])
    func hostileNamesAreRefused(path: String) async throws {
        var changes = [path: "x\n"]
        if path.hasSuffix("README.md") { changes["files/readme.MD"] = "x\n" }
        let folder = try template(changes)
        let pattern = path.contains("{{table}}")
        if pattern { try Disk.edit(folder + "/template.yaml", "    pattern: \"[a-z_]+\"\n", "") }
        let outside = try Disk.names(Scratch.folder)
        let result = try await kit.run(
            "new", "g", "--template", folder, "--set", pattern ? "table=../../../evil" : "table=a", "--json")
        if path.contains("/../") {
            // Written outside of `files`, where no file of a template is read.
            expect(result.status == 0)
        } else {
            expect(result.status == 1 && result.output.contains("invalid-template"), "\(result.transcript)")
            expect(try Disk.names(Scratch.folder) == outside)
        }
    }

    @Test func linksAreRefused() async throws {
        let folder = try template()
        try Disk.link(folder + "/files/passwords", to: "/etc/passwd")
        let refusal = try await kit.refusal("new", "g", "--template", folder, "--set", "table=a")
        expect(refusal.code == "invalid-template" && refusal.message.contains("is a link"), "\(refusal)")
    }

    @Test func aFaultInOneFileWritesNothing() async throws {
        let folder = try template(["files/broken.mustache": "{{#name}} {{nobody}}"])
        let refusal = try await kit.refusal("new", "g", "--template", folder, "--set", "table=a")
        expect(refusal.code == "invalid-template" && refusal.message.contains("broken.mustache"), "\(refusal)")
        expect(!Disk.exists(Scratch.path("g")))
    }

    @Test func checkFindsWhatIsWrong() async throws {
        let good = try await kit.document("template", "check", try template())
        expect(good["errors"]?.texts == [] && good["warnings"]?.texts == [], "\(good)")
        expect(good["combinations"]?.int == 20 && good["complete"] == .bool(true))
        let bad = try template(
            [
                "files/x.mustache": "{{nobody}}",
                "template.yaml": Self.description.replacing("derived:", with: "  unused: {default: x}\nderived:")
                    .replacing("variables:\n", with: "variables:\n"),
            ], at: "bad")
        try Disk.edit(bad + "/template.yaml", "  tags:\n", "  unused:\n    default: x\n  tags:\n")
        try Disk.edit(bad + "/template.yaml", "  unused: {default: x}\n", "")
        try Disk.edit(bad + "/template.yaml", "{path: docs,", "{path: dcos,")
        let found = try await kit.document("template", "check", bad, status: 1)
        // One fault is said once, with the first combination that has it.
        expect(found["errors"]?.texts.count == 1, "\(found)")
        expect(found["errors"]?.texts.first?.contains("nobody") == true, "\(found)")
        expect(found["errors"]?.texts.first?.hasSuffix(" and 19 others)") == true, "\(found)")
        expect(
            found["warnings"]?.texts == [
                "nothing uses the variable 'unused'",
                "template.yaml has settings for 'dcos', which is not in files/",
            ], "\(found)")
        // All of ours are fine.
        for id in ["swift", "rust", "c"] {
            let report = try await kit.document("template", "check", id)
            expect(report["errors"]?.texts == [], "\(id): \(report)")
        }
    }

    @Test func keptTemplatesAreListedUsedAndRemoved() async throws {
        let added = try await kit.document("template", "add", try template(), "--id", "mine")
        expect(added["id"]?.string == "mine")
        let listed = try await kit.document("template", "list").elements
        let mine = listed.first { $0["origin"]?.string?.hasSuffix("my template") == true }
        expect(mine?["built_in"] == .bool(false) && mine?["variables"]?.elements.count == 4, "\(listed)")
        try Disk.remove(Scratch.path("my template"))
        try await kit.done("new", "g", "--template", "mine", "--set", "table=a")
        expect(try await kit.refusal("template", "add", "./nothing").code == "no-template")
        try await kit.done("template", "remove", "mine")
        expect(try await kit.refusal("new", "h", "--template", "mine", "--set", "table=a").code == "no-template")
    }

    @Test func gitRepositoriesAreResolvedToACommit() async throws {
        let folder = try template(at: "repo/templates/guard")
        let repository = Scratch.path("repo")
        let git = Program(
            "git",
            environment: [
                "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "a",
                "GIT_COMMITTER_EMAIL": "a@example.org", "HOME": Scratch.path("nohome"),
            ], folder: repository)
        for arguments in [["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "one"], ["tag", "v1"]] {
            let result = try await git.run(arguments)
            try #require(result.status == 0, "\(result.transcript)")
        }
        let commit = try await git.run(["rev-parse", "HEAD"]).output.split(separator: "\n").first.map(String.init)
        try Disk.write(folder + "/files/later.txt", "later\n")
        for arguments in [["add", "."], ["commit", "-q", "-m", "two"]] { _ = try await git.run(arguments) }
        // As an address has it, or as a shell has it in quotes.
        let address = "git+file://" + repository
        for (number, ref) in ["v1", try #require(commit)].enumerated() {
            let report = try await kit.document(
                "new", "g\(number)", "--template", "\(address)#\(ref)//templates/guard", "--set", "table=a")
            expect(report["commit"]?.string == commit)
            expect(!Disk.exists(Scratch.path("g\(number)/later.txt")))
            expect(try Disk.mode(Scratch.path("g\(number)/ci.sh")) & 0o111 != 0)
        }
        let newest = try await kit.document(
            "new", "g2", "--template", "\(address)#//templates/guard", "--set", "table=a")
        expect(newest["files"]?.texts.contains("later.txt") == true)
        // What logs in is used, but neither shown nor kept with the plugin, which goes under version control.
        try Disk.write(
            kit.home + "/.gitconfig",
            "[url \"file://\(repository)\"]\n\tinsteadOf = https://ada:secret@example.org/t\n"
                + "\tinsteadOf = ssh://git:secret@example.org/t\n")
        for (login, kept) in [("https://ada:secret@", "https://"), ("ssh://git:secret@", "ssh://git@")] {
            let name = "kept-\(kept.utf8.count)"
            let made = try await kit.document(
                "new", name, "--template", "git+\(login)example.org/t#v1//templates/guard", "--set", "table=a")
            expect(made["origin"]?.string == "git+\(kept)example.org/t#v1//templates/guard", "\(made)")
            expect(!(try Disk.text(Scratch.path("\(name)/.pdk/template.yaml"))).contains("secret"))
        }
        let refusal = try await kit.refusal("new", "g3", "--template", "\(address)#nothing//templates/guard")
        expect(refusal.code == "template-not-fetched", "\(refusal)")
        // It is the folder that is not there, and not the address that is wrong.
        let noFolder = try await kit.refusal("new", "g3", "--template", "\(address)#v1//templates/gard")
        expect(
            noFolder.code == "template-not-fetched" && noFolder.message.hasPrefix("there is no folder 'templates/gard'")
                && noFolder.help.contains("after '//'"), "\(noFolder)")
        // ssh ends its lines with a carriage return; git's reason comes after one.
        try Disk.write(Scratch.path("bin/ssh"), "#!/bin/sh\nprintf 'ssh: no such host\\r\\n' >&2\nexit 255\n")
        try Disk.setMode(Scratch.path("bin/ssh"), 0o755)
        let noHost = try await kit.with("PATH", Scratch.path("bin") + ":/usr/local/bin:/usr/bin:/bin")
            .refusal("new", "g3", "--template", "git@example.org:a/b.git")
        expect(noHost.message.contains("fatal: Could not read from remote repository"), "\(noHost)")
        expect(
            try await kit.refusal("new", "g3", "--template", "https://example.org/x").code == "invalid-template-address"
        )
        expect(try Disk.names("/tmp").allSatisfy { !$0.hasPrefix("pdk-template-") })
    }

    @Test func hereFillsAnEmptyFolder() async throws {
        try Disk.makeFolder(Scratch.path("empty plugin"))
        try Disk.makeFolder(Scratch.path("sentry/.git"))
        let inside = kit.inside(Scratch.path("sentry"))
        let report = try await inside.document("new", "--here", "--template", "c")
        expect(report["name"]?.string == "sentry" && report["path"]?.string == Scratch.path("sentry"))
        try await inside.done("build")
        expect(try await inside.refusal("new", "--here", "--template", "c").code == "folder-not-empty")
        // A folder's name that is none for a plugin needs another one.
        let odd = kit.inside(Scratch.path("empty plugin"))
        let unnamed = try await odd.refusal("new", "--here", "--template", "c")
        expect(unnamed.code == "invalid-name" && unnamed.help.contains("pdk new NAME --here"), "\(unnamed)")
        try await odd.done("new", "fine", "--here", "--template", "c")
    }

    @Test func aTemplateThatNeedsANewerKitSaysSo() async throws {
        let folder = try template(["template.yaml": Self.description + "min_pdk: 99.0.0\n"])
        expect(try await kit.refusal("new", "g", "--template", folder, "--set", "table=a").code == "pdk-too-old")
    }

    @Test(arguments: [
        ("id: x\n", "the template has no language"), ("colour: x\n", "unknown key 'colour'"),
        ("variables: [a]\n", "variables is not a mapping"),
        (head + "version: one\n", "version is 'one', which is not a version"),
        (head + "min_pdk: soon\n", "min_pdk is 'soon', which is not a version"),
        (
            head + "derived:\n  a: {from: b, case: snake}\n  b: {from: name, case: snake}\n",
            "b, which is itself derived"
        ),
        (head + "variables:\n  a: {pattern: '(((a{1,200}){1,200}){1,200}){1,200}'}\n", "multiply too much"),
        (
            head
                + "variables:\n  a: {pattern: '\(String(repeating: "(", count: 60))a\(String(repeating: "+)", count: 60))'}\n",
            "multiply too much"
        ),
        (head + "variables:\n  a: {pattern: '((a*)*)\\2'}\n", "not a POSIX extended regular expression"),
    ])
    func faultsInTemplateYAMLAreNamed(text: String, message: String) async throws {
        let folder = try template(["template.yaml": text])
        let refusal = try await kit.refusal("new", "g", "--template", folder)
        expect(refusal.code == "invalid-template" && refusal.message.contains(message), "\(refusal)")
    }

    private static let head = "id: x\nlanguage: C\nsummary: s\n"

    /// What a template would print at the end is rendered before anything is written.
    @Test func aFaultInItsLastWordsWritesNothing() async throws {
        let folder = try template(["template.yaml": Self.head + "next: '{{nope}}'\n"])
        try Disk.remove(folder + "/files/src")
        expect(try await kit.refusal("new", "g", "--template", folder).message.contains("no value 'nope'"))
        expect(!Disk.exists(Scratch.path("g")))
    }

    /// Repetitions that people write are taken.
    @Test(arguments: ["[a-z]{1,63}([.][a-z]{1,63}){0,5}", "[]a-z{9,9}[:alpha:]]+", "(ab|cd){2,}", "a{1,200}"])
    func usualPatternsAreTaken(pattern: String) async throws {
        let folder = try template([
            "template.yaml": Self.head + "variables:\n  a: {pattern: '\(pattern)', default: aaaa}\n"
        ])
        let error = try await kit.run("new", "g", "--template", folder, "--json").output
        expect(!error.contains("not a POSIX"), "\(error)")
    }
}
