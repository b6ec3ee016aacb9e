import Authoring
import Contract
import Operations
import PluginRegistry
import TestSupport
import Testing

/// Publishing into registries that are in the way of it: it goes through whole or leaves them as they were.
@Suite(.scratchFolder)
struct PublishFailureTests {
    private var registry: String { Scratch.path("registry") }

    private func publish(
        _ plugin: PluginProject, key: String? = nil, isDryRun: Bool = false, skipsExisting: Bool = false,
        scratch: String = Scratch.folder, now: Int = 1_777_204_800
    ) async throws -> PublishPlugin.Report {
        var options = PublishPlugin.Options()
        options.isDryRun = isDryRun
        options.skipsExisting = skipsExisting
        return try await PublishPlugin(
            project: plugin, location: RegistryLocation(registry, currentFolder: Scratch.folder),
            key: Workplace.keys(requested: key), options: options,
            in: .ofTest(now: now, scratch: scratch)
        ).run()
    }

    private func signedPlugin(version: String = "0.1.0") throws -> PluginProject {
        if try Workplace.store.labels().isEmpty { try Workplace.makeKey("mine") }
        let plugin = try Workplace.plugin(version: version)
        try Workplace.sign(plugin, Workplace.keys())
        return plugin
    }

    private static let index = "{\"schema_version\": \"1\", \"plugins\": []}"

    /// Things that are where the registry's own files would be.
    @Test(arguments: [
        "index.json/inside", "artifacts", "artifacts/guard", "index.json",
    ])
    func whatIsInTheWayStays(path: String) async throws {
        let plugin = try signedPlugin()
        if path.hasPrefix("artifacts") { try Workplace.write(registry + "/index.json", Array(Self.index.utf8)) }
        try Workplace.write(registry + "/" + path, Array("in the way".utf8))
        let before = try Workplace.tree(Scratch.folder)
        await #expect(throws: (any Error).self) { try await publish(plugin) }
        expect(try Workplace.tree(Scratch.folder), is: before)
    }

    /// What a publish that was cut short left under the version's name is no release, and is replaced.
    @Test(arguments: [
        "artifacts/guard/0.1.0/guard.wasm", "artifacts/guard/0.1.0/guard.wasm/folder", "artifacts/guard/0.1.0",
    ])
    func whatAKilledPublishLeftIsReplaced(path: String) async throws {
        let plugin = try signedPlugin()
        try Workplace.write(registry + "/index.json", Array(Self.index.utf8))
        try Workplace.write(registry + "/" + path, Array("half of it".utf8))
        try Workplace.write(registry + "/.pdk-publish-1234/registry/index.json", Array("half of it".utf8))
        let report = try await publish(plugin)
        expect(!report.isNewRegistry && !report.alreadyPublished)
        let after = try Workplace.tree(registry)
        expect(after["artifacts/guard/0.1.0/guard.wasm"], is: try plugin.readModule())
        expect(
            after.keys.sorted(),
            is: [
                "artifacts/", "artifacts/guard/", "artifacts/guard/0.1.0/", "artifacts/guard/0.1.0/about.json",
                "artifacts/guard/0.1.0/guard.wasm",
                "index.json", "plugins/", "plugins/gu/", "plugins/gu/ar/", "plugins/gu/ar/guard.json",
            ])
    }

    @Test func withoutAPlaceToProveItNothingIsPublished() async throws {
        let plugin = try signedPlugin()
        for isDryRun in [true, false] {
            await #expect(throws: (any Error).self) {
                try await publish(plugin, isDryRun: isDryRun, scratch: "/proc/nowhere")
            }
            expect(!Workplace.exists(registry))
        }
    }

    @Test func theEntrySaysWhatIsPublished() async throws {
        let plugin = try signedPlugin()
        let report = try await publish(plugin, now: 1_777_204_800)
        expect(report.isNewRegistry && report.signer == "mine")
        let bytes = try #require(try Workplace.tree(registry)["index.json"])
        let entry = try #require(try JSONDocument(parsing: bytes).root.value["plugins"]?.first)
        expect(entry["published_at"]?.string, is: "2026-04-26T12:00:00Z")
        expect(entry["sha256"]?.string, is: report.digest.description)
        expect(entry["artifact"]?.string, is: "artifacts/guard/0.1.0/guard.wasm")
        expect(entry["size"], is: .int(try plugin.readModule().count))
        expect(entry["hooks"], is: .strings(["pre_query"]))
        expect(
            entry["signature"]?.string,
            is: String(
                decoding: try Workplace.tree(plugin.folder)["dist/guard.sig"]?.dropLast() ?? [], as: UTF8.self))
    }

    /// A version becomes a folder's name: what would leave the registry is refused.
    @Test(arguments: ["../../x", "1.0.0/../../../x", "1.0", "latest", "1.0.0+a/b", "01.0.0", "..", "1.0.0-"])
    func onlySemanticVersionsArePublished(version: String) async throws {
        let plugin = try signedPlugin(version: version)
        let before = try Workplace.tree(Scratch.folder)
        await #expect(throws: (any Error).self) { try await publish(plugin) }
        await #expect(throws: (any Error).self) { try await publish(plugin, isDryRun: true) }
        expect(try Workplace.tree(Scratch.folder), is: before)
    }

    /// An entry of the same version with a digest in capitals is the same release.
    @Test func digestsAreComparedIgnoringCase() async throws {
        let plugin = try signedPlugin()
        let digest = try await publish(plugin).digest.description
        let text = String(decoding: try #require(try Workplace.tree(registry)["index.json"]), as: UTF8.self)
        try Workplace.write(
            registry + "/index.json", Array(text.replacing(digest, with: digest.uppercased()).utf8))
        expect(try await publish(plugin, skipsExisting: true).alreadyPublished)
    }
}

extension JSONValue {
    /// The first element of an array.
    var first: JSONValue? {
        guard case .array(let elements) = self else { return nil }
        return elements.first
    }
}
