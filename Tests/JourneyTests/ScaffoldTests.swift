import Authoring
import Contract
import JourneySupport
import TestSupport
import Testing

/// `pdk new`: what it writes, what it refuses, and what it leaves behind.
@Suite(.scratchFolder)
struct ScaffoldTests {
    let kit = Kit()

    /// The templates are part of the program: it needs nothing from the folder it was built in.
    @Test func aBinaryCopiedAloneStillScaffolds() async throws {
        var lonely = kit
        lonely.program = Scratch.path("bin of somebody/pdk")
        try Disk.makeFolder(Scratch.path("bin of somebody"))
        // By a program of its own: a file that this process has open for writing while another test starts a program
        // cannot be run until that program has begun (`execve(2)`, ETXTBSY).
        expect(try await Program("cp").run([BuiltProduct.pdk, lonely.program]).status == 0)
        expect(
            try await lonely.document("new", "--list").elements.map { $0["id"]?.string } == [
                "swift", "c", "cpp", "rust", "wat", "zig",
            ])
        try await lonely.done("new", "guard", "--template", "c", "--author", "A. Author")
        let plugin = lonely.inside(Scratch.path("guard"))
        try await plugin.done("build")
        expect(try await plugin.document("check")["errors"]?.int == 0)
    }

    @Test func theListSaysWhatEachTemplateIs() async throws {
        let list = try await kit.document("new", "--list")
        expect(list.elements.count == 6)
        for template in list.elements {
            expect(Set(template.names).isSuperset(of: ["id", "version", "language", "summary", "requires"]))
            expect(template["requires"]?.texts.isEmpty == false)
            expect(template["summary"]?.string?.isEmpty == false)
        }
        let text = try await kit.done("new", "--list")
        for template in list.elements { expect(text.contains(template["summary"]?.string ?? "?")) }
        expect(try await kit.done("new", "--list", "--quiet") == text)
    }

    @Test func theReportNamesEveryFile() async throws {
        let report = try await kit.document(
            "new", "guard", "--template", "c", "--hook", "route", "--hook", "prequery", "--hook", "pre_query",
            "--dir", "a new folder/and another")
        let folder = Scratch.path("a new folder/and another/guard")
        expect(report["path"]?.string == folder)
        expect(report["hooks"]?.texts == ["pre_query", "route"])
        let written = try Disk.tree(folder).keys.filter { !$0.hasSuffix("/") }.sorted()
        expect(report["files"]?.texts == written)
        expect(try Disk.names(Scratch.path("a new folder/and another")) == ["guard"])
        expect(try Disk.mode(folder) & 0o500 == 0o500)
    }

    @Test(arguments: [
        "", ".", "..", "a b", "a/b", "../a", "/a", "a.b", "ü", "a\n", "a\u{1B}[31m", "名", "a\u{0301}",
        String(repeating: "n", count: 129),
    ])
    func badNamesAreRefused(name: String) async throws { try await refuses(name: name) }

    @Test func aNameWithoutEndIsRefused() async throws {
        try await refuses(name: String(repeating: "n", count: 100_000))
    }

    private func refuses(name: String) async throws {
        let refusal = try await kit.refusal("new", name)
        expect(refusal.code == "invalid-name")
        expect(refusal.message.hasPrefix("invalid plugin name"))
        expect(try Disk.names(Scratch.folder).isEmpty)
        let words = try await kit.run("new", name)
        expect(!words.errors.contains("\u{1B}") && words.errors.utf8.count < 1000, "\(words.transcript)")
    }

    @Test(arguments: ["a", "_", "0", "A-b_9", "--name--", String(repeating: "n", count: 128)])
    func goodNamesAreTaken(name: String) async throws {
        let text = try await kit.done("new", "--template", "c", "--", name)
        // What it says to type works as it stands.
        let next = try #require(text.firstRange(of: "  next: ")?.upperBound)
        let command = text[next...].prefix { $0 != "&" }
        let entered = try await Program("bash").run(["-c", command + "&& basename -- \"$PWD\""])
        expect(entered.output == name + "\n", "\(entered.transcript)")
        expect(try Disk.text(Scratch.path("\(name)/plugin.yaml")).contains("name: "))
        expect(try await kit.inside(Scratch.path(name)).refusal("sign").code == "no-module")
    }

    @Test(arguments: ["folder", "file", "link"])
    func whatIsThereStaysUntouched(kind: String) async throws {
        switch kind {
        case "folder": try Disk.write(Scratch.path("guard/precious.txt"), "mine")
        case "file": try Disk.write(Scratch.path("guard"), "mine")
        default: try Disk.link(Scratch.path("guard"), to: "nowhere")
        }
        let before = try Disk.tree(Scratch.folder)
        let refusal = try await kit.refusal("new", "guard")
        expect(refusal.code == "already-exists")
        expect(refusal.message.contains("already exists"))
        expect(try Disk.tree(Scratch.folder) == before)
    }

    @Test func anEmptyFolderIsNotTakenEither() async throws {
        try Disk.makeFolder(Scratch.path("guard"))
        expect(try await kit.refusal("new", "guard").code == "already-exists")
        expect(try Disk.names(Scratch.path("guard")).isEmpty)
    }

    @Test func unknownTemplatesAndHooksAreRefused() async throws {
        let template = try await kit.refusal("new", "guard", "--template", "cobol")
        expect(template.code == "no-template")
        expect(template.help.contains("swift, c, cpp, rust, wat, zig"))
        expect(try await kit.refusal("new", "guard", "--template", "../c").code == "no-template")
        let hook = try await kit.refusal("new", "guard", "--hook", "prequerry")
        expect(hook.code == "unknown-hook")
        expect(hook.help.contains("pre_query, post_query, authenticate, route"))
        let never = try await kit.refusal("new", "guard", "--hook", "on_connect")
        expect(never.message.contains("never calls"))
        expect(try Disk.names(Scratch.folder).isEmpty)
    }

    /// Where the plugin cannot be written whole, nothing of it is left.
    ///
    /// The parent is a file, or one that no folder can be made in, or on a disk that is full.
    @Test(arguments: ["file", "no folders here", "full disk"])
    func aFailureLeavesNothingBehind(obstacle: String) async throws {
        let parent = obstacle == "no folders here" ? "/proc/self" : Scratch.path("parent")
        if obstacle == "file" { try Disk.write(parent, "a file") }
        let arguments = ["new", "guard", "--template", "c", "--dir", parent, "--json"]
        let result =
            try await obstacle == "full disk"
            ? kit.runWithoutRoom(arguments[0], arguments[1], arguments[2], arguments[3], "--dir", parent, "--json")
            : kit.run(arguments)
        expect(result.status == 1, "\(result.transcript)")
        expect(try JSONValue.parse(result.output)["error"]?["message"]?.string?.isEmpty == false)
        let found = try await Program("find").run([Scratch.folder, "-name", "guard*", "-o", "-name", ".pdk*"])
        expect(found.output.isEmpty, "\(found.output)")
    }

    /// A disk that is full, or a limit on files: what is written so far goes away again.
    @Test(arguments: ["c", "rust", "swift"])
    func aFullDiskLeavesNothingBehind(template: String) async throws {
        let result = try await kit.runWithoutRoom("new", "guard", "--template", template)
        expect(result.status == 1 && result.errors.contains("error: cannot write "), "\(result.transcript)")
        expect(try Disk.names(Scratch.folder).isEmpty)
    }

    /// What is given comes back out of both readers of the manifest, or is refused before anything is written.
    @Test(arguments: [
        "O'Neill", "\"quoted\"", "it's \"both\"", "a: b", "a #b", "#", "# c", "- x", "[a]", "{a}", "&a", "*a", "!a",
        "%a", "@a", "`a`", "true", "null", "~", "1.0", "0x1F", "2026-01-01", "ünï 日本語 🎉", " spaces ", "a\\nb",
        "a\nb", "a\r\nb", "tab\there", "hooks:", "see permissions: here", "key: hooks", "'", "''", "\"", "a'",
        "\u{1B}[31mred", "\u{202E}evil", "\u{85}", "\u{2028}", "a\u{FEFF}b", "{{name}}", "{{{name}}}", "{{#hooks}}",
        "<b>&amp;</b>", "|", ">", "? a", "a:", ":a", "--- a", "...", "name: x",
    ])
    func oddValuesAreWrittenFaithfullyOrRefused(value: String) async throws {
        let result = try await kit.run(
            "new", "guard", "--template", "c", "--author=\(value)", "--description=\(value)", "--json")
        guard result.status == 0 else {
            expect(result.status == 1, "\(result.transcript)")
            expect(try JSONValue.parse(result.output)["error"]?["code"]?.string == "unrepresentable-value")
            expect(try Disk.names(Scratch.folder).isEmpty)
            return
        }
        let plugin = kit.inside(Scratch.path("guard"))
        let manifest = try Disk.text(plugin.folder + "/plugin.yaml")
        let host = HostLineReader(reading: manifest)
        expect(host.fields["author"]?.value == value, "\(manifest)")
        expect(host.fields["description"]?.value == value, "\(manifest)")
        expect(host.hooks?.items.map(\.text) == ["pre_query"])
        let parsed = try Manifest(reading: manifest)
        expect(parsed.author?.text == value && parsed.description?.text == value, "\(manifest)")
        // Only the module is missing.
        let check = try await plugin.document("check", status: 1)
        expect(check["findings"]?.elements.map { $0["rule"]?.string } == ["PDK201"], "\(manifest)")
    }

    @Test func thePlainestValuesAreNotRefused() async throws {
        for (number, value) in ["A. Author", "O'Neill", "a: b", "Ünï 日本語", "100% \"sure\"", "a #b"].enumerated() {
            try await kit.done("new", "guard\(number)", "--template", "c", "--author", value)
        }
    }

    @Test func theAuthorComesFromTheEnvironment() async throws {
        try await kit.with("GIT_AUTHOR_NAME", "Grace H.").done("new", "one", "--template", "c")
        expect(try Disk.text(Scratch.path("one/plugin.yaml")).contains("\nauthor: Grace H.\n"))
        try Disk.write(kit.home + "/.gitconfig", "[user]\n\tname = Ada L.\n")
        try await kit.with("USER", "ada").done("new", "two", "--template", "c")
        expect(try Disk.text(Scratch.path("two/plugin.yaml")).contains("\nauthor: Ada L.\n"))
        try await kit.with("USER", "ada").with("PATH", "/nowhere").done("new", "three", "--template", "c")
        expect(try Disk.text(Scratch.path("three/plugin.yaml")).contains("\nauthor: ada\n"))
        try await kit.with("PATH", "/nowhere").done("new", "four", "--template", "c")
        expect(try Disk.text(Scratch.path("four/plugin.yaml")).contains("\nauthor: unknown\n"))
    }

    @Test func whatAKilledCommandHasLeftIsRemoved() async throws {
        try Disk.write(Scratch.path(".pdk-new-1f/guard.c"), "half")
        try Disk.write(Scratch.path(".pdk-new-mine/file"), "mine")
        try await kit.done("new", "guard", "--template", "wat")
        expect(!Scratch.exists(".pdk-new-1f") && Scratch.exists(".pdk-new-mine/file"))
        try Disk.makeFolder(Scratch.path("here"))
        try Disk.write(Scratch.path("here/.pdk-new-2f/guard.c"), "half")
        try await kit.inside(Scratch.path("here")).done("new", "here", "--here", "--template", "wat")
        expect(!Scratch.exists("here/.pdk-new-2f") && Scratch.exists("here/plugin.yaml"))
    }
}
