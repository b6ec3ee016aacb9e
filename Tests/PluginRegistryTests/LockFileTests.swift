import Contract
import PluginRegistry
import TestSupport
import Testing

/// `pdk.lock`: strict reading, and what installs and removals write.
@Suite(.scratchFolder) struct LockFileTests {
    private static let digest = String(repeating: "a", count: 64)

    private static func entry(_ more: String = "", name: String = "mask", version: String = "1.0.0") -> String {
        "{\"name\": \"\(name)\", \"version\": \"\(version)\", \"sha256\": \"\(digest)\"\(more)}"
    }

    private static func lock(_ entries: String) -> String { "{\"lock_version\": 1, \"plugins\": [\(entries)]}" }

    private func read(_ text: String) throws(RegistryError) -> LockFile {
        try LockFile(reading: Array(text.utf8), path: "pdk.lock")
    }

    @Test func whatIsWrittenIsRead() throws {
        var lock = LockFile()
        expect(try read(lock.text), is: lock)
        let digest = try #require(SHA256Digest(hex: Self.digest))
        for name in ["b", "a", "C"] {
            let name = try #require(PluginName(name))
            var plugin = LockedPlugin(name: name, version: "1.0 \"x\"\n", digest: digest)
            lock.set(plugin)
            plugin.isSigned = true
            plugin.keyID = "0123456789abcdef"
            plugin.isVerified = true
            plugin.registry = "/a folder/with \u{1B}[31m\nlines"
            plugin.request = VersionRange(">=1, <2")
            lock.set(plugin)
        }
        expect(lock.plugins.map(\.name.description), is: ["C", "a", "b"])
        expect(try read(lock.text), is: lock)
        lock.remove("a")
        expect(lock["a"] == nil && lock["b"] != nil && lock.plugins.count == 2)
    }

    @Test(arguments: [
        ("", "ends"), ("[]", "not an object"), ("{}", "lock_version"),
        ("{\"lock_version\": 2, \"plugins\": []}", "reads 1"),
        ("{\"lock_version\": \"1\", \"plugins\": []}", "reads 1"), ("{\"lock_version\": 1}", "plugins"),
        ("{\"lock_version\": 1, \"plugins\": {}}", "plugins"),
        ("{\"lock_version\": 1, \"plugins\": [], \"more\": 1}", "unknown key 'more'"),
        ("{\"lock_version\": 1, \"lock_version\": 1, \"plugins\": []}", "duplicate key"),
        (lock("1"), "not an object"), (lock("{}"), "name"), (lock(entry() + "," + entry()), "twice"),
        (lock(entry(name: "../x")), "name is not"), (lock(entry(", \"x\": 1")), "unknown key 'x'"),
        (lock(entry(version: String(repeating: "1", count: 257))), "version"),
        (lock(entry(", \"sha256\": \"\(digest)\"")), "duplicate key"),
        (lock(entry().replacing("aaaa", with: "AAAA")), "sha256"),
        (lock(entry().replacing("aaaa", with: "aa")), "sha256"),
        (lock(entry(", \"signed\": 1")), "signed"), (lock(entry(", \"key_id\": \"0123456789abcdef\"")), "key_id"),
        (lock(entry(", \"signed\": true, \"key_id\": \"0123456789ABCDEF\"")), "key_id"),
        (lock(entry(", \"signed\": true, \"verified\": true")), "verified"),
        (lock(entry(", \"registry\": \"\"")), "registry"), (lock(entry(", \"registry\": \"a\\u0000\"")), "registry"),
        (lock(entry(", \"registry\": null")), "registry"),
        (lock(entry(", \"request\": \"latest\"")), "request"), (lock(entry()) + "x", "unexpected text"),
        (String(repeating: "[", count: 100_000), "deeper"),
        ("{\"lock_version\": 1, \"plugins\": [[[[[]]]]]}", "deeper"),
    ])
    func whatIsNoLockIsRefused(text: String, words: String) {
        let error = #expect(throws: RegistryError.self) { try read(text) }
        expect(error?.kind, is: .lockMalformed)
        expect(error?.message.hasPrefix("pdk.lock, line 1, column "), is: true, "\(error?.message ?? "")")
        expect(error?.message.contains(words), is: true, "\(error?.message ?? "")")
    }

    /// A lock of the most plugins is read; one more is refused.
    @Test func sizesHaveLimits() throws {
        let names = (0..<LockFile.maximumPlugins).map { Self.entry(name: "p\($0)") }
        expect(try read(Self.lock(names.joined(separator: ","))).plugins.count, is: LockFile.maximumPlugins)
        #expect(throws: RegistryError.self) {
            try read(Self.lock((names + [Self.entry(name: "one")]).joined(separator: ",")))
        }
    }

    /// Damaged bytes are refused or read as a lock that is written and read again.
    @Test func damagedLocksAreRefusedOrWhole() throws {
        var numbers = SeededNumbers(seed: 11)
        let whole = Array(
            Self.lock(
                Self.entry(", \"signed\": true, \"key_id\": \"0123456789abcdef\", \"request\": \"^1.2\"")
                    + "," + Self.entry(", \"registry\": \"/r\"", name: "guard")
            ).utf8)
        var readable = 0
        for _ in 0..<5000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...3, using: &numbers) {
                let place = Int.random(in: 0..<bytes.count, using: &numbers)
                switch Int.random(in: 0..<3, using: &numbers) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &numbers)
                case 1: bytes.remove(at: place)
                default: bytes.insert(numbers.pick(Array("\"{}[],:0a".utf8)), at: place)
                }
            }
            guard let lock = try? LockFile(reading: bytes, path: "x") else { continue }
            readable += 1
            expect(try read(lock.text), is: lock)
        }
        expect(readable > 50)
    }

    // MARK: In a folder

    private func locked(_ name: String = "mask") throws -> LockedPlugin? {
        try PluginsFolder(Scratch.path("plugins")).blockingLock()[name]
    }

    @Test func anInstallIsLocked() async throws {
        let publisher = try await Publisher("acme")
        var registry = try TestRegistry()
        try await registry.publish("mask", "1.0.0", signer: publisher)
        let first = try install("mask", trusting: "trust")
        var plugin = try #require(try locked())
        expect(plugin.version == "1.0.0" && plugin.digest == first.digest && plugin.isSigned && plugin.isVerified)
        expect(plugin.keyID == first.signature.signer?.keyID && plugin.registry == Scratch.path("registry"))
        expect(plugin.request == nil)
        // The same bytes without a trust root: whose they are is known still.
        expect(try install("mask").isUnchanged && locked() == plugin)
        // Others are not: a key that the index names is only its word, and a word that is none is left out.
        try await registry.publish(
            "mask", "2.0.0", module: TestRegistry.module("2"), signer: publisher, fields: ["key_id": "ABCDEF0123456789"]
        )
        #expect(throws: RegistryError.self) { try install("mask") }
        _ = try install("mask", acceptingNewKey: true)
        plugin = try #require(try locked())
        expect(plugin.version == "2.0.0" && plugin.keyID == "abcdef0123456789" && !plugin.isVerified)
        try await registry.publish("mask", "3.0.0", module: TestRegistry.module("3"), fields: ["key_id": "nonsense"])
        _ = try install("mask", acceptingNewKey: true)
        expect(try locked()?.isSigned == false && locked()?.keyID == nil)

        try await registry.publish("other")
        _ = try install("other")
        expect(try PluginsFolder(Scratch.path("plugins")).blockingRemove("mask"))
        expect(try locked() == nil && locked("other") != nil)
    }

    /// A lock that cannot be read stops what would change it, and nothing is lost.
    @Test(arguments: ["{\"lock_version\": 1,", "folder", "link", "pipe"])
    func aDamagedLockStopsChanges(damage: String) async throws {
        var registry = try TestRegistry()
        try await registry.publish("mask")
        _ = try install("mask")
        try await registry.publish("mask", "2.0.0", module: TestRegistry.module("2"))
        let good = try Scratch.read("plugins/pdk.lock")
        _ = try await Program("rm").run(["plugins/pdk.lock"])
        switch damage {
        case "folder": try Scratch.makeFolder("plugins/pdk.lock")
        case "pipe": try Scratch.makePipe("plugins/pdk.lock")
        case "link":
            try Scratch.write("outside", good)
            try Scratch.makeLink("plugins/pdk.lock", to: "../outside")
        default: try Scratch.write("plugins/pdk.lock", damage)
        }
        try await expectRefusal(.lockMalformed, "pdk.lock") { try install("mask") }
        let folder = try PluginsFolder(Scratch.path("plugins"))
        let error = #expect(throws: RegistryError.self) { try folder.blockingRemove("mask") }
        expect(error?.kind == .lockMalformed && Scratch.exists("plugins/mask.wasm"))
        _ = try await Program("rm").run(["-r", "plugins/pdk.lock"])
        try Scratch.write("plugins/pdk.lock", good)
        expect(try install("mask").version == "2.0.0" && locked()?.version == "2.0.0")
    }
}

extension JSONValue: ExpressibleByStringLiteral {
    /// A string.
    public init(stringLiteral value: String) { self = .string(value) }
}
