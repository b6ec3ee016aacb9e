import Contract
import JourneySupport
import TestSupport
import Testing

/// Mirrors of many releases, of what pdk does not know, of advisories, and to signed registries.
@Suite(.scratchFolder) struct MirrorBatchTests {
    private let kit = Kit()
    private var source: String { Scratch.path("source") }
    private var target: String { Scratch.path("target") }

    /// Many releases are one write of the index, and a mirror that is cut short goes on after its last.
    @Test func manyReleasesAreOneCommit() async throws {
        let store = try await ObjectStore(), kit = store.kit()
        defer { store.end() }
        let releases = (0..<70).map { "plugin\($0 % 3) 1.\($0).0" }
        // Newest first, as hosts read it.
        try await FakeRegistry("source").write(releases.reversed(), yanked: ["plugin0 0.9.0 old"])
        _ = try store.requests()
        let mirrored = try await kit.document("mirror", source, store.registry)
        expect(mirrored["copied"]?.int == 71 && mirrored["refused"]?.int == 0, "\(mirrored.compactText)")
        func writes() throws -> Int {
            try store.requests().count { request in
                let text = request["request"]?.string ?? "", folder = store.registry.split(separator: "/").last ?? ""
                return text.hasPrefix("PUT ") && text.hasSuffix("\(folder)/index.json")
            }
        }
        expect(try writes() == 2)
        try await kit.verify(store.registry, versions: 71)
        expect(try await kit.document("info", "plugin0", "--registry", store.registry)["newest"]?.string == "1.69.0")
        _ = try store.requests()
        let again = try await kit.document("mirror", source, store.registry)
        expect(again["present"]?.int == 71 && again["copied"]?.int == 0)
        expect(try writes() == 0)
        // Killed at the second commit: what the first has brought is there.
        let second = store.registry + "/second"
        let killed = try await store.proxy.run(["mirror", source, second], by: kit, killedAt: 76, "before")
        expect(killed.status != 0, "\(killed.transcript)")
        let rest = try await kit.document("mirror", source, second)
        expect(
            (rest["copied"]?.int ?? 0) + (rest["present"]?.int ?? 0) == 71 && rest["refused"]?.int == 0,
            "\(rest.compactText)")
        try await kit.done("registry", "verify", second)
    }

    @Test func whatIsNotKnownIsKept() async throws {
        let fake = FakeRegistry("source")
        try await fake.write(["guard 0.2.0", "guard 0.1.0"])
        let more = "\"x_vendor\": {\"a\": [1, \"é\"]}, \"homepage\": \"https://example.org\""
        try Disk.edit(fake.path + "/index.json", "\"version\": \"0.1.0\",", "\"version\": \"0.1.0\", \(more),")
        try await kit.done("mirror", source, target)
        func check(_ file: String, _ list: String) throws {
            let index = try JSONValue.parse(try Disk.text(target + file))
            let entry = index[list]?.elements.first { $0["version"]?.string == "0.1.0" }
            expect(entry?["homepage"]?.string == "https://example.org", "\(file) \(list)")
            expect(entry?["x_vendor"]?.compactText == #"{"a":[1,"é"]}"#, "\(file) \(list)")
        }
        for file in ["/index.json", "/plugins/gu/ar/guard.json"] { try check(file, "plugins") }
        // A change of the plugin leaves them, too.
        try await kit.done("yank", "guard", "0.1.0", "--registry", target, "--reason", "old")
        for file in ["/index.json", "/plugins/gu/ar/guard.json"] { try check(file, "yanked") }
        try await kit.done("yank", "guard", "0.1.0", "--registry", target, "--undo")
        for file in ["/index.json", "/plugins/gu/ar/guard.json"] { try check(file, "plugins") }
        try await kit.done("registry", "verify", target)
    }

    private func advisory(_ id: String, about plugin: String, in registry: String, file: String? = nil) throws {
        try Disk.write(
            registry + "/advisories/\(file ?? id).json",
            """
            {"schema_version": "1.7.0", "id": "\(id)", "modified": "2026-11-26T10:00:00Z", "summary": "leaks",
             "affected": [{"package": {"ecosystem": "pdk", "name": "\(plugin)"},
                "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}]}]}]}
            """)
    }

    @Test func advisoriesComeAlong() async throws {
        try await FakeRegistry("source").write(["guard 0.1.0", "mask 1.0.0"])
        try advisory("x_acme-1", about: "guard", in: source)
        try advisory("x_acme-2", about: "mask", in: source)
        try Disk.write(source + "/advisories/x_broken.json", "{}")
        let dry = try await kit.document("mirror", source, target, "--dry-run")
        expect(dry["advisories"]?.elements.count == 2 && !Disk.exists(target), "\(dry.compactText)")
        let one = try await kit.run("mirror", source, target, "guard")
        expect(one.status == 0 && one.errors.contains("x_broken.json"), "\(one.transcript)")
        expect(try Disk.names(target + "/advisories") == ["index.json", "x_acme-1.json"])
        try advisory("x_own", about: "guard", in: target, file: "x_acme-2")
        let all = try await kit.run("mirror", source, target)
        expect(all.errors.contains("another advisory of this name"), "\(all.transcript)")
        expect(try Disk.text(target + "/advisories/x_acme-2.json").contains("x_own"))
        try Disk.remove(target + "/advisories/x_acme-2.json")
        expect(
            try await kit.document("mirror", source, target)["advisories"]?.texts == ["advisories/x_acme-2.json"])
        expect(try await kit.document("mirror", source, target)["advisories"]?.texts == [])
        // They reach whoever reads the copy over the web.
        try await WebServer.serving(target) { server in
            let kit = kit.with("SSL_CERT_FILE", server.certificate)
            try await kit.done("install", "guard", "--registry", server.address, "--dest", Scratch.path("plugins"))
            let audit = try await kit.document("audit", Scratch.path("plugins"), status: 1)
            expect(audit["findings"]?.elements.contains { $0["advisory"]?.string == "x_acme-1" } == true)
        }
    }

    @Test func aSignedTargetIsSignedOrStagedFor() async throws {
        let parties = Parties(), target = parties.registry
        let plugin = try await parties.prepare()
        let source = Scratch.path("source")
        for version in ["0.2.0", "0.3.0"] {
            try await Parties.setVersion(version, of: plugin)
            try await plugin.done(Parties.publishing + [source])
        }
        // Without the registry's key: what a trusted key has signed waits.
        let stranger = Kit(home: Scratch.path("stranger"))
        let unchecked = try await stranger.run("mirror", source, target)
        expect(unchecked.status == 1 && unchecked.output.contains("refused guard v0.2.0"), "\(unchecked.transcript)")
        expect(!Disk.exists(target + "/staged"))
        let staged = try await parties.user.document("mirror", source, target)
        expect(staged["staged"]?.int == 2 && staged["copied"]?.int == 0, "\(staged.compactText)")
        let again = try await parties.user.run("mirror", source, target)
        expect(again.status == 0 && again.output.contains("it waits for pdk registry sign"), "\(again.transcript)")
        let taken = try await parties.keeper.done("registry", "sign", target)
        expect(taken.contains("taken publish guard 0.2.0") && taken.contains("taken publish guard 0.3.0"), "\(taken)")
        expect(!Disk.exists(target + "/staged"))
        expect(try await parties.user.done("list", "--registry", target).contains("0.3.0"))
        // With it the index is signed in the same commit.
        try await Parties.setVersion("0.4.0", of: plugin)
        try await plugin.done(Parties.publishing + [source])
        let key = parties.keeper.keysFolder + "/registry.pem"
        let signed = try await parties.user.document("mirror", source, target, "--registry-key", key)
        expect(signed["copied"]?.int == 1 && signed["present"]?.int == 2, "\(signed.compactText)")
        try await parties.keeper.done("registry", "verify", target)
        expect(try await parties.user.done("list", "--registry", target).contains("0.4.0"))
        // And a key that is not the registry's signs nothing.
        try await Parties.setVersion("0.5.0", of: plugin)
        try await plugin.done(Parties.publishing + [source])
        let wrong = try await parties.user.refusal(
            "mirror", source, target, "--registry-key", parties.author.keysFolder + "/mykey.pem")
        expect(wrong.code == "invalid-key", "\(wrong)")
    }
}
