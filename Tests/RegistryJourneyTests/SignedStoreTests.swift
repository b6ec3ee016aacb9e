import Contract
import Foundation
import JourneySupport
import TestSupport
import Testing

/// Signed registries in an object store: SeaweedFS, with several who write at once and writers that are killed.
@Suite(.scratchFolder, .serialized, .firstInLine) struct SignedStoreTests {
    private func verify(_ parties: Parties, _ versions: Int) async throws {
        try await parties.keeper.verify(parties.registry, versions: versions)
    }

    @Test func aSignedRegistryLivesInABucket() async throws {
        let store = try await ObjectStore(), parties = Parties(in: store), registry = parties.registry
        defer { store.end() }
        let plugin = try await parties.prepare()
        let place = ["--registry", registry, "--dest", Scratch.path("plugins")]
        expect(try await parties.user.done(["install", "guard"] + place).contains("verified by 'mykey'"))
        _ = try store.requests()
        try await parties.user.done(["install", "guard"] + place)
        expect(try store.requests().count == 2, "the plugin's own index and its signature")
        // Staged twice: the second takes the first one's place, whatever it holds.
        try await parties.stage("0.2.0", of: plugin)
        try Disk.edit(plugin.folder + "/plugin.yaml", "description:", "description: another ")
        try await parties.stage("0.2.0", of: plugin)
        try Disk.write(plugin.folder + "/CHANGELOG.md", "## 0.2.0\n\nBetter.\n")
        try await parties.stage("0.2.0", of: plugin)
        let taken = try await parties.keeper.done("registry", "sign", registry)
        expect(taken.contains("taken publish guard 0.2.0"), "\(taken)")
        expect(try await parties.user.done(["install", "guard"] + place).contains("guard v0.2.0"))
        expect(try await parties.user.done("info", "guard", "--registry", registry).contains("Better."))
        let yank = try await parties.author.document(
            "yank", "guard", "0.2.0", "--registry", registry, "--reason", "leaks")
        expect(yank["staged"]?.string != nil)
        try await parties.keeper.done("registry", "sign", registry)
        expect(try await parties.user.done("list", "--registry", registry).contains("(yanked: leaks)"))
        try await verify(parties, 2)
        let garbage = try await parties.keeper.document("registry", "gc", registry)
        expect(garbage["paths"]?.elements.isEmpty == true, "\(garbage.compactText)")
        expect(try await parties.author.refusal("registry", "sign", registry).code == "registry-signed")
    }

    /// Authors stage while two who have the key take, sign and withdraw.
    @Test func manyAtOnce() async throws {
        let store = try await ObjectStore(), parties = Parties(in: store), registry = parties.registry
        defer { store.end() }
        _ = try await parties.prepare()
        var plugins: [Kit] = []
        for number in 1...6 {
            let plugin = try await Workshop.shared.copyOfGuard(parties.author, isSigned: false, to: "guard \(number)")
                .with("PDK_WASMTIME", "/nowhere.so")
            try await Parties.setVersion("0.\(number + 1).0", of: plugin)
            plugins.append(plugin)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for plugin in plugins { group.addTask { try await plugin.done(Parties.publishing + [registry]) } }
            for _ in 0..<2 {
                // What another has taken meanwhile is said, and no error of this one's signature.
                group.addTask { _ = try await parties.keeper.run("registry", "sign", registry) }
            }
            for _ in 0..<6 {
                group.addTask {
                    let listed = try await parties.user.run("list", "--registry", registry)
                    expect(listed.status == 0, "\(listed.transcript)")
                }
            }
            try await group.waitForAll()
        }
        try await parties.keeper.done("registry", "sign", registry)
        try await verify(parties, 7)
        let place = ["--registry", registry, "--dest", Scratch.path("plugins")]
        _ = try store.requests()
        expect(try await parties.user.done(["install", "guard"] + place).contains("guard v0.7.0"))
        expect(try store.requests().count == 3, "the plugin's own index, its signature and the module")
    }

    /// A writer that is killed at any of its writes leaves a registry whose index is signed, and the next one repairs the rest.
    @Test(arguments: [("publish", "after"), ("sign", "before"), ("yank", "after")])
    func aKilledWriterLeavesASignedRegistry(command: String, when: String) async throws {
        let store = try await ObjectStore(), parties = Parties(in: store), registry = parties.registry
        defer { store.end() }
        let plugin = try await parties.prepare()
        // The author with the registry's key publishes at once.
        let key = parties.keeper.keysFolder + "/registry.pem"
        var kills = 0, released = 1
        for number in 1...20 {
            let version = "0.2.\(number)"
            var words = Parties.publishing + [registry, "--registry-key", key]
            let kit: Kit
            switch command {
            case "publish":
                try await Parties.setVersion(version, of: plugin)
                kit = plugin
            case "sign":
                try await parties.stage(version, of: plugin)
                (kit, words) = (parties.keeper, ["registry", "sign", registry])
            default:
                try await parties.release(version, of: plugin)
                (kit, words) = (
                    parties.keeper, ["yank", "guard", version, "--registry", registry, "--reason", "leaks"]
                )
            }
            released += 1
            let killed = try await store.proxy.run(words, by: kit, killedAt: number, when)
            guard killed.status != 0 else { break }
            kills += 1
            // Whoever reads finds a signed index, and what installs by name gets agrees with it.
            let listed = try await parties.user.document("list", "--registry", registry)
            let newest = listed.elements.first { $0["yanked"] == nil }?["version"]?.string
            let installed = try await parties.user.document(
                "install", "guard", "--registry", registry, "--dest", Scratch.path("plugins \(number)"))
            expect(installed["version"]?.string == newest, "\(when) write \(number)")
            // The same command again ends what was begun.
            let again = try await kit.run(command == "publish" ? words + ["--skip-existing"] : words)
            expect(again.status == 0, "\(when) write \(number): \(again.transcript)")
        }
        expect(kills >= 6, "\(kills) kills")
        try await parties.keeper.done("registry", "sign", registry)
        try await verify(parties, released)
        expect(try await parties.user.run("list", "--registry", registry).status == 0)
    }
}
