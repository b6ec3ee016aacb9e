internal import Basics

/// The `manifest.json` of a packed plugin (host contract, section 4).
@dynamicMemberLookup package struct PackManifest: Sendable, Equatable {
    /// The version of the format that the kit writes; any version 1 is read.
    package static let schemaVersion = "1.0"
    /// The only kind of signature there is.
    package static let signatureAlgorithm = "ed25519"
    /// The names of the entries of a packed plugin, in their order; the last one is optional.
    package static let fileName = "manifest.json"
    package static let moduleName = "plugin.wasm"
    package static let signatureName = "plugin.sig"

    package var schemaVersion = Self.schemaVersion
    /// What the plugin says of itself; this format has no place for permissions and limits.
    package var metadata: PluginMetadata
    /// The SHA-256 of `plugin.wasm`.
    package var moduleDigest: SHA256Digest
    /// The SHA-256 of `plugin.sig` as it stands in the archive, nil for an unsigned plugin.
    package var signatureDigest: SHA256Digest?
    /// When it was packed, as RFC 3339 text in UTC; empty where it is not said.
    package var packedAt: String

    package init(_ metadata: PluginMetadata, moduleDigest: SHA256Digest, packedAt: String) {
        self.metadata = metadata
        self.moduleDigest = moduleDigest
        self.packedAt = packedAt
    }

    /// A field of the metadata.
    package subscript<Value>(dynamicMember field: WritableKeyPath<PluginMetadata, Value>) -> Value {
        get { metadata[keyPath: field] }
        set { metadata[keyPath: field] = newValue }
    }

    /// The file's text, with a final newline.
    package var text: String {
        let json = JSONValue.object([
            "schema_version": .string(schemaVersion),
            "name": .string(metadata.name),
            "version": .string(metadata.version),
            "description": .string(metadata.description),
            "license": .string(metadata.license ?? ""),
            "hooks": .strings(metadata.hooks ?? []),
            "wasm_sha256": .string(moduleDigest.description),
            "signature_sha256": signatureDigest.map { .string($0.description) } ?? .null,
            "signature_algorithm": signatureDigest == nil ? .null : .string(Self.signatureAlgorithm),
            "packed_at": .string(packedAt),
        ])
        return json.fileText
    }
}

extension PackManifest {
    private static let textFields = [
        "schema_version", "name", "version", "description", "license", "wasm_sha256",
    ]
    private static let optionalFields = ["signature_sha256", "signature_algorithm", "packed_at"]

    /// Reads the file, at most 1 MiB: the host's reader requires all but the signature fields and `packed_at`.
    ///
    /// Also refuses what no host could use: a name that is none, and digests that are not 64 lowercase hexadecimal digits.
    package init(reading bytes: [UInt8]) throws(JSONError) {
        let root = try JSONDocument(parsing: bytes, limits: JSONLimits(bytes: KitLimits.manifestBytes)).root
        guard root.kind == .object else {
            throw JSONError("the manifest is not a JSON object", offset: root.range.lowerBound)
        }
        var texts: [String: (text: String, offset: Int)] = [:]
        var hooks: [String]?
        var seen: Set<String> = []
        for (key, value) in root.members {
            guard let field = key.string, field == "hooks" || (Self.textFields + Self.optionalFields).contains(field)
            else { continue }
            guard seen.insert(field).inserted else {
                throw JSONError("the manifest gives \(field) twice", offset: key.range.lowerBound)
            }
            if field == "hooks" {
                hooks = try Self.hooks(value)
            } else if value.kind != .null || !Self.optionalFields.contains(field) {
                guard let text = value.string else {
                    throw JSONError("\(field) of the manifest is not a string", offset: value.range.lowerBound)
                }
                texts[field] = (text, value.range.lowerBound)
            }
        }
        for field in Self.textFields where texts[field] == nil { throw Self.missing(field, root) }
        guard let hooks else { throw Self.missing("hooks", root) }
        try Self.checkVersion(texts["schema_version"])
        try Self.check(texts["name"], "invalid plugin name") { PluginName($0) != nil }
        let moduleDigest = try Self.digest(texts["wasm_sha256"], "wasm_sha256")
        let signatureDigest = try Self.digest(texts["signature_sha256"], "signature_sha256")
        try Self.check(texts["signature_algorithm"], "signature_algorithm is not \(Self.signatureAlgorithm)") {
            $0 == Self.signatureAlgorithm
        }
        let text = { (field: String) in texts[field]?.text ?? "" }
        var metadata = PluginMetadata(name: text("name"), version: text("version"), hooks: hooks)
        metadata.description = text("description")
        metadata.license = text("license")
        guard let moduleDigest else { throw Self.missing("wasm_sha256", root) }
        self.init(metadata, moduleDigest: moduleDigest, packedAt: text("packed_at"))
        schemaVersion = text("schema_version")
        self.signatureDigest = signatureDigest
    }

    private static func missing(_ field: String, _ root: JSONNode) -> JSONError {
        JSONError("the manifest has no \(field)", offset: root.range.lowerBound)
    }

    private static func hooks(_ value: JSONNode) throws(JSONError) -> [String] {
        guard value.kind == .array else {
            throw JSONError("hooks of the manifest is not an array", offset: value.range.lowerBound)
        }
        var hooks: [String] = []
        for element in value.elements {
            guard let hook = element.string else {
                throw JSONError("a hook of the manifest is not a string", offset: element.range.lowerBound)
            }
            hooks.append(hook)
        }
        return hooks
    }

    private static func checkVersion(_ found: (text: String, offset: Int)?) throws(JSONError) {
        guard let found else { return }
        let major = found.text.prefix { $0 != "." }
        guard major.utf8.elementsEqual("1".utf8) else {
            throw JSONError(
                "schema_version '\(String(found.text.prefix(32)).printable)' is not a version 1 that this kit reads",
                offset: found.offset)
        }
    }

    /// A digest that is given; the host compares the texts, so that one of another spelling is to it one of other bytes.
    private static func digest(
        _ found: (text: String, offset: Int)?, _ field: String
    ) throws(JSONError) -> SHA256Digest? {
        let digest = found.flatMap { SHA256Digest(hex: $0.text) }
        try check(found, "sha256 mismatch: \(field) is not 64 lowercase hexadecimal digits") {
            digest?.description == $0
        }
        return digest
    }

    private static func check(
        _ found: (text: String, offset: Int)?, _ complaint: String, _ isFine: (String) -> Bool
    ) throws(JSONError) {
        guard let found, !isFine(found.text) else { return }
        throw JSONError("\(complaint): '\(String(found.text.prefix(64)).printable)'", offset: found.offset)
    }
}
