internal import Basics
package import Contract

/// One plugin as `pdk.lock` names it: exactly which bytes are installed, and what was asked for.
package struct LockedPlugin: Sendable, Equatable {
    package let name: PluginName
    /// The version's text; empty where nobody says one.
    package var version: String
    /// The SHA-256 of the module.
    package var digest: SHA256Digest
    /// Whether there is a signature, whoever made it.
    package var isSigned = false
    /// The key that signed it: the verified one, or without a trust root the one that the index names; nil if neither is known.
    package var keyID: String?
    /// Whether that key was checked against a trust root.
    package var isVerified = false
    /// The registry it comes from: a folder or an address; nil for one that was installed from a file.
    package var registry: String?
    /// The versions that are wanted; nil for the newest release.
    package var request: VersionRange?

    package init(name: PluginName, version: String, digest: SHA256Digest) {
        self.name = name
        self.version = version
        self.digest = digest
    }

    var json: JSONValue {
        .object([
            "name": .string(name.description), "version": .string(version), "sha256": .string(digest.description),
            "signed": .bool(isSigned), "key_id": keyID.map(JSONValue.string),
            "verified": .bool(isVerified), "registry": registry.map(JSONValue.string),
            "request": request.map { .string($0.description) },
        ])
    }
}

/// Where a plugin that is installed comes from, and what was asked for: what the lock says beside the release itself.
struct LockSource: Sendable {
    /// A folder or an address; nil for a file.
    var registry: String?
    /// The versions that are wanted; nil for the newest release.
    var request: VersionRange?
}
