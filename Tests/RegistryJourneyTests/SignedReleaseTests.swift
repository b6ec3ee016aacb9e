import Basics
import Contract
import Foundation
import JourneySupport
import TestSupport
import Testing

/// What `pdk sign` puts into a module, and that nobody can offer it as another release then.
@Suite(.scratchFolder) struct SignedReleaseTests {
    let kit = Kit()
    var registry: String { Scratch.path("the registry") }

    @Test func signingPutsTheManifestIntoTheModule() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit, isSigned: false)
        try await kit.done("keygen", "mykey")
        let module = plugin.folder + "/dist/guard.wasm"
        let built = try Disk.read(module)
        let time = try FileManager.default.attributesOfItem(atPath: module)[.modificationDate] as? Date
        let text = try await plugin.done("sign")
        expect(text.contains("  release: guard v0.1.0\n"), "\(text)")
        let signed = try Disk.read(module)
        // A custom section behind the header, and not a byte of the code is another; metadata follows at the end.
        expect(signed.prefix(9) == built.prefix(8) + [0])
        expect(signed.firstRange(of: built[8..<(built.count / 2)]) != nil)
        for text in ["pdk.manifest", "version0.1.0", "licenses", "processed-by"] {
            expect(signed.firstRange(of: Array(text.utf8)) != nil, "\(text)")
        }
        // By the module's time `pdk test` and others tell that sources have changed since it was built.
        expect(try FileManager.default.attributesOfItem(atPath: module)[.modificationDate] as? Date == time)
        let inspected = try await kit.document("inspect", module)
        expect(inspected["manifest"]?["hooks"]?.texts == ["pre_query"])
        let verified = try await kit.done("verify", module, "--trust-root", kit.keysFolder)
        expect(verified.contains("verified by 'mykey'") && verified.contains("  release: guard v0.1.0\n"))
        // Signing again changes nothing.
        let before = try Disk.tree(plugin.folder)
        try await plugin.done("sign")
        expect(try Disk.tree(plugin.folder) == before)
    }

    /// After a build the signature is that of another module: to be known, and no error before a release.
    @Test func aBuildMakesTheSignatureStale() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        func rules(_ words: String...) async throws -> [String] {
            let result = try await plugin.run(["check", "--json"] + words)
            let found = try JSONValue.parse(result.output)["findings"]?.elements ?? []
            expect(result.status == (found.contains { $0["severity"]?.string == "error" } ? 1 : 0))
            return found.compactMap { $0["rule"]?.string }
        }
        expect(try await rules() == [])
        let source = plugin.folder + "/plugin.c"
        try Disk.write(source, try Disk.text(source) + "\n")
        try await plugin.done("build")
        expect(try await rules() == ["PDK311"])
        let refusal = try await plugin.refusal("publish", Scratch.path("registry"))
        expect(refusal.message.contains("PDK305"), "\(refusal)")
        try await plugin.done("sign")
        expect(try await rules() == [])
        // With several keys, that of the signature is found among them.
        try await kit.done("keygen", "other")
        expect(try await rules() == [])
        let signature = plugin.folder + "/dist/guard.sig", text = try Disk.text(signature)
        for (garbage, rule) in [("garbage\n", "PDK305"), (Base64.encode([UInt8](repeating: 7, count: 64)), "PDK312")] {
            try Disk.write(signature, garbage)
            expect(try await rules() == [rule])
        }
        try Disk.write(signature, text)
        for label in ["mykey", "other"] { try Disk.remove(kit.keysFolder + "/\(label).pem") }
        expect(try await rules() == ["PDK312"])
    }

    @Test func aModuleThatIsNamedIsSignedAsItIs() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit, isSigned: false)
        try await kit.done("keygen", "mykey")
        let built = try Disk.read(plugin.folder + "/dist/guard.wasm")
        try await plugin.done("sign", "dist/guard.wasm")
        expect(try Disk.read(plugin.folder + "/dist/guard.wasm") == built)
        let published = try await plugin.run("publish", registry)
        expect(published.status == 0 && published.errors.contains("[PDK310]"), "\(published.transcript)")
        let installed = try await kit.run(
            "install", "guard", "--registry", registry, "--dest", "plugins", "--trust-root", kit.keysFolder)
        expect(installed.status == 0, "\(installed.transcript)")
        expect(
            installed.errors
                == "warning: the signature of guard does not cover its version and hooks; they come from the index\n"
        )
    }

    /// An index in other hands: an old release as a new one, one plugin as another, a guard without its hook.
    @Test(arguments: [
        ("\"version\": \"0.1.0\"", "\"version\": \"9.0.0\"", "guard"),
        ("\"name\": \"guard\"", "\"name\": \"mask\"", "mask"),
        ("\"pre_query\"", "", "guard"), ("\"pre_query\"", "\"post_query\"", "guard"),
    ])
    func anIndexCannotPassItOffAsAnotherRelease(old: String, new: String, name: String) async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        try await plugin.done("publish", registry)
        // Without the plugin's own index, which would be read in its place.
        try Disk.remove(registry + "/plugins")
        try Disk.edit(registry + "/index.json", old, new)
        for options in [[], ["--trust-root", kit.keysFolder]] {
            let result = try await kit.run(
                ["install", name, "--registry", registry, "--dest", "plugins", "--json"] + options)
            expect(result.status == 1 && result.output.contains("\"release-mismatch\""), "\(result.transcript)")
            expect(!Disk.exists(Scratch.path("plugins")))
        }
    }

    @Test func whatIsSignedAsAnotherReleaseIsNotPublishedNorPacked() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        try Disk.edit(plugin.folder + "/plugin.yaml", "version: 0.1.0", "version: 0.2.0")
        try Disk.remove(plugin.folder + "/dist/build.json")
        let refusal = try await plugin.refusal("publish", registry)
        expect(refusal.message.contains("PDK309") && refusal.message.contains("with version 0.1.0"), "\(refusal)")
        expect(refusal.help.contains("pdk sign"))
        let packed = try await plugin.refusal("pack")
        expect(packed.code == "release-mismatch" && packed.help.contains("pdk sign"), "\(packed)")
        expect(!Disk.exists(registry) && !Disk.exists(plugin.folder + "/dist/guard-0.2.0.tar.gz"))
        try await plugin.done("sign")
        try await plugin.done("publish", registry)
        try await plugin.done("pack")
    }

    /// The host's own flags, without --hooks: those that the module carries.
    @Test func packingTakesTheHooksFromTheModule() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        let report = try await kit.document(
            "pack", "--wasm", plugin.folder + "/dist/guard.wasm", "--name", "guard", "--version", "0.1.0", "--out",
            "x.tar.gz")
        expect(report["hooks"]?.texts == ["pre_query"])
    }
}
