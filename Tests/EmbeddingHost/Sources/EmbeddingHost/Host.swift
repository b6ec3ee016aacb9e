import PluginRegistry
import Synchronization

/// A host that uses all of the library: lists, verifies, installs, reads and removes plugins, shows progress, stops.
///
/// Its argument is a folder with a `registry`, a `trust` folder and a packed plugin `packed.tar.gz`.
@main struct Host {
    static func main() async throws {
        let here = CommandLine.arguments[1]
        let location = RegistryLocation("registry", currentFolder: here)
        let trust = Trust.root(try TrustRoot.load(folder: here + "/trust"))
        try await list(Registry(location))
        try await installAll(location, trust, into: here + "/plugins")
        try await look(into: here + "/plugins", trust)
        try await packed(here, trust)
        try await refused(location, into: here + "/plugins")
        try await fetcher(into: here + "/plugins")
        try await cancelled(into: here + "/plugins")
    }

    static func list(_ registry: Registry) async throws {
        let contents = try await registry.load()
        for entry in contents.entries.sorted(by: { $0.order > $1.order }) {
            print("offers", entry.name, entry.version, entry.isSigned, entry.hooks ?? [], entry.artifact)
        }
        let count = Mutex(0)
        try await registry.forEachEntry { _ in count.withLock { $0 += 1 } }
        let named = try await registry.entries(named: "mask").count
        print("counted", count.withLock { $0 }, named, contents.entries(named: "mask").count)
        print("compares", PluginVersion("10.0.0") > PluginVersion("9.0.0"))
    }

    /// Fetches everything first, then installs everything: a task group needs all of it to be Sendable.
    static func installAll(_ location: RegistryLocation, _ trust: Trust, into path: String) async throws {
        let phases = Mutex<Set<String>>([])
        let network = Network(progress: { progress in
            let subject = progress.phase == .index ? "" : " " + progress.subject
            phases.withLock { _ = $0.insert("\(progress.phase)\(subject)") }
        })
        let registry = Registry(location, network: network), folder = try PluginsFolder(path)
        let fetched = try await withThrowingTaskGroup(of: FetchedModule.self) { group in
            for name in ["mask", "guard"] {
                group.addTask {
                    try await registry.fetch(registry.find(name), into: folder, trust: trust)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for module in fetched.sorted(by: { $0.entry.name < $1.entry.name }) {
            let installed = try await folder.install(module)
            let isPromised = installed.digest == module.entry.digest && installed.sha256 == "\(module.digest)"
            print("installed", installed.name, installed.version, verdict(installed.signature), isPromised)
        }
        print("progress", phases.withLock { $0.sorted() })
    }

    static func verdict(_ signature: SignatureVerdict) -> String {
        switch signature {
        case .verified(let signer): "verified by \(signer.label)"
        case .notChecked: "not checked"
        }
    }

    static func look(into path: String, _ trust: Trust) async throws {
        let folder = try PluginsFolder(path)
        for name in try await folder.names() {
            let plugin = try await folder.read(name, trust: trust)
            print(
                "has", plugin.name ?? "?", plugin.version ?? "?", plugin.hooks, plugin.permissions,
                verdict(plugin.signature))
        }
        print("removed", try await folder.remove("guard"), try await folder.remove("guard"), try await folder.names())
        let inspected = try await ModuleInspection.inspect(path + "/mask.wasm", trust: .digestOnly)
        print("unchecked", verdict(inspected.signature), inspected.isModule)
    }

    static func packed(_ here: String, _ trust: Trust) async throws {
        let packed = try await PackedPlugin.read(here + "/packed.tar.gz")
        let installed = try await PluginsFolder(here + "/plugins").install(packed.check(trust: trust))
        print("unpacked", installed.name, verdict(installed.signature))
    }

    /// From memory: an index, a key that signed nothing, a module that is another.
    static func refused(_ location: RegistryLocation, into path: String) async throws {
        do {
            _ = try RegistryContents(reading: Array("{\"plugins\": [1]}".utf8), from: location)
        } catch {
            print("refused", error.kind, error.underlying != nil)
        }
        do {
            _ = try TrustRoot(publicKeys: ["none": []])
        } catch {
            print("refused", error.kind)
        }
        let registry = Registry(location), folder = try PluginsFolder(path)
        do {
            _ = try await registry.fetch(registry.find("damaged"), into: folder, trust: .digestOnly)
        } catch let error as RegistryError {
            switch error.kind {
            case .digestMismatch:
                let digests = error.digests
                print("refused", error.kind, error.entry?.name ?? "", digests.map { $0.expected != $0.actual } ?? false)
            default: throw error
            }
        }
    }

    /// A client of the host's own in place of libcurl.
    struct Canned: Fetcher {
        struct NotThere: Error {}

        let bodies: [String: [UInt8]]

        func fetch(
            _ address: String, receive: @escaping @Sendable ([UInt8], Int?) throws -> Void
        ) async throws {
            guard let body = bodies[address] else { throw NotThere() }
            for byte in body { try receive([byte], body.count) }
        }
    }

    static func fetcher(into path: String) async throws {
        let index = "{\"plugins\": [{\"name\": \"web\", \"artifact\": \"web.wasm\", \"sha256\": \"\(emptyModule)\"}]}"
        let bodies: [String: [UInt8]] = [
            "http://a.example/index.json": Array(index.utf8),
            "http://a.example/web.wasm": [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0],
        ]
        let registry = Registry(
            RegistryLocation("http://a.example/", currentFolder: "/"), network: Network(fetcher: Canned(bodies: bodies))
        )
        let installed = try await registry.install("web", into: PluginsFolder(path), trust: .digestOnly)
        print("fetched", installed.name, installed.warnings.count { $0.contains("plain http") })
    }

    /// The SHA-256 of a module that is empty.
    static let emptyModule = "93a44bbb96c751218e4c00d479e4c14358122a389acca16205b1e4d0dc5f9476"

    /// A server that never answers.
    struct Silent: Fetcher {
        func fetch(
            _ address: String, receive: @escaping @Sendable ([UInt8], Int?) throws -> Void
        ) async throws {
            try await Task.sleep(for: .seconds(60))
        }
    }

    static func cancelled(into path: String) async throws {
        let address = RegistryLocation("http://a.example/", currentFolder: "/")
        let task = Task { try await Registry(address, network: Network(fetcher: Silent())).load() }
        try await Task.sleep(for: .milliseconds(100))
        let start = ContinuousClock.now
        task.cancel()
        do {
            _ = try await task.value
        } catch is CancellationError {
            print("cancelled", ContinuousClock.now - start < .seconds(1))
        }
    }
}
