package import Basics

/// One published version of a plugin, as an index lists it (host contract, section 1).
///
/// What the plugin says of itself (`name`, `version`, `hooks`, …) can be read from the entry as from its `metadata`.
@dynamicMemberLookup public struct IndexEntry: Sendable, Equatable {
    /// What the plugin says of itself; the host reads name, version and description, the kit all.
    public package(set) var metadata: PluginMetadata
    /// Where the module is: relative to the index's folder, an absolute path, or an address.
    public package(set) var artifact: String
    /// The SHA-256 of the module as it stands in the index: hexadecimal, in either case; `digest` is its value.
    public package(set) var sha256: String { didSet { digest = SHA256Digest(hex: sha256) } }
    /// The SHA-256 of the module; nil where the index has something else in its place, which installs refuse.
    public private(set) var digest: SHA256Digest?
    /// Base64 of the raw Ed25519 signature over the module as it stands in the index, nil for an unsigned one.
    public package(set) var signature: String? {
        didSet { parsedSignature = signature.flatMap { Signature(text: $0) } }
    }
    /// The signature; nil for an unsigned one, and where the index has something else in its place.
    package private(set) var parsedSignature: Signature?
    // What follows is read by the kit only; the host ignores it.
    /// The module's size in bytes.
    public package(set) var size: Int?
    /// Which key signed it: the first 16 hexadecimal digits of the SHA-256 of the raw public key; a hint, not a proof.
    public package(set) var keyID: String?
    /// When it was published, as RFC 3339 text in UTC.
    public package(set) var publishedAt: String?
    /// Why the version is no longer offered; nil while it is.
    public package(set) var yanked: String?
    /// When it was withdrawn, as RFC 3339 text in UTC; nil where that is not known.
    public package(set) var yankedAt: String?

    /// Members that the kit does not know, as they stand in the index; only where somebody asks for them.
    package var others: [JSONValue.Member] = []

    package init(_ metadata: PluginMetadata, artifact: String, sha256: String) {
        self.metadata = metadata
        self.artifact = artifact
        self.sha256 = sha256
        digest = SHA256Digest(hex: sha256)
    }

    /// An entry of the kit's own making, whose digest is written in lower case.
    package init(_ metadata: PluginMetadata, artifact: String, digest: SHA256Digest) {
        self.metadata = metadata
        self.artifact = artifact
        self.digest = digest
        sha256 = digest.description
    }

    /// A field of the metadata.
    public subscript<Value>(dynamicMember field: KeyPath<PluginMetadata, Value>) -> Value { metadata[keyPath: field] }

    /// The entry as it is written into an index.
    package var json: JSONValue {
        guard case .object(let members) = known else { return known }
        return .object(members + others)
    }

    private var known: JSONValue {
        .object([
            "name": .string(metadata.name),
            "version": .string(metadata.version),
            "description": .string(metadata.description),
            "artifact": .string(artifact),
            "sha256": .string(sha256),
            "signature": signature.map(JSONValue.string),
            "hooks": metadata.hooks.map(JSONValue.strings),
            "permissions": metadata.permissions.map(JSONValue.strings),
            "resources": metadata.resources,
            "author": metadata.author.map(JSONValue.string),
            "license": metadata.license.map(JSONValue.string),
            "size": size.map(JSONValue.int),
            "key_id": keyID.map(JSONValue.string),
            "published_at": publishedAt.map(JSONValue.string),
            "yanked": yanked.map(JSONValue.string),
            "yanked_at": yankedAt.map(JSONValue.string),
        ])
    }

    /// Whether there is a signature; it says nothing of whose.
    public var isSigned: Bool { signature != nil }

    /// Whether both promise the same bytes; where a digest is malformed, whether its text is the same.
    package func hasSameDigest(as other: IndexEntry) -> Bool {
        digest == nil ? ByteText(sha256) == ByteText(other.sha256) : digest == other.digest
    }

    /// Whether both have the same signature, or none; white space around its base64 makes it no other one.
    package func hasSameSignature(as other: IndexEntry) -> Bool {
        parsedSignature == nil
            ? signature.map { ByteText($0) } == other.signature.map { ByteText($0) }
            : parsedSignature == other.parsedSignature
    }

    /// Which key is said to have signed it, in lower case, as a trust root names its keys.
    package var keyHint: String? { keyID?.lowercased() }

    /// The digest in lower case, as messages name it; a malformed one as it stands in the index, in lower case.
    package var digestText: String { digest?.description ?? sha256.lowercased() }
    /// Whether the version is a pre-release such as `1.0.0-rc.1`.
    public var isPreRelease: Bool { metadata.order.isPreRelease }

    /// Where an entry of this version belongs among others of its name: greater comes first.
    ///
    /// Releases come before pre-releases and withdrawn versions, because the host takes the first entry of a name.
    var rank: (offered: Int, version: PluginVersion) {
        let version = metadata.order
        return (yanked != nil ? 0 : version.isPreRelease ? 1 : 2, version)
    }
}

extension [IndexEntry] {
    /// As an index has those of a name: by rank, the highest first; those of equal rank stay in their order.
    package func ranked() -> [IndexEntry] {
        // Each version is taken apart once.
        let places = enumerated().map { (place: $0.offset, entry: $0.element, rank: $0.element.rank) }
        let ranked = places.sorted { left, right in
            if left.rank > right.rank { return true }
            if left.rank < right.rank { return false }
            return left.place < right.place
        }
        return ranked.map(\.entry)
    }

    /// By version, the newest first; those of equal version stay in their order, and each version is taken apart once.
    package func newestFirst() -> [IndexEntry] {
        enumerated().map { (place: $0.offset, entry: $0.element, order: $0.element.order) }.sorted { left, right in
            let order = left.order.precedence(against: right.order)
            return order == 0 ? left.place < right.place : order > 0
        }.map(\.entry)
    }
}
