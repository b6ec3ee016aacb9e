/// A registry's `index.json`, read whole: the plugins it offers (host contract, section 1).
///
/// For small indexes and indexes in the making; large ones are scanned (`IndexScanner`).
package struct RegistryIndex: Sendable {
    /// The file's name in a registry folder.
    package static let fileName = "index.json"
    /// The version of the format that the kit writes.
    package static let schemaVersion = "1"

    /// The text of the index, exactly as it was read or made.
    package let bytes: [UInt8]
    /// Every entry, in the order of the file.
    package let entries: [IndexEntry]
    /// What stands around the entries.
    package let outline: IndexOutline

    /// The text of an index that offers nothing.
    package static let emptyText = "{\n  \"schema_version\": \"\(schemaVersion)\",\n  \"plugins\": []\n}\n"

    /// An index that offers nothing.
    package static var empty: RegistryIndex {
        get throws(JSONError) { try RegistryIndex(reading: Array(emptyText.utf8)) }
    }

    /// Checks the whole index, at most `maximumBytes` long: every entry must be one the host can read.
    package init(reading bytes: [UInt8], maximumBytes: Int = KitLimits.indexBytes) throws(JSONError) {
        let visitor: Collector
        (outline, visitor) = try Self.scan(bytes, Collector(), maximumBytes)
        entries = visitor.entries
        self.bytes = bytes
    }

    /// How many entries there are.
    package var count: Int { entries.count }

    /// The entries called exactly `name`, in the order of the file.
    package func entries(named name: String) -> [IndexEntry] {
        entries.filter { $0.name.utf8.elementsEqual(name.utf8) }
    }

    /// The index with one more entry, newest release first among those of its name; all other bytes stay as they were.
    package func adding(_ entry: IndexEntry) throws(JSONError) -> RegistryIndex {
        guard let name = PluginName(entry.name) else {
            throw JSONError("an entry has an invalid plugin name", offset: 0)
        }
        let (outline, editor) = try Self.scan(bytes, IndexEditor(name: name))
        return try RegistryIndex(reading: IndexSplice.apply(editor.splices(adding: entry, to: outline), to: bytes))
    }

    private static func scan<Visitor: IndexVisitor>(
        _ bytes: [UInt8], _ visitor: Visitor, _ maximumBytes: Int = .max
    ) throws(JSONError) -> (IndexOutline, Visitor) {
        var scanner = IndexScanner(visitor, limits: IndexLimits(bytes: maximumBytes))
        do {
            try scanner.update(unsafe bytes.span.bytes)
            let outline = try scanner.finish()
            return (outline, scanner.visitor)
        } catch let error as JSONError {
            throw error
        } catch {
            // The visitors of this file do not throw.
            throw JSONError("\(error)", offset: 0)
        }
    }

    /// Takes all entries.
    private struct Collector: IndexVisitor {
        var entries: [IndexEntry] = []

        func wants(_ name: RawSpan, isEscaped: Bool, in list: IndexList) -> Bool { list == .plugins }

        mutating func visit(_ entry: ScannedEntry, _ text: RawSpan) { entries.append(entry.decodedWhole(text)) }
    }
}
