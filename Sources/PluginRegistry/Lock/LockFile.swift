internal import Basics
internal import Contract
package import Trust

/// `pdk.lock` of a plugins folder: which plugins are installed there, from where, and which versions are wanted.
///
/// JSON, read strictly: an object of `lock_version` 1 and `plugins`. Hosts take `.wasm` files only and do not look at it.
package struct LockFile: Sendable, Equatable {
    /// The name of the file.
    package static let fileName = "pdk.lock"
    /// The most bytes that are read, and the most plugins in them.
    package static let maximumBytes = 8 << 20
    package static let maximumPlugins = 10_000

    /// The plugins by name, sorted.
    package private(set) var plugins: [LockedPlugin] = []

    package init() {}

    /// The plugin of this name.
    package subscript(name: String) -> LockedPlugin? { plugins.first { $0.name.description == name } }

    /// Adds a plugin, or takes it in place of the one of its name.
    package mutating func set(_ plugin: LockedPlugin) {
        remove(plugin.name.description)
        plugins.append(plugin)
        plugins.sort { $0.name.description.utf8.lexicographicallyPrecedes($1.name.description.utf8) }
    }

    /// Takes a plugin out.
    package mutating func remove(_ name: String) { plugins.removeAll { $0.name.description == name } }

    /// The file's text, with a final newline.
    package var text: String {
        JSONValue.object(["lock_version": .int(1), "plugins": .array(plugins.map(\.json))]).fileText
    }

    /// Reads the file at `path`; error `lockMalformed` with line and column.
    package init(reading bytes: [UInt8], path: String) throws(RegistryError) {
        do { try self.init(reading: bytes) } catch {
            let (line, column) = JSONDocument.position(of: error.offset, in: bytes)
            throw RegistryError(
                .lockMalformed, "\(path), line \(line), column \(column): \(error.message) (byte \(error.offset))",
                help: Self.fix(path))
        }
    }

    /// What to do about a lock that cannot be read.
    static func fix(_ path: String) -> String {
        "nothing was changed; restore the file from a backup, or move it away and install each plugin again: mv \(path.shellWord) \((path + ".damaged").shellWord)"
    }

    private init(reading bytes: [UInt8]) throws(JSONError) {
        let limits = JSONLimits(bytes: Self.maximumBytes, depth: 4, values: Self.maximumPlugins * 24)
        let root = try JSONDocument(parsing: bytes, limits: limits).root
        let members = try Self.members(of: root, ["lock_version", "plugins"], "the file")
        guard let version = members["lock_version"] else {
            throw JSONError("the file has no lock_version", offset: root.range.lowerBound)
        }
        guard version.int == 1 else {
            throw JSONError(
                "lock_version is \(version.text.prefix(20).description.printable), but this pdk reads 1",
                offset: version.range.lowerBound)
        }
        guard let list = members["plugins"], list.kind == .array else {
            throw JSONError("the file has no plugins array", offset: root.range.lowerBound)
        }
        guard list.elements.count <= Self.maximumPlugins else {
            throw JSONError("there are more than \(Self.maximumPlugins) plugins", offset: list.range.lowerBound)
        }
        var names: Set<PluginName> = []
        for element in list.elements {
            let plugin = try LockedPlugin(reading: element)
            guard names.insert(plugin.name).inserted else {
                throw JSONError("plugin \(plugin.name) is listed twice", offset: element.range.lowerBound)
            }
            plugins.append(plugin)
        }
        plugins.sort { $0.name.description.utf8.lexicographicallyPrecedes($1.name.description.utf8) }
    }

    /// The members of an object, each of which must be known and stand once.
    fileprivate static func members(
        of node: JSONNode, _ known: Set<String>, _ what: String
    ) throws(JSONError) -> [String: JSONNode] {
        guard node.kind == .object else { throw JSONError("\(what) is not an object", offset: node.range.lowerBound) }
        var found: [String: JSONNode] = [:]
        for (key, value) in node.members {
            let name = key.string ?? ""
            guard known.contains(name) else {
                throw JSONError(
                    "unknown key '\(name.prefix(60).description.printable)' in \(what)", offset: key.range.lowerBound)
            }
            guard found.updateValue(value, forKey: name) == nil else {
                throw JSONError("duplicate key '\(name)' in \(what)", offset: key.range.lowerBound)
            }
        }
        return found
    }
}

extension LockedPlugin {
    private static let keys: Set = [
        "name", "version", "sha256", "signed", "key_id", "verified", "registry", "request",
    ]
    /// The longest registry, in bytes.
    private static let maximumRegistryBytes = 8192

    fileprivate init(reading node: JSONNode) throws(JSONError) {
        _ = try LockFile.members(of: node, Self.keys, "a plugin")
        let fields = JSONFields(node)
        guard let name = try fields.text("name").flatMap({ PluginName($0) }) else {
            throw fields.fail("name", "a plugin's name")
        }
        guard let version = try fields.text("version"), version.utf8.count <= PluginVersion.maximumLength else {
            throw fields.fail("version", "a string of at most \(PluginVersion.maximumLength) bytes")
        }
        guard let sha256 = try fields.text("sha256"), Self.isHex(sha256, 64), let digest = SHA256Digest(hex: sha256)
        else {
            throw fields.fail("sha256", "64 lowercase hexadecimal digits")
        }
        self.init(name: name, version: version, digest: digest)
        isSigned = try fields.flag("signed")
        isVerified = try fields.flag("verified")
        keyID = try fields.text("key_id")
        if let keyID, !Self.isHex(keyID, 16) { throw fields.fail("key_id", "16 lowercase hexadecimal digits") }
        guard keyID != nil || !isVerified else { throw fields.fail("verified", "true but has no key_id") }
        guard isSigned || keyID == nil else { throw fields.fail("key_id", "given for an unsigned plugin") }
        registry = try fields.text("registry")
        if let registry {
            guard (1...Self.maximumRegistryBytes).contains(registry.utf8.count), !registry.utf8.contains(0) else {
                throw fields.fail("registry", "a folder or an address")
            }
        }
        if let request = try fields.text("request") {
            guard let range = VersionRange(request) else {
                throw fields.fail("request", "a version range such as ^1.2")
            }
            self.request = range
        }
    }

    private static func isHex(_ text: String, _ count: Int) -> Bool {
        text.utf8.count == count
            && text.utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            }
    }
}
