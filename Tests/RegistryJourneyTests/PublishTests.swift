import Contract
import JourneySupport
import TestSupport
import Testing

/// `pdk publish`: what it refuses, what it leaves alone, and that no moment to die is a bad one.
@Suite(.scratchFolder)
struct PublishTests {
    let kit = Kit()
    var registry: String { Scratch.path("the registry") }

    /// Gives the plugin another version, and signs its module as that.
    private func release(_ version: String, of plugin: Kit) async throws {
        try setVersion(version, of: plugin)
        try await plugin.done("sign", "--no-build-check")
    }

    /// Gives the plugin another version; its module stays as it is.
    private func setVersion(_ version: String, of plugin: Kit) throws {
        try plugin.setVersion(version)
        // As if the module had been put there by hand: its build is not in question here.
        let record = plugin.folder + "/dist/build.json"
        if Disk.exists(record) { try Disk.remove(record) }
    }

    /// Gives the module other bytes, as another build would: a custom section at its end.
    private func changeModule(of plugin: Kit, _ mark: String = "x") throws {
        let path = plugin.folder + "/dist/guard.wasm"
        let name = Array(mark.utf8)
        try Disk.write(path, try Disk.read(path) + [0, UInt8(name.count + 1), UInt8(name.count)] + name)
    }

    private func versions() async throws -> [String] {
        try await kit.document("list", "--registry", registry).elements.compactMap { $0["version"]?.string }
    }

    @Test func whatIsNotSignedIsRefused() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit, isSigned: false)
        try await kit.done("keygen")
        let refusal = try await plugin.refusal("publish", registry)
        expect(refusal.code == "no-signature" && refusal.message.contains("no signature"))
        expect(refusal.help.contains("pdk sign"))
        try Disk.write(plugin.folder + "/dist/guard.sig", "AAAA\n")
        expect(try await plugin.refusal("publish", registry).code == "malformed-signature")
        expect(!Disk.exists(registry))
    }

    @Test func aSignatureOfAnotherKeyOrOverOtherBytesIsRefused() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        try await kit.done("keygen", "other")
        let other = try await plugin.refusal("publish", registry, "--key", "other")
        expect(other.code == "check-failed" && other.message.contains("PDK305"), "\(other)")
        expect(!Disk.exists(registry))
        try changeModule(of: plugin)
        let stale = try await plugin.refusal("publish", registry, "--key", "mykey")
        expect(stale.code == "check-failed" && stale.message.contains("PDK305"), "\(stale)")
        expect(!Disk.exists(registry))
    }

    @Test func aPublishedVersionNeverChanges() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        try await plugin.done("publish", registry)
        let before = try Disk.tree(registry)
        let same = try await plugin.refusal("publish", registry)
        expect(same.code == "already-published" && same.message.contains("already exists"))
        let skipped = try await plugin.document("publish", registry, "--skip-existing")
        expect(skipped["already_published"] == .bool(true))
        try changeModule(of: plugin)
        try await plugin.done("sign")
        for option in ["--quiet", "--skip-existing", "--dry-run"] {
            let changed = try await plugin.refusal("publish", registry, option)
            expect(changed.code == "already-published")
            expect(changed.message.contains("already exists in \(registry)/index.json with other bytes"))
        }
        expect(try Disk.tree(registry) == before)
    }

    @Test func buildMetadataMakesNoOtherVersion() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        try await release("1.0.0+a", of: plugin)
        try Disk.edit(
            plugin.folder + "/plugin.yaml", "build:",
            "check:\n  silence:\n    - {rule: PDK101, reason: this is about the registry}\nbuild:")
        try await plugin.done("publish", registry)
        try await release("1.0.0+b", of: plugin)
        let before = try Disk.tree(registry)
        let refusal = try await plugin.refusal("publish", registry)
        expect(refusal.code == "already-published" && refusal.message.contains("v1.0.0+a"), "\(refusal)")
        expect(try Disk.tree(registry) == before)
    }

    @Test func aFolderThatAnotherEntryUsesIsNotMovedAway() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        try await plugin.done("publish", registry)
        let index = registry + "/index.json"
        try Disk.write(index, try Disk.text(index).replacing("\"version\": \"0.1.0\"", with: "\"version\": \"0.0.9\""))
        let before = try Disk.tree(registry)
        let refusal = try await plugin.refusal("publish", registry)
        expect(refusal.code == "folder-in-use" && refusal.message.contains("guard v0.0.9"), "\(refusal)")
        expect(try Disk.tree(registry) == before)
    }

    @Test func memoryLimitsAreInstalledUnlessTheHostRefusesThem() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit, isSigned: false)
        try await kit.done("keygen")
        try Disk.edit(plugin.folder + "/plugin.yaml", "build:", "resources:\n  max_memory: 16MB\nbuild:")
        // Named, the module is signed as it is: the limits are the word of the index.
        try await plugin.done("sign", "dist/guard.wasm")
        try await plugin.done("publish", registry)
        let plugins = Scratch.path("plugins")
        try await kit.done("install", "guard", "--registry", registry, "--dest", plugins)
        func limit() throws -> String? {
            try JSONValue.parse(Disk.text(plugins + "/guard.json"))["resources"]?["max_memory"]?.string
        }
        expect(try limit() == "16MB")
        try Disk.edit(registry + "/index.json", "16MB", "1TB")
        try Disk.remove(registry + "/plugins")
        let report = try await kit.document("install", "guard", "--registry", registry, "--dest", plugins)
        expect(report["warnings"]?.elements.contains { $0.string?.contains("1TB") ?? false } == true)
        expect(try limit() == nil)
    }

    @Test func aDryRunChangesNothing() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        let report = try await plugin.document("publish", registry, "--dry-run")
        expect(report["dry_run"] == .bool(true) && report["new_registry"] == .bool(true))
        expect(!Disk.exists(registry))
        try await plugin.done("publish", registry)
        try await release("0.2.0", of: plugin)
        let before = try Disk.tree(Scratch.folder)
        let text = try await plugin.done("publish", registry, "--dry-run")
        expect(text.contains("dry run: nothing was published"))
        expect(try Disk.tree(Scratch.folder) == before)
    }

    @Test func aFolderOfOtherThingsIsNotMadeARegistry() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        try Disk.write(registry + "/holiday.jpg", "sun")
        let before = try Disk.tree(registry)
        expect(try await plugin.refusal("publish", registry).code == "not-a-registry")
        expect(try await plugin.refusal("publish", registry + "/holiday.jpg").code == "not-a-registry")
        expect(try await plugin.refusal("publish", registry + "/other.json").code == "not-a-registry")
        expect(try await plugin.refusal("publish", "https://registry.invalid/").code == "registry-on-the-web")
        expect(try Disk.tree(registry) == before)
        try Disk.write(registry + "/index.json", "{\"plugins\": [")
        let broken = try await plugin.refusal("publish", registry)
        expect(broken.code == "index-malformed" && broken.message.contains("line 1, column 14"), "\(broken)")
        expect(try Disk.text(registry + "/index.json") == "{\"plugins\": [")
    }

    @Test func aPluginWithFindingsIsNotPublished() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        try Disk.edit(plugin.folder + "/plugin.yaml", "  - pre_query", "  - pre_query # all of them")
        let refusal = try await plugin.refusal("publish", registry)
        expect(refusal.code == "check-failed" && refusal.message.contains("PDK108"))
        expect(!Disk.exists(registry))
    }

    /// A host that takes the first entry of a name gets the newest release, whatever order they were published in.
    @Test func theNewestReleaseStandsFirst() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        for version in ["1.2.0", "1.10.0", "1.9.0", "2.0.0-rc.1", "0.9.0", "2.0.0-rc.2"] {
            try await release(version, of: plugin)
            try await plugin.done("publish", registry)
        }
        expect(try await versions() == ["1.10.0", "1.9.0", "1.2.0", "0.9.0", "2.0.0-rc.2", "2.0.0-rc.1"])
        let host = """
            import hashlib, json, os, sys
            folder = sys.argv[1]
            index = json.load(open(os.path.join(folder, "index.json")))
            entry = next(entry for entry in index["plugins"] if entry["name"] == "guard")
            data = open(os.path.join(folder, entry["artifact"]), "rb").read()
            assert hashlib.sha256(data).hexdigest() == entry["sha256"]
            print(index["schema_version"], entry["version"])
            """
        let first = try await Program("python3").run(["-c", host, registry])
        expect(first.output == "1 1.10.0\n", "\(first.transcript)")
        for (options, version) in [([], "1.10.0"), (["--pre"], "2.0.0-rc.2"), (["--version", "1.2.0"], "1.2.0")] {
            let result = try await kit.run(
                ["install", "guard", "--registry", registry, "--dest", Scratch.path("plugins"), "--json"] + options)
            expect(try JSONValue.parse(result.output)["version"]?.string == version, "\(result.transcript)")
            // The loader takes digits and dots only.
            let manifest = try JSONValue.parse(Disk.text(Scratch.path("plugins/guard.json")))
            expect(manifest["version"]?.string == (version == "2.0.0-rc.2" ? "2.0.0" : version))
        }
        try await kit.done("install", "guard@0.9.0", "--registry", registry, "--dest", Scratch.path("plugins"))
        let missing = try await kit.refusal(
            "install", "guard@7.0.0", "--registry", registry, "--dest", Scratch.path("plugins"))
        expect(missing.message.hasPrefix("no plugin 'guard' at version '7.0.0' in registry"))
        let unknown = try await kit.refusal(
            "install", "gaurd", "--registry", registry, "--dest", Scratch.path("plugins"))
        expect(unknown.message.hasPrefix("no plugin 'gaurd' in registry"))
    }

    @Test func whatTheKitDoesNotKnowSurvives() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        let theirs = """
            {"name":"guard" , "version":"0.0.9","artifact":"http://127.0.0.1:9/guard.wasm", "x-rating": [1.50, {"a":null}],
                "sha256":"\(String(repeating: "AB", count: 32))", "description": "\\u00fcnl\\u00f6vely \\ud83d\\ude00"}
            """
        let before =
            "{ \"x-mirror\" : \"of\\/somewhere\", \"plugins\":[\n\(theirs)\n] ,\"x-number\":1e2, \"schema_version\": \"1\" }"
        try Disk.write(registry + "/index.json", before)
        try await plugin.done("publish", registry)
        let after = try Disk.text(registry + "/index.json")
        let start = try #require(before.firstRange(of: theirs)?.lowerBound)
        expect(after.hasPrefix(before[..<start]) && after.hasSuffix(before[start...]), "\(after)")
        expect(try await versions() == ["0.1.0", "0.0.9"])
    }

    /// The index of host-contract.md, section 1, written by hand.
    @Test func anIndexWrittenForTheHostWorks() async throws {
        // Built and signed by other means: the module carries no manifest.
        let plugin = try await Workshop.shared.copyOfGuard(kit, isSigned: false)
        let module = try Disk.read(plugin.folder + "/dist/guard.wasm")
        try Disk.write(Scratch.path("host/colmask.wasm"), module)
        try await kit.done("keygen", "mykey")
        try await kit.done("sign", "host/colmask.wasm")
        let sum = try await Program("sha256sum").run([Scratch.path("host/colmask.wasm")])
        let digest = String(sum.output.drop { $0 == "\\" }.prefix(64)).uppercased()
        let signature = try Disk.text(Scratch.path("host/colmask.sig")).dropLast()
        func index(_ extra: String) -> String {
            """
            { "schema_version": "1",
              "plugins": [ { "name": "colmask", "version": "0.1.0", "description": "masks columns",
                             "artifact": "colmask.wasm", "sha256": "\(digest)"\(extra) } ] }
            """
        }
        let indexPath = Scratch.path("host/index.json"), dest = Scratch.path("plugins")
        try Disk.write(indexPath, index(", \"signature\": \"\(signature)\""))
        for place in [indexPath, Scratch.path("host"), "file://" + Scratch.path("host"), "host/"] {
            expect(try await kit.done("list", "--registry", place) == "colmask  0.1.0  signed    masks columns\n")
            let result = try await kit.run(
                "install", "colmask", "--registry", place, "--dest", dest, "--trust-root", kit.keysFolder)
            expect(result.status == 0, "\(result.transcript)")
            expect(result.output.contains("  sha256: \(digest.lowercased())\n  signature: verified by 'mykey'\n"))
            // Nobody knows its hooks, and the operator is told what that means.
            expect(result.errors.hasPrefix("warning: the index does not say which hooks colmask has"))
        }
        expect(try Disk.names(dest) == ["colmask.sig", "colmask.wasm", "pdk.lock"])
        expect(try Disk.read(dest + "/colmask.wasm") == module)
        try await kit.done("verify", dest + "/colmask.wasm", "--trust-root", kit.keysFolder)

        try Disk.write(indexPath, index(""))
        expect(try await kit.done("list", "--registry", indexPath) == "colmask  0.1.0  unsigned  masks columns\n")
        let before = try Disk.tree(dest)
        let unsigned = try await kit.refusal(
            "install", "colmask", "--registry", indexPath, "--dest", dest, "--trust-root", kit.keysFolder)
        expect(unsigned.message.contains("no signature"))
        try Disk.write(Scratch.path("host/colmask.wasm"), module + [0, 1, 0])
        let changed = try await kit.refusal("install", "colmask", "--registry", indexPath, "--dest", dest)
        expect(changed.message.contains("sha256 mismatch"))
        expect(try Disk.tree(dest) == before)
    }

    /// A publisher's own umask must not take a registry away from those who read it.
    @Test func whoCouldReadARegistryStillCan() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        try await plugin.done("publish", registry)
        try Disk.setMode(registry + "/index.json", 0o644)
        try Disk.setMode(registry, 0o755)
        try await release("0.2.0", of: plugin)
        let script = "umask 077 && exec \"$0\" publish \"$1\""
        let shell = plugin.tool("sh")
        let published = try await shell.run(["-c", script, kit.program, registry])
        expect(published.status == 0, "\(published.transcript)")
        expect(try Disk.mode(registry + "/index.json") == 0o644)
        expect(try Disk.mode(registry + "/artifacts/guard/0.2.0") == 0o755)
        expect(try Disk.mode(registry + "/artifacts/guard/0.2.0/guard.wasm") == 0o644)
        // A registry that nobody else reads stays so.
        try Disk.setMode(registry + "/index.json", 0o600)
        try await release("0.3.0", of: plugin)
        try await plugin.done("publish", registry)
        expect(try Disk.mode(registry + "/index.json") == 0o600)
        expect(try Disk.mode(registry + "/artifacts/guard/0.3.0/guard.wasm") == 0o600)
    }

    /// Containers often have no umask; what is published is not everybody's to change.
    @Test func nothingIsMadeWorldWritable() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        let script = """
            umask 000 && "$0" publish one --create && "$0" registry init two && "$0" site one pages && \
            "$0" mirror one three && find one two three pages -perm /022
            umask 002 && "$0" registry init ours
            """
        let shell = plugin.tool("sh")
        let made = try await shell.run(["-c", script, kit.program])
        expect(made.status == 0 && !made.output.split(separator: "\n").contains { $0.hasPrefix("one/") })
        for folder in ["one", "one/artifacts/guard", "two", "three", "three/plugins"] {
            expect(try Disk.mode(plugin.folder + "/" + folder) == 0o755, "\(folder) \(made.transcript)")
        }
        expect(try Disk.mode(plugin.folder + "/one/artifacts/guard/0.1.0/guard.wasm") == 0o644)
        // A group that shares its files goes on doing so.
        expect(try Disk.mode(plugin.folder + "/ours") == 0o775)
    }

    /// A module whose check takes long, because it hashes without end, holds no lock that others wait for.
    @Test func aSlowCheckStopsNoOtherPublisher() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        try await plugin.done("publish", registry, "--create")
        try await release("0.2.0", of: plugin)
        let slow = kit.inside(Scratch.path("slow"))
        try Disk.write(
            slow.folder + "/plugin.wat",
            """
            (module (import "env" "sha256_hex" (func $sha (param i32 i32 i32) (result i32)))
              (memory (export "memory") 1000) (global $next (mut i32) (i32.const 1024))
              (func (export "alloc") (param i32) (result i32)
                (global.get $next) (global.set $next (i32.add (global.get $next) (local.get 0))))
              (func (export "dealloc") (param i32 i32))
              (func (export "pre_query") (param i32 i32) (result i64)
                (loop $again
                  (drop (call $sha (i32.const 65536) (i32.const 60000000) (i32.const 0))) (br $again))
                (i64.const 0)))
            """)
        try Disk.write(
            slow.folder + "/plugin.yaml",
            "name: slow\nversion: 0.1.0\nhooks: [pre_query]\npermissions: [crypto]\n"
                + "build:\n  command: wat2wasm plugin.wat -o plugin.wasm\n  wasm: plugin.wasm\n")
        try await slow.done("build")
        try await slow.done("sign")
        // Both are started at once: what is run waits for its turn among other tests' programs.
        let checking = try slow.tool(slow.program).start(["publish", registry, "--no-test"])
        // Its check takes tens of seconds; this takes one or two, unless it has to wait for the other.
        let other = try plugin.tool(plugin.program).start(["publish", registry])
        while other.isRunning { try await Task.sleep(for: .milliseconds(20)) }
        expect(other.wait() == 0)
        expect(checking.isRunning)
        checking.end()
        expect(!Disk.exists(registry + "/artifacts/slow"))
    }

    /// A link in the place of a release's own folder, or above it.
    @Test(arguments: ["artifacts", "artifacts/guard", "artifacts/guard/0.2.0", "plugins"])
    func aLinkInARegistryIsNotReplaced(place: String) async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        try await plugin.done("publish", registry, "--create")
        try await release("0.2.0", of: plugin)
        try Disk.write(Scratch.path("outside/file"), "mine")
        if Disk.exists(registry + "/" + place) { try Disk.remove(registry + "/" + place) }
        try Disk.link(registry + "/" + place, to: Scratch.path("outside"))
        let index = try Disk.text(registry + "/index.json")
        let result = try await plugin.run("publish", registry)
        expect(result.status == 1 && result.errors.contains("symbolic link"), "\(result.transcript)")
        expect(try Disk.names(Scratch.path("outside")) == ["file"])
        expect(try Disk.text(registry + "/index.json") == index)
        try Disk.remove(registry + "/" + place)
        if place == "artifacts/guard/0.2.0" { try await plugin.done("publish", registry) }
    }

    @Test func anIndexThatIsALinkIsNotReplaced() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        try Disk.write(Scratch.path("real/index.json"), "{\"plugins\": []}")
        for target in ["../real/index.json", "../nowhere.json"] {
            try Disk.makeFolder(registry)
            try Disk.link(registry + "/index.json", to: target)
            let refusal = try await plugin.refusal("publish", registry)
            expect(refusal.code == "not-a-registry" && refusal.message.contains("it is a link"), "\(refusal)")
            expect(Scratch.linkTarget("the registry/index.json") == target)
            try Disk.remove(registry)
        }
    }

    @Test func manyPublishesAtOnceAllLand() async throws {
        let first = try await Workshop.shared.copyOfGuard(kit, to: "v0")
        let wanted = (1...5).map { "1.\($0).0" }
        for version in wanted {
            try Disk.copy(first.folder, to: Scratch.path(version))
            try await release(version, of: kit.inside(Scratch.path(version)))
        }
        try await withThrowingTaskGroup(of: Program.Result.self) { group in
            for version in wanted {
                group.addTask { try await kit.inside(Scratch.path(version)).run("publish", registry) }
            }
            var makers = 0
            for try await result in group {
                expect(result.status == 0, "\(result.transcript)")
                makers += result.output.contains("created a new registry") ? 1 : 0
            }
            expect(makers == 1)
        }
        expect(try await versions() == wanted.reversed())
        expect(try Disk.names(registry) == ["artifacts", "index.json", "plugins"])
        expect(try Disk.names(registry + "/artifacts/guard") == wanted)
    }

    /// A disk that is full stops a publish and an install, and each leaves what was there.
    @Test func aFullDiskChangesNothing() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        try await plugin.done("publish", registry)
        try await kit.done("install", "guard", "--registry", registry, "--dest", Scratch.path("plugins"))
        try await release("0.2.0", of: plugin)
        let before = try Disk.tree(Scratch.folder)
        // Without the engine, which has files of its own to write.
        let publish = try await plugin.with("PDK_WASMTIME", "/nowhere.so").runWithoutRoom(
            "publish", registry, "--no-test", "--no-engine")
        expect(publish.status == 1 && publish.errors.contains("cannot write "), "\(publish.transcript)")
        let install = try await kit.runWithoutRoom("install", "guard", "--registry", registry, "--dest", "others")
        expect(install.status == 1 && install.errors.contains("cannot write "), "\(install.transcript)")
        let after = try Disk.tree(Scratch.folder).filter { !$0.key.hasPrefix("others") }
        expect(after == before)
    }

    /// A publish that is killed leaves the registry whole, and the next one goes through.
    @Test func aKilledPublishLeavesTheRegistryWhole() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        try await release("0.0.1", of: plugin)
        try await plugin.done("publish", registry)
        var generator = SeededNumbers(seed: 2026)
        var killed = 0
        for round in 1...15 {
            try await release("1.\(round).0", of: plugin)
            // The first never gets far, however fast the machine.
            let milliseconds = round == 1 ? 2 : Int.random(in: 3...60, using: &generator)
            let cut = try await Program(
                "timeout", environment: ["HOME": kit.home], folder: plugin.folder
            ).run([
                "-s", "KILL", "0.\(milliseconds < 10 ? "00" : "0")\(milliseconds)", BuiltProduct.pdk, "publish",
                registry,
            ])
            killed += cut.status == 0 ? 0 : 1
            // Whatever is listed is there whole.
            for entry in try await kit.document("list", "--registry", registry).elements {
                let version = try #require(entry["version"]?.string)
                let module = registry + "/artifacts/guard/\(version)/guard.wasm"
                expect(try Disk.read(module).count == entry["size"]?.int)
            }
            try await plugin.done("publish", registry, "--skip-existing")
        }
        expect(killed > 0)
        let all = try await versions()
        expect(all == (1...15).reversed().map { "1.\($0).0" } + ["0.0.1"])
        for version in all {
            try await kit.done(
                "install", "guard@\(version)", "--registry", registry, "--dest", Scratch.path("plugins"),
                "--trust-root", kit.keysFolder)
        }
        // And what the killed ones had begun is cleared away.
        expect(try Disk.names(registry) == ["artifacts", "index.json", "plugins"])
        expect(try Disk.names(registry + "/artifacts/guard").sorted() == all.sorted())
    }

    @Test func aNumberedRegistryIsNoSlip() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        let words = ["publish", "--no-test", "--no-build-check"]
        try await plugin.done(words + [Scratch.path("registry")])
        for name in ["registry2", "registry-old", "r1"] { try await plugin.done(words + [Scratch.path(name)]) }
        let refused = try await plugin.run(words + [Scratch.path("registri"), "--json"])
        expect(refused.status == 1 && refused.output.contains("\"no-registry\""), "\(refused.transcript)")
        expect(!Scratch.exists("registri"))
    }
}
