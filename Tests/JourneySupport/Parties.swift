internal import Contract
internal import TestSupport
internal import Testing

/// Those who have to do with a signed registry: its keeper, an author of a plugin `guard`, and an operator.
package struct Parties {
    /// Has the registry's key, `registry`.
    package var keeper = Kit(home: Scratch.path("keeper")).with("PDK_WASMTIME", "/nowhere.so")
    /// Has the key `mykey`, and the plugin.
    package var author = Kit(home: Scratch.path("author")).with("PDK_WASMTIME", "/nowhere.so")
    /// Trusts the author.
    package var user = Kit(home: Scratch.path("operator"))
    /// Where the keeper and the author see the registry.
    package var registry = Scratch.path("the registry")

    package static let publishing = ["publish", "--no-test", "--no-engine", "--no-build-check"]

    /// Everybody with the access key of an object store.
    package init(in store: ObjectStore? = nil) {
        guard let store else { return }
        (keeper, author, user) = (store.kit(keeper), store.kit(author), store.kit(user))
        registry = store.registry
    }

    /// A signed registry with one release of `guard`; the author's plugin.
    package func prepare() async throws -> Kit {
        try await keeper.done("keygen", "registry")
        try await keeper.done("registry", "init", registry, "--key", "registry")
        try await author.done("keygen", "mykey")
        try await user.done("trust", "add", author.keysFolder + "/mykey.pub")
        let plugin = try await Workshop.shared.copyOfGuard(author, isSigned: false)
            .with("PDK_WASMTIME", "/nowhere.so")
        try await stage("0.1.0", of: plugin)
        try await keeper.done("registry", "sign", registry)
        return plugin
    }

    /// Gives the plugin another version, signed anew.
    package static func setVersion(_ version: String, of plugin: Kit) async throws {
        try plugin.setVersion(version)
        try await plugin.done("sign", "--no-build-check")
    }

    /// Publishes versions 0.1.0 to 0.COUNT.0 of `guard` at once; the registry is whole then and has them all.
    package static func publishAtOnce(_ count: Int, by kit: Kit, to registry: String) async throws {
        var plugins: [Kit] = []
        for number in 1...count {
            let plugin = try await Workshop.shared.copyOfGuard(kit, to: "guard \(number)")
            try await setVersion("0.\(number).0", of: plugin)
            plugins.append(plugin)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for plugin in plugins {
                group.addTask { try await plugin.done("publish", "--no-test", "--no-build-check", registry) }
            }
            try await group.waitForAll()
        }
        try await kit.verify(registry, versions: count, trustRoot: kit.keysFolder)
    }

    /// How many requests each of these versions costs when it is published, as `requests` lists those since it was asked.
    package static func costs<Request>(
        ofPublishing versions: [String], of plugin: Kit, to registry: String, _ requests: () throws -> [Request]
    ) async throws -> [Int] {
        var counts: [Int] = []
        for version in versions {
            try await setVersion(version, of: plugin)
            _ = try requests()
            try await plugin.done("publish", "--no-test", "--no-build-check", registry)
            counts.append(try requests().count)
        }
        return counts
    }

    /// Stages a version for the keeper.
    package func stage(_ version: String, of plugin: Kit) async throws {
        try await Self.setVersion(version, of: plugin)
        let staged = try await plugin.run(Self.publishing + [registry, "--json"])
        try #require(staged.status == 0, "\(staged.transcript)")
        expect(try JSONValue.parse(staged.output)["staged"]?.string != nil, "\(staged.transcript)")
    }

    /// Stages a version and has it taken.
    package func release(_ version: String, of plugin: Kit) async throws {
        try await stage(version, of: plugin)
        try await keeper.done("registry", "sign", registry)
    }

    /// Writes the signature of the registry's key beside a file, by openssl.
    package func sign(_ file: String) async throws {
        let script = "openssl pkeyutl -sign -rawin -inkey \"$2\" -in \"$1\" -out raw && base64 -w 0 raw > \"$1.sig\""
        let made = try await Program("sh").run(["-c", script, "sh", file, keeper.keysFolder + "/registry.pem"])
        try #require(made.status == 0, "\(made.transcript)")
    }
}
