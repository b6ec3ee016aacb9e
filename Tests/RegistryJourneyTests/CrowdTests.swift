import Contract
import Foundation
import JourneySupport
import TestSupport
import Testing

/// Many publishers and yankers at once, with readers: every state of the index is one that the host reads right.
///
/// `PDK_CROWD="32 8"` sets how many publish and withdraw; by default so many in a folder, and fewer in what is slower.
@Suite(.scratchFolder, .serialized, .firstInLine) struct CrowdTests {
    private static func crowd(_ publishers: Int, _ yankers: Int) -> (publishers: Int, yankers: Int) {
        let words = (ProcessInfo.processInfo.environment["PDK_CROWD"] ?? "").split(separator: " ").compactMap {
            Int($0)
        }
        return words.count == 2 ? (words[0], words[1]) : (publishers, yankers)
    }

    /// What the host's reader gets of an index (host contract, section 1): the first entry of the name, in file order.
    ///
    /// Nil where it would refuse the index.
    private func hostReads(_ index: String, _ name: String) throws -> JSONValue? {
        let plugins = try #require(try JSONValue.parse(index)["plugins"])
        for entry in plugins.elements {
            for key in ["name", "artifact", "sha256"] { _ = try #require(entry[key]?.string) }
            for key in ["version", "description", "signature"] where entry[key] != nil {
                _ = try #require(entry[key]?.string)
            }
        }
        return plugins.elements.first { $0["name"]?.string == name }
    }

    /// The newest version that an index offers.
    private func newest(_ index: String) throws -> String? {
        let versions = try JSONValue.parse(index)["plugins"]?.elements.compactMap { $0["version"]?.string } ?? []
        return versions.map { PluginVersion($0) }.max { $0 < $1 }?.description
    }

    /// Reads the index until it is cancelled; each state offers the newest release first, whose module is there.
    private func read(_ registry: String) async throws -> Int {
        var states: Set<String> = []
        while !Task.isCancelled {
            let index = try Disk.text(registry + "/index.json")
            guard states.insert(index).inserted else {
                // Readers must not take the processor from those who write.
                try? await Task.sleep(for: .milliseconds(1))
                continue
            }
            let first = try #require(try hostReads(index, "guard"))
            expect(try first["version"]?.string == newest(index))
            expect(Disk.exists(registry + "/" + (first["artifact"]?.string ?? "nothing")))
        }
        return states.count
    }

    /// Publishes the releases that will be withdrawn; the plugins whose releases are published then.
    private func prepare(_ kit: Kit, _ registry: String, _ publishers: Int, _ yankers: Int) async throws -> [Kit] {
        let first = try await Workshop.shared.copyOfGuard(kit).with("PDK_WASMTIME", "/nowhere.so")
        // Those that will be withdrawn are the highest: what hosts get goes down and up while others publish.
        for number in 1...yankers {
            try await Parties.setVersion("9.0.\(number)", of: first)
            try await first.done(Parties.publishing + [registry])
        }
        var plugins: [Kit] = []
        for number in 1...publishers {
            let plugin = try await Workshop.shared.copyOfGuard(kit, isSigned: false, to: "guard \(number)")
                .with("PDK_WASMTIME", "/nowhere.so")
            try await Parties.setVersion("0.\(number).0", of: plugin)
            plugins.append(plugin)
        }
        return plugins
    }

    /// Publishes all the plugins and withdraws as many of the releases that were there, all at once.
    private func publish(
        _ plugins: [Kit], yanking yankers: Int, _ kit: Kit, _ registry: String,
        in group: inout ThrowingTaskGroup<Void, any Error>
    ) {
        for plugin in plugins { group.addTask { try await plugin.done(Parties.publishing + [registry]) } }
        for number in 1...yankers {
            group.addTask {
                try await kit.done("yank", "guard", "9.0.\(number)", "--registry", registry, "--reason", "leaks")
            }
        }
    }

    /// Whoever installs meanwhile gets a whole plugin.
    private func install(_ kit: Kit, _ registry: String, in group: inout ThrowingTaskGroup<Void, any Error>) {
        for number in 0..<3 {
            group.addTask {
                try await kit.done(
                    "install", "guard", "--registry", registry, "--dest", Scratch.path("plugins \(number)"),
                    "--trust-root", kit.keysFolder)
            }
        }
    }

    @Test func aFolder() async throws {
        let kit = Kit().with("PDK_WASMTIME", "/nowhere.so"), registry = Scratch.path("the registry")
        let (publishers, yankers) = Self.crowd(32, 8)
        let plugins = try await prepare(kit, registry, publishers, yankers)
        let readers = (0..<2).map { _ in Task { try await read(registry) } }
        try await withThrowingTaskGroup(of: Void.self) { group in
            publish(plugins, yanking: yankers, kit, registry, in: &group)
            install(kit, registry, in: &group)
            try await group.waitForAll()
        }
        for reader in readers { reader.cancel() }
        for reader in readers { expect(try await reader.value > 1) }
        try await check(registry, kit, versions: publishers + yankers, newest: "0.\(publishers).0")
        let index = try Disk.text(registry + "/index.json")
        expect(try hostReads(index, "guard")?["version"]?.string == "0.\(publishers).0")
        expect(try JSONValue.parse(index)["yanked"]?.elements.count == yankers)
        expect(try JSONValue.parse(index)["serial"]?.int == publishers + 2 * yankers)
        expect(try Disk.names(registry) == ["artifacts", "index.json", "plugins"])
    }

    @Test func anObjectStore() async throws {
        let store = try await ObjectStore(), kit = store.kit(Kit().with("PDK_WASMTIME", "/nowhere.so"))
        defer { store.end() }
        let registry = store.registry, (publishers, yankers) = Self.crowd(6, 2)
        let plugins = try await prepare(kit, registry, publishers, yankers)
        try await withThrowingTaskGroup(of: Void.self) { group in
            publish(plugins, yanking: yankers, kit, registry, in: &group)
            for _ in 0..<4 {
                group.addTask {
                    let listed = try await kit.document("list", "--registry", registry).elements
                        .filter { $0["yanked"] == nil }.compactMap { $0["version"]?.string }
                    expect(listed.first == listed.map { PluginVersion($0) }.max { $0 < $1 }?.description)
                }
            }
            try await group.waitForAll()
        }
        try await check(registry, kit, versions: publishers + yankers, newest: "0.\(publishers).0")
    }

    @Test func anOCIRegistry() async throws {
        let oci = try await OCIRegistry(), kit = Kit().with("PDK_WASMTIME", "/nowhere.so")
        defer { oci.end() }
        let registry = oci.registry, (publishers, yankers) = Self.crowd(12, 4)
        let plugins = try await prepare(kit, registry, publishers, yankers)
        try await withThrowingTaskGroup(of: Void.self) { group in
            publish(plugins, yanking: yankers, kit, registry, in: &group)
            install(kit, registry, in: &group)
            try await group.waitForAll()
        }
        _ = try oci.requests()
        try await check(registry, kit, versions: publishers + yankers, newest: "0.\(publishers).0")
        _ = try oci.requests()
        try await kit.done("install", "guard", "--registry", registry, "--dest", Scratch.path("plugins alone"))
        expect(try oci.requests().count == 4, "the plugin's own index has everybody's change")
    }

    private func check(_ registry: String, _ kit: Kit, versions: Int, newest: String) async throws {
        try await kit.verify(registry, versions: versions, trustRoot: kit.keysFolder)
        let installed = try await kit.document(
            "install", "guard", "--registry", registry, "--dest", Scratch.path("plugins at the end"), "--trust-root",
            kit.keysFolder)
        expect(installed["version"]?.string == newest && installed["verified"] == .bool(true))
    }
}
