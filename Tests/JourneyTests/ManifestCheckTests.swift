import Contract
import JourneySupport
import TestSupport
import Testing

/// A manifest that means one thing to a YAML parser and another to the host, and what `pdk check` says of it.
struct ManifestCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let text: String
    /// The rules of the manifest that find something, as `id:line`; without the colon where there is no line.
    let findings: [String]

    /// A case that differs from the plain manifest in some texts.
    init(_ title: String, _ changes: KeyValuePairs<String, String>, _ findings: String...) {
        testDescription = title
        text = changes.reduce(Self.plain) { $0.replacing($1.key, with: $1.value) }
        self.findings = findings
    }

    static let plain = """
        name: guard
        version: 0.1.0
        description: What it does
        author: A. Author
        license: Apache-2.0
        hooks:
          - pre_query

        """

    /// Forty lists, each of the one before it twice: whoever compared the last one as a key would never end.
    private static let bomb =
        "a0: &a0 [x]\n" + (1...40).map { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1)]\n" }.joined()
        + "? *a40\n: 1\n? *a40\n: 2\n"
    private static let hooks = "hooks:\n  - pre_query\n"

    /// The traps of host-contract.md, section 5, and beside them what must not be found.
    static let all = [
        ManifestCase("nothing", [:]),
        ManifestCase("line ends of Windows", ["\n": "\r\n"]),
        ManifestCase("items without indentation", ["  - pre": "- pre"]),
        ManifestCase("an alias of a hook", ["pre_query": "prequery"]),
        ManifestCase("a comment on a line of its own", ["author:": "# description of sorts\nauthor:"]),
        ManifestCase("quotes around a value", ["What it does": "\"What it does\"", "A. Author": "'A. Author'"]),
        ManifestCase("a colon and a mark in a value", ["What it does": "a:b #c".replacing(" ", with: "")]),

        ManifestCase("a version with a letter", ["0.1.0": "v0.1.0"], "PDK101:2"),
        ManifestCase("a version with build metadata", ["0.1.0": "0.1.0+linux"], "PDK101:2"),
        ManifestCase("a version of words", ["0.1.0": "latest"], "PDK101:2"),
        ManifestCase("a pre-release", ["0.1.0": "1.0.0-rc.1"], "PDK102:2"),

        ManifestCase("a nested name", [hooks: hooks + "build:\n  name: other\n"], "PDK103:9", "PDK116:9"),
        ManifestCase("a nested version", [hooks: hooks + "resources:\n  version: 9\n"], "PDK103:9", "PDK116:9"),
        ManifestCase(
            "a nested key in place of one at the top",
            ["license: Apache-2.0\n": "", hooks: hooks + "x:\n  license: MIT\n"],
            "PDK116:7", "PDK103:8"),
        ManifestCase(
            "a key in the text of another",
            [hooks: hooks + "build:\n  command: |\n    name: stolen\n  wasm: a.wasm\n"], "PDK103:10"),
        ManifestCase("an indented document", ["name:": "  name:"], "invalid"),

        ManifestCase("a comment behind a description", ["What it does": "What it does # really"], "PDK104:3"),
        ManifestCase("a comment behind a version", ["0.1.0": "0.1.0 # first"], "PDK104:2"),
        ManifestCase("a comment behind quotes", ["A. Author": "\"A. Author\" # me"], "PDK104:4"),

        ManifestCase("an escape", ["What it does": "\"a \\\"b\\\" c\""], "PDK105:3"),
        ManifestCase("a doubled quote", ["A. Author": "'O''Neill'"], "PDK105:4"),
        ManifestCase("quotes that belong to the value", ["What it does": "\"'really'\""], "PDK105:3"),
        ManifestCase("a folded text", ["What it does": ">\n  What\n  it does"], "PDK105:3"),
        ManifestCase("a literal text", ["What it does": "|\n  What it does"], "PDK105:3"),
        ManifestCase("a text over two lines", ["What it does": "What\n  it does"], "PDK105:3"),
        ManifestCase("a quoted key", ["license:": "\"license\":"], "PDK105:5"),
        ManifestCase("a tag", ["Apache-2.0": "!!str Apache-2.0"], "PDK105:5"),

        ManifestCase("hooks in a comment", ["name:": "# hooks: what it listens to\nname:"], "PDK106:1"),
        ManifestCase("hooks in a description", ["What it does": "it has hooks: one"], "invalid"),
        ManifestCase("hooks in a quoted description", ["What it does": "\"it has hooks: one\""], "PDK106:3"),
        ManifestCase("hooks at the end of another key", ["author:": "webhooks: x\nauthor:"], "PDK106:4", "PDK116:4"),
        ManifestCase(
            "permissions in a comment", [hooks: "# permissions: none\n" + hooks + "permissions:\n  - custom\n"],
            "PDK106:6", "PDK113:10"),

        ManifestCase("hooks on one line", [hooks: "hooks: [pre_query]\n"], "PDK107:6"),
        ManifestCase("hooks on the next line", [hooks: "hooks:\n  [pre_query, route]\n"], "PDK107:6"),
        ManifestCase("permissions on one line", [hooks: hooks + "permissions: [metrics]\n"], "PDK107:8"),

        ManifestCase("a comment behind a hook", ["- pre_query": "- pre_query # all"], "PDK108:7"),
        ManifestCase("a hook in quotes", ["- pre_query": "- \"pre_query\""], "PDK108:7"),
        ManifestCase("a hook in single quotes", ["- pre_query": "- route\n  - 'pre_query'"], "PDK108:8"),
        ManifestCase("a comment behind hooks", ["hooks:": "hooks: # these"]),
        ManifestCase(
            "a comment behind a permission", [hooks: hooks + "permissions:\n  - metrics # few\n"], "PDK108:9"),

        ManifestCase("a misspelt hook", ["- pre_query": "- pre_query\n  - pre_qurey"], "PDK109:8"),
        ManifestCase("a hook in capitals", ["- pre_query": "- Pre_Query"]),
        ManifestCase("no hooks", [hooks: ""], "PDK110"),
        ManifestCase("an empty list of hooks", [hooks: "hooks: []\n"], "PDK110:6"),
        ManifestCase("hooks without items", [hooks: "hooks:\n"], "PDK110:6"),
        ManifestCase("a hook that is never called", ["- pre_query": "- pre_query\n  - on_connect"], "PDK111:8"),
        ManifestCase("a blank line in the list", ["- pre_query": "- pre_query\n\n  - route"]),
        ManifestCase("a comment in the list", ["- pre_query": "- pre_query\n  # and\n  - route"], "PDK112:8"),

        ManifestCase("an unknown permission", [hooks: hooks + "permissions:\n  - teleport\n"], "PDK113:9"),
        ManifestCase(
            "dangerous permissions", [hooks: hooks + "permissions:\n  - metrics\n  - network\n  - fs_write\n"],
            "PDK114:10", "PDK114:11"),
        ManifestCase(
            "too much memory", [hooks: hooks + "resources:\n  min_memory: 16MB\n  max_memory: 257MB\n"], "PDK115:10"),
        ManifestCase("memory in words", [hooks: hooks + "resources:\n  max_memory: lots\n"], "PDK115:9"),
        ManifestCase("negative memory", [hooks: hooks + "resources:\n  max_memory: -1MB\n"], "PDK115:9"),
        ManifestCase(
            "more than can be counted", [hooks: hooks + "resources:\n  max_memory: 99999999999999999999GB\n"],
            "PDK115:9"),
        ManifestCase("more than the default", [hooks: hooks + "resources:\n  min_memory: 65MB\n"], "PDK115:9"),
        ManifestCase(
            "least above most", [hooks: hooks + "resources:\n  max_memory: 2MB\n  min_memory: 3MB\n"], "PDK115:10"),
        ManifestCase(
            "memory within the limits", [hooks: hooks + "resources:\n  min_memory: 256MB\n  max_memory: 256MB\n"]),
        ManifestCase("a misspelt key", ["license:": "licence: MIT\nlicense:"], "PDK116:5"),
        ManifestCase(
            "a build without its command", [hooks: hooks + "build:\n  comand: make\n  wasm: x.wasm\n"], "PDK116:9",
            "PDK119:10"),
        ManifestCase(
            "a build without its module", [hooks: hooks + "build:\n  command: make\n  wasm:\n"], "PDK119:10"),
        ManifestCase(
            "a build by an unknown toolchain",
            [hooks: hooks + "build:\n  toolchain: cobol\n  command: make\n  wasm: x\n"], "PDK119:9"),
        ManifestCase("a build that works", [hooks: hooks + "build:\n  command: make\n  wasm: x\n"]),
        ManifestCase("a hook twice", ["- pre_query": "- pre_query\n  - pre_query"], "PDK120:8"),
        ManifestCase("a hook twice by an alias", ["- pre_query": "- pre_query\n  - PreQuery"], "PDK120:8"),
        ManifestCase(
            "a permission twice", [hooks: hooks + "permissions:\n  - metrics\n  - metrics\n"], "PDK117:10"),
        ManifestCase(
            "a suppression of nothing", [hooks: hooks + "check:\n  suppress:\n    - rule: PDK999\n      reason: x\n"],
            "PDK118:10"),
        ManifestCase(
            "a silence without a reason",
            [hooks: hooks + "check:\n  silence:\n    - rule: PDK306\n"], "PDK118:10"),
        ManifestCase(
            "a silence of what cannot be silenced",
            [hooks: hooks + "check:\n  silence:\n    - rule: pdk305\n      reason: because\n"], "PDK118:10"),

        ManifestCase("a key twice", ["author:": "author: B\nauthor:"], "invalid"),
        ManifestCase("a tab before a key", ["author:": "\tauthor:"], "invalid"),
        ManifestCase("no name", ["name: guard\n": ""], "invalid"),
        ManifestCase("a name the host refuses", ["name: guard": "name: my guard"], "invalid"),
        ManifestCase("an anchor", ["A. Author": "&a A. Author"], "invalid"),
        ManifestCase(
            "an anchor below", [hooks: hooks + "resources:\n  max_memory: &m 2MB\n  min_memory: *m\n"], "invalid"),
        ManifestCase("an anchored list", [hooks: "hooks: &h\n  - pre_query\n"], "invalid"),
        ManifestCase("an alias that is never read", ["author:": "x: {a: &a [1], b: *a}\nauthor:"], "invalid"),
        ManifestCase("aliases of aliases as a key", ["author:": bomb + "author:"], "invalid"),
        ManifestCase("stars in texts", [hooks: hooks + "build:\n  command: cp *.a *.b & wait && ls *\n  wasm: x\n"]),
        ManifestCase("a list for a text", ["A. Author": "[A, B]"], "invalid"),
        ManifestCase("a mapping among the hooks", ["- pre_query": "- pre_query: yes"], "invalid"),
    ]
}

/// The rules of the manifest, through the real binary.
@Suite(.scratchFolder)
struct ManifestCheckTests {
    let kit = Kit()

    @Test(arguments: ManifestCase.all)
    func everyTrapIsFound(trap: ManifestCase) async throws {
        try Disk.write(Scratch.path("plugin.yaml"), trap.text)
        try Disk.write(
            Scratch.path("dist/guard.wasm"), Disk.read(try await Workshop.shared.guardPlugin() + "/dist/guard.wasm"))
        if trap.findings == ["invalid"] {
            let refusal = try await kit.refusal("check")
            expect(["invalid-manifest", "invalid-name"].contains(refusal.code), "\(refusal)")
            expect(refusal.message.hasPrefix(Scratch.path("plugin.yaml")), "\(refusal)")
            return
        }
        let result = try await kit.run("check", "--json")
        let report = try JSONValue.parse(result.output)
        let all = report["findings"]?.elements ?? []
        let found = all.filter { $0["file"]?.string == Scratch.path("plugin.yaml") }
        let shown = found.filter { $0["rule"]?.string?.hasPrefix("PDK1") == true }.map { finding in
            (finding["rule"]?.string ?? "") + (finding["line"]?.int.map { ":\($0)" } ?? "")
        }
        expect(shown == trap.findings, "\(result.transcript)")
        for finding in found { expect(finding["message"]?.string?.isEmpty == false) }
        let errors = all.count { $0["severity"]?.string == "error" }
        expect(report["errors"]?.int == errors)
        expect(result.status == (errors == 0 ? 0 : 1), "\(result.transcript)")
    }

    @Test func aManifestThatIsNoTextIsRefused() async throws {
        for (bytes, code) in [
            (Array("name: a\nversion: 1".utf8) + [0xFF], "invalid-manifest"), ([], "invalid-manifest"),
            (Array(repeating: UInt8(ascii: "["), count: 100_000), "invalid-manifest"),
            (Array(String(repeating: "- ", count: 100_000).utf8), "invalid-manifest"),
            (Array(repeating: UInt8(ascii: "#"), count: 1 << 21), "failed"),
        ] {
            try Disk.write(Scratch.path("plugin.yaml"), bytes)
            expect(try await kit.refusal("check").code == code)
        }
    }

    @Test func silencesNeedAReasonAndAreShown() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        let manifest = try Disk.text(plugin.folder + "/plugin.yaml")
        // An error that is silenced with a reason lets the plugin be published; it is still shown.
        try Disk.write(
            plugin.folder + "/plugin.yaml",
            manifest.replacing("- pre_query", with: "- pre_query\n  - mystery") + """
                check:
                  suppress:
                    - rule: pdk109
                      reason: our own host knows the hook

                """)
        let report = try await plugin.document("check")
        expect(report["errors"]?.int == 0)
        let finding = try #require(report["findings"]?.elements.first)
        expect(finding["rule"]?.string == "PDK109")
        expect(finding["suppressed"]?.string == "our own host knows the hook")
        let text = try await plugin.done("check")
        expect(text.contains("suppressed[PDK109]") && text.contains("  because: our own host knows the hook\n"))
        expect(text.hasSuffix("guard v0.1.0: 0 errors, 0 warnings, 1 suppressed\n"))
        try await plugin.done("publish", Scratch.path("registry"))
        // Without a reason it counts, and so does the silence.
        try Disk.edit(plugin.folder + "/plugin.yaml", "      reason: our own host knows the hook\n", "")
        let rules = try await plugin.document("check", status: 1)["findings"]?.elements.map { $0["rule"]?.string }
        expect(rules == ["PDK109", "PDK118"])
    }

    @Test func whatMustBeTrueCannotBeSilenced() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        let silences = ["PDK201", "PDK202", "PDK302", "PDK305", "PDK307"].map {
            "    - rule: \($0)\n      reason: please\n"
        }
        let path = plugin.folder + "/plugin.yaml"
        try Disk.write(path, try Disk.text(path) + "check:\n  silence:\n" + silences.joined())
        try Disk.write(plugin.folder + "/dist/guard.wasm", "\u{0}asm, and then nothing sensible")
        let findings = try await plugin.document("check", status: 1)["findings"]?.elements ?? []
        expect(findings.allSatisfy { $0["suppressed"] == nil })
        expect(findings.count { $0["rule"]?.string == "PDK118" } == 5)
        expect(findings.contains { $0["rule"]?.string == "PDK202" })
    }
}
