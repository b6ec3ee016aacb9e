import Contract
import Files
import PluginRegistry
import TestSupport
import Testing

/// What a host that embeds the library meets: its own errors, its words, its policy, and where modules are.
@Suite(.scratchFolder) struct LibraryHostTests {
    private struct Stop: Error {}

    private func registry(_ place: String = "registry", _ network: Network = Network()) -> Registry {
        Registry(RegistryLocation(place, currentFolder: Scratch.folder), network: network)
    }

    private func plugins() throws -> PluginsFolder { try PluginsFolder(Scratch.path("plugins")) }

    @Test(arguments: [TransferProgress.Phase.index, .module])
    func anErrorOfTheHostsProgressReachesTheHost(phase: TransferProgress.Phase) async throws {
        var made = try TestRegistry()
        try await made.publish("mask")
        let stopping = Network(progress: { if $0.phase == phase { throw Stop() } })
        try await TestServer.serving("registry") { address in
            for place in ["registry", address] {
                await #expect(throws: Stop.self) {
                    try await registry(place, stopping).install("mask", into: plugins(), trust: .digestOnly)
                }
                expect(Scratch.names(in: "plugins").allSatisfy { $0.hasPrefix(".") })
            }
        }
        // One that does not throw is only told.
        let told = Network(progress: { _ in })
        expect(try await registry("registry", told).install("mask", into: plugins(), trust: .digestOnly).size > 0)
    }

    /// A client that does what no client should with the error that ends its transfer.
    private struct Careless: Fetcher {
        let pieces: [String]
        let wraps: Bool

        func fetch(
            _ address: String, receive: @escaping @Sendable ([UInt8], Int?) throws -> Void
        ) async throws {
            for piece in pieces {
                do { try receive(Array(piece.utf8), nil) } catch  where wraps { throw Stop() } catch {}
            }
        }
    }

    /// What has ended a transfer is the error, whatever the host's own client makes of it.
    @Test(arguments: [false, true]) func aFetcherCannotHideWhatWasRefused(wraps: Bool) async throws {
        let empty = "{\"plugins\": []}"
        for (pieces, kind) in [
            (["no index", empty], RegistryError.Kind.indexMalformed),
            ([String(repeating: " ", count: 100), empty], .indexUnavailable),
        ] {
            var network = Network(fetcher: Careless(pieces: pieces, wraps: wraps))
            network.limits.indexBytes = 50
            let refusal = await #expect(throws: RegistryError.self) {
                try await registry("http://a.example/", network).load()
            }
            expect(refusal?.kind, is: kind)
        }
        let good = Network(fetcher: Careless(pieces: [empty], wraps: wraps))
        expect(try await registry("http://a.example/", good).load().entries.isEmpty)
    }

    /// A client whose pieces come on a thread of its own, which goes on when the transfer has been given up.
    private struct Threaded: Fetcher {
        func fetch(
            _ address: String, receive: @escaping @Sendable ([UInt8], Int?) throws -> Void
        ) async throws {
            let piece = Array(repeating: UInt8(ascii: " "), count: 1 << 16)
            Task.detached {
                for _ in 0..<10_000 { do { try receive(piece, nil) } catch { return } }
            }
            try await Task.sleep(for: .seconds(20))
        }
    }

    /// What is handed over while a transfer is given up finds nobody, and not what is gone.
    @Test func aFetcherMayBeLate() async throws {
        var network = Network(fetcher: Threaded())
        network.limits.indexBytes = 1 << 40
        let late = registry("http://a.example/", network)
        for round in 0..<100 {
            let task = Task { try await late.load() }
            try await Task.sleep(for: .microseconds(200 * round))
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
        // The whole time counts for it, too.
        network.limits.totalSeconds = 1
        let refusal = await #expect(throws: RegistryError.self) {
            try await registry("http://a.example/", network).load()
        }
        expect(refusal?.kind == .indexUnavailable && refusal?.message.contains("timed out") == true, "\(refusal)")
    }

    /// A place where no folder can be made is an error of the library, with the system's number.
    @Test func aFolderThatCannotBeMadeIsRefused() async throws {
        for path in ["/proc/x", "/proc/x/y", "/dev/null/x"] {
            let refusal = #expect(throws: RegistryError.self) { try PluginsFolder(path) }
            expect(refusal?.kind == .destination && (refusal?.systemErrorNumber ?? 0) > 0, "\(refusal)")
        }
        expect(try PluginsFolder(Scratch.path("a/b/c")).path, is: Scratch.path("a/b/c"))
    }

    /// Fetching first and installing then goes no further down than both in one; what was changed since is said.
    @Test func aFetchedModuleIsNoWayDown() async throws {
        var made = try TestRegistry(), old = try TestRegistry("old")
        try await made.publish("mask", "2.0.0", module: TestRegistry.module("2"))
        try await old.publish("mask", "1.0.0")
        let folder = try plugins()
        _ = try await registry().install("mask", into: folder, trust: .digestOnly)
        func fetch() async throws -> FetchedModule {
            let place = registry("old")
            return try await place.fetch(place.find("mask"), into: folder, trust: .digestOnly)
        }
        let module = try await fetch()
        let refusal = await #expect(throws: RegistryError.self) { try await folder.install(module) }
        expect(refusal?.kind, is: .downgrade)
        expect(try await folder.read("mask", trust: .digestOnly).warnings.isEmpty)
        var options = InstallOptions()
        options.allowsDowngrade = true
        expect(try await folder.install(fetch(), options: options).version, is: "1.0.0")
        try Scratch.write("plugins/mask.wasm", TestRegistry.module("other"))
        expect(try await folder.read("mask", trust: .digestOnly).warnings, is: ["its module does not match pdk.lock"])
    }

    /// A server's status can be told from another without reading texts.
    @Test func theStatusOfAServerIsTold() async throws {
        var made = try TestRegistry()
        try await made.publish("mask")
        try await TestServer.serving("registry") { address in
            let refusal = await #expect(throws: RegistryError.self) {
                try await registry(address + "/nowhere/").load()
            }
            expect(refusal?.httpStatus == 404 && refusal?.systemErrorNumber == nil, "\(refusal)")
        }
    }

    /// An index may name a module above its own folder, and what `find` and `load` return can be fetched.
    @Test func aModuleBesideTheRegistryIsFetched() async throws {
        var made = try TestRegistry()
        try await made.publish("mask", fields: ["artifact": .string("../modules/mask.wasm")])
        try Scratch.makeFolder("modules")
        try Scratch.write("modules/mask.wasm", TestRegistry.module())
        let registry = registry(), folder = try plugins()
        for entry in try await [registry.find("mask"), registry.load().find("mask")] {
            expect(entry.artifact, is: "../modules/mask.wasm")
            expect(try await registry.fetch(entry, into: folder, trust: .digestOnly).digest, is: entry.digest)
        }
    }

    /// An entry says the same, whether it was read from the plugin's own index or from the whole one.
    @Test(arguments: [
        ("../../../artifacts/mask.wasm", "artifacts/mask.wasm"), ("mask.wasm", "plugins/ma/sk/mask.wasm"),
        ("../../../../mask.wasm", "../mask.wasm"), ("/srv/mask.wasm", "/srv/mask.wasm"),
        ("http://127.0.0.1/mask.wasm", "http://127.0.0.1/mask.wasm"),
        // What would turn into an address or another path stays a name below the plugin's own index.
        ("../../..//etc/passwd", "plugins/ma/sk/../../..//etc/passwd"),
        ("../../../http://a.example/m", "plugins/ma/sk/../../../http://a.example/m"), ("", ""),
    ])
    func artifactsAreRelativeToTheRegistry(written: String, read: String) async throws {
        try Scratch.makeFolder("registry/plugins/ma/sk")
        try Scratch.write("registry/index.json", "{\"plugins\": []}")
        let entry: [String: JSONValue] = [
            "name": .string("mask"), "version": .string("1.0.0"), "artifact": .string(written),
            "sha256": .string(String(repeating: "0", count: 64)),
        ]
        let members = entry.map { JSONValue.Member($0.key, $0.value) }
        try Scratch.write(
            "registry/plugins/ma/sk/mask.json",
            JSONValue.object(["plugins": .array([.object(members)])]).compactText)
        expect(try await registry().find("mask").artifact, is: read)
    }

    /// A policy says which registries have to be signed; an install is held to it without being told.
    @Test func aPolicysRegistriesAreHeldToTheirKeys() async throws {
        let publisher = try await Publisher("acme")
        var made = try TestRegistry()
        try await made.publish("mask", signer: publisher)
        let root = try TrustRoot.load(folder: Scratch.path("trust"))
        expect(try await registry().install("mask", into: plugins(), trust: .root(root)).version, is: "1.0.0")
        let key = try Scratch.text("trust/acme.pub").split(separator: "\n").joined()
        try Scratch.write(
            "trust/policy.yaml",
            "{\"version\": 1, \"registries\": [{\"location\": \"\(Scratch.path("registry"))\", \"key\": \"\(key)\"}]}")
        let strict = try TrustRoot.load(folder: Scratch.path("trust"))
        let refusal = await #expect(throws: RegistryError.self) {
            try await registry().install("mask", into: plugins(), trust: .root(strict))
        }
        expect(refusal?.kind, is: .indexUntrusted)
    }

    /// Who was told that an install was cancelled does not find it done when the folder's lock is free again.
    @Test func aCancelledInstallIsNotDoneLater() async throws {
        var made = try TestRegistry()
        try await made.publish("mask")
        try Scratch.makeFolder("plugins")
        let held = try Folder(Scratch.path("plugins")).locked()
        let (waits, waiting) = AsyncStream.makeStream(of: Void.self)
        let folder = try PluginsFolder(Scratch.path("plugins"), notice: { _ in waiting.yield() })
        let registry = registry()
        let task = Task { try await registry.install("mask", into: folder, trust: .digestOnly) }
        for await _ in waits { break }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        held.release()
        try await Task.sleep(for: .milliseconds(200))
        expect(!Scratch.exists("plugins/mask.wasm"))
        expect(try await registry.install("mask", into: folder, trust: .digestOnly).version, is: "1.0.0")
    }

    /// A refusal tells a library's user which setting allows it, and a user of the command line which option.
    @Test func helpNamesSettingsAndNotOptions() async throws {
        let acme = try await Publisher("acme"), other = try await Publisher("other")
        var made = try TestRegistry()
        try await made.publish("mask", "2.0.0", signer: acme)
        try await made.publish("wide", "1.0.0", signer: acme)
        let folder = try plugins(), trust = Trust.root(try TrustRoot.load(folder: Scratch.path("trust")))
        for name in ["mask", "wide"] { _ = try await registry().install(name, into: folder, trust: trust) }
        var next = try TestRegistry("next")
        try await next.publish("mask", "1.0.0", signer: acme)
        try await next.publish(
            "wide", "2.0.0", module: TestRegistry.module("wide"), signer: acme,
            fields: ["permissions": .strings(["kv_read"])])
        var changed = try TestRegistry("changed")
        try await changed.publish("mask", "3.0.0", module: TestRegistry.module("new"), signer: other)
        for (place, name, kind, setting, option) in [
            ("next", "mask", RegistryError.Kind.downgrade, "InstallOptions.allowsDowngrade", "--downgrade"),
            ("next", "wide", .newPermissions, "InstallOptions.allowsNewPermissions", "--allow-new-permissions"),
            ("changed", "mask", .newKey, "InstallOptions.acceptsNewKey", "--accept-new-key"),
        ] {
            let refusal = await #expect(throws: RegistryError.self) {
                try await registry(place).install(name, into: folder, trust: trust)
            }
            let help = try #require(refusal?.help)
            expect(refusal?.kind == kind && help.contains(setting) && !help.contains("--"), "\(help)")
            let command = try await Program(BuiltProduct.pdk, environment: ["HOME": Scratch.folder]).run([
                "install", name, "--registry", place, "--dest", "plugins", "--trust-root", "trust",
            ])
            expect(command.status == 1 && command.errors.contains(option), "\(command.transcript)")
            expect(!command.errors.contains("InstallOptions"), "\(command.transcript)")
        }
    }
}
