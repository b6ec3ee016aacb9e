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
        func text(_ field: String, of node: JSONNode) throws(JSONError) -> String? {
            guard let value = node[field], value.kind != .null else { return nil }
            guard let text = value.string else {
                throw JSONError("\(field) of the manifest is not a string", offset: value.range.lowerBound)
            }
            return text
        }
        func texts(_ field: String) throws(JSONError) -> [String]? {
            guard let value = root[field], value.kind != .null else { return nil }
            let texts = value.elements.compactMap(\.string)
            guard value.kind == .array, texts.count == value.elements.count else {
                throw JSONError("\(field) of the manifest is not a list of strings", offset: value.range.lowerBound)
            }
            return texts
        }
        guard let name = try text("name", of: root), let version = try text("version", of: root) else {
            throw JSONError("the manifest has no name or no version", offset: root.range.lowerBound)
        }
        var metadata = PluginMetadata(
            name: name, version: version, hooks: try texts("hooks"), permissions: try texts("permissions"))
        metadata.description = try text("description", of: root) ?? ""
        metadata.author = try text("author", of: root)
        metadata.license = try text("license", of: root)
        if let resources = root["resources"], resources.kind != .null {
            metadata.minimumMemory = try text("min_memory", of: resources)
            metadata.maximumMemory = try text("max_memory", of: resources)
        }
        return metadata
    }
}
