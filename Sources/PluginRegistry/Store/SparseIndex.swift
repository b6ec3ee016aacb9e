internal import Basics
package import Contract

/// The small index of one plugin, `plugins/SHARD/NAME.json`, in the same format, so that a host can be pointed at it.
///
/// The shard is cargo's: `1`, `2`, `3/a` or `ab/cd` of the name in lower case; the file has the exact name. Modules in the
/// registry are named relative to the file.
package enum SparseIndex {
    /// The folder that holds them.
    package static let folder = "plugins"

    /// The path in the registry of a plugin's own index.
    package static func path(of name: PluginName) -> String { "\(folder)/\(shard(of: name))/\(name).json" }

    /// The folders between `plugins` and the file.
    static func shard(of name: PluginName) -> String {
        let letters = Array(name.description.lowercased().utf8)
        func text(_ range: Range<Int>) -> String { String(decoding: letters[range], as: UTF8.self) }
        switch letters.count {
        case 1, 2: return "\(letters.count)"
        case 3: return "3/" + text(0..<1)
        default: return text(0..<2) + "/" + text(2..<4)
        }
    }

    /// The text of a plugin's own index, nil when the registry has no version of it.
    package static func text(
        of name: PluginName, offered: [IndexEntry], withdrawn: [IndexEntry], members: [JSONValue.Member] = []
    ) -> [UInt8]? {
        guard !offered.isEmpty || !withdrawn.isEmpty else { return nil }
        let up = upward(from: name)
        func json(_ entries: [IndexEntry]) -> JSONValue {
            .array(
                entries.map { entry in
                    var entry = entry
                    if isRelative(entry.artifact) { entry.artifact = up + entry.artifact }
                    return entry.json
                })
        }
        var all: [JSONValue.Member] = [JSONValue.Member("schema_version", .string(RegistryIndex.schemaVersion))]
        all += members
        all.append(JSONValue.Member("plugins", json(offered)))
        if !withdrawn.isEmpty { all.append(JSONValue.Member("yanked", json(withdrawn))) }
        return Array(JSONValue.object(all).fileText.utf8)
    }

    /// A member that says: there is no index, this was made of the tags of an OCI registry's repository.
    static let fromTags = "made_from_tags"

    /// A member that says: this is being changed, go by the whole index.
    ///
    /// Hosts pass over it.
    static let mark = "changing"

    /// The text without such a member at its beginning.
    static func withoutMark(_ text: [UInt8]) -> [UInt8] {
        let start = Array("{\n  \"\(mark)\": \"".utf8)
        guard text.starts(with: start), let end = text[start.count...].firstIndex(of: UInt8(ascii: ",")) else {
            return text
        }
        return [UInt8(ascii: "{")] + text[(end + 1)...]
    }

    /// What the whole index would say of an artifact that a plugin's own index names.
    static func rebased(_ artifact: String, of name: PluginName) -> String {
        guard isRelative(artifact) else { return artifact }
        let up = upward(from: name)
        if artifact.hasPrefix(up) {
            let rest = String(artifact.dropFirst(up.count))
            // What is an address or a path of its own now was none where it stands.
            if !rest.isEmpty, isRelative(rest) { return rest }
        }
        return artifact.isEmpty ? artifact : "\(folder)/\(shard(of: name))/\(artifact)"
    }

    /// The way from a plugin's own index to the registry's folder.
    private static func upward(from name: PluginName) -> String {
        String(repeating: "../", count: path(of: name).split(separator: "/").count - 1)
    }

    /// Whether an entry's artifact is named relative to its index.
    static func isRelative(_ artifact: String) -> Bool {
        artifact.utf8.first != UInt8(ascii: "/") && !RegistryLocation.isWebAddress(artifact)
            && RegistryLocation.filePath(artifact) == nil
    }
}

extension RegistryLocation {
    /// Where the plugin's own index of this registry would be; nil for an index that is not called `index.json`.
    package func sparse(_ name: PluginName) -> RegistryLocation? {
        let path = SparseIndex.path(of: name)
        switch place {
        case .file(let index):
            guard let folder, index.hasSuffix("/" + RegistryIndex.fileName) else { return nil }
            return RegistryLocation("\(folder)/\(path)", currentFolder: "/")
        case .object(let index):
            guard index.path == RegistryIndex.fileName else { return nil }
            return RegistryLocation(index.at(path))
        case .oci(let index):
            guard index.path == RegistryIndex.fileName else { return nil }
            return RegistryLocation(place: .oci(index.at(path)))
        case .address(let address):
            let name = "/" + RegistryIndex.fileName
            guard let range = address.firstPlace(of: name), !address[..<range.lowerBound].contains("?") else {
                return nil
            }
            return RegistryLocation(
                String(address[..<range.lowerBound]) + "/" + path + address[range.upperBound...], currentFolder: "/")
        }
    }
}
