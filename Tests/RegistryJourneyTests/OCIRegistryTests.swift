import Contract
import JourneySupport
import Synchronization
import TestSupport
import Testing

/// Registries in an OCI registry: Debian's docker-registry, which lacks the referrers API.
@Suite(.scratchFolder, .serialized, .firstInLine) struct OCIRegistryTests {
    private static let publishing = ["publish", "--no-test", "--no-build-check"]

    /// A signed plugin called `guard`.
    private func plugin(_ kit: Kit, _ name: String = "guard") async throws -> Kit {
        try await Workshop.shared.copyOfGuard(kit, to: name)
    }

    private func versions(_ kit: Kit, _ registry: String) async throws -> [String] {
        try await kit.document("list", "--registry", registry).elements.compactMap { $0["version"]?.string }
    }

    @Test func aRegistryLivesInAnOCIRegistry() async throws {
        let oci = try await OCIRegistry(), kit = Kit(), registry = oci.registry
        defer { oci.end() }
        let plugin = try await plugin(kit)
        let first = try await plugin.document("publish", "--no-test", "--no-build-check", registry)
        expect(first["new_registry"] == .bool(true) && first["index"]?.string == registry)
        expect(first["module"]?.string == registry + "/guard:0.1.0")
        expect(
            try await plugin.refusal("publish", "--no-test", "--no-build-check", registry).code == "already-published")
        try await plugin.done(Self.publishing + [registry, "--skip-existing"])
        try await Parties.setVersion("0.2.0", of: plugin)
        try await plugin.done(Self.publishing + [registry])
        expect(try await kit.done("list", "--registry", registry).hasPrefix("guard  0.2.0  signed"))
        expect(try await oci.manifest("guard", "0.2.0")["schemaVersion"] == .number("2"))
        let place = ["--registry", registry, "--dest", Scratch.path("plugins"), "--trust-root", kit.keysFolder]
        expect(try await kit.done(["install", "guard"] + place).contains("installed guard v0.2.0"))
        expect(try await kit.run("audit", Scratch.path("plugins"), "--registry", registry).status == 0)
        try await kit.done("yank", "guard", "0.2.0", "--registry", registry, "--reason", "leaks")
        let audit = try await kit.run("audit", Scratch.path("plugins"), "--registry", registry)
        expect(audit.status == 1 && audit.output.contains("leaks"), "\(audit.transcript)")
        // An update leads to no lower version, so what does is said.
        expect(audit.output.contains("help: go back to the available release: pdk install guard@0.1.0 --registry "))
        let stays = try await kit.run("update", "--yes", "--dest", Scratch.path("plugins"))
        expect(stays.status == 0 && stays.output.contains("to go back: pdk install guard@0.1.0 --registry "))
        expect(try await kit.done(["install", "guard", "--downgrade"] + place).contains("0.2.0 -> 0.1.0"))
        try await kit.done("yank", "guard", "0.2.0", "--registry", registry, "--undo")
        expect(try await kit.done("outdated", "--dest", Scratch.path("plugins")).contains("0.2.0"))
        expect(try await kit.done("info", "guard", "--registry", registry).contains("newest: 0.2.0"))
        try await kit.verify(registry, versions: 2, trustRoot: kit.keysFolder)
        expect(try await kit.document("registry", "gc", registry)["paths"]?.elements.isEmpty == true)

        // A plugin's own index that somebody has removed is found, and written again.
        let gone = try await Program("skopeo", environment: ["HOME": Scratch.folder]).run([
            "delete", "--tls-verify=false", "docker://\(oci.upstream)/\(oci.prefix)/guard:index",
        ])
        expect(gone.status == 0, "\(gone.transcript)")
        let missing = try await kit.run("registry", "verify", registry)
        expect(missing.status == 1 && missing.output.contains("guard.json: it is missing"), "\(missing.transcript)")
        try await kit.done("registry", "gc", registry, "--apply")
        expect(try await kit.run("registry", "verify", registry).status == 0)

        // There and back again.
        try await kit.done("mirror", registry, Scratch.path("copy"))
        try Disk.write(
            Scratch.path("copy/advisories/x_acme-1.json"),
            """
            {"schema_version": "1.7.0", "id": "x_acme-1", "modified": "2026-11-26T10:00:00Z", "summary": "leaks",
             "affected": [{"package": {"ecosystem": "pdk", "name": "guard"},
                "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}]}]}]}
            """)
        _ = try oci.requests()
        let mirrored = try await kit.document("mirror", Scratch.path("copy"), registry + "/again")
        expect(mirrored["advisories"]?.texts == ["advisories/x_acme-1.json"], "\(mirrored.compactText)")
        let pushes = try oci.requests().filter { $0.hasPrefix("PUT /v2/\(oci.prefix)/again/") }
        expect(pushes.count { $0.hasSuffix("/again/manifests/index") } <= 2, "one index for all releases: \(pushes)")
        expect(
            try await kit.document("mirror", Scratch.path("copy"), registry + "/again")["advisories"]?.texts == [])
        let warned = try await kit.run("audit", Scratch.path("plugins"), "--registry", registry + "/again")
        expect(warned.status == 1 && warned.output.contains("x_acme-1"), "\(warned.transcript)")
        try await kit.done("mirror", registry + "/again", Scratch.path("back"))
        expect(Disk.exists(Scratch.path("back/advisories/x_acme-1.json")))
        try await kit.verify(registry + "/again", versions: 2, trustRoot: kit.keysFolder)
        expect(Disk.exists(Scratch.path("copy/artifacts/guard/0.1.0/README.md")))

        expect(try await kit.refusal("list", "--registry", "oci://\(oci.host)/nothing").code == "index-unavailable")
        expect(try await kit.refusal("registry", "init", registry).code == "already-exists")
        for wrong in ["oci://\(oci.host)", "oci://\(oci.host)/Team", "oci:///team", "oci://\(oci.host)/a/../b"] {
            expect(try await kit.run("list", "--registry", wrong).status == 2, "\(wrong)")
        }
        expect(try await plugin.run(Self.publishing + ["--compat", "envoy", Scratch.path("folder")]).status == 2)
    }

    @Test func aKeeperSignsTheIndex() async throws {
        let oci = try await OCIRegistry(), kit = Kit(), registry = oci.registry
        defer { oci.end() }
        let plugin = try await plugin(kit)
        let keeper = Kit(home: Scratch.path("keeper home"))
        try await keeper.done("keygen", "keeper")
        try await keeper.done("registry", "init", registry, "--key", "keeper")
        let staged = try await plugin.document("publish", "--no-test", "--no-build-check", registry)
        expect(staged["staged"]?.string?.contains(":staged-") == true, "\(staged.compactText)")
        expect(try await versions(kit, registry) == [])
        _ = try oci.requests()
        expect(try await keeper.done("registry", "sign", registry).contains("taken publish guard 0.1.0"))
        // The module lies in the registry already: its blob is taken over from where it was staged.
        let uploads = try oci.requests().filter { $0.contains("/guard/blobs/uploads/?mount=") }
        expect(uploads.count == 1)
        expect(try await keeper.done("registry", "sign", registry).contains("taken") == false)
        _ = try oci.requests()
        let place = ["--registry", registry, "--dest", Scratch.path("plugins"), "--trust-root", kit.keysFolder]
        try await kit.done(["install", "guard"] + place)
        expect(try oci.requests().count < 6)
        // An index whose signature was taken away is refused by who has seen it signed.
        let index = try await oci.manifest("guard", "index")
        let text = index.compactText.replacing("index.json.sig", with: "other.sig")
        let push = try await Program("curl").run([
            "-sS", "-f", "-X", "PUT", "-H", "Content-Type: application/vnd.oci.image.manifest.v1+json", "--data-binary",
            text, "http://\(oci.upstream)/v2/\(oci.prefix)/guard/manifests/index",
        ])
        try #require(push.status == 0, "\(push.transcript)")
        expect(try await kit.done(["install", "guard", "--downgrade"] + place).contains("guard v0.1.0"))
        let whole = try await oci.manifest(nil, "index").compactText
        expect(whole.contains("index.json.sig"))
    }

    /// What a publish and an install cost in requests does not grow.
    @Test func requestsAreFew() async throws {
        let oci = try await OCIRegistry(), kit = Kit(), registry = oci.registry
        defer { oci.end() }
        let plugin = try await plugin(kit)
        let counts = try await Parties.costs(
            ofPublishing: ["0.1.0", "0.2.0", "0.3.0", "0.4.0"], of: plugin, to: registry, oci.requests)
        expect(counts[1...].allSatisfy { $0 == counts[1] } && counts[1] <= 45, "\(counts)")
        func cost(_ arguments: String...) async throws -> Int {
            _ = try oci.requests()
            try await kit.done(arguments)
            return try oci.requests().count
        }
        let folder = Scratch.path("plugins")
        expect(
            try await cost("install", "guard", "--registry", registry, "--dest", folder, "--no-trust-root") == 4)
        expect(try await cost("outdated", "--dest", folder) == 2)
        expect(try await cost("list", "--registry", registry) == 2)
    }

    /// In a signed registry, too, also for who has seen the whole index since the plugin was changed.
    @Test func requestsOfASignedRegistryAreFew() async throws {
        let oci = try await OCIRegistry(), kit = Kit(), registry = oci.registry
        defer { oci.end() }
        let keeper = Kit(home: Scratch.path("keeper home"))
        try await keeper.done("keygen", "keeper")
        try await keeper.done("registry", "init", registry, "--key", "keeper")
        let words = Self.publishing + [registry, "--registry-key", keeper.keysFolder + "/keeper.pem"]
        let plugin = try await plugin(kit), folder = Scratch.path("plugins")
        for version in ["0.1.0", "0.2.0"] {
            try await Parties.setVersion(version, of: plugin)
            try await plugin.done(words)
        }
        // The index is newer than the plugin's own, which is of the last change of the plugin.
        let text = try Disk.text(plugin.folder + "/plugin.yaml").replacing("name: guard", with: "name: mask")
        try Disk.write(plugin.folder + "/plugin.yaml", text)
        try await plugin.done("build")
        try await plugin.done("sign")
        try await plugin.done(words)
        expect(try await versions(kit, registry).count == 3)
        func requests(_ arguments: String...) async throws -> [String] {
            _ = try oci.requests()
            try await kit.done(arguments)
            return try oci.requests()
        }
        let place = ["--registry", registry, "--dest", folder, "--no-trust-root"]
        let installed = try await requests("install", "guard", place[0], place[1], place[2], place[3], place[4])
        expect(installed.count == 4 && !installed.contains { $0.contains("\(oci.prefix)/manifests") }, "\(installed)")
        let asked = try await requests("outdated", "--dest", folder)
        expect(asked.count == 2, "\(asked)")
        // A withdrawal that another reader has not seen is seen by this one.
        try await kit.done(
            "yank", "guard", "0.2.0", "--registry", registry, "--reason", "leaks", "--registry-key",
            keeper.keysFolder + "/keeper.pem")
        expect(try await requests("outdated", "--dest", folder).count == 2)
        expect(try await kit.run("outdated", "--dest", folder).output.contains("leaks"))
    }

    /// Other clients read what pdk has pushed, and pdk installs what they have copied.
    @Test func otherClientsReadIt() async throws {
        let oci = try await OCIRegistry(), kit = Kit(), registry = oci.registry
        defer { oci.end() }
        let plugin = try await plugin(kit)
        try await plugin.done(Self.publishing + [registry])
        let manifest = try await oci.manifest("guard", "0.1.0")
        let notes = manifest["annotations"]
        expect(notes?["org.opencontainers.image.title"]?.string == "guard")
        expect(notes?["org.opencontainers.image.version"]?.string == "0.1.0")
        expect(notes?["org.opencontainers.image.created"]?.string?.hasSuffix("Z") == true)
        expect(manifest["config"]?["mediaType"]?.string == "application/vnd.wasm.config.v0+json")
        let layer = try #require(manifest["layers"]?.elements.first)
        expect(manifest["layers"]?.elements.count == 1 && layer["mediaType"]?.string == "application/wasm")
        expect(layer["annotations"]?["org.opencontainers.image.title"]?.string == "guard.wasm")
        let digest = try #require(layer["digest"]?.string)
        let config = try Disk.text(oci.file(of: try #require(manifest["config"]?["digest"]?.string)))
        expect(try JSONValue.parse(config)["layerDigests"] == .strings([digest]))

        let copied = try await Program("skopeo", environment: ["HOME": Scratch.folder]).run(
            ["inspect", "--raw", "--tls-verify=false", "docker://\(oci.upstream)/\(oci.prefix)/guard:index"])
        expect(copied.status == 0)
        let second = "\(oci.upstream)/copied/\(oci.prefix)"
        // The release alone has its signature, as long as there is no index to go by.
        let place = [
            "--registry", "oci://\(second)", "--dest", Scratch.path("plugins"), "--trust-root", kit.keysFolder,
        ]
        for tag in ["0.1.0", "index"] {
            let result = try await Program("skopeo", environment: ["HOME": Scratch.folder]).run([
                "--insecure-policy", "copy", "-q", "--src-tls-verify=false", "--dest-tls-verify=false",
                "docker://\(oci.upstream)/\(oci.prefix)/guard:\(tag)", "docker://\(second)/guard:\(tag)",
            ])
            try #require(result.status == 0, "\(result.transcript)")
            let installed = try await kit.run(["install", tag == "index" ? "guard" : "guard@0.1.0"] + place)
            expect(
                installed.status == 0 && installed.output.contains("verified by 'mykey'"), "\(installed.transcript)")
            // Without an index nobody knows what was withdrawn, which is said.
            let isUnknown = "has no index: whether guard v0.1.0 was withdrawn is not known"
            expect(installed.errors.contains(isUnknown) == (tag != "index"), "\(installed.transcript)")
            let audit = try await kit.run("audit", Scratch.path("plugins"), "--registry", place[1])
            expect(audit.status == 0 && audit.errors.contains("has no index") == (tag != "index"))
        }
        expect(try Disk.read(Scratch.path("plugins/guard.wasm")) == Disk.read(plugin.folder + "/dist/guard.wasm"))

        try Disk.makeFolder(Scratch.path("pulled"))
        let oras = try await Program(
            BuiltProduct.repository + "/.build-python/bin/python", environment: ["HOME": Scratch.folder]
        ).run([
            "-c",
            """
            import oras.client, sys
            client = oras.client.OrasClient(insecure=True)
            print(client.pull(target=sys.argv[1], outdir=sys.argv[2], allowed_media_type=[]))
            """, "\(oci.upstream)/\(oci.prefix)/guard:0.1.0", Scratch.path("pulled"),
        ])
        expect(oras.status == 0, "\(oras.transcript)")
        expect(try Disk.read(Scratch.path("pulled/guard.wasm")) == Disk.read(plugin.folder + "/dist/guard.wasm"))

        // For Istio, two layers.
        try await Parties.setVersion("0.2.0", of: plugin)
        let release = ["release", "--no-test", "--compat"]
        expect(try await plugin.run(release + ["envoy", Scratch.path("folder")]).status == 2)
        expect(try await plugin.run(release + ["other", registry]).status == 2)
        try await plugin.done(release + ["envoy", registry])
        let envoy = try await oci.manifest("guard", "0.2.0")["layers"]?.elements.compactMap { $0["mediaType"]?.string }
        expect(
            envoy?.sorted() == [
                "application/vnd.module.wasm.config.v1+json", "application/vnd.module.wasm.content.layer.v1+wasm",
            ])
        try await kit.done(
            "install", "guard", "--registry", registry, "--dest", Scratch.path("plugins"), "--trust-root",
            kit.keysFolder)
    }

    /// What was changed in the registry's storage, or under a tag, is refused.
    @Test func whatWasChangedIsRefused() async throws {
        let oci = try await OCIRegistry(), kit = Kit(), registry = oci.registry
        defer { oci.end() }
        let plugin = try await plugin(kit)
        try await plugin.done(Self.publishing + [registry])
        let place = ["--registry", registry, "--dest", Scratch.path("plugins"), "--json"]
        func refusal() async throws -> String {
            let result = try await kit.run(["install", "guard"] + place)
            expect(result.status == 1, "\(result.transcript)")
            return try JSONValue.parse(result.output)["error"]?["code"]?.string ?? ""
        }
        let manifest = try await oci.manifest("guard", "0.1.0")
        let path = oci.file(of: try #require(manifest["layers"]?.elements.first?["digest"]?.string))
        let good = try Disk.read(path)
        try Disk.write(path, good.dropLast() + [good[good.count - 1] ^ 1])
        expect(try await refusal() == "sha256-mismatch")
        try Disk.write(path, good)
        // The server in between changes a manifest, which its digest gives away.
        try oci.proxy.set("{\"lie\": \"/guard/manifests/0.1.0\"}")
        expect(try await refusal() == "sha256-mismatch")
        try oci.proxy.set("{\"lie\": \"/guard/blobs/\"}")
        expect(try await refusal() == "sha256-mismatch")
        try oci.proxy.set("{}")
        // A tag that names other bytes is left alone, and nothing is published under it.
        try await Parties.setVersion("0.3.0", of: plugin)
        let copied = try await Program("skopeo", environment: ["HOME": Scratch.folder]).run([
            "--insecure-policy", "copy", "-q", "--src-tls-verify=false", "--dest-tls-verify=false",
            "docker://\(oci.upstream)/\(oci.prefix)/guard:0.1.0", "docker://\(oci.upstream)/\(oci.prefix)/guard:0.3.0",
        ])
        try #require(copied.status == 0, "\(copied.transcript)")
        let taken = try await plugin.refusal("publish", "--no-test", "--no-build-check", registry)
        expect(taken.code == "folder-in-use" && taken.message.contains("0.3.0"), "\(taken)")
        expect(try await versions(kit, registry) == ["0.1.0"])
        try await kit.done(["install", "guard"] + place)
    }

    /// Of two who publish one version at once, with other bytes, at most one is there then; with the same bytes, both are done.
    @Test func rivalsPublishOneVersion() async throws {
        let oci = try await OCIRegistry(), kit = Kit(), registry = oci.registry
        defer { oci.end() }
        let one = try await plugin(kit), twin = try await plugin(kit, "twin"), other = try await plugin(kit, "other")
        try await one.done(Self.publishing + [registry])
        try Disk.edit(other.folder + "/plugin.yaml", "description:", "description: another ")
        for plugin in [one, other] { try await Parties.setVersion("0.1.1", of: plugin) }
        try #require(
            try Disk.read(one.folder + "/dist/guard.wasm") != Disk.read(other.folder + "/dist/guard.wasm"))
        async let first = one.run(Self.publishing + [registry]), second = other.run(Self.publishing + [registry])
        let results = try await [first, second]
        expect(results.count { $0.status == 0 } <= 1, "\(results.map(\.transcript))")
        for result in results where result.status != 0 {
            expect(
                ["someone else is publishing", "already", "is taken by"].contains { result.errors.contains($0) },
                "\(result.transcript)")
        }
        let listed = try await versions(kit, registry)
        expect(listed.count == 1 + results.count { $0.status == 0 })
        // Whoever has lost raises the version, as it says.
        try await Parties.setVersion("0.2.0", of: other)
        try await other.done(Self.publishing + [registry])
        try await Parties.setVersion("0.3.0", of: one)
        try await Parties.setVersion("0.3.0", of: twin)
        async let mine = one.run(Self.publishing + [registry, "--skip-existing"])
        async let same = twin.run(Self.publishing + [registry, "--skip-existing"])
        let both = try await [mine, same]
        expect(both.contains { $0.status == 0 }, "\(both.map(\.transcript))")
        try await twin.done(Self.publishing + [registry, "--skip-existing"])
        expect(try await versions(kit, registry) == ["0.3.0", "0.2.0"] + listed)
        try await kit.verify(registry, trustRoot: kit.keysFolder)
    }

    /// Those who have the key of a signed registry publish at once, others stage, and its keeper takes.
    @Test func manyChangeASignedRegistryAtOnce() async throws {
        let oci = try await OCIRegistry()
        defer { oci.end() }
        var parties = Parties()
        parties.registry = oci.registry
        let registry = oci.registry
        _ = try await parties.prepare()
        let key = parties.keeper.keysFolder + "/registry.pem"
        var plugins: [(kit: Kit, words: [String])] = []
        for number in 1...6 {
            let plugin = try await Workshop.shared.copyOfGuard(parties.author, isSigned: false, to: "guard \(number)")
                .with("PDK_WASMTIME", "/nowhere.so")
            try await Parties.setVersion("0.\(number + 1).0", of: plugin)
            let words = Parties.publishing + [registry]
            plugins.append((plugin, number > 2 ? words + ["--registry-key", key] : words))
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (kit, words) in plugins { group.addTask { try await kit.done(words) } }
            let (keeper, user) = (parties.keeper, parties.user)
            // What another has taken meanwhile is said, and no error of this one's signature.
            group.addTask { _ = try await keeper.run("registry", "sign", registry) }
            for _ in 0..<4 {
                group.addTask {
                    let listed = try await user.run("list", "--registry", registry)
                    expect(listed.status == 0, "\(listed.transcript)")
                }
            }
            try await group.waitForAll()
        }
        try await parties.keeper.done("registry", "sign", registry)
        try await parties.keeper.verify(registry, versions: 7)
        let place = ["--registry", registry, "--dest", Scratch.path("plugins")]
        expect(try await parties.user.done(["install", "guard"] + place).contains("guard v0.7.0"))

        // What is published while the keeper signs, between reading and writing the index, is in what was signed.
        let plugin = plugins[5].kit
        try await Parties.setVersion("0.8.0", of: plugin)
        let keeper = parties.keeper
        let result = try await held(
            oci, at: "PUT /v2/\(oci.prefix)/manifests/index",
            { try await keeper.run("registry", "sign", registry, "--expires", "30d") },
            { try await plugin.done(Parties.publishing + [oci.direct, "--registry-key", key]) })
        expect(result.status == 0, "\(result.transcript)")
        expect(try await parties.user.done("list", "--registry", registry).contains("guard  0.8.0"))
        expect(try await keeper.document("registry", "sign", registry, "--dry-run")["expires"]?.string != nil)
    }

    /// A publisher that is killed at any of its writes loses nothing, and what it began can be published.
    @Test(arguments: ["before", "after"]) func aKilledPublisherLosesNothing(when: String) async throws {
        let oci = try await OCIRegistry(), kit = Kit(), registry = oci.registry
        defer { oci.end() }
        let plugin = try await plugin(kit)
        try await plugin.done(Self.publishing + [registry])
        var kills = 0
        // 17 writes push the release; then come the mark, the record, the tag, the index in three, the plugin's own in three.
        for number in [2, 17, 18, 19, 20, 21, 23, 25, 26] {
            let version = "0.2.\(number)"
            try await Parties.setVersion(version, of: plugin)
            let killed = try await oci.proxy.run(Self.publishing + [registry], by: plugin, killedAt: number, when)
            guard killed.status != 0 else { break }
            kills += 1
            // The index and what installs by name get agree.
            let listed = try await versions(kit, registry)
            _ = try oci.requests()
            let installed = try await kit.document(
                "install", "guard", "--registry", registry, "--dest", Scratch.path("plugins \(number)"),
                "--trust-root", kit.keysFolder)
            let reading = try oci.requests().count
            expect(installed["version"]?.string == listed.first, "\(when) write \(number)")
            expect(reading < 6, "\(when) write \(number): \(reading) requests")
            try await plugin.done(Self.publishing + [registry, "--skip-existing"])
            expect(try await versions(kit, registry).contains(version), "\(when) write \(number)")
        }
        expect(kills == 9)
        try await Parties.setVersion("0.3.0", of: plugin)
        try await plugin.done(Self.publishing + [registry])
        try await kit.verify(registry, versions: kills + 2, trustRoot: kit.keysFolder)
    }

    /// A writer that is held at a request, while `meanwhile` is done past the server in between.
    private func held<Value: Sendable>(
        _ oci: OCIRegistry, at request: String, _ writer: @escaping @Sendable () async throws -> Value,
        _ meanwhile: () async throws -> Void
    ) async throws -> Value {
        let until = Scratch.path("go on \(UInt32.random(in: 0...UInt32.max))")
        try oci.proxy.set("{\"hold\": \"\(request)\", \"until\": \(JSONValue.string(until).compactText)}")
        let hasEnded = Mutex(false)
        let task = Task {
            defer { hasEnded.withLock { $0 = true } }
            return try await writer()
        }
        while !Disk.exists(until + ".held") {
            try #require(!hasEnded.withLock { $0 }, "it ended without \(request)")
            try await Task.sleep(for: .milliseconds(10))
        }
        try await meanwhile()
        try Disk.write(until, "")
        let value = try await task.value
        try oci.proxy.set("{}")
        return value
    }

    /// A plugin that is published and has a version to publish, and a keeper with a key who has signed nothing yet.
    private func unsealed(_ registry: String) async throws -> (plugin: Kit, keeper: Kit) {
        let plugin = try await plugin(Kit()), keeper = Kit(home: Scratch.path("keeper home"))
        try await keeper.done("keygen", "keeper")
        try await plugin.done(Self.publishing + [registry])
        try await Parties.setVersion("0.2.0", of: plugin)
        return (plugin, keeper)
    }

    /// Ends a program whose number is in a file.
    private func end(_ file: String) async throws {
        let killed = try await Program("bash").run(["-c", "kill -9 $(cat \"$0\")", file])
        expect(killed.status == 0, "\(killed.transcript)")
    }

    /// Who has read the registry before it was signed, and writes after that, takes no signature away.
    @Test(arguments: ["", "/guard"]) func aSealIsNotUndone(place: String) async throws {
        let oci = try await OCIRegistry(), registry = oci.registry
        defer { oci.end() }
        let (plugin, keeper) = try await unsealed(registry)
        let reader = Kit(home: Scratch.path("reader home"))
        let published = try await held(
            oci, at: "PUT /v2/\(oci.prefix)\(place)/manifests/index",
            { try await plugin.run(Self.publishing + [registry]) },
            {
                try await keeper.done("registry", "sign", oci.direct, "--key", "keeper")
                expect(try await versions(reader, registry) == ["0.2.0", "0.1.0"])
            })
        // Its release was on its way: it is in what was signed.
        expect(published.status == 0, "\(published.transcript)")
        for someone in [reader, Kit(home: Scratch.path("another home"))] {
            expect(try await versions(someone, registry) == ["0.2.0", "0.1.0"])
            try await someone.done(
                "install", "guard", "--registry", registry, "--dest", Scratch.path("plugins"), "--no-trust-root")
        }
        expect(try await oci.manifest(nil, "index").compactText.contains("index.json.sig"))
        try await keeper.done("registry", "sign", registry)
        try await reader.verify(registry, versions: 2)
        // From now on it has to be staged.
        try await Parties.setVersion("0.3.0", of: plugin)
        expect(try await plugin.document("publish", "--no-test", "--no-build-check", registry)["staged"] != nil)
    }

    /// Who is refused because the registry was signed meanwhile has left a mark, which leads nobody astray.
    @Test func aRefusedPublisherLeavesNothingWrong() async throws {
        let oci = try await OCIRegistry(), kit = Kit(), registry = oci.registry
        defer { oci.end() }
        let (plugin, keeper) = try await unsealed(registry)
        let refused = try await held(
            oci, at: "PUT /v2/\(oci.prefix)/pdk.journal/g0/manifests/j-",
            { try await plugin.run(Self.publishing + [registry, "--json"]) },
            {
                try await keeper.done("registry", "sign", oci.direct, "--key", "keeper")
            })
        expect(refused.status == 1 && refused.output.contains("registry-signed"), "\(refused.transcript)")
        try await kit.verify(registry, versions: 1)
        _ = try oci.requests()
        let reader = Kit(home: Scratch.path("reader home"))
        try await reader.done(
            "install", "guard", "--registry", registry, "--dest", Scratch.path("plugins"), "--no-trust-root")
        expect(try oci.requests().count < 6)
        // Published again, it waits for the keeper as any other.
        expect(try await plugin.document("publish", "--no-test", "--no-build-check", registry)["staged"] != nil)
    }

    /// The writer is killed as well: readers and the next writer find what it has pushed over.
    @Test func aKilledWriterUndoesNoSeal() async throws {
        let oci = try await OCIRegistry(), registry = oci.registry
        defer { oci.end() }
        let pid = Scratch.path("pid")
        let (plugin, keeper) = try await unsealed(registry)
        let reader = Kit(home: Scratch.path("reader home"))
        _ = try await held(
            oci, at: "PUT /v2/\(oci.prefix)/manifests/index",
            { try await plugin.run(Self.publishing + [registry], numberIn: pid) },
            {
                try await keeper.done("registry", "sign", oci.direct, "--key", "keeper")
                expect(try await versions(reader, registry) == ["0.2.0", "0.1.0"])
                try await end(pid)
            })
        // What was held arrives all the same.
        while try await oci.manifest(nil, "index").compactText.contains("index.json.sig") {
            try await Task.sleep(for: .milliseconds(20))
        }
        for someone in [reader, Kit(home: Scratch.path("another home"))] {
            expect(try await versions(someone, registry) == ["0.2.0", "0.1.0"])
        }
        try await Parties.setVersion("0.3.0", of: plugin)
        expect(try await plugin.document("publish", "--no-test", "--no-build-check", registry)["staged"] != nil)
        try await keeper.done("registry", "sign", registry)
        expect(try await oci.manifest(nil, "index").compactText.contains("index.json.sig"))
        try await reader.verify(registry, versions: 3)
    }

    /// The keeper is killed in the midst of the first signature, and a release that was done before is found again.
    @Test func aReleaseBesideAKilledKeeperIsNamed() async throws {
        let oci = try await OCIRegistry(), registry = oci.registry
        defer { oci.end() }
        let pid = Scratch.path("pid")
        let (plugin, keeper) = try await unsealed(oci.direct)
        let reader = Kit(home: Scratch.path("reader home"))
        _ = try await held(
            oci, at: "PUT /v2/\(oci.prefix)/pdk.journal/g0/manifests/j-",
            { try await keeper.run(["registry", "sign", registry, "--key", "keeper"], numberIn: pid) },
            {
                try await plugin.done(Self.publishing + [oci.direct])
                try await end(pid)
            })
        // The note that was held arrives all the same, and names an index that lacks the release.
        while try await versions(reader, oci.direct) != ["0.1.0"] { try await Task.sleep(for: .milliseconds(20)) }
        let whole = try await JSONValue.parse(reader.run("registry", "verify", registry, "--json").output)
        expect(
            whole["warnings"]?.elements.contains { $0["subject"]?.string == "guard v0.2.0" } == true,
            "\(whole.compactText)")
        let signed = try await keeper.document("registry", "sign", registry)
        let warning = signed["warnings"]?.elements.first?.string ?? ""
        expect(warning.contains("guard v0.2.0") && warning.contains("--accept-changes"), "\(signed.compactText)")
        expect(try await versions(reader, registry) == ["0.1.0"])
        let taken = try await keeper.document("registry", "sign", registry, "--accept-changes")
        expect(taken["warnings"]?.elements.isEmpty == true, "\(taken.compactText)")
        expect(try await versions(reader, registry) == ["0.2.0", "0.1.0"])
        let sound = try await reader.document("registry", "verify", registry)
        expect(sound["versions"]?.int == 2 && sound["warnings"]?.elements.isEmpty == true, "\(sound.compactText)")
        expect(sound["faults"]?.elements.isEmpty == true, "\(sound.compactText)")
    }

    /// Who was paused until its record was cleared away does not say that all is well.
    @Test func aClearedJournalIsNoticed() async throws {
        let oci = try await OCIRegistry(), kit = Kit(), registry = oci.registry
        defer { oci.end() }
        let plugin = try await plugin(kit)
        try await plugin.done(Self.publishing + [registry])
        try await Parties.setVersion("0.2.0", of: plugin)
        let journal = "docker://\(oci.upstream)/\(oci.prefix)/pdk.journal/g0"
        func skopeo(_ words: String...) async throws -> String {
            let result = try await Program("skopeo", environment: ["HOME": Scratch.folder]).run(words)
            try #require(result.status == 0, "\(result.transcript)")
            return result.output
        }
        let published = try await held(
            oci, at: "PUT /v2/\(oci.prefix)/manifests/index",
            { try await plugin.run(Self.publishing + [registry, "--json"]) },
            {
                let tags = try JSONValue.parse(await skopeo("list-tags", "--tls-verify=false", journal))
                for tag in tags["Tags"]?.elements.compactMap(\.string) ?? [] {
                    _ = try await skopeo("delete", "--tls-verify=false", journal + ":" + tag)
                }
            })
        expect(published.status == 1 && published.output.contains("was cleared while"), "\(published.transcript)")
        try await Parties.setVersion("0.3.0", of: plugin)
        try await plugin.done(Self.publishing + [registry])
        expect(try await versions(kit, registry).first == "0.3.0")
    }

    /// An expiry that the keeper sets is not lost to somebody with the key who publishes at the same time.
    @Test func anExpiryIsNotUndone() async throws {
        let oci = try await OCIRegistry(), kit = Kit(), registry = oci.registry
        defer { oci.end() }
        let plugin = try await plugin(kit)
        let keeper = Kit(home: Scratch.path("keeper home"))
        try await keeper.done("keygen", "keeper")
        try await keeper.done("registry", "init", registry, "--key", "keeper")
        let words = Self.publishing + [registry, "--registry-key", keeper.keysFolder + "/keeper.pem"]
        try await plugin.done(words)
        try await Parties.setVersion("0.2.0", of: plugin)
        let published = try await held(
            oci, at: "PUT /v2/\(oci.prefix)/manifests/index",
            { try await plugin.run(words) },
            {
                try await keeper.done(
                    "registry", "sign", "oci://\(oci.upstream)/\(oci.prefix)", "--key", "keeper", "--expires", "30d")
            })
        expect(published.status == 0, "\(published.transcript)")
        expect(try await versions(kit, registry) == ["0.2.0", "0.1.0"])
        let shown = try await keeper.document("registry", "sign", registry, "--dry-run")
        expect(shown["expires"]?.string != nil, "\(shown.compactText)")
        try await kit.verify(registry)
    }
}
