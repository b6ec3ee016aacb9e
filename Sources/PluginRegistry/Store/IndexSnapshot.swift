internal import Basics
package import Contract

/// What a change of one plugin has to know of a registry's index, read in one pass and in constant memory.
package struct IndexSnapshot: Sendable {
    /// The index's state that a commit is made for; nil where the registry has no index yet.
    package let revision: Revision?
    /// What stands around the entries.
    package let outline: IndexOutline
    /// What was collected of the plugin, and what makes the changes.
    package let editor: IndexEditor

    /// The entries that are offered of the plugin, in the order of the index.
    package var entries: [IndexEntry] { editor.entries.filter { $0.list == .plugins }.map(\.entry) }

    /// All entries of the plugin, also those that were withdrawn.
    package var allEntries: [IndexEntry] { editor.entries.map(\.entry) }

    /// Reads the index of a store; `folder` is the path of a folder in the registry, such as `artifacts/x/1.0.0`.
    package init(of store: any RegistryStore, name: PluginName, folder: String? = nil) throws(RegistryError) {
        do {
            var scanner = IndexScanner(IndexEditor(name: name, folder: folder))
            revision = try store.readIndex { try scanner.update($0) }
            if revision == nil { try unsafe scanner.update(Array(RegistryIndex.emptyText.utf8).span.bytes) }
            outline = try scanner.finish()
            editor = scanner.visitor
        } catch let error as RegistryError {
            throw error
        } catch let error as JSONError {
            throw Self.malformed(error, store)
        } catch {
            throw RegistryError(.indexUnavailable, "cannot read the index \(store.location): \(error)")
        }
    }

    /// Names the line and the column, for which the index is read once more.
    private static func malformed(_ error: JSONError, _ store: any RegistryStore) -> RegistryError {
        var bytes: [UInt8] = []
        _ = try? store.readIndex { piece in
            if bytes.count <= error.offset { unsafe piece.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) } }
        }
        let (line, column) = JSONDocument.position(of: error.offset, in: bytes)
        return RegistryError(
            .indexMalformed,
            "\(store.location), line \(line), column \(column): \(error.message) (byte \(error.offset))",
            help: RegistryError.mendTheIndex)
    }

    /// What becomes of the index when an entry is added: newest release first, all else as it is.
    package func change(adding entry: IndexEntry) -> RegistryChange {
        change(editor.splices(adding: entry, to: outline))
    }

    /// A change of the index with these splices; a registry that has no index yet gets the whole text.
    package func change(_ splices: [IndexSplice]) -> RegistryChange {
        guard revision == nil else { return RegistryChange(splices: splices) }
        let text = IndexSplice.apply(splices, to: Array(RegistryIndex.emptyText.utf8))
        return RegistryChange(splices: [IndexSplice(0..<0, text)])
    }
}
