import Contract
import Glibc
import JourneySupport
import TestSupport
import Testing

/// A registry's life with the real program: withdrawing, verifying, clearing up, and what publishing refuses.
@Suite(.scratchFolder) struct RegistryLifeTests {
    private let kit = Kit()
    private var registry: String { Scratch.path("the registry") }

    private func release(_ version: String, of plugin: Kit) async throws {
        try plugin.setVersion(version)
        try await plugin.done("sign", "--no-build-check")
        try await plugin.done("publish", "--no-test", "--no-build-check", registry)
    }

    /// A plugin with two releases.
    private func published() async throws -> Kit {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        try await release("0.1.0", of: plugin)
        try await release("0.2.0", of: plugin)
        return plugin
    }

    /// What a host that takes the first entry of a name gets, of either index.
    private func hosts(_ index: String) async throws -> String {
        let host = """
            import hashlib, json, os, sys
            index = json.load(open(sys.argv[1]))
            entry = next((e for e in index["plugins"] if e["name"] == "guard"), None)
            if entry:
                data = open(os.path.join(os.path.dirname(sys.argv[1]), entry["artifact"]), "rb").read()
                assert hashlib.sha256(data).hexdigest() == entry["sha256"]
            print(entry and entry["version"])
            """
        let result = try await Program("python3").run(["-c", host, index])
        try #require(result.status == 0, "\(result.transcript)")
        return String(result.output.dropLast())
    }

    private var own: String { registry + "/plugins/gu/ar/guard.json" }

    @Test func aVersionIsWithdrawnAndOfferedAgain() async throws {
        _ = try await published()
        let before = try Disk.read(registry + "/index.json")
        for index in [registry + "/index.json", own] { expect(try await hosts(index) == "0.2.0") }
        let text = try await kit.done("yank", "guard", "0.2.0", "--registry", registry, "--reason", "leaks \u{1B}[31m")
        expect(text.contains("yanked guard v0.2.0") && text.contains("hosts now get v0.1.0"))
        for index in [registry + "/index.json", own] { expect(try await hosts(index) == "0.1.0") }
        expect(try await kit.done("list", "--registry", registry).contains("(yanked: leaks"))
        let again = try await kit.document("yank", "guard", "0.2.0", "--registry", registry, "--reason", "x")
        expect(again["unchanged"] == .bool(true))

        let place = ["--registry", registry, "--dest", Scratch.path("plugins")]
        expect(try await kit.run(["install", "guard"] + place).output.contains("installed guard v0.1.0"))
        let refused = try await kit.refusal("install", "guard@0.2.0", place[0], place[1], place[2], place[3])
        expect(refused.code == "no-version" && refused.help.contains("--yanked"), "\(refused)")
        let taken = try await kit.run(["install", "guard@0.2.0", "--yanked"] + place)
        expect(taken.status == 0 && taken.errors.contains("withdrawn by its publisher: leaks"), "\(taken.transcript)")
        expect(taken.output.contains("version: 0.1.0 -> 0.2.0"))

        // A withdrawn version is published all the same.
        expect(
            try await kit.inside(Scratch.path("guard")).refusal("publish", "--no-test", "--no-build-check", registry)
                .code == "already-published")
        try await kit.done("yank", "guard", "0.2.0", "--registry", registry, "--undo")
        for index in [registry + "/index.json", own] { expect(try await hosts(index) == "0.2.0") }
        func entries(_ bytes: [UInt8]) throws -> JSONValue? { try JSONDocument(parsing: bytes).root.value["plugins"] }
        expect(try entries(before) == entries(Disk.read(registry + "/index.json")))
        expect(try await kit.run("registry", "verify", registry).status == 0)
    }

    @Test func whatIsNotThereIsNotWithdrawn() async throws {
        _ = try await published()
        let before = try Disk.tree(registry)
        func code(_ arguments: String...) async throws -> String {
            let result = try await kit.run(["yank"] + arguments + ["--json"])
            return try JSONValue.parse(result.output)["error"]?["code"]?.string ?? "none"
        }
        expect(try await code("other", "0.1.0", "--registry", registry, "--reason", "x") == "no-plugin")
        expect(try await code("guard", "9.1.0", "--registry", registry, "--reason", "x") == "no-version")
        expect(try await code("guard", "0.1.0", "--registry", registry) == "usage")
        expect(
            try await code("guard", "0.1.0", "--registry", "https://registry.invalid", "--reason", "x")
                == "registry-on-the-web")
        expect(try await code("guard", "0.1.0", "--registry", Scratch.path("no"), "--reason", "x") != "none")
        expect(try Disk.tree(registry) == before && !Disk.exists(Scratch.path("no")))
    }

    /// Everything that can be wrong with a registry is found, and a whole one has no fault.
    @Test func verifyFindsWhatIsWrong() async throws {
        let plugin = try await published()
        try await kit.verify(registry, versions: 2, trustRoot: kit.keysFolder)
        let module = registry + "/artifacts/guard/0.1.0/guard.wasm", bytes = try Disk.read(module)
        func faults() async throws -> [String] {
            try await kit.document("registry", "verify", registry, status: 1)["faults"]?.elements.map {
                ($0["subject"]?.string ?? "") + ": " + ($0["message"]?.string ?? "")
            } ?? []
        }
        try Disk.write(module, bytes + [0, 1, 0])
        expect(try await faults().first?.contains("sha256 mismatch") == true)
        // A release that is there already is not the same when its module is damaged.
        try Disk.remove(registry + "/artifacts/guard/0.2.0")
        let skip = try await plugin.refusal("publish", "--no-test", "--no-build-check", registry, "--skip-existing")
        expect(skip.code == "published-artifact-damaged" && skip.message.contains("is gone"), "\(skip)")
        let check = try await plugin.document("check", "--registry", registry, status: 1)
        expect(check.compactText.contains("is gone"), "\(check.compactText)")
        expect(try await faults().count == 2)
        try Disk.write(module, bytes)
        try Disk.remove(registry + "/artifacts/guard/0.1.0/guard.wasm")
        try Disk.link(module, to: "/etc/hostname")
        expect(try await faults().contains { $0.contains("link") })
    }

    @Test func onlyWhatNobodyNamesIsCollected() async throws {
        _ = try await published()
        let before = try Disk.tree(registry)
        expect(try await kit.document("registry", "gc", registry)["paths"]?.elements.isEmpty == true)
        try Disk.write(registry + "/artifacts/guard/0.0.9/guard.wasm", "left")
        try Disk.write(registry + "/artifacts/gone/1.0.0/gone.wasm", "left")
        try Disk.write(registry + "/plugins/go/ne/gone.json", "{}")
        let shown = try await kit.document("registry", "gc", registry)
        expect(shown["paths"]?.elements.count == 3 && shown["removed"] == .bool(false), "\(shown.compactText)")
        expect(Disk.exists(registry + "/artifacts/guard/0.0.9/guard.wasm"))
        try await kit.done("registry", "gc", registry, "--apply")
        expect(try Disk.tree(registry).filter { !$0.key.hasSuffix("/") } == before.filter { !$0.key.hasSuffix("/") })
    }

    /// What a killed writer has left is shown, and goes although nothing else does; a living writer's stays.
    @Test func whatKilledWritersHaveLeftIsCollected() async throws {
        _ = try await published()
        let before = try Disk.tree(registry)
        let left = [".pdk-1f.tmp", ".pdk-publish-2a/.pdk-3b.tmp", ".pdk-publish-2a/guard.wasm"]
        for path in left + [".pdk-living.tmp", ".pdk-notes"] { try Disk.write(registry + "/" + path, "left") }
        let living = unsafe open(registry + "/.pdk-living.tmp", O_RDWR)
        defer { close(living) }
        expect(flock(living, LOCK_EX | LOCK_NB) == 0)
        let shown = try await kit.document("registry", "gc", registry)
        expect(Set(shown["paths"]?.texts ?? []) == Set(left) && shown["bytes"]?.int == 12, "\(shown.compactText)")
        expect(left.allSatisfy { Disk.exists(registry + "/" + $0) })
        let removed = try await kit.document("registry", "gc", registry, "--apply")
        expect(Set(removed["paths"]?.texts ?? []) == Set(left), "\(removed.compactText)")
        let now = try Disk.tree(registry)
        expect(Set(now.keys).subtracting(before.keys) == [".pdk-living.tmp", ".pdk-notes"])
        expect(now["index.json"] == before["index.json"])
        expect(try await kit.document("registry", "gc", registry)["paths"]?.elements.isEmpty == true)
    }

    /// A plugin that is published every night has many versions: each is looked at once, and the order is right.
    @Test func aPluginOfManyVersionsIsPublished() async throws {
        let plugin = try await published()
        let index = try JSONValue.parse(Disk.text(registry + "/index.json"))
        let entry = try #require(index["plugins"]?.elements.last).compactText
        let older = (1...2000).reversed().map { entry.replacing("\"0.1.0\"", with: "\"0.0.\($0)\"") }
        try Disk.write(
            registry + "/index.json", "{\"serial\": 2, \"plugins\": [\(([entry] + older).joined(separator: ",\n"))]}")
        try await release("0.3.0", of: plugin)
        try await kit.done("yank", "guard", "0.0.7", "--registry", registry, "--reason", "old")
        func versions(_ file: String) throws -> [String]? {
            try JSONValue.parse(Disk.text(file))["plugins"]?.elements.compactMap { $0["version"]?.string }
        }
        let expected = ["0.3.0", "0.1.0"] + (1...2000).reversed().filter { $0 != 7 }.map { "0.0.\($0)" }
        for file in [registry + "/index.json", own] { expect(try versions(file) == expected) }
    }

    /// Whoever keeps a registry is told which file cannot be read.
    @Test func aDamagedIndexIsNamed() async throws {
        _ = try await published()
        try Disk.write(registry + "/index.json", "")
        for words in [["gc", registry], ["gc", registry, "--apply"], ["sign", registry], ["verify", registry]] {
            let result = try await kit.run(["registry"] + words + ["--json"])
            let error = try JSONValue.parse(result.output)["error"]
            expect(result.status == 1 && error?["code"]?.string == "index-malformed", "\(result.transcript)")
            expect(error?["message"]?.string?.contains(registry + "/index.json: ") == true, "\(result.transcript)")
        }
        expect(try Disk.text(registry + "/index.json") == "")
    }

    /// The manifest that an install writes for the host has the numbers of a pre-release alone; nobody calls that wrong later.
    @Test func anInstalledPreReleaseIsWhatItsModuleSays() async throws {
        let plugin = try await published()
        try await release("0.3.0-rc.1", of: plugin)
        let plugins = Scratch.path("plugins")
        try await kit.done("install", "guard@0.3.0-rc.1", "--registry", registry, "--dest", plugins)
        try await kit.done("verify", plugins)
        let audit = try await kit.run("audit", plugins, "--registry", registry)
        expect(!audit.output.contains("shadowed"), "\(audit.transcript)")
        try Disk.edit(plugins + "/guard.json", "\"0.3.0\"", "\"0.2.9\"")
        let other = try await kit.run("verify", plugins)
        expect(other.status == 1 && other.output.contains("says version 0.2.9, the module says 0.3.0-rc.1"))
    }

    // MARK: What publishing refuses

    @Test func aPublishedVersionIsComparedInAllItSays() async throws {
        let plugin = try await published()
        expect(
            try await plugin.document("publish", "--no-test", "--no-build-check", registry, "--skip-existing")[
                "already_published"] == .bool(true))
        try Disk.edit(registry + "/index.json", "\"pre_query\"", "\"route\"")
        let other = try await plugin.refusal("publish", "--no-test", "--no-build-check", registry, "--skip-existing")
        expect(other.code == "already-published" && other.message.contains("another hooks"), "\(other)")
    }

    @Test func anotherKeyMustBeMeant() async throws {
        let plugin = try await published()
        try await kit.done("keygen", "second")
        try Disk.edit(plugin.folder + "/plugin.yaml", "version: 0.2.0", "version: 0.3.0")
        try await plugin.done("sign", "--key", "second", "--no-build-check")
        let refused = try await plugin.refusal("publish", "--no-test", "--no-build-check", registry, "--key", "second")
        expect(refused.code == "new-key" && refused.help.contains("--accept-new-key"), "\(refused)")
        try await plugin.done(
            "publish", "--no-test", "--no-build-check", registry, "--key", "second", "--accept-new-key")
    }

    @Test func namesThatDifferByCaseAreRefused() async throws {
        let plugin = try await published()
        try Disk.edit(registry + "/index.json", "\"name\": \"guard\"", "\"name\": \"Guard\"")
        expect(
            try await plugin.refusal("publish", "--no-test", "--no-build-check", registry).code
                == "name-differs-by-case")
    }

    @Test func aMistypedRegistryIsNotMade() async throws {
        let plugin = try await published()
        let near = try await plugin.refusal("publish", "--no-test", "--no-build-check", Scratch.path("the registri"))
        expect(
            near.code == "no-registry" && near.help.contains("--create") && near.message.contains("the registry"),
            "\(near)")
        let far = try await plugin.refusal("publish", "--no-test", "--no-build-check", Scratch.path("no/such/folder"))
        expect(far.code == "no-registry", "\(far)")
        expect(!Disk.exists(Scratch.path("the registri")) && !Disk.exists(Scratch.path("no")))
        try await plugin.done("publish", "--no-test", "--no-build-check", Scratch.path("the registri"), "--create")
        try await plugin.done("publish", "--no-test", "--no-build-check", Scratch.path("something else"))
    }

    @Test func aFolderWithItsUsualFilesBecomesARegistry() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        try Disk.write(registry + "/README.md", "plugins")
        try Disk.makeFolder(registry + "/lost+found")
        try Disk.write(registry + "/.git/config", "")
        try await plugin.done("publish", "--no-test", "--no-build-check", registry)
        expect(try Disk.names(registry) == [".git", "README.md", "artifacts", "index.json", "lost+found", "plugins"])
    }

    /// A link anywhere below `artifacts` is refused, and what it leads to stays.
    @Test(arguments: ["artifacts", "artifacts/guard", "plugins"])
    func linksInARegistryAreRefused(place: String) async throws {
        let plugin = try await published()
        try Disk.write(Scratch.path("outside/0.3.0/precious"), "mine")
        try Disk.write(Scratch.path("outside/guard/0.3.0/precious"), "mine")
        try Disk.remove(registry + "/" + place)
        try Disk.link(registry + "/" + place, to: Scratch.path("outside"))
        let before = try Disk.tree(Scratch.path("outside"))
        try Disk.edit(plugin.folder + "/plugin.yaml", "version: 0.2.0", "version: 0.3.0")
        try await plugin.done("sign", "--no-build-check")
        let refused = try await plugin.refusal("publish", "--no-test", "--no-build-check", registry, "--accept-new-key")
        expect(refused.message.contains("symbolic link"), "\(refused)")
        expect(try Disk.tree(Scratch.path("outside")) == before)
    }

    /// An index with CRLF keeps it; one with a byte order mark, or a page in its place, is named.
    @Test func indexesOfOthersStayAsTheyAre() async throws {
        let plugin = try await published()
        let text = try Disk.text(registry + "/index.json").replacing("\n", with: "\r\n")
        try Disk.write(registry + "/index.json", text)
        try Disk.edit(plugin.folder + "/plugin.yaml", "version: 0.2.0", "version: 0.3.0")
        try await plugin.done("sign", "--no-build-check")
        try await plugin.done("publish", "--no-test", "--no-build-check", registry)
        let after = try Disk.text(registry + "/index.json")
        expect(after.contains("0.3.0") && !after.replacing("\r\n", with: "").contains("\n"))
    }

    @Test func aPackedPluginIsInstalled() async throws {
        let plugin = try await published()
        try await plugin.done("pack", "--no-build-check")
        let file = plugin.folder + "/dist/guard-0.2.0.tar.gz", dest = Scratch.path("plugins")
        let result = try await kit.run("install", file, "--dest", dest, "--trust-root", kit.keysFolder)
        expect(result.status == 0 && result.output.contains("installed guard v0.2.0 -> "), "\(result.transcript)")
        expect(result.output.contains("signature: verified by 'mykey'"))
        expect(try Disk.names(dest) == ["guard.json", "guard.sig", "guard.wasm", "pdk.lock"])
        expect(try Disk.read(dest + "/guard.wasm") == Disk.read(plugin.folder + "/dist/guard.wasm"))
        expect(try await kit.done("install", file, "--dest", dest).contains("unchanged"))
        try Disk.write(Scratch.path("bad.tar.gz"), Array(try Disk.read(file).dropLast()))
        expect(try await kit.refusal("install", Scratch.path("bad.tar.gz"), "--dest", dest).code == "pack-malformed")
    }

    /// Publishers and yankers at once, with readers between: all of it lands, and what is read is whole.
    @Test func manyWritersAtOnceAllLand() async throws {
        let plugin = try await published()
        let wanted = (1...8).map { "1.\($0).0" }
        for version in wanted {
            let copy = kit.inside(Scratch.path("v" + version))
            try Disk.copy(plugin.folder, to: copy.folder)
            try Disk.edit(copy.folder + "/plugin.yaml", "version: 0.2.0", "version: \(version)")
            try await copy.done("sign", "--no-build-check")
        }
        try await withThrowingTaskGroup(of: Program.Result.self) { group in
            for version in wanted {
                group.addTask {
                    try await kit.inside(Scratch.path("v" + version))
                        .run("publish", "--no-test", "--no-build-check", registry)
                }
            }
            for version in ["0.1.0", "0.2.0"] {
                group.addTask { try await kit.run("yank", "guard", version, "--registry", registry, "--reason", "old") }
            }
            for _ in 0..<6 {
                group.addTask { try await kit.run("list", "--registry", registry) }
            }
            for try await result in group { expect(result.status == 0, "\(result.transcript)") }
        }
        expect(try await kit.document("registry", "verify", registry)["versions"]?.int == 10)
        for index in [registry + "/index.json", own] { expect(try await hosts(index) == "1.8.0") }
        expect(try Disk.names(registry) == ["artifacts", "index.json", "plugins"])
        let index = try JSONValue.parse(Disk.text(registry + "/index.json"))
        expect(index["serial"]?.int == 12 && index["yanked"]?.elements.count == 2)
    }

    @Test func aWithdrawalHasItsTime() async throws {
        _ = try await published()
        let before = try Disk.text(registry + "/index.json")
        try await kit.done("yank", "guard", "0.2.0", "--registry", registry, "--reason", "leaks")
        for index in [registry + "/index.json", own] {
            let entry = try JSONValue.parse(Disk.text(index))["yanked"]?.elements.first
            expect(entry?["yanked"]?.string == "leaks" && entry?["published_at"]?.string != nil)
            expect(entry?["yanked_at"]?.string?.hasSuffix("Z") == true, "\(entry?.compactText ?? "none")")
        }
        let listed = try await kit.document("info", "guard", "--registry", registry)["versions"]?.elements ?? []
        expect(listed.compactMap { $0["yanked_at"]?.string }.count == 1)
        expect(try await kit.done("info", "guard", "--registry", registry).contains("  withdrawn: 20"))
        try await kit.done("yank", "guard", "0.2.0", "--registry", registry, "--undo")
        expect(!(try Disk.text(registry + "/index.json")).contains("yanked_at") && !before.contains("yanked_at"))
        expect(try await kit.run("registry", "verify", registry).status == 0)
        let long = String(repeating: "x", count: 1001)
        expect(try await kit.run("yank", "guard", "0.2.0", "--registry", registry, "--reason", long).status == 2)
    }

    @Test func aPluginsOwnIndexOfNobodyIsFound() async throws {
        _ = try await published()
        expect(try await kit.run("registry", "verify", registry).status == 0)
        try Disk.write(registry + "/plugins/ev/il/evil.json", try Disk.read(own))
        let found = try await kit.run("registry", "verify", registry)
        expect(found.status == 1 && found.output.contains("plugins/ev/il/evil.json"), "\(found.transcript)")
        try await kit.done("registry", "gc", registry, "--apply")
        expect(try await kit.run("registry", "verify", registry).status == 0)
    }

    @Test func whatAnEntryNamesByAnAddressStays() async throws {
        _ = try await published()
        let module = registry + "/artifacts/guard/0.1.0/guard.wasm"
        try Disk.edit(registry + "/index.json", "\"artifacts/guard/0.1.0/guard.wasm\"", "\"file://\(module)\"")
        try Disk.write(registry + "/artifacts/stray", "x")
        let found = try await kit.document("registry", "gc", registry, "--apply")["paths"]?.texts
        expect(found == ["artifacts/stray"] && Disk.exists(module))
    }

    /// Hosts may be pointed at it: that it is gone is said, and one command puts it back.
    @Test func aMissingOwnIndexIsFoundAndWritten() async throws {
        _ = try await published()
        let before = try Disk.text(own)
        func entries(_ text: String) throws -> JSONValue? { try JSONValue.parse(text)["plugins"] }
        func damaged(_ faults: String) async throws {
            let found = try await kit.run("registry", "verify", registry)
            expect(found.status == 1 && found.output.contains(faults), "\(found.transcript)")
            expect(found.output.contains("pdk registry gc --apply writes it"), "\(found.transcript)")
            let shown = try await kit.document("registry", "gc", registry)
            expect(shown["own_indexes"]?.texts == ["plugins/gu/ar/guard.json"] && shown["removed"] == .bool(false))
            expect(try await kit.run("registry", "verify", registry).status == 1)
            let written = try await kit.document("registry", "gc", registry, "--apply")
            expect(written["own_indexes"]?.texts == ["plugins/gu/ar/guard.json"], "\(written.compactText)")
            expect(try entries(Disk.text(own)) == entries(before))
            expect(try await hosts(own) == "0.2.0")
            expect(try await kit.run("registry", "verify", registry).status == 0)
            let nothing = try await kit.document("registry", "gc", registry, "--apply")
            expect(nothing["own_indexes"]?.elements.isEmpty == true)
        }
        try Disk.remove(own)
        try await damaged("plugins/gu/ar/guard.json: it is missing")
        try Disk.edit(own, "\"0.1.0\"", "\"0.1.1\"")
        try await damaged("plugins/gu/ar/guard.json: it does not match index.json for guard")
        try Disk.write(own, "{")
        try await damaged("plugins/gu/ar/guard.json: it cannot be read")
        // A yank puts it back, too.
        try Disk.remove(registry + "/plugins")
        try await kit.done("yank", "guard", "0.1.0", "--registry", registry, "--reason", "old")
        expect(try await kit.run("registry", "verify", registry).status == 0)
    }

    /// What another tool has made need not have them: that others have one is worth a warning.
    @Test func anIndexOfAnotherToolNeedsNone() async throws {
        let module: [UInt8] = [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0]
        try Disk.write(registry + "/x.wasm", module)
        func entry(_ name: String) -> String {
            let digest = "93a44bbb96c751218e4c00d479e4c14358122a389acca16205b1e4d0dc5f9476"
            return #"{"name": "\#(name)", "version": "1.0.0", "artifact": "x.wasm", "sha256": "\#(digest)"}"#
        }
        try Disk.write(registry + "/index.json", #"{"plugins": [\#(entry("guard")), \#(entry("other"))]}"#)
        func warnings() async throws -> [String] {
            try await kit.document("registry", "verify", registry)["warnings"]?.elements.compactMap {
                $0["message"]?.string
            } ?? []
        }
        expect(try await warnings().isEmpty)
        try await kit.done("yank", "guard", "1.0.0", "--registry", registry, "--reason", "old")
        let found = try await warnings()
        expect(found.count == 1 && found[0].contains("pdk publish or pdk yank of other writes it"), "\(found)")
        expect(try await kit.document("registry", "gc", registry)["own_indexes"]?.elements.isEmpty == true)
        try await kit.done("yank", "other", "1.0.0", "--registry", registry, "--reason", "old")
        expect(try await warnings().isEmpty)
    }
}
