package import Basics
package import Contract

/// What a change of one plugin has to know of a registry's index, read in one pass and in constant memory.
package struct IndexSnapshot: Sendable {
    /// The index's state that a commit is made for; nil where the registry has no index yet.
    package let revision: Revision?
    private let name: PluginName
    /// What stands around the entries.
    package let outline: IndexOutline
    /// What was collected of the plugin, and what makes the changes.
    package let editor: IndexEditor

    /// The entries that are offered of the plugin, in the order of the index.
    package var entries: [IndexEntry] { editor.entries.filter { $0.list == .plugins }.map(\.entry) }

    /// All entries of the plugin, also those that were withdrawn.
    package var allEntries: [IndexEntry] { editor.entries.map(\.entry) }

    /// The entry whose version is spelled so, byte for byte; also one that was withdrawn.
    package func entry(spelled version: String) -> IndexEntry? {
        allEntries.first { $0.version.utf8.elementsEqual(version.utf8) }
    }

    /// The entry of the same version, whatever build metadata it has: two of these a registry does not take.
    package func entry(ranking version: String) -> IndexEntry? {
        let order = PluginVersion(version)
        return allEntries.first { $0.order.precedence(against: order) == 0 }
    }

    /// Reads the index of a store; `folder` is the path of a folder in the registry, such as `artifacts/x/1.0.0`.
    package init(of store: any RegistryStore, name: PluginName, folder: String? = nil) throws(RegistryError) {
        self.name = name
        do {
            var scanner = IndexScanner(IndexEditor(name: name, folder: folder))
            revision = try store.readIndex { try scanner.update($0) }
            if revision == nil { try unsafe scanner.update(Array(RegistryIndex.emptyText.utf8).span.bytes) }
            outline = try scanner.finish()
            try outline.requireSerial()
            editor = scanner.visitor
        } catch let error as RegistryError {
            throw error
        } catch let error as JSONError {
            throw Self.malformed(error, store)
        } catch {
            throw RegistryError(.indexUnavailable, "cannot read the index \(store.location): \(error)")
        }
    }

    /// The same of a text in memory; nil for a registry that has no index yet.
    init(reading text: [UInt8]?, name: PluginName) throws {
        self.name = name
        revision = text.map { _ in Revision("") }
        let bytes = text ?? Array(RegistryIndex.emptyText.utf8)
        var scanner = IndexScanner(IndexEditor(name: name))
        try unsafe scanner.update(bytes.span.bytes)
        outline = try scanner.finish()
        editor = scanner.visitor
    }

    /// The plugin's own index as it is to be in this state; nil where the registry has no version of it.
    var ownIndex: [UInt8]? {
        let members = outline.members.filter { ["serial", "updated_at"].contains($0.name) }.compactMap { member in
            member.value.map { JSONValue.Member(member.name, $0) }
        }
        return SparseIndex.text(
            of: name, offered: entries, withdrawn: withdrawn, members: members + outline.sealMembers(of: name))
    }

    /// Names the line and the column, for which the index is read once more.
    private static func malformed(_ error: JSONError, _ store: any RegistryStore) -> RegistryError {
        var bytes: [UInt8] = []
        _ = try? store.readIndex { piece in
            if bytes.count <= error.offset { bytes.append(piece) }
        }
        let (line, column) = JSONDocument.position(of: error.offset, in: bytes)
        return RegistryError(
            .indexMalformed,
            "\(store.location), line \(line), column \(column): \(error.message) (byte \(error.offset))",
            help: RegistryError.correctTheIndex)
    }

    /// What becomes of the registry when an entry is added: newest release first, all else as it is.
    package func change(adding entry: IndexEntry, at now: Timestamp) -> RegistryChange {
        let members = members(at: now)
        return change(
            editor.splices(adding: entry, to: outline, setting: members), .add(entry),
            offered: (entries + [entry]).ranked(), withdrawn: withdrawn, members)
    }

    /// What becomes of the registry when an entry is added that is withdrawn already: no host is offered it for a moment.
    package func change(addingWithdrawn entry: IndexEntry, at now: Timestamp) -> RegistryChange {
        let members = members(at: now)
        return change(
            editor.splices(addingWithdrawn: entry, to: outline, setting: members), .addWithdrawn(entry),
            offered: entries, withdrawn: withdrawn + [entry], members)
    }

    /// What becomes of the registry when a version is withdrawn; nil when it is not offered.
    package func change(withdrawing version: String, because reason: String, at now: Timestamp) -> RegistryChange? {
        let members = members(at: now)
        guard
            let splices = editor.splices(
                withdrawing: version, because: reason, at: now.rfc3339, in: outline, setting: members),
            var entry = entries.first(where: { $0.version.utf8.elementsEqual(version.utf8) })
        else { return nil }
        entry.yanked = reason
        entry.yankedAt = now.rfc3339
        return change(
            splices, .withdraw(version: version, reason: reason),
            offered: entries.filter { !$0.version.utf8.elementsEqual(version.utf8) },
            withdrawn: withdrawn + [entry], members)
    }

    /// What becomes of the registry when a withdrawn version is offered again; nil when it has not been withdrawn.
    package func change(restoring version: String, at now: Timestamp) -> RegistryChange? {
        let members = members(at: now)
        guard let splices = editor.splices(restoring: version, in: outline, setting: members),
            var entry = allEntries.first(where: {
                $0.yanked != nil && $0.version.utf8.elementsEqual(version.utf8)
            }) ?? withdrawn.first(where: { $0.version.utf8.elementsEqual(version.utf8) })
        else { return nil }
        entry.yanked = nil
        entry.yankedAt = nil
        let others = entries.filter { !$0.version.utf8.elementsEqual(version.utf8) }
        return change(
            splices, .restore(version: version), offered: (others + [entry]).ranked(),
            withdrawn: withdrawn.filter { !$0.version.utf8.elementsEqual(version.utf8) },
            members)
    }

    /// The entries of the plugin that were withdrawn.
    package var withdrawn: [IndexEntry] { editor.entries.filter { $0.list == .yanked }.map(\.entry) }

    /// The serial and the time of the next state, of a new registry and of one that counts.
    ///
    /// An index of another tool, which says neither, stays as it is.
    private func members(at now: Timestamp) -> [JSONValue.Member] {
        guard revision == nil || outline.serial != nil else { return [] }
        return IndexOutline.members(serial: (outline.serial ?? 0) + 1, at: now)
    }

    /// A change of the index with these splices, and of the plugin's own index; a new registry gets the whole text.
    private func change(
        _ splices: [IndexSplice], _ edit: RegistryEdit, offered: [IndexEntry], withdrawn: [IndexEntry],
        _ members: [JSONValue.Member]
    ) -> RegistryChange {
        var change = RegistryChange(splices: splices)
        if revision == nil {
            let text = IndexSplice.apply(splices, to: Array(RegistryIndex.emptyText.utf8))
            change = RegistryChange(splices: [IndexSplice(0..<0, text)])
        }
        change.edits = [(name, edit)]
        let all = members + outline.sealMembers(of: name)
        if let text = SparseIndex.text(of: name, offered: offered, withdrawn: withdrawn, members: all) {
            change.derived = [(SparseIndex.path(of: name), text)]
        }
        change.needsSignature = outline.isSigned
        return change
    }
}
