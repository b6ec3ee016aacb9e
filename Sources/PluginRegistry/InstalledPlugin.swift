public import Contract
public import Trust

/// What an install did.
public struct InstalledPlugin: Sendable, Equatable {
    /// The plugin's name.
    public let name: String
    /// The version's text.
    public let version: String
    /// The version that was installed before; nil where none was.
    public let previousVersion: String?
    /// Whether all of it was there already, and nothing was written.
    public let isUnchanged: Bool
    /// Where the module is.
    public let modulePath: String
    /// Where its signature is, nil for an unsigned plugin.
    public let signaturePath: String?
    /// Where its manifest is, nil when the index did not say the plugin's hooks.
    public let manifestPath: String?
    /// The SHA-256 of the module.
    public let digest: SHA256Digest
    /// The same as text: 64 lowercase hexadecimal digits.
    public var sha256: String { digest.description }
    /// The module's size in bytes.
    public let size: Int
    /// What was checked of the signature.
    public let signature: SignatureVerdict
    /// Whether it has a signature; `signature` says whether that was checked.
    public let isSigned: Bool
    /// Why the publisher has withdrawn this version, empty without a reason; nil when it has not been withdrawn.
    public let yanked: String?
    /// Whether the publisher has withdrawn this version.
    public var isYanked: Bool { yanked != nil }
    /// What the operator should know, such as that the host will not call the plugin.
    public package(set) var warnings: [String]
}

/// What an install may do beside what is always safe.
public struct InstallOptions: Sendable {
    /// The exact version; nil for the newest release.
    public var version: String?
    /// Whether the newest release may be a pre-release.
    public var includingPreReleases = false
    /// Whether an exact version may be one that was withdrawn.
    public var includingWithdrawn = false
    /// Whether an install without a version may go to a lower version than the installed one.
    public var allowsDowngrade = false
    /// Whether an index on the web may name signed modules of other servers.
    public var allowsOtherOrigins = false
    /// Whether an update may be signed by another key than the installed plugin, or be unsigned where that is signed.
    public var acceptsNewKey = false
    /// Whether an update need not be verified where the installed plugin was; `acceptsNewKey` includes it.
    public var allowsUnverifiedUpdates = false
    /// Whether an update may ask for permissions that the installed plugin does not have.
    public var allowsNewPermissions = false
    /// Whether new permissions are only said, as when nothing is put in place.
    package var onlyShowsNewPermissions = false
    /// The versions that are wanted, where there is no exact one; the lock keeps it.
    package var range: VersionRange?
    /// Whether the lock stays as it is, as when what it names is installed.
    package var keepsLock = false
    /// Whether the lock says where the plugin comes from; not for what was built here.
    package var recordsRegistry = true

    /// Nothing but what is always safe.
    public init() {}
}
