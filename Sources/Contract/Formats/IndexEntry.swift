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

extension IndexEntry {
    /// Reads one object of an index's `plugins`; what the host needs is required, what only the kit reads is not.
    init(reading node: JSONNode, number: Int) throws(JSONError) {
        guard node.kind == .object else {
            throw JSONError("entry \(number) of the index is not an object", offset: node.range.lowerBound)
        }
        var texts: [String: String] = [:], isSignatureNull = false
        self.init(name: "", artifact: "", sha256: "")
        for (key, value) in node.members {
            let name = key.string ?? ""
            switch name {
            case "name", "version", "description", "artifact", "sha256", "signature":
                // The host's reader refuses a field that is given twice, whatever its values.
                guard texts[name] == nil, name != "signature" || !isSignatureNull else {
                    throw JSONError("entry \(number) gives \(name) twice", offset: key.range.lowerBound)
                }
                if name == "signature", value.kind == .null {
                    isSignatureNull = true
                    continue
                }
                guard let text = value.string else {
                    throw JSONError("\(name) of entry \(number) is not a string", offset: value.range.lowerBound)
                }
                texts[name] = text
            case "hooks": hooks = Self.strings(value)
            case "permissions": permissions = Self.strings(value)
            case "resources":
                minimumMemory = value["min_memory"]?.string
                maximumMemory = value["max_memory"]?.string
            case "author": author = value.string
            case "license": license = value.string
            case "size": size = value.int
            case "published_at": publishedAt = value.string
            case "yanked": yanked = Self.withdrawal(value)
            default: break
            }
        }
        for required in ["name", "artifact", "sha256"] where texts[required] == nil {
            throw JSONError("entry \(number) of the index has no \(required)", offset: node.range.lowerBound)
        }
        name = texts["name"] ?? ""
        version = texts["version"] ?? ""
        description = texts["description"] ?? ""
        artifact = texts["artifact"] ?? ""
        sha256 = texts["sha256"] ?? ""
        signature = texts["signature"]
    }

    /// Why a version is withdrawn, empty where no reason is given; whatever does not say `false` or `null` withdraws it.
    private static func withdrawal(_ node: JSONNode) -> String? {
        switch node.kind {
        case .null, .false: nil
        default: node.string ?? ""
        }
    }

    private static func strings(_ node: JSONNode) -> [String]? {
        guard node.kind == .array else { return nil }
        let texts = node.elements.compactMap(\.string)
        return texts.count == node.elements.count ? texts : nil
    }
}
