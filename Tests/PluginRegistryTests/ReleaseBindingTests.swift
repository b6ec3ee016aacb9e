import Basics
import Contract
import PluginRegistry
import TestSupport
import Testing

/// A module that carries its manifest cannot be passed off as another release.
@Suite(.scratchFolder) struct ReleaseBindingTests {
    private static var manifest: PluginMetadata {
        var manifest = PluginMetadata(name: "mask", version: "1.0.0", hooks: ["pre_query"])
        manifest.permissions = ["kv_read"]
        manifest.maximumMemory = "16MB"
        return manifest
    }
    private static func module() throws -> [UInt8] {
        try EmbeddedManifest.write(manifest, into: TestRegistry.module(""))
    }

    @Test(
        arguments: [
            ("mask", "2.0.0", [:], "the index says version 2.0.0, the module says 1.0.0"),
            ("other", "1.0.0", [:], "the index says name other, the module says mask"),
            ("mask", "1.0.0", ["hooks": .strings([])], "the index says hooks none, the module says pre_query"),
            ("mask", "1.0.0", ["hooks": .strings(["post_query"])], "the index says hooks post_query"),
            ("mask", "1.0.0", ["permissions": .strings(["network"])], "the index says permissions network"),
            (
                "mask", "1.0.0", ["resources": .object(["max_memory": .string("1MB")])],
                "the index says max_memory 1MB, the module says 16MB"
            ),
        ] as [(String, String, [String: JSONValue], String)])
    func anotherReleaseIsRefused(
        name: String, version: String, fields: [String: JSONValue], words: String
    ) async throws {
        let publisher = try await Publisher("acme")
        var registry = try TestRegistry()
        try await registry.publish(name, version, module: try Self.module(), signer: publisher, fields: fields)
        for trust in ["trust", nil] {
            try await expectRefusal(.releaseMismatch, "release mismatch for \(name) v\(version): ", words) {
                try install(name, trusting: trust)
            }
        }
    }

    @Test func theReleaseItIsIsInstalledWithoutAWarning() async throws {
        let publisher = try await Publisher("acme")
        var registry = try TestRegistry()
        try await registry.publish("mask", module: try Self.module(), signer: publisher)
        let installed = try install("mask", trusting: "trust")
        expect(installed.signer == "acme" && installed.warnings.isEmpty, "\(installed.warnings)")
    }

    /// What the index leaves out is taken from the module; so a hook cannot be taken away by not speaking of it.
    @Test func whatTheIndexDoesNotSayTheModuleSays() async throws {
        let publisher = try await Publisher("acme")
        var registry = try TestRegistry()
        try await registry.publish(
            "mask", "", module: try Self.module(), signer: publisher, fields: ["hooks": .null, "version": .null])
        let installed = try install("mask", trusting: "trust")
        expect(installed.version == "1.0.0" && installed.manifestPath != nil && installed.warnings.isEmpty)
        let sidecar = try JSONDocument(parsing: try Scratch.read("plugins/mask.json")).root
        expect(sidecar["version"]?.string, is: "1.0.0")
        expect(sidecar["hooks"]?.elements.compactMap(\.string), is: ["pre_query"])
        expect(sidecar["permissions"]?.elements.compactMap(\.string), is: ["kv_read"])
        expect(sidecar["resources"]?["max_memory"]?.string, is: "16MB")
    }

    @Test func aManifestThatCannotBeReadIsRefused() async throws {
        var registry = try TestRegistry()
        let section = [UInt8(12)] + Array("pdk.manifest{}".utf8)
        try await registry.publish("mask", module: Wasm.header + [0, UInt8(section.count)] + section)
        try await expectRefusal(.notAModule, "the manifest embedded in mask v1.0.0 cannot be read") {
            try install("mask")
        }
    }

    @Test func verifyingTellsWhatItIs() throws {
        try Scratch.write("any.wasm", try Self.module())
        let known = try ModuleInspection.blockingInspect(Scratch.path("any.wasm"), trust: .digestOnly)
        expect(known.name == "mask" && known.version == "1.0.0")
        try Scratch.write("any.wasm", TestRegistry.module())
        let unknown = try ModuleInspection.blockingInspect(Scratch.path("any.wasm"), trust: .digestOnly)
        expect(unknown.name == nil && unknown.version == nil && unknown.isModule)
    }

    @Test(arguments: [("mask", "1.0.0", true), ("mask", "1.0.1", false), ("mask2", "1.0.0", false)])
    func packedPluginsAreCompared(name: String, version: String, isSame: Bool) throws {
        var metadata = PluginMetadata(name: name, version: version)
        metadata.hooks = ["prequery"]
        let bytes = try PackedPlugin.archive(
            metadata, module: try Self.module(), signature: nil, packedAt: Timestamp(seconds: 1_800_000_000))
        let packed = try PackedPlugin(reading: bytes, subject: "a.tar.gz")
        if isSame {
            expect(try packed.check(trust: .digestOnly).module, is: (try Self.module()))
        } else {
            let error = #expect(throws: RegistryError.self) { try packed.check(trust: .digestOnly) }
            expect(error?.kind, is: .releaseMismatch)
            expect(error?.message.hasPrefix("release mismatch for a.tar.gz: manifest.json says "), is: true)
        }
    }
}
