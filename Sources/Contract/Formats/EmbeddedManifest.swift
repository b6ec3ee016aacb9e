internal import WebAssembly

/// What a module says of itself in a custom section, so that a signature over its bytes covers more than code.
///
/// The host's signature binds bytes only: an index could hand out an old signed module as a new version, under
/// another name, or without its hooks (host contract, section 3). `pdk sign` writes this section as the module's
/// first, the signature covers it, and installing compares it with what the index says. Hosts skip custom sections
/// (spec 5.5.3).
package enum EmbeddedManifest {
    /// The name of the custom section.
    package static let sectionName = "pdk.manifest"
    /// The most that the manifest's text may have: 64 KiB.
    package static let maximumBytes = 64 << 10
    /// How many of a module's first bytes hold the section, if it is there: the header, the section's own, and its text.
    package static let headBytes = 8 + 1 + 5 + marker.count + maximumBytes
    /// What a section of this name begins with: the name's length and the name.
    private static let marker = [UInt8(sectionName.utf8.count)] + Array(sectionName.utf8)

    /// The section's contents after its name, as a value; written without any blanks.
    package static func json(_ metadata: PluginMetadata) -> JSONValue {
        .object([
            "name": .string(metadata.name), "version": .string(metadata.version),
            "hooks": .strings(metadata.hooks ?? []),
            "permissions": metadata.permissions.flatMap { $0.isEmpty ? nil : .strings($0) },
            "resources": metadata.resources, "build": metadata.build?.json,
        ])
    }

    /// The module with this metadata as its first section, in place of one that is there already.
    ///
    /// Errors: a module that ends within its header of 8 bytes, a manifest of more than `maximumBytes`.
    package static func write(_ metadata: PluginMetadata, into module: [UInt8]) throws(ManifestError) -> [UInt8] {
        guard module.count >= 8 else { throw ManifestError(message: "the module ends within its header", line: nil) }
        let contents = json(metadata).compactBytes
        guard contents.count <= maximumBytes else {
            throw ManifestError(message: "hooks and permissions take more than \(maximumBytes) bytes", line: nil)
        }
        let rest = try section(atStartOf: module)?.sectionEnd ?? 8
        let text = marker + contents
        return Array(module[..<8]) + [0] + LEB128.unsigned(text.count) + text + module[rest...]
    }

    /// Reads the section where it is a module's first; nil for a module that begins otherwise.
    ///
    /// `head` is the whole module or at least its first `headBytes`. Errors: a section of this name that is cut off, too
    /// large, or no manifest.
    package static func read(atStartOf head: [UInt8]) throws(ManifestError) -> PluginMetadata? {
        guard let section = try section(atStartOf: head) else { return nil }
        do {
            return try metadata(Array(head[section.textStart..<section.sectionEnd]))
        } catch {
            throw malformed(error.message)
        }
    }

    private static func metadata(_ text: [UInt8]) throws(JSONError) -> PluginMetadata {
        let root = try JSONDocument(parsing: text, limits: JSONLimits(bytes: maximumBytes)).root
        func string(_ node: JSONNode?, _ field: String) throws(JSONError) -> String {
            guard let text = node?.string else { throw JSONError("\(field) is not a string", offset: 0) }
            return text
        }
        func strings(_ field: String) throws(JSONError) -> [String] {
            guard let node = root[field], node.kind == .array else {
                throw JSONError("\(field) is not an array", offset: 0)
            }
            var texts: [String] = []
            for element in node.elements { texts.append(try string(element, "an item of \(field)")) }
            return texts
        }
        var metadata = PluginMetadata(
            name: try string(root["name"], "name"), version: try string(root["version"], "version"),
            hooks: try strings("hooks"), permissions: [])
        if root["permissions"] != nil { metadata.permissions = try strings("permissions") }
        if let resources = root["resources"] {
            metadata.minimumMemory = try resources["min_memory"].map { node throws(JSONError) in
                try string(node, "min_memory")
            }
            metadata.maximumMemory = try resources["max_memory"].map { node throws(JSONError) in
                try string(node, "max_memory")
            }
        }
        metadata.build = try root["build"].map { node throws(JSONError) in try BuildStatement(node) }
        return metadata
    }

    /// Where the text of the section begins and ends, nil when the first section is another.
    private static func section(
        atStartOf head: [UInt8]
    ) throws(ManifestError) -> (textStart: Int, sectionEnd: Int)? {
        guard head.count > 8, head[8] == 0 else { return nil }
        var cursor = ByteCursor(head, subject: "the module")
        let size: Int
        do throws(WebAssemblyError) {
            try cursor.skip(9)
            size = try cursor.u32()
        } catch {
            // A module that ends within its first section's header has no section that could be read.
            return nil
        }
        let start = cursor.position
        guard head[start...].starts(with: marker) else { return nil }
        guard size >= marker.count, size <= marker.count + maximumBytes else { throw malformed("it has \(size) bytes") }
        guard size <= cursor.remaining else { throw malformed("the module ends within it") }
        return (start + marker.count, start + size)
    }

    private static func malformed(_ reason: String) -> ManifestError {
        ManifestError(message: "the section \(sectionName) is not a manifest: \(reason)", line: nil)
    }
}
