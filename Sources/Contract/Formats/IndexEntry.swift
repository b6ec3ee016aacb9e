/// One published version of a plugin, as an index lists it (host contract, section 1).
package struct IndexEntry: Sendable, Equatable {
    package var name: String
    package var version = ""
    package var description = ""
    /// Where the module is: relative to the index's folder, an absolute path, or an address.
    package var artifact: String
    /// The SHA-256 of the module in hexadecimal, in either case.
    package var sha256: String
    /// Base64 of the raw Ed25519 signature over the module, nil for an unsigned one.
    package var signature: String?
    // What follows is read by the kit only; the host ignores it.
    /// The hooks of the plugin's manifest, nil where the index does not say.
    package var hooks: [String]?
    package var permissions: [String]?
    /// The manifest's memory limits, as written, such as `16MB`; nil where it leaves them to the host.
    package var minimumMemory: String?
    package var maximumMemory: String?
    package var author: String?
    package var license: String?
    /// The module's size in bytes.
    package var size: Int?
    /// Which key signed it: the first 16 hexadecimal digits of the SHA-256 of the raw public key; a hint, not a proof.
    package var keyID: String?
    /// When it was published, as RFC 3339 text in UTC.
    package var publishedAt: String?
    /// Why the version is no longer offered; nil while it is.
    package var yanked: String?

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

    /// Where an entry of this version belongs among others of its name: greater comes first.
    ///
    /// Releases come before pre-releases and withdrawn versions, because the host takes the first entry of a name.
    var rank: (offered: Int, version: PluginVersion) {
        let version = PluginVersion(self.version)
        return (yanked != nil ? 0 : version.isPreRelease ? 1 : 2, version)
    }
}
