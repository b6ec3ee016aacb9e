import Authoring
import Basics
import Checking
import Contract
import Operations
import PluginRegistry
import TestSupport
import Testing

/// `CheckPlugin` where the binary is too coarse to look.
@Suite(.scratchFolder)
struct CheckRuleTests {
    private func check(
        _ plugin: PluginProject, registry: String? = nil, hasRoundTrip: Bool = true
    ) async throws -> CheckPlugin.Report {
        let loaded = try registry.map {
            try Registry(RegistryLocation($0, currentFolder: Scratch.folder)).blockingLoad()
        }
        return try await CheckPlugin(
            project: plugin, registry: loaded, key: Workplace.keys(), extent: hasRoundTrip ? .roundTrip : .release,
            in: .ofTest()
        ).run()
    }

    /// Neither a look nor a round trip leaves anything behind.
    @Test func nothingIsChanged() async throws {
        let plugin = try Workplace.plugin()
        let before = try Workplace.tree(Scratch.folder)
        let report = try await check(plugin)
        expect(report.findings.map(\.rule.id), is: ["PDK306"])
        expect(report.errorCount == 0 && report.warningCount == 1 && report.suppressedCount == 0)
        expect(try Workplace.tree(Scratch.folder), is: before)
    }

    /// The newest release that is offered is what a version is compared with.
    @Test(arguments: [
        (["0.1.0-rc.1", "1.0.0-rc.1"], [] as [String]), (["0.0.9"], []), (["0.2.0"], ["PDK308"]),
        (["0.10.0"], ["PDK308"]), (["0.2.0!"], []), (["0.2.0!", "0.1.1"], ["PDK308"]), (["not a version"], []),
    ])
    func onlyOfferedReleasesCount(versions: [String], rules: [String]) async throws {
        let entries = versions.map { version in
            JSONValue.object([
                "name": .string("guard"), "version": .string(version.replacing("!", with: "")),
                "artifact": .string("x"), "sha256": .string(String(repeating: "0", count: 64)),
                "yanked": version.hasSuffix("!") ? .string("broken") : nil,
            ])
        }
        let index = JSONValue.object(["plugins": .array(entries)])
        try Workplace.write(Scratch.path("registry/index.json"), Array(index.prettyText().utf8))
        let report = try await check(try Workplace.plugin(), registry: Scratch.path("registry"))
        expect(report.findings.map(\.rule.id).filter { $0 != "PDK306" }, is: rules)
    }

    /// A version that is published with the very same bytes is no finding; its round trip goes beside it.
    @Test func thePublishedReleaseItselfIsNoFinding() async throws {
        let plugin = try Workplace.plugin()
        try Workplace.makeKey("mine")
        try Workplace.sign(plugin, Workplace.keys())
        let location = RegistryLocation(Scratch.path("registry"), currentFolder: Scratch.folder)
        _ = try await PublishPlugin(
            project: plugin, location: location, key: Workplace.keys(), options: PublishPlugin.Options(), in: .ofTest()
        ).run()
        expect(try await check(plugin, registry: Scratch.path("registry")).findings.isEmpty)
    }

    /// With keys and none chosen, nobody can say whose signature it is; that is not the module's fault.
    @Test func aSignatureOfNobodyKnownIsLeftAlone() async throws {
        let plugin = try Workplace.plugin()
        try Workplace.makeKey("one")
        try Workplace.sign(plugin, Workplace.keys())
        try Workplace.makeKey("two")
        expect(try await check(plugin).findings.isEmpty)
    }

    /// The first silence of a rule counts, ids in either case, and the reason must say something.
    @Test func silencesApplyToTheirRuleOnly() async throws {
        let silence =
            "check:\n  silence:\n    - rule: pdk306\n      reason: signed in CI\n    - rule: PDK113\n      reason: ~"
        let report = try await check(try Workplace.plugin(more: "permissions:\n  - mystery\n" + silence))
        expect(report.findings.map(\.rule.id), is: ["PDK113", "PDK118", "PDK306"])
        expect(report.findings.map(\.suppressedBecause), is: [nil, nil, "signed in CI"])
        expect(report.errorCount == 1 && report.suppressedCount == 1)
    }

    /// A list under a key that only a YAML parser knows is no list to the host, which would never call the plugin.
    @Test(arguments: ["hooks :", "\"hooks\":", "'hooks':", "? hooks\n:"])
    func aListTheHostDoesNotFind(key: String) async throws {
        let text = Workplace.manifest().replacing("hooks:", with: key)
        _ = try Workplace.plugin()
        try Workplace.write(Scratch.path("guard/plugin.yaml"), Array(text.utf8))
        let report = try await check(try PluginProject(folder: Scratch.path("guard")), hasRoundTrip: false)
        expect(report.findings.map(\.rule.id), is: ["PDK105", "PDK306"])
    }

    /// What stands in the way of a publish is found although the author has silenced another error.
    @Test func aSilencedErrorDoesNotSkipTheRoundTrip() async throws {
        let silence = "check:\n  silence:\n    - rule: PDK301\n      reason: two numbers will do"
        let report = try await check(try Workplace.plugin(version: "1.0", more: silence))
        expect(report.findings.map(\.rule.id), is: ["PDK301", "PDK306", "PDK307"])
        expect(report.errorCount, is: 1)
    }

    /// A key that was named and is not there cannot be passed over in silence.
    @Test func aNamedKeyMustBeThere() async throws {
        let plugin = try Workplace.plugin()
        try Workplace.makeKey("one")
        try Workplace.sign(plugin, Workplace.keys())
        for keys in [Workplace.keys(requested: "nope"), Workplace.keys(file: "nope.pem"), Workplace.keys(pem: "nope")] {
            let check = CheckPlugin(
                project: plugin, registry: nil, key: keys, extent: .roundTrip, in: .ofTest())
            await #expect(throws: (any Error).self) { _ = try await check.run() }
        }
    }

    /// What a hostile manifest says is shown so that it cannot steer a terminal.
    @Test func messagesAreHarmless() async throws {
        let evil = "\"\\e[31mx\\u202Ey\""
        let plugin = try Workplace.plugin(
            more:
                "  - \(evil)\npermissions:\n  - \(evil)\n\(evil): 1\nauthor: \(evil)\ncheck:\n  silence:\n    - rule: \(evil)\n      reason: x"
        )
        let report = try await check(plugin, hasRoundTrip: false)
        expect(report.findings.count >= 5)
        for finding in report.findings {
            let text = finding.message + (finding.help ?? "")
            expect(text, is: text.printable, "\(finding.rule.id)")
            expect(!text.contains("\u{202E}") && !text.contains("\u{1B}"))
        }
    }

    @Test(arguments: [
        ("licence: MIT", "did you mean license?"), ("permisions: []", "did you mean permissions?"),
        ("build: {comand: x, wasm: y}", "did you mean build.command?"),
        ("mystery: 1", "remove it, or fix its spelling"),
    ])
    func aMisspeltKeyIsToldTheRightOne(line: String, help: String) async throws {
        let report = try await check(try Workplace.plugin(more: line), hasRoundTrip: false)
        expect(report.findings.first { $0.rule.id == "PDK116" }?.help, is: help)
    }

    @Test func everyFindingSaysWhereItIs() async throws {
        let plugin = try Workplace.plugin(
            version: "v1", more: "permissions: [network]\nresources:\n  max_memory: 1TB\nodd: 1")
        let report = try await check(plugin)
        expect(
            report.findings.map(\.rule.id), is: ["PDK101", "PDK107", "PDK114", "PDK115", "PDK116", "PDK301", "PDK306"])
        for finding in report.findings where finding.rule.id != "PDK306" {
            expect(finding.file == plugin.manifestPath && finding.line != nil, "\(finding.rule.id)")
            expect(finding.help?.isEmpty, is: false, "\(finding.rule.id)")
            expect(finding.message.first?.isUppercase == false && !finding.message.hasSuffix("."))
        }
        // With errors there is no round trip, which could only say the same again.
        expect(!report.findings.contains { $0.rule.id == "PDK307" })
    }
}
