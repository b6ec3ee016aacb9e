internal import Basics
internal import Contract
internal import Ed25519
internal import Files
internal import PluginRegistry

/// The plugins' own indexes of a registry, compared with the whole one.
struct OwnIndexes {
    let location: RegistryLocation
    let store: any RegistryStore
    let network: Network

    /// Every entry of an index, with the array that it stands in.
    typealias Entries = [(entry: IndexEntry, list: IndexList)]

    /// What is wrong with one of them.
    struct Fault {
        let path: String
        let message: String
        /// The plugin whose own index has to be written anew; nil where that is not what helps.
        var stale: PluginName?
        /// Whether readers and hosts lose nothing by it that they had.
        var isWarning = false
    }

    /// The text of each plugin's own index, by path; `members` stand in each of them.
    static func files(
        _ entries: Entries, _ members: [JSONValue.Member], isSigned: Bool, of wanted: Set<PluginName>? = nil
    ) -> [(path: String, bytes: [UInt8])] {
        byName(entries).compactMap { text, items in
            guard let name = PluginName(text), wanted?.contains(name) ?? true else { return nil }
            let own = members + (isSigned ? [JSONValue.Member(IndexSeal.Member.plugin, .string(text))] : [])
            return SparseIndex.text(
                of: name, offered: items.filter { $0.list == .plugins }.map(\.entry),
                withdrawn: items.filter { $0.list == .yanked }.map(\.entry), members: own
            ).map { (SparseIndex.path(of: name), $0) }
        }
    }

    private static func byName(_ entries: Entries) -> [(key: String, value: Entries)] {
        var byName: [String: Entries] = [:]
        for item in entries { byName[item.entry.name, default: []].append(item) }
        return byName.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }

    /// What is wrong, in the order of the names; what a writer may just be putting in place is looked at a second time.
    func faults(_ entries: Entries, _ outline: IndexOutline) throws -> [Fault] {
        let found = try faultsNow(entries, outline)
        guard !found.isEmpty else { return [] }
        store.waitForWriters()
        var scanner = IndexScanner(ListedEntries())
        guard try store.readIndex(into: { try scanner.update($0) }) != nil else { return found }
        let now = try scanner.finish()
        return try faultsNow(scanner.visitor.entries, now, besides: Set(found.map(\.path)))
    }

    /// `paths` are the only ones that are looked at; nil for all of them.
    private func faultsNow(
        _ entries: Entries, _ outline: IndexOutline, besides paths: Set<String>? = nil
    ) throws -> [Fault] {
        let files = try store.list(SparseIndex.folder), there = Set(files.map(\.path))
        let byName = Self.byName(entries), links = Set(files.filter(\.isForeign).map(\.path))
        var faults: [Fault] = []
        for (text, items) in byName {
            guard let name = PluginName(text) else { continue }
            let path = SparseIndex.path(of: name)
            guard paths?.contains(path) ?? true, !links.contains(path) else { continue }
            if there.contains(path) {
                faults += try self.faults(of: name, path, items, outline)
            } else if let fault = missing(name, path, outline, hasOthers: !there.isEmpty) {
                faults.append(fault)
            }
        }
        // Readers ask for a name's own index alone, and would be offered what the whole one does not have.
        let named = Set(byName.compactMap { PluginName($0.key) }.map(SparseIndex.path))
        for path in there.subtracting(named).sorted() where path.hasSuffix(".json") && paths?.contains(path) ?? true {
            faults.append(
                Fault(
                    path: path, message: "index.json has no plugin of that name: pdk registry gc --apply removes it"))
        }
        return faults
    }

    /// Which command writes a plugin's own index anew.
    private static func repair(_ name: PluginName, _ outline: IndexOutline) -> String {
        if outline.isSigned { return "pdk registry sign writes it" }
        // An index of another tool is left as it is.
        return outline.serial == nil
            ? "pdk publish or pdk yank of \(name) writes it" : "pdk registry gc --apply writes it"
    }

    /// Of an index that another tool has made, only the plugins that pdk has changed have one.
    private func missing(
        _ name: PluginName, _ path: String, _ outline: IndexOutline, hasOthers: Bool
    ) -> Fault? {
        let isKept = outline.isSigned || outline.serial != nil
        guard location.sparse(name) != nil, isKept || hasOthers else { return nil }
        return Fault(
            path: path,
            message: "it is missing: hosts that read it have no \(name), and pdk reads all of index.json; "
                + Self.repair(name, outline),
            stale: name, isWarning: !isKept)
    }

    /// The plugins' own indexes say what the whole one says, each module by where it is.
    private func faults(
        of name: PluginName, _ path: String, _ items: Entries, _ outline: IndexOutline
    ) throws -> [Fault] {
        let bytes: [UInt8]
        do { bytes = try self.bytes(of: path) } catch let error as FileError {
            return [Fault(path: path, message: "it cannot be read: \(error)")]
        }
        var faults: [Fault] = []
        if let key = outline.registryKey, try !isSigned(bytes, path, by: key) {
            faults.append(
                Fault(
                    path: path, message: "it does not match its signature, or the signature is missing", stale: name))
        }
        var scanner = IndexScanner(ListedEntries())
        do {
            try unsafe scanner.update(bytes.span.bytes)
            _ = try scanner.finish()
        } catch {
            let message = "it cannot be read: \(error); \(Self.repair(name, outline))"
            return faults + [Fault(path: path, message: message, stale: name)]
        }
        let folder = location.folder ?? RegistryPlace.storeRoot
        let base = FilePaths.join(folder, FilePaths.parent(of: path) ?? ".")
        let expected = items.map { key($0.entry, $0.list, below: folder) }
        let found = scanner.visitor.entries.map { key($0.entry, $0.list, below: base) }
        if found.sorted() != expected.sorted() {
            let message = "it does not match index.json for \(name): \(Self.repair(name, outline))"
            faults.append(Fault(path: path, message: message, stale: name))
        }
        return faults
    }

    /// Whether the signature beside a plugin's own index is the registry's, over these bytes.
    private func isSigned(_ bytes: [UInt8], _ path: String, by key: PublicKey) throws -> Bool {
        guard let text = try signature(beside: path) else { return false }
        return Signature(text: text).map { unsafe verify($0, of: bytes.span.bytes, by: key) } ?? false
    }

    /// The text of the signature beside a plugin's own index; nil when it is not there or cannot be opened.
    private func signature(beside path: String) throws -> [UInt8]? {
        let file = path + IndexSeal.ending
        guard location.folder != nil else {
            return try store.readIfThere(file, maximumBytes: network.limits.indexBytes)
        }
        do { return try bytes(of: file) } catch is FileError { return nil }
    }

    /// A plugin's own index, which no link may lead away to.
    private func bytes(of path: String) throws -> [UInt8] {
        if let folder = location.folder {
            return try Folder(folder).open(readingBelow: path).readAll(limit: network.limits.indexBytes)
        }
        return try store.read(path, maximumBytes: network.limits.indexBytes)
    }

    /// An entry as text, with its module by where it is.
    private func key(_ entry: IndexEntry, _ list: IndexList, below folder: String) -> String {
        var entry = entry
        if !entry.artifact.hasPrefix("/"), !entry.artifact.contains("://") {
            entry.artifact = FilePaths.normalized(FilePaths.join(folder, entry.artifact))
        }
        return "\(list) " + entry.json.compactText
    }
}
