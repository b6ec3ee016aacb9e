import Contract
import JourneySupport
import TestSupport
import Testing

/// `pdk audit` with the real program: each kind of finding, and a folder without any.
@Suite(.scratchFolder) struct AuditTests {
    private let kit = Kit()
    private let registry = FakeRegistry("the registry")
    private var plugins: String { Scratch.path("the plugins") }
    private var place: [String] { ["--registry", registry.path, "--dest", plugins] }
    private var key: String { kit.keysFolder + "/mykey.pem" }
    private var trust: [String] { ["--trust-root", kit.keysFolder] }

    private func installed() async throws {
        try await kit.done("keygen", "mykey")
        try await registry.write(["guard 0.1.0", "mask 1.1.0"], key: key)
        try await kit.done(["install", "guard"] + place + trust)
        try await kit.done(["install", "mask@^1"] + place + trust)
    }

    private func advisory(_ events: String, id: String = "x_acme-2026-1", plugin: String = "guard") throws {
        try Disk.write(
            registry.path + "/advisories/\(id).json",
            """
            {"schema_version": "1.7.0", "id": "\(id)", "modified": "2026-11-26T10:00:00Z", "summary": "leaks",
             "affected": [{"package": {"ecosystem": "pdk", "name": "\(plugin)"},
                           "ranges": [{"type": "SEMVER", "events": [\(events)]}]}]}
            """)
    }

    /// The kinds of what is found, as `kind plugin`.
    private func found(_ more: String...) async throws -> [String] {
        let result = try await kit.run(["audit", plugins] + more + ["--json"])
        let document = try JSONValue.parse(result.output)
        let findings = try #require(document["findings"]?.elements, "\(result.transcript)")
        expect(result.status == (findings.isEmpty ? 0 : 1), "\(result.transcript)")
        return findings.map { "\($0["kind"]?.string ?? "") \($0["plugin"]?.string ?? "-")" }
    }

    @Test func aFolderWithoutFindingsIsFine() async throws {
        try await installed()
        try advisory("{\"introduced\": \"0\"}, {\"fixed\": \"0.1.0\"}")
        let text = try await kit.done(["audit", plugins] + trust)
        expect(text == "2 plugins, 1 advisory: 0 findings\n")
        let notes = try await kit.run(["audit", plugins] + trust).errors
        expect(notes.contains("advisories are not signed"), "\(notes)")
        // Nobody looked at the signatures, and that is not passed over.
        let unchecked = try await kit.done("audit", plugins, "--registry", registry.path)
        expect(unchecked.hasSuffix("signatures: not checked (no trust root)\n"))
        expect(try await kit.refusal("audit", plugins, "--require-signature").code == "signature-required")
        let required = try await kit.with("PDK_REQUIRE_SIGNATURE", "1").refusal("audit", plugins)
        expect(required.code == "signature-required")
        expect(try await kit.refusal("audit", Scratch.path("no")).code == "destination")
        expect(try await kit.run("audit", plugins, "--json", "--format", "sarif").status == 2)
    }

    /// That there are no plugins in a registry's folder would be said of a folder at which nobody has looked.
    @Test(arguments: [["audit"], ["verify"], ["list", "--dest"], ["outdated", "--dest"]])
    func aRegistryIsNoPluginsFolder(command: [String]) async throws {
        try await registry.write(["guard 0.1.0"])
        let result = try await kit.run(command + [registry.path])
        expect(result.status == 1 && result.errors.contains("is a registry's folder"), "\(result.transcript)")
        // A plugin may be called index.
        for ending in ["wasm", "json"] { try Scratch.write("host/index.\(ending)", "{}") }
        expect(try await !kit.run(command + [Scratch.path("host")]).transcript.contains("registry's"))
    }

    @Test func releasesAreComparedWithTheRegistry() async throws {
        try await installed()
        try await registry.write(["guard 0.2.0", "mask 2.0.0", "mask 1.1.0"], yanked: ["guard 0.1.0 leaks"], key: key)
        expect(try await found("--trust-root", kit.keysFolder) == ["yanked guard", "outdated guard"])
        let text = try await kit.run("audit", plugins)
        expect(text.output.contains("warning[yanked] guard v0.1.0 was withdrawn by its publisher: leaks\n"))
        expect(text.output.contains(": pdk update guard --dest "), "\(text.transcript)")
        // Without another release there is nothing to update to.
        try await registry.write(["mask 1.1.0"], yanked: ["guard 0.1.0 leaks"], key: key)
        let alone = try await kit.run("audit", plugins)
        expect(alone.output.contains(": pdk uninstall guard --dest "), "\(alone.transcript)")
        expect(!alone.output.contains("pdk update guard"))
        let outdated = try await kit.run("outdated", "--dest", plugins)
        expect(
            outdated.output.contains("guard 0.1.0 (yanked: leaks): no release is available\n"), "\(outdated.transcript)"
        )
        try await registry.write(["mask 1.2.0"], key: key)
        expect(try await found() == ["unknown guard", "unknown mask", "outdated mask"])
        // The same version with other bytes.
        try await registry.write(["guard 0.1.0", "mask 1.1.0"], salt: "guard other", key: key)
        expect(try await found() == ["changed guard"])
        expect(try await found("--registry", Scratch.path("nowhere")) == ["not-checked guard", "not-checked mask"])
        try Disk.remove(plugins + "/pdk.lock")
        expect(try await found() == ["not-checked guard", "not-checked mask"])
        expect(try await found("--registry", registry.path) == ["changed guard"])
    }

    @Test func theFolderIsComparedWithItsLock() async throws {
        try await installed()
        let guardBytes = try Disk.read(plugins + "/guard.wasm")
        try Disk.write(plugins + "/guard.wasm", guardBytes + [1])
        expect(try await found() == ["changed guard", "not-loadable guard"])
        expect(
            try await found("--trust-root", kit.keysFolder)
                == ["changed guard", "signature guard", "not-loadable guard"])
        try Disk.write(plugins + "/guard.wasm", guardBytes)
        try Disk.remove(plugins + "/guard.sig")
        expect(try await found() == ["unsigned guard"])
        expect(try await found("--trust-root", kit.keysFolder) == ["unsigned guard"])
        try await kit.done(["install", "guard", "--locked", "--dest", plugins])
        expect(try await found("--trust-root", kit.keysFolder).isEmpty)

        try Disk.write(plugins + "/mask.yaml", "name: mask\n")
        try Disk.remove(plugins + "/guard.json")
        try Disk.write(plugins + "/old-1.0.0.tar.gz", "x")
        expect(try await found() == ["shadowed guard", "shadowed mask", "shadowed mask", "ignored-file -"])
        for name in ["mask.yaml", "old-1.0.0.tar.gz", "guard.wasm", "guard.sig"] {
            try Disk.remove(plugins + "/" + name)
        }
        try Disk.write(plugins + "/stray.wasm", [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0])
        let kinds = try await found("--registry", registry.path)
        expect(
            Set(kinds) == ["missing guard", "not-locked stray", "unsigned stray", "shadowed stray", "unknown stray"])
        try Disk.write(plugins + "/pdk.lock", "{\"lock_version\": 1, \"plugins\": [")
        expect(try await found("--registry", registry.path).contains("damaged-lock -"))
    }

    @Test func advisoriesAreFindings() async throws {
        try await installed()
        try advisory("{\"introduced\": \"0\"}, {\"fixed\": \"0.2.0\"}")
        try advisory("{\"introduced\": \"2.0.0\"}", id: "x_acme-2026-2", plugin: "mask")
        expect(try await found() == ["advisory guard"])
        let text = try await kit.run("audit", plugins)
        expect(
            text.output.contains("error[advisory] x_acme-2026-1 is about guard v0.1.0: leaks\n"), "\(text.transcript)")
        expect(text.output.contains("fixed in v0.2.0"))
        let finding = try await kit.document("audit", plugins, status: 1)["findings"]?.elements.first
        expect(finding?["advisory"]?.string == "x_acme-2026-1" && finding?["severity"]?.string == "error")
        // One that cannot be read, or evaluated, is a finding too.
        try Disk.write(registry.path + "/advisories/x_broken.json", "{\"id\": \"x_broken\"}")
        expect(try await found() == ["advisory guard", "not-checked -"])
        try Disk.remove(registry.path + "/advisories")
        try Disk.write(
            registry.path + "/advisories/x_1.json",
            """
            {"id": "x_1", "modified": "2026-11-26T10:00:00Z",
             "affected": [{"package": {"ecosystem": "pdk", "name": "guard"}}]}
            """)
        expect(try await found() == ["not-checked guard"])
    }

    /// What the trust root's policy refuses is found, and the rule is named.
    @Test func thePolicyCounts() async throws {
        try await installed()
        expect(try await found("--trust-root", kit.keysFolder).isEmpty)
        try Disk.write(
            kit.keysFolder + "/policy.yaml",
            "version: 1\nnames:\n  - match: guard\n    lowest: 0.2.0\n  - match: \"*\"\n")
        let result = try await kit.run(["audit", plugins, "--json"] + trust)
        expect(try await found("--trust-root", kit.keysFolder) == ["policy guard"], "\(result.transcript)")
        expect(result.output.contains("policy.yaml"), "\(result.transcript)")
    }

    @Test func sarifHasWhatCodeScanningReads() async throws {
        try await installed()
        try advisory("{\"introduced\": \"0\"}")
        try Disk.remove(plugins + "/mask.sig")
        let result = try await kit.run("audit", plugins, "--format", "sarif")
        expect(result.status == 1)
        let log = try JSONValue.parse(result.output)
        expect(log["version"]?.string == "2.1.0" && log["$schema"]?.string?.contains("2.1.0") == true)
        let run = try #require(log["runs"]?.elements.first)
        let rules = run["tool"]?["driver"]?["rules"]?.elements ?? [], results = run["results"]?.elements ?? []
        expect(rules.count == 15 && results.count == 2, "\(result.output)")
        for result in results {
            let index = try #require(result["ruleIndex"]?.int)
            expect(rules[index]["id"] == result["ruleId"])
            let place = result["locations"]?.elements.first?["physicalLocation"]?["artifactLocation"]?["uri"]?.string
            expect(["guard.wasm", "mask.wasm"].contains(place))
        }
        expect(try await SARIFSchema.faults(in: result.output) == "")
        let whole = try await kit.run("audit", plugins, "--format", "json")
        expect(try JSONValue.parse(whole.output)["findings"]?.elements.count == 2)
    }

    /// The advisories of these tests and of the page are what OSV's published schema wants; what it refuses, so does pdk.
    @Test func advisoriesAreThoseOfTheSchema() async throws {
        let page = try Disk.text(BuiltProduct.repository + "/Docs/operate.md")
        let example = try #require(page.split(separator: "\n    {\n      \"schema_version\"").last)
        let text =
            "{\n \"schema_version\""
            + example.prefix(upTo: try #require(example.firstRange(of: "\n    }\n")).lowerBound) + "}"
        try await installed()
        try Disk.write(registry.path + "/advisories/page.json", text)
        expect(try await found() == ["advisory guard"])
        try advisory("{\"introduced\": \"0\"}, {\"fixed\": \"0.1.0\"}")
        let bad: [(String, String)] = [
            ("\"introduced\": \"0\"", "\"intro\": \"0\""), ("\"modified\"", "\"changed\""),
            ("\"SEMVER\"", "\"semver\""),
            ("\"x_acme", "\"acme"), ("\"package\": {", "\"package\": {\"x\": {"),
        ]
        let good = registry.path + "/advisories/x_acme-2026-1.json"
        for (number, change) in bad.prefix(3).enumerated() {
            try Disk.write(Scratch.path("bad\(number).json"), try Disk.text(good).replacing(change.0, with: change.1))
        }
        let checked = try await Program(BuiltProduct.repository + "/.build-python/bin/python").run([
            "-c",
            """
            import json, sys
            from jsonschema import Draft202012Validator as Validator
            schema = json.load(open(sys.argv[1])); Validator.check_schema(schema)
            def faults(path): return [e.message for e in Validator(schema).iter_errors(json.load(open(path)))]
            for path in sys.argv[2:4]: assert not faults(path), (path, faults(path))
            for path in sys.argv[4:]: assert faults(path), path
            """, BuiltProduct.repository + "/Tests/Fixtures/osv-1.7.schema.json", good,
            registry.path + "/advisories/page.json", Scratch.path("bad0.json"), Scratch.path("bad1.json"),
            Scratch.path("bad2.json"),
        ])
        expect(checked.status == 0, "\(checked.transcript)")
        for number in 0..<3 {
            try Disk.write(
                registry.path + "/advisories/bad\(number).json", try Disk.read(Scratch.path("bad\(number).json")))
        }
        expect(try await found().filter { $0 == "not-checked -" }.count == 3)
    }

    @Test func advisoriesBehindALinkAreNotPassedOver() async throws {
        try await installed()
        try advisory("{\"introduced\": \"0\"}")
        expect(try await found() == ["advisory guard"])
        let folder = registry.path + "/advisories"
        try Disk.copy(folder, to: Scratch.path("elsewhere"))
        try Disk.remove(folder)
        try Disk.link(folder, to: Scratch.path("elsewhere"))
        expect(try await found() == ["not-checked -"])
    }
}
