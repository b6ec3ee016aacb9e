import Contract
import Glibc
import PluginRegistry
import TestSupport
import Testing

@Suite(.scratchFolder) struct PluginsFolderTests {
    private func manifest(_ name: String) throws -> JSONNode {
        try JSONDocument(parsing: try Scratch.read("plugins/\(name).json")).root
    }

    @Test(arguments: [
        ("1.0.0-rc.1", "1.0.0"), ("0.1.0", "0.1.0"), ("1.2.3+build.5", "1.2.3"), ("nightly", "0"), ("", "0"),
        ("v2", "0"),
        ("5\u{301}", "5"), ("٣", "0"),
    ])
    func sidecarsHaveAVersionTheHostTakes(version: String, expected: String) async throws {
        var registry = try TestRegistry()
        try await registry.publish("mask", version)
        expect(try install("mask", version: version).version, is: version)
        let written = try #require(try manifest("mask")["version"]?.string)
        expect(written == expected && PluginVersion(written).isAcceptedByHost)
    }

    @Test func theManifestSaysWhatTheIndexSays() async throws {
        var registry = try TestRegistry()
        try await registry.publish(
            "mask",
            fields: [
                "hooks": .strings(["route", "pre_query"]), "permissions": .strings(["kv_read"]),
                "author": .string("A \"B\""),
                "license": .string("MIT"),
            ])
        _ = try install("mask")
        let root = try manifest("mask")
        expect(root["name"]?.string == "mask" && root["description"]?.string == "about mask")
        expect(root["author"]?.string == "A \"B\"" && root["license"]?.string == "MIT")
        expect(root["hooks"]?.elements.map(\.string), is: ["route", "pre_query"])
        expect(root["permissions"]?.elements.map(\.string), is: ["kv_read"])
    }

    @Test func unknownHooksAreWarnedOf() async throws {
        var registry = try TestRegistry()
        try await registry.publish("mask", fields: ["hooks": .null])
        let installed = try install("mask")
        expect(installed.manifestPath == nil && Scratch.names(in: "plugins") == ["mask.wasm", "pdk.lock"])
        expect(installed.otherWarnings.count == 1 && installed.otherWarnings[0].contains("never calls it"))
        // A manifest that the operator put there answers the question, and stays.
        try Scratch.write("plugins/mask.yaml", "name: mask\n")
        expect(try install("mask").otherWarnings.isEmpty)
        try await registry.publish("mask", "2.0.0")
        expect(try install("mask").otherWarnings.first?.contains("mask.yaml"), is: true)
        expect(try Scratch.text("plugins/mask.yaml"), is: "name: mask\n")
    }

    @Test(arguments: [[], ["metrics"], ["on_connect", "mystery"]])
    func hooksThatAreNeverCalledAreWarnedOf(hooks: [String]) async throws {
        var registry = try TestRegistry()
        try await registry.publish("mask", fields: ["hooks": .strings(hooks)])
        let warnings = try install("mask").otherWarnings
        expect(warnings.count == 1 && warnings[0].contains("never called"))
    }

    @Test func updatesReplaceModuleAndSignature() async throws {
        let publisher = try await Publisher("acme")
        var registry = try TestRegistry()
        for version in ["1.0.0", "2.0.0"] {
            try await registry.publish("mask", version, module: TestRegistry.module(version), signer: publisher)
            _ = try install("mask", trusting: "trust")
            expect(try Scratch.read("plugins/mask.wasm"), is: TestRegistry.module(version))
            let verified = try ModuleInspection.blockingInspect(
                Scratch.path("plugins/mask.wasm"), trust: .root(TrustRoot.load(folder: Scratch.path("trust"))))
            expect(verified.signer, is: "acme")
        }
        // Nobody may take the old signature for one over an unsigned module.
        try await registry.publish("mask", "3.0.0", module: TestRegistry.module("3"))
        let refused = #expect(throws: RegistryError.self) { try install("mask") }
        expect(refused?.kind, is: .noSignature)
        let installed = try install("mask", acceptingNewKey: true)
        expect(installed.signaturePath == nil)
        expect(Scratch.names(in: "plugins"), is: ["mask.json", "mask.wasm", "pdk.lock"])
    }

    @Test func linksAreReplacedAndNotFollowed() async throws {
        let publisher = try await Publisher("acme")
        var registry = try TestRegistry()
        try await registry.publish("mask", signer: publisher)
        try Scratch.makeFolder("plugins")
        for ending in ["wasm", "sig", "json"] {
            try Scratch.write("outside/" + ending, "mine")
            try Scratch.makeLink("plugins/mask." + ending, to: "../outside/" + ending)
        }
        _ = try install("mask", trusting: "trust")
        for ending in ["wasm", "sig", "json"] {
            expect(Scratch.linkTarget("plugins/mask." + ending) == nil)
            expect(try Scratch.text("outside/" + ending), is: "mine")
        }
        // An unsigned update removes the link, not what it points to.
        _ = try await Program("rm").run(["plugins/mask.sig"])
        try Scratch.makeLink("plugins/mask.sig", to: "../outside/sig")
        try await registry.publish("mask", "2.0.0")
        _ = try install("mask")
        expect(!Scratch.exists("plugins/mask.sig") && Scratch.exists("outside/sig"))
    }

    @Test(arguments: ["wasm", "sig", "json"], ["folder", "pipe"])
    func whatIsNoFileIsNotReplaced(ending: String, kind: String) async throws {
        let publisher = try await Publisher("acme")
        var registry = try TestRegistry()
        try await registry.publish("mask", signer: publisher)
        _ = try install("mask")
        try await registry.publish("mask", "2.0.0", module: TestRegistry.module("new"), signer: publisher)
        _ = try await Program("rm").run(["plugins/mask." + ending])
        if kind == "folder" {
            try Scratch.write("plugins/mask.\(ending)/inside", "mine")
        } else {
            try Scratch.makePipe("plugins/mask." + ending)
        }
        try await expectRefusal(.destination, Scratch.path("plugins/mask." + ending)) { try install("mask") }
    }

    @Test func whatKilledInstallsLeftIsCleared() async throws {
        var registry = try TestRegistry()
        try await registry.publish("mask")
        for name in [".pdk-0123.tmp", ".pdk-0123.tmp.wasm", ".other.tmp", "pdk-0.tmp"] {
            try Scratch.write("plugins/" + name, "")
        }
        try Scratch.write("plugins/.pdk-folder.tmp/inside", "mine")
        try Scratch.makeLink("plugins/.pdk-link.tmp", to: "mask.wasm")
        _ = try install("mask")
        expect(
            Scratch.names(in: "plugins"),
            is: [
                ".other.tmp", ".pdk-0123.tmp.wasm", ".pdk-folder.tmp", ".pdk-link.tmp", "mask.json", "mask.wasm",
                "pdk-0.tmp", "pdk.lock",
            ])
    }

    /// A download that takes long keeps nobody out, and what it has staged is not taken for a leftover.
    @Test func whileOneFetchesAnotherInstalls() async throws {
        var registry = try TestRegistry()
        try await registry.publish("slow", module: TestRegistry.module("slow"))
        try await registry.publish("mask")
        let loaded = Registry(RegistryLocation("registry", currentFolder: Scratch.folder))
        let folder = try PluginsFolder(Scratch.path("plugins"))
        let module = try loaded.blockingFetch(
            loaded.blockingLoad().find("slow"), into: folder, trust: .digestOnly)
        try Scratch.write("plugins/.pdk-0123.tmp", "of a killed install")
        let lock = try await Program("flock").run(["-n", Scratch.path("plugins/.pdk.lock"), "true"])
        expect(lock.status, is: 0)
        _ = try await Program("rm").run(["plugins/.pdk.lock"])
        _ = try install("mask")
        expect(Scratch.names(in: "plugins").count == 4 && !Scratch.exists("plugins/.pdk-0123.tmp"))
        _ = try folder.blockingInstall(module)
        expect(Scratch.names(in: "plugins"), is: ["mask.json", "mask.wasm", "pdk.lock", "slow.json", "slow.wasm"])
        expect(try Scratch.read("plugins/slow.wasm"), is: TestRegistry.module("slow"))
    }

    /// A module is installed where it was fetched, or nowhere: its sidecars never come to lie elsewhere.
    @Test func aModuleStaysInTheFolderItWasFetchedInto() async throws {
        let publisher = try await Publisher("acme")
        var registry = try TestRegistry()
        try await registry.publish("mask", signer: publisher)
        let loaded = Registry(RegistryLocation("registry", currentFolder: Scratch.folder))
        let first = try PluginsFolder(Scratch.path("plugins")), second = try PluginsFolder(Scratch.path("others"))
        let module = try loaded.blockingFetch(
            loaded.blockingLoad().find("mask"), into: first, trust: .digestOnly)
        var refusal: RegistryError?
        do { _ = try second.blockingInstall(module) } catch { refusal = error }
        expect(refusal?.kind, is: .destination)
        expect(Scratch.names(in: "plugins").isEmpty && Scratch.names(in: "others").isEmpty)
    }

    @Test func aFolderIsMadeAFileIsRefusedALinkIsFollowed() async throws {
        var registry = try TestRegistry()
        try await registry.publish("mask")
        _ = try install("mask", into: "new/nested")
        expect(Scratch.exists("new/nested/mask.wasm"))
        try Scratch.write("file", "mine")
        try await expectRefusal(.destination, Scratch.path("file")) { try install("mask", into: "file") }
        // The plugins folder itself may be a link: that is the operator's choice.
        try Scratch.makeLink("link", to: "new")
        _ = try install("mask", into: "link")
        expect(Scratch.exists("new/mask.wasm"))
    }

    /// What a watcher of the folder sees: both sidecars in place before the module, each by a rename.
    @Test func sidecarsComeBeforeTheModule() async throws {
        let publisher = try await Publisher("acme")
        var registry = try TestRegistry()
        try await registry.publish("mask", signer: publisher)
        _ = try install("mask")
        try await registry.publish("mask", "2.0.0", module: TestRegistry.module("2"), signer: publisher)

        let watch = inotify_init1(Int32(IN_NONBLOCK))
        try #require(watch >= 0)
        defer { close(watch) }
        let mask = UInt32(IN_CREATE | IN_MOVED_TO | IN_DELETE | IN_MODIFY)
        try #require(unsafe inotify_add_watch(watch, Scratch.path("plugins"), mask) >= 0)
        _ = try install("mask")
        let events = try Self.events(watch).filter { (event: (name: String, mask: UInt32)) in !event.name.hasPrefix(".")
        }
        expect(events.map(\.name), is: ["mask.sig", "mask.json", "pdk.lock", "mask.wasm"])
        expect(events.allSatisfy { $0.mask & UInt32(IN_MOVED_TO) != 0 })
    }

    /// The events that are waiting: 16 bytes of numbers, then a name padded with zeros (`inotify(7)`).
    private static func events(_ watch: Int32) throws -> [(name: String, mask: UInt32)] {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = unsafe read(watch, &buffer, buffer.count)
        try #require(count > 0)
        var events: [(name: String, mask: UInt32)] = [], at = 0
        while at + 16 <= count {
            let number = { (place: Int) in
                buffer[place..<place + 4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            }
            let end = at + 16 + Int(number(at + 12))
            let name = buffer[at + 16..<end].prefix { $0 != 0 }
            events.append((String(decoding: name, as: UTF8.self), number(at + 4)))
            at = end
        }
        return events
    }
}
