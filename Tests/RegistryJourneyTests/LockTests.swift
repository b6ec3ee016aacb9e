import Contract
import JourneySupport
import TestSupport
import Testing

/// `pdk.lock` with the real program: ranges, installing what is locked, and what is refused.
@Suite(.scratchFolder) struct LockTests {
    private let kit = Kit()
    private let registry = FakeRegistry("the registry")
    private var plugins: String { Scratch.path("the plugins") }
    private var place: [String] { ["--registry", registry.path, "--dest", plugins] }

    private func lock() throws -> [JSONValue] {
        try JSONValue.parse(Disk.text(plugins + "/pdk.lock"))["plugins"]?.elements ?? []
    }

    private func code(_ arguments: [String]) async throws -> String {
        let result = try await kit.run(arguments + ["--json"])
        return try JSONValue.parse(result.output)["error"]?["code"]?.string ?? "none \(result.status)"
    }

    @Test func rangesAreKept() async throws {
        try await registry.write(["guard 0.2.0", "guard 0.1.5", "guard 0.1.0", "guard 0.1.9-rc.1"])
        let ranged = try await kit.done(["install", "guard@^0.1"] + place)
        expect(ranged.hasPrefix("installed guard v0.1.5 -> \(plugins)/guard.wasm\n"))
        var locked = try #require(try lock().first)
        expect(locked["name"]?.string == "guard" && locked["version"]?.string == "0.1.5")
        expect(locked["request"]?.string == "^0.1" && locked["registry"]?.string == registry.path)
        expect(locked["sha256"]?.string?.count == 64 && locked["signed"] == .bool(false))
        // One version within the range goes there once; the range stays.
        try await kit.done(["install", "guard@0.1.0"] + place)
        locked = try #require(try lock().first)
        expect(locked["version"]?.string == "0.1.0" && locked["request"]?.string == "^0.1")
        try await kit.done(["install", "guard@^0.1.9-rc.0"] + place)
        expect(try lock().first?["version"]?.string == "0.1.9-rc.1")
        // Without a version the newest is asked for from now on, and that is said.
        let newest = try await kit.run(["install", "guard"] + place)
        expect(newest.errors.contains("asks for guard@^0.1.9-rc.0"), "\(newest.transcript)")
        expect(try lock().first?["request"] == nil && lock().first?["version"]?.string == "0.2.0")
        // Never back, unless it is meant.
        expect(try await code(["install", "guard@~0.1"] + place) == "downgrade")
        try await kit.done(["install", "guard@~0.1", "--downgrade"] + place)
        expect(try await code(["install", "guard@>=1,<2"] + place) == "no-version")
        expect(try await code(["install", "guard@^x"] + place) == "usage")
        expect(try await code(["install", "guard@^1", "--pre"] + place) == "usage")
        let option = try await kit.done(["install", "guard", "--version", "<0.1.5", "--downgrade"] + place)
        expect(option.contains("installed guard v0.1.0"))
    }

    @Test func exactlyWhatIsLockedIsInstalled() async throws {
        try await registry.write(["guard 0.1.0", "mask 1.0.0"])
        try await kit.done(["install", "guard"] + place)
        try await kit.done(["install", "mask"] + place)
        let lock = try Disk.read(plugins + "/pdk.lock"), before = try Disk.tree(plugins)
        // Time goes on: there is a newer release, and the locked one is withdrawn.
        try await registry.write(["guard 0.2.0", "mask 1.0.0"], yanked: ["guard 0.1.0 leaks"])
        for name in try Disk.names(plugins) where name != "pdk.lock" { try Disk.remove(plugins + "/" + name) }
        let all = try await kit.run("install", "--dest", plugins)
        expect(all.status == 0 && all.output.contains("installed guard v0.1.0"), "\(all.transcript)")
        expect(
            all.output.contains("installed mask v1.0.0") && all.errors.contains("withdrawn by its publisher: leaks"))
        expect(try Disk.tree(plugins) == before)
        let document = try await kit.document("install", "--locked", "--dest", plugins)
        expect(document["plugins"]?.elements.count == 2)
        expect(document["plugins"]?.elements.first?["unchanged"] == .bool(true))
        let one = try await kit.document("install", "guard@0.1.0", "--locked", "--dest", plugins)
        expect(one["version"]?.string == "0.1.0")
        expect(try Disk.read(plugins + "/pdk.lock") == lock)
    }

    @Test func anythingElseIsRefused() async throws {
        try await registry.write(["guard 0.2.0", "guard 0.1.0", "mask 1.0.0"])
        expect(try await code(["install", "--dest", plugins]) == "no-lock")
        expect(!Disk.exists(plugins))
        try await kit.done(["install", "guard@^0.2"] + place)
        try await kit.done(["install", "mask"] + place)
        let before = try Disk.tree(plugins)
        func refused(_ arguments: String...) async throws -> String {
            let code = try await code(["install"] + arguments + ["--dest", plugins])
            expect(try Disk.tree(plugins) == before)
            return code
        }
        expect(try await refused("guard@0.1.0", "--locked") == "lock-mismatch")
        expect(try await refused("guard@^0.1", "--locked") == "lock-mismatch")
        expect(try await refused("other", "--locked") == "no-lock")
        expect(try await refused("guard", "--locked", "--registry", Scratch.path("nowhere")) == "index-unavailable")
        expect(try await refused("--version", "1") == "usage")
        expect(try await refused("mask") == "usage")
        // The same version with other bytes; what stands first in the lock's order is not touched either.
        try await registry.write(["guard 0.2.0", "mask 1.0.0"], salt: "mask other")
        expect(try await refused("--locked") == "lock-mismatch")
        let mismatch = try await kit.refusal("install", "mask", "--locked", "--dest", plugins)
        expect(mismatch.message.contains("sha256 mismatch for mask v1.0.0"), "\(mismatch)")
        try await registry.write(["mask 1.0.0"])
        expect(try await refused("--locked") == "no-plugin")
        try await registry.write(["guard 0.2.0", "mask 1.0.0"])
        expect(try await kit.run("install", "--locked", "--dest", plugins).status == 0)
        try Disk.edit(plugins + "/pdk.lock", "\"lock_version\": 1", "\"lock_version\": 2")
        let damaged = try await kit.refusal("install", "--dest", plugins)
        expect(damaged.code == "lock-malformed" && damaged.message.contains("pdk.lock, line 2"), "\(damaged)")
    }

    /// A host takes files by their ending: nothing that is beside the modules is one.
    @Test func hostsDoNotSeeTheLock() async throws {
        try await registry.write(["pdk 1.0.0"])
        try await kit.done(["install", "pdk"] + place)
        expect(try Disk.names(plugins) == ["pdk.json", "pdk.lock", "pdk.wasm"])
        expect(try Disk.names(plugins).filter { $0.hasSuffix(".wasm") } == ["pdk.wasm"])
        expect(try await kit.run("verify", plugins).output.contains("1 passed"))
    }

    @Test func theKeyOfTheLockCounts() async throws {
        try await kit.done("keygen", "mykey")
        try await kit.done("keygen", "other")
        try await registry.write(["guard 0.1.0"], key: kit.keysFolder + "/mykey.pem")
        let words = place + ["--trust-root", kit.keysFolder]
        try await kit.done(["install", "guard"] + words)
        // The same bytes, signed anew by another key that is trusted.
        try await registry.write(["guard 0.1.0"], key: kit.keysFolder + "/other.pem")
        for folder in [plugins, Scratch.path("elsewhere")] {
            if folder != plugins { try Disk.write(folder + "/pdk.lock", try Disk.read(plugins + "/pdk.lock")) }
            let there = ["--dest", folder, "--trust-root", kit.keysFolder]
            let expected = folder == plugins ? "new-key" : "lock-mismatch"
            expect(try await code(["install", "guard", "--locked"] + there) == expected)
            expect(try await code(["install"] + there) == expected)
        }
        try await registry.write(["guard 0.1.0"], key: kit.keysFolder + "/mykey.pem")
        try await kit.done("install", "--dest", plugins, "--trust-root", kit.keysFolder)
    }

    @Test func withoutTheLockNothingIsUpToDate() async throws {
        try await registry.write(["guard 0.1.0"])
        try await kit.done(["install", "guard"] + place)
        expect(try await kit.run("outdated", "--dest", plugins).status == 0)
        try Disk.write(plugins + "/pdk.lock", "{")
        expect(try await code(["outdated", "--dest", plugins]) == "lock-malformed")
        // A mistyped folder is neither up to date nor made.
        expect(try await code(["outdated", "--dest", plugins + "2"]) == "destination")
        expect(!Disk.exists(plugins + "2"))
    }
}
