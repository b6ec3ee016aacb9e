/// A registry's `index.json`: the plugins it offers (host contract, section 1).
package struct RegistryIndex: Sendable {
    /// The file's name in a registry folder.
    package static let fileName = "index.json"
    /// The version of the format that the kit writes.
    package static let schemaVersion = "1"

    private let document: JSONDocument
    private let plugins: JSONNode
    private let nodes: [JSONNode]

    /// An index that offers nothing.
    package static var empty: RegistryIndex {
        get throws(JSONError) {
            try RegistryIndex(
                reading: Array("{\n  \"schema_version\": \"\(schemaVersion)\",\n  \"plugins\": []\n}\n".utf8))
        }
    }

    /// Checks the whole index, at most `maximumBytes` long: every entry must be one the host can read.
    package init(reading bytes: [UInt8], maximumBytes: Int = HostLimits.indexBytes) throws(JSONError) {
        document = try JSONDocument(parsing: bytes, limits: JSONLimits(bytes: maximumBytes))
        let root = document.root
        guard root.kind == .object else { throw JSONError("index is not a JSON object", offset: root.range.lowerBound) }
        var plugins: JSONNode?, hasSchemaVersion = false
        for (key, value) in root.members {
            switch key.string {
            case "schema_version" where hasSchemaVersion:
                throw JSONError("index gives schema_version twice", offset: key.range.lowerBound)
            case "schema_version" where value.kind != .string:
                throw JSONError("schema_version is not a string", offset: value.range.lowerBound)
            case "schema_version": hasSchemaVersion = true
            case "plugins" where plugins != nil:
                throw JSONError("index gives plugins twice", offset: key.range.lowerBound)
            case "plugins" where value.kind != .array:
                throw JSONError("plugins is not an array", offset: value.range.lowerBound)
            case "plugins": plugins = value
            default: break
            }
        }
        guard let plugins else { throw JSONError("index has no plugins array", offset: root.range.lowerBound) }
        self.plugins = plugins
        nodes = plugins.elements
        for (index, node) in nodes.enumerated() { try Self.check(node, number: index + 1) }
    }

    /// The text of the index, exactly as it was read or made.
    package var bytes: [UInt8] { document.bytes }

    /// How many entries there are.
    package var count: Int { nodes.count }

    /// Every entry, in the order of the file.
    package var entries: [IndexEntry] {
        get throws(JSONError) { try decode { _ in true } }
    }

    /// The entries called exactly `name`, in the order of the file.
    package func entries(named name: String) throws(JSONError) -> [IndexEntry] {
        try decode { $0["name"]?.isString(name) ?? false }
    }

    /// The index with one more entry, newest release first among those of its name; all other bytes stay as they were.
    package func adding(_ entry: IndexEntry) throws(JSONError) -> RegistryIndex {
        var place: JSONNode?, last: JSONNode?
        for (index, node) in nodes.enumerated() where node["name"]?.isString(entry.name) ?? false {
            last = node
            if place == nil, try IndexEntry(reading: node, number: index + 1).rank < entry.rank { place = node }
        }
        last = last ?? nodes.last
        let text = entry.json.prettyText(level: 2)
        if let place {
            return try inserting(text + ",\n    ", at: place.range.lowerBound)
        }
        if let last {
            return try inserting(",\n    " + text, at: last.range.upperBound)
        }
        return try inserting("\n    " + text + "\n  ", at: plugins.range.lowerBound + 1)
    }

    private func inserting(_ text: String, at offset: Int) throws(JSONError) -> RegistryIndex {
        var bytes = document.bytes
        bytes.insert(contentsOf: text.utf8, at: offset)
        return try RegistryIndex(reading: bytes)
    }

    private func decode(where matches: (JSONNode) -> Bool) throws(JSONError) -> [IndexEntry] {
        var found: [IndexEntry] = []
        for (index, node) in nodes.enumerated() where matches(node) {
            found.append(try IndexEntry(reading: node, number: index + 1))
        }
        return found
    }

    /// Refuses an entry that the host could not read.
    ///
    /// The usual shape, texts under names without escapes and each at most once, is told without decoding anything.
    private static func check(_ node: JSONNode, number: Int) throws(JSONError) {
        var seen: Set<Int> = []
        let names = ["name", "artifact", "sha256", "version", "description", "signature"]
        let isUsual =
            node.kind == .object
            && node.allMembers { key, value in
                guard let place = names.firstIndex(where: key.isString) else { return true }
                return value.kind == .string && seen.insert(place).inserted
            }
        if isUsual, seen.isSuperset(of: [0, 1, 2]) { return }
        _ = try IndexEntry(reading: node, number: number)
    }
}
