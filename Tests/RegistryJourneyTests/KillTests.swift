import Contract
import JourneySupport
import TestSupport
import Testing

/// Processes that are killed at a system call: `strace` ends them at the nth call of each kind that changes a folder.
@Suite(.scratchFolder, .firstInLine) struct KillTests {
    private let kit = Kit()
    private var registry: String { Scratch.path("the registry") }
    private var plugins: String { Scratch.path("the plugins") }

    /// The calls that a change of a folder is made of.
    private static let calls = ["openat", "mkdirat", "fchmod", "fsync", "linkat", "renameat", "renameat2", "unlinkat"]

    /// Runs `pdk` and kills it at the `count`th `call` of a thread; true when it was killed.
    private func killed(_ kit: Kit, at call: String, _ count: Int, _ arguments: [String]) async throws -> Bool {
        let strace = kit.tool("strace")
        let result = try await strace.run(
            [
                "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(call)", "-e",
                "inject=\(call):signal=KILL:when=\(count)", kit.program,
            ] + arguments)
        // What strace could not start, or any other failure, must not pass for a kill.
        try #require([0, -9, 137].contains(result.status), "\(result.transcript)")
        return result.status != 0
    }

    /// Kills a command at each of its calls in turn, and makes the folders as they were after each, also after one that ran to
    /// its end; `openat` is called often before anything changes, so there not at each.
    private func atEachCall(
        _ kit: Kit, _ arguments: [String], calls: [String] = Self.calls, step: Int = 1,
        then check: (String) async throws -> Void, restore: () async throws -> Void
    ) async throws -> Int {
        var kills = 0
        for call in calls {
            for count in call == "openat"
                ? Array(stride(from: 30, to: 400, by: 15)) : Array(stride(from: 1, through: 100, by: step))
            {
                let wasKilled = try await killed(kit, at: call, count, arguments)
                if wasKilled {
                    kills += 1
                    try await check("\(call) \(count)")
                }
                try await restore()
                if !wasKilled { break }
            }
        }
        return kills
    }

    private func files() throws -> [String: [UInt8]] {
        try Disk.tree(plugins).filter { $0.key.hasPrefix("guard.") || $0.key == "pdk.lock" }
    }

    private func setVersion(_ version: String, of plugin: Kit) async throws {
        try plugin.setVersion(version)
        try await plugin.done("sign", "--no-build-check")
    }

    /// An install that is killed anywhere leaves the old plugin or the new one, as soon as the next command opens the folder.
    @Test func anInstallIsWholeWhereverItIsKilled() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit).with("PDK_WASMTIME", "/nowhere.so")
        try await plugin.done("publish", "--no-test", "--no-engine", "--no-build-check", registry)
        // The newer release has other bytes in all three files, and in the lock.
        try await setVersion("0.2.0", of: plugin)
        try await plugin.done("publish", "--no-test", "--no-engine", "--no-build-check", registry)
        let place = ["--registry", registry, "--dest", plugins]
        func install(_ version: String) async throws {
            let result = try await kit.run(["install", "guard@\(version)"] + place)
            try #require(result.status == 0, "\(result.transcript)")
        }
        try await install("0.2.0")
        let new = try files()
        try await install("0.1.0")
        let old = try files()
        try #require(old.keys.count == 4 && old.keys == new.keys && !old.contains { new[$0.key] == $0.value })

        // An entry that is refused as another release once its module has come into the folder.
        let digest = try await kit.document("list", "--registry", registry).elements.last?["sha256"]?.string ?? ""
        try Disk.edit(
            registry + "/index.json", "\"plugins\": [",
            "\"plugins\": [{\"name\": \"other\", \"version\": \"1.0.0\", \"sha256\": \"\(digest)\", "
                + "\"artifact\": \"artifacts/guard/0.1.0/guard.wasm\"},")

        var outcomes: Set<Bool> = []
        let kills = try await atEachCall(kit, ["install", "guard@0.2.0"] + place) { moment in
            // Another command that opens the folder; what it is about is not the plugin that was killed.
            let other = try await kit.run(["install", "other"] + place)
            expect(other.errors.contains("release mismatch"), "\(other.transcript)")
            let found = try files()
            expect(found == old || found == new, "killed at \(moment): \(found.mapValues(\.count))")
            outcomes.insert(found == new)
            expect(try Disk.names(plugins).filter { $0 != ".pdk.lock" }.count == 4, "killed at \(moment)")
        } restore: {
            if try files() != old { try await install("0.1.0") }
        }
        expect(kills >= 15 && outcomes == [true, false], "\(kills) kills, \(outcomes)")

        // A first install: all of it or nothing.
        try Disk.remove(plugins)
        let first = try await atEachCall(kit, ["install", "guard@0.2.0"] + place) { moment in
            guard Disk.exists(plugins) else { return }
            let other = try await kit.run(["install", "other"] + place)
            expect(other.errors.contains("release mismatch"), "\(other.transcript)")
            let found = try files()
            expect(found.isEmpty || found == new, "killed at \(moment): \(found.mapValues(\.count))")
        } restore: {
            if Disk.exists(plugins) { try Disk.remove(plugins) }
        }
        expect(first > 10, "\(first) kills")
    }

    /// A hook is in the manifest, the source and the cases, or the same command puts it there after a kill.
    @Test func aHookIsAddedWholeByTheNextRun() async throws {
        try await kit.done("new", "guard", "--template", "wat", "--defaults")
        let plugin = kit.inside(Scratch.path("guard")), clean = Scratch.path("clean")
        try Disk.copy(plugin.folder, to: clean)
        try await plugin.done("hook", "add", "route")
        let done = try Disk.tree(plugin.folder)
        func restore() throws {
            try Disk.remove(plugin.folder)
            try Disk.copy(clean, to: plugin.folder)
        }
        try restore()
        let kills = try await atEachCall(plugin, ["hook", "add", "route"], calls: ["fsync", "renameat"]) { moment in
            let again = try await plugin.run("hook", "add", "route")
            let found = try Disk.tree(plugin.folder)
            // Killed behind the last rename, it is there already.
            expect(again.status == 0 || again.errors.contains("already"), "killed at \(moment): \(again.transcript)")
            expect(found == done, "killed at \(moment): \(found.keys.sorted())")
        } restore: {
            try restore()
        }
        expect(kills >= 8, "\(kills) kills")
    }

    /// A publish that is killed anywhere leaves a registry that hosts can read, with the release or without it.
    @Test func aPublishIsWholeWhereverItIsKilled() async throws {
        let scratch = Scratch.path("scratch")
        try Disk.makeFolder(scratch)
        var left = 0
        let plugin = try await Workshop.shared.copyOfGuard(kit).with("PDK_WASMTIME", "/nowhere.so")
            .with("TMPDIR", scratch)
        try await plugin.done("publish", "--no-test", "--no-engine", "--no-build-check", registry)
        try await setVersion("0.2.0", of: plugin)
        let before = try Disk.tree(registry)
        let kills = try await atEachCall(plugin, ["publish", "--no-test", "--no-engine", "--no-build-check", registry])
        { moment in
            let versions = try await kit.document("list", "--registry", registry).elements
                .compactMap { $0["version"]?.string }
            expect(versions == ["0.1.0"] || versions == ["0.2.0", "0.1.0"], "killed at \(moment)")
            for version in versions {
                let result = try await kit.run(
                    "install", "guard@\(version)", "--registry", registry, "--dest", Scratch.path("tried"),
                    "--trust-root", kit.keysFolder)
                expect(result.status == 0, "killed at \(moment): \(result.transcript)")
            }
            // The next one goes through and clears up.
            left += try Disk.names(scratch).count
            let next = try await plugin.run(
                "publish", "--no-test", "--no-engine", "--no-build-check", registry, "--skip-existing")
            expect(next.status == 0, "killed at \(moment): \(next.transcript)")
            let isPublished = versions.contains("0.2.0")
            expect(try isPublished || Disk.names(scratch).isEmpty, "killed at \(moment)")
            expect(try Disk.names(registry).filter { $0.hasPrefix(".") } == [], "killed at \(moment)")
            expect(try Disk.text(registry + "/plugins/gu/ar/guard.json").contains("0.2.0"), "killed at \(moment)")
        } restore: {
            try Disk.remove(registry)
            for (path, bytes) in before where !path.hasSuffix("/") { try Disk.write(registry + "/" + path, bytes) }
        }
        expect(kills >= 15 && left > 0, "\(kills) kills, \(left) folders left")
    }

    /// Garbage collection that is killed anywhere has removed nothing that the index names, and the next one ends it.
    @Test func aRegistryIsWholeWhereverGarbageCollectionIsKilled() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit).with("PDK_WASMTIME", "/nowhere.so")
        let publish = ["publish", "--no-test", "--no-engine", "--no-build-check", registry]
        try await plugin.done(publish)
        try await setVersion("0.2.0", of: plugin)
        try await plugin.done(publish)
        let whole = try Disk.tree(registry).filter { !$0.key.hasSuffix("/") }
        // What no entry names, a plugin's own index that is missing, and one of a plugin that is not there.
        let own = registry + "/plugins/gu/ar/guard.json"
        func damage() throws {
            for name in ["guard/0.3.0/guard.wasm", "guard/0.3.0/guard.sig", "other/1.0.0/other.wasm", "stray"] {
                try Disk.write(registry + "/artifacts/" + name, "x")
            }
            try Disk.write(registry + "/plugins/ev/il/evil.json", try Disk.read(own))
            try Disk.remove(own)
        }
        try damage()
        let collect = ["registry", "gc", registry, "--apply"]
        let kills = try await atEachCall(kit, collect, calls: ["fsync", "renameat", "renameat2", "unlinkat"], step: 2) {
            moment in
            for (path, bytes) in whole where path.hasPrefix("artifacts/") {
                expect(try Disk.read(registry + "/" + path) == bytes, "killed at \(moment): \(path)")
            }
            let listed = try await kit.document("list", "--registry", registry).elements
            expect(listed.compactMap { $0["version"]?.string } == ["0.2.0", "0.1.0"], "killed at \(moment)")
            try await kit.done(collect)
            let left = try Disk.tree(registry).keys.filter { !$0.hasSuffix("/") }
            expect(Set(left) == Set(whole.keys), "killed at \(moment)")
            let verified = try await kit.run("registry", "verify", registry)
            expect(verified.status == 0, "killed at \(moment): \(verified.transcript)")
        } restore: {
            try Disk.remove(registry)
            for (path, bytes) in whole { try Disk.write(registry + "/" + path, bytes) }
            try damage()
        }
        expect(kills >= 5, "\(kills) kills")
    }

    /// A signed registry reads right wherever a writer with its key is killed, and the next one goes on.
    @Test(arguments: ["publish", "yank", "sign"]) func aSignedRegistryIsWholeWhereverAWriterIsKilled(
        command: String
    ) async throws {
        let parties = Parties(), registry = parties.registry, key = parties.keeper.keysFolder + "/registry.pem"
        let plugin = try await parties.prepare()
        try await parties.release("0.2.0", of: plugin)
        var (kit, words) = (parties.keeper, ["registry", "sign", registry])
        switch command {
        case "publish":
            try await Parties.setVersion("0.3.0", of: plugin)
            (kit, words) = (plugin, Parties.publishing + [registry, "--registry-key", key])
        case "yank": words = ["yank", "guard", "0.2.0", "--registry", registry, "--reason", "leaks"]
        default: try await parties.stage("0.3.0", of: plugin)
        }
        let before = try Disk.tree(registry)
        var outcomes: Set<String> = []
        let kills = try await atEachCall(
            kit, words, calls: ["fsync", "renameat", "renameat2", "unlinkat"], step: 2
        ) { moment in
            // Whoever reads finds a signed index.
            let listed = try await parties.user.document("list", "--registry", registry)
            let newest = listed.elements.first { $0["yanked"] == nil }?["version"]?.string ?? ""
            outcomes.insert(newest)
            let found = try await parties.user.document("info", "guard", "--registry", registry)
            expect(found["newest"]?.string == newest, "killed at \(moment)")
            // The same command again ends what was begun, and leaves nothing.
            let again = try await kit.run(command == "publish" ? words + ["--skip-existing"] : words)
            expect(again.status == 0, "killed at \(moment): \(again.transcript)")
            let verified = try await parties.keeper.run("registry", "verify", registry)
            expect(verified.status == 0, "killed at \(moment): \(verified.transcript)")
            let left = try Disk.names(registry).filter { !["artifacts", "plugins"].contains($0) }
            expect(left == ["index.json", "index.json.sig"], "killed at \(moment)")
        } restore: {
            try Disk.remove(registry)
            for (path, bytes) in before where !path.hasSuffix("/") { try Disk.write(registry + "/" + path, bytes) }
            // What was restored is older than what the operator has seen.
            _ = try await parties.user.run("registry", "forget", registry)
        }
        expect(kills >= 8 && outcomes.count == 2, "\(kills) kills, \(outcomes)")
    }

    /// An update and a removal that are killed anywhere leave all of a plugin and its part of the lock as before, or as after.
    @Test(arguments: ["update", "uninstall"]) func aFolderIsWholeWhereverItIsKilled(command: String) async throws {
        let fake = FakeRegistry("the registry")
        try await kit.done("keygen", "mykey")
        let key = kit.keysFolder + "/mykey.pem"
        try await fake.write(["guard 0.1.0", "mask 1.0.0"], key: key)
        let place = ["--registry", registry, "--dest", plugins]
        for name in ["guard", "mask"] { try await kit.done(["install", name] + place) }
        let before = try Disk.tree(plugins)
        try await fake.write(["guard 0.2.0", "mask 1.0.0"], key: key)
        let arguments = [command, "guard", "--dest", plugins] + (command == "update" ? ["--yes"] : [])
        try await kit.done(arguments)
        let after = try Disk.tree(plugins)
        try #require(after != before)
        func restore() throws {
            try Disk.remove(plugins)
            for (path, bytes) in before where !path.hasSuffix("/") { try Disk.write(plugins + "/" + path, bytes) }
        }
        try restore()
        var outcomes: Set<Bool> = []
        let kills = try await atEachCall(
            kit, arguments, calls: ["fsync", "renameat", "renameat2", "unlinkat"]
        ) { moment in
            // Whoever opens the folder next ends what was begun.
            try await kit.done("list", "--dest", plugins)
            let found = try Disk.tree(plugins).filter { $0.key != ".pdk.lock" }
            expect(found == before || found == after, "killed at \(moment): \(found.mapValues(\.count))")
            outcomes.insert(found == after)
        } restore: {
            try restore()
        }
        expect(kills >= 8 && outcomes == [true, false], "\(kills) kills, \(outcomes)")
    }
}
