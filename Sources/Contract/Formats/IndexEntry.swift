/// One published version of a plugin, as an index lists it (host contract, section 1).
public struct IndexEntry: Sendable, Equatable {
    /// The plugin's name, as the index gives it: hostile text until installing has checked it.
    public package(set) var name: String
    /// The version's text; empty where the index does not say.
    public package(set) var version = ""
    /// What the plugin does, in the publisher's words.
    public package(set) var description = ""
    /// Where the module is: relative to the index's folder, an absolute path, or an address.
    public package(set) var artifact: String
    /// The SHA-256 of the module in hexadecimal, in either case.
    public package(set) var sha256: String
    /// Base64 of the raw Ed25519 signature over the module, nil for an unsigned one.
    public package(set) var signature: String?
    // What follows is read by the kit only; the host ignores it.
    /// The hooks of the plugin's manifest, nil where the index does not say.
    public package(set) var hooks: [String]?
    /// The permissions, nil where the index does not say.
    public package(set) var permissions: [String]?
    /// The manifest's memory limits, as written, such as `16MB`; nil where it leaves them to the host.
    public package(set) var minimumMemory: String?
    /// The most memory, likewise.
    public package(set) var maximumMemory: String?
    /// Who wrote it, where the index says.
    public package(set) var author: String?
    /// The licence, where the index says.
    public package(set) var license: String?
    /// The module's size in bytes.
    public package(set) var size: Int?
    /// Which key signed it: the first 16 hexadecimal digits of the SHA-256 of the raw public key; a hint, not a proof.
    public package(set) var keyID: String?
    /// When it was published, as RFC 3339 text in UTC.
    public package(set) var publishedAt: String?
    /// Why the version is no longer offered; nil while it is.
    public package(set) var yanked: String?

    package init(name: String, artifact: String, sha256: String) {
        self.name = name
        self.artifact = artifact
        self.sha256 = sha256
    }

    /// The entry as it is written into an index.
    package var json: JSONValue {
        .object([
            "name": .string(name),
            "version": .string(version),
            "description": .string(description),
            "artifact": .string(artifact),
            "sha256": .string(sha256),
            "signature": signature.map(JSONValue.string),
            "hooks": hooks.map(JSONValue.strings),
            "permissions": permissions.map(JSONValue.strings),
            "resources": InstalledManifest.resources(minimumMemory, maximumMemory),
            "author": author.map(JSONValue.string),
            "license": license.map(JSONValue.string),
            "size": size.map(JSONValue.int),
            "key_id": keyID.map(JSONValue.string),
            "published_at": publishedAt.map(JSONValue.string),
            "yanked": yanked.map(JSONValue.string),
        ])
    }

    /// Whether there is a signature; it says nothing of whose.
    public var isSigned: Bool { signature != nil }
    /// The version as a value that can be compared.
    public var order: PluginVersion { PluginVersion(version) }
    /// Whether the version is a pre-release such as `1.0.0-rc.1`.
    public var isPreRelease: Bool { order.isPreRelease }

    /// Where an entry of this version belongs among others of its name: greater comes first.
    ///
    /// Releases come before pre-releases and withdrawn versions, because the host takes the first entry of a name.
    var rank: (offered: Int, version: PluginVersion) {
        let version = PluginVersion(self.version)
        return (yanked != nil ? 0 : version.isPreRelease ? 1 : 2, version)
    }
}
