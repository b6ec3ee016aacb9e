import Contract
import JourneySupport
import TestSupport
import Testing

/// What stands between a plugin and a registry: its build, its cases, its hooks; and `pdk release`, which does it all.
@Suite(.scratchFolder)
struct ReleaseTests {
    let kit = Kit()

    private func plugin() async throws -> Kit {
        let plugin = try await Workshop.shared.copyOfGuard(kit, isSigned: false)
        try await plugin.done("keygen", "mykey")
        return plugin
    }

    @Test func releaseBuildsTestsSignsAndPublishes() async throws {
        let plugin = try await plugin()
        let source = try Disk.text(plugin.folder + "/plugin.c")
        try Disk.write(plugin.folder + "/plugin.c", source + "\n/* changed */\n")
        let rehearsal = try await plugin.document("release", "../registry", "--dry-run")
        expect(rehearsal["dry_run"] == .bool(true) && !Disk.exists(Scratch.path("registry")))
        let report = try await plugin.document("release", "../registry")
        expect(report["new_registry"] == .bool(true))
        let module = try Disk.read(Scratch.path("registry/artifacts/guard/0.1.0/guard.wasm"))
        expect(try Disk.read(plugin.folder + "/dist/guard.wasm") == module)
        // The same steps one by one make the same bytes.
        try await plugin.done("build")
        try await plugin.done("sign")
        expect(try Disk.read(plugin.folder + "/dist/guard.wasm") == module)
        expect(try await plugin.refusal("release", "../registry").code == "already-published")
        try await plugin.done("release", "../registry", "--skip-existing")
    }

    @Test func aFailingCaseStopsThePublish() async throws {
        let plugin = try await plugin()
        try Disk.write(
            plugin.folder + "/cases/wrong.yaml",
            "cases:\n  - name: is wrong\n    hook: pre_query\n    input: {query: SELECT 1}\n    expect: {action: block}\n"
        )
        try await plugin.done("sign")
        for command in ["publish", "release"] {
            let refusal = try await plugin.refusal(command, "../registry")
            expect(refusal.code == "cases-failed" && refusal.message.contains("is wrong"), "\(refusal)")
            expect(refusal.help.contains("--no-test") && !Disk.exists(Scratch.path("registry")))
        }
        try await plugin.done("sign")
        let forced = try await plugin.run("publish", "../registry", "--no-test")
        expect(forced.status == 0 && forced.errors.contains("cases were not run"), "\(forced.transcript)")
    }

    @Test func aPluginWithoutCasesIsPublishedAndTold() async throws {
        let plugin = try await plugin()
        try Disk.remove(plugin.folder + "/cases")
        try await plugin.done("sign")
        let published = try await plugin.run("publish", "../registry")
        expect(published.status == 0 && published.errors.contains("has no cases"), "\(published.transcript)")
    }

    @Test func aStaleModuleIsNotPublished() async throws {
        let plugin = try await plugin()
        try await plugin.done("sign")
        try Disk.write(plugin.folder + "/plugin.c", try Disk.text(plugin.folder + "/plugin.c") + "\n/* changed */\n")
        expect(try await plugin.refusal("publish", "../registry").code == "stale-module")
        try await plugin.done("publish", "../registry", "--no-build-check")
    }

    /// The host would never call it: published, it looks like a guard and is none.
    @Test func aHookThatIsNotDeclaredStopsThePublish() async throws {
        try await kit.done("new", "guard", "--template", "c", "--hook", "pre_query", "--hook", "route")
        let plugin = kit.inside(Scratch.path("guard"))
        try await plugin.done("keygen", "mykey")
        try Disk.edit(plugin.folder + "/plugin.yaml", "  - route\n", "")
        try Disk.remove(plugin.folder + "/cases")
        let refusal = try await plugin.refusal("release", "../registry")
        expect(refusal.code == "check-failed" && refusal.message.contains("PDK207"), "\(refusal)")
        // What is refused is not signed.
        expect(!Disk.exists(plugin.folder + "/dist/guard.sig"))
    }

    /// A key that follows the one of the earlier releases by a statement is the publisher's.
    @Test func aRotatedKeyGoesOn() async throws {
        let plugin = try await plugin()
        try await plugin.done("release", "../registry")
        try await kit.done("key", "rotate", "mykey", "--label", "second")
        try await kit.done("key", "rotate", "second", "--label", "third")
        try await kit.done("keygen", "stranger")
        try Disk.edit(plugin.folder + "/plugin.yaml", "version: 0.1.0", "version: 0.2.0")
        let refusal = try await plugin.refusal("release", "../registry", "--key", "stranger")
        expect(refusal.code == "new-key", "\(refusal)")
        let report = try await plugin.run("release", "../registry", "--key", "third")
        expect(report.status == 0 && report.errors.contains("tested it: "), "\(report.transcript)")
        // The statement counts, and not the file's name.
        try Disk.edit(plugin.folder + "/plugin.yaml", "version: 0.2.0", "version: 0.3.0")
        try Disk.remove(kit.keysFolder + "/third.rotation")
        try Disk.write(kit.keysFolder + "/third.rotation", "pdk key rotation 1\n")
        try await registryOfTheFirstKey()
        expect(try await plugin.refusal("release", "../old", "--key", "third").code == "new-key")
    }

    /// A registry whose newest release the first key has signed.
    private func registryOfTheFirstKey() async throws {
        try await kit.done("mirror", "registry", "old", "--create", "--trust-root", kit.keysFolder)
        try await kit.done("yank", "guard", "0.2.0", "--registry", "old", "--reason", "gone")
    }

    /// Without a key nothing is built, and nothing is said to be.
    @Test func aMissingKeyIsNamedFirst() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit, isSigned: false)
        let result = try await plugin.run("release", "../registry")
        expect(result.status == 1 && !result.errors.contains("building"), "\(result.transcript)")
    }
}
