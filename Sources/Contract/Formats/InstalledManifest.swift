/// The manifest that stands beside an installed module as `<name>.json` (host contract, section 5).
package enum InstalledManifest {
    /// The file's text, with a final newline; the host wants every field but `resources` to be there.
    package static func text(of metadata: PluginMetadata) -> String {
        let json = JSONValue.object([
            "name": .string(metadata.name),
            "version": .string(metadata.version),
            "description": .string(metadata.description),
            "author": .string(metadata.author ?? ""),
            "license": .string(metadata.license ?? ""),
            "hooks": .strings(metadata.hooks ?? []),
            "permissions": .strings(metadata.permissions ?? []),
            "resources": metadata.resources,
        ])
        return json.fileText
    }

    /// Reads the file, or another JSON object with these fields, at most 1 MiB; a field of the wrong type is an error.
    package static func read(_ bytes: [UInt8]) throws(JSONError) -> PluginMetadata {
        let root = try JSONDocument(parsing: bytes, limits: JSONLimits(bytes: KitLimits.manifestBytes)).root
        guard root.kind == .object else {
            throw JSONError("the manifest is not a JSON object", offset: root.range.lowerBound)
        }
        let fields = JSONFields(root, owner: " of the manifest", allowsNull: true)
        guard let name = try fields.text("name"), let version = try fields.text("version") else {
            throw JSONError("the manifest has no name or no version", offset: root.range.lowerBound)
        }
        var metadata = PluginMetadata(
            name: name, version: version, hooks: try fields.texts("hooks"), permissions: try fields.texts("permissions")
        )
        metadata.description = try fields.text("description") ?? ""
        metadata.author = try fields.text("author")
        metadata.license = try fields.text("license")
        if let resources = root["resources"], resources.kind != .null {
            let limits = JSONFields(resources, owner: " of the manifest", allowsNull: true)
            metadata.minimumMemory = try limits.text("min_memory")
            metadata.maximumMemory = try limits.text("max_memory")
        }
        return metadata
    }
}
