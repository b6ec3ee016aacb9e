internal import Basics
internal import Contract
internal import Files
internal import LibCrypto
package import PluginRegistry

/// `pdk registry gc`: files of a registry that its index does not name.
package struct CollectGarbage {
    package let location: RegistryLocation
    /// Whether they are removed, or only shown.
    package let isApplied: Bool
    /// What it works in.
    package let context: Context

    package init(location: RegistryLocation, isApplied: Bool, in context: Context) {
        self.location = location
        self.isApplied = isApplied
        self.context = context
    }

    /// What no entry names.
    package struct Report: Sendable {
        /// Paths in the registry.
        package let paths: [String]
        /// All of them together.
        package let bytes: Int
        /// The plugins' own indexes that are missing or differ from the whole one, and were or would be written.
        package let ownIndexes: [String]
    }

    /// Looks, and removes what it has found if the index is still the one it was when it looked.
    package func run() throws -> Report {
        let place = try RegistryPlace(location), store = context.store(of: location)
        let abandoned = try abandoned(store)
        return try store.untilFirst {
            var hash = try SHA256()
            let (outline, visitor, revision) = try store.scan(ListedEntries(), isForWriting: true) {
                try hash.update($0)
            }
            let garbage = try garbage(
                store, place, visitor.entries, signature: IndexSeal.path(ofDigest: Hex.encode(try hash.finalize())))
            var change = try repair(store, visitor.entries, outline)
            let all = abandoned + garbage
            let report = Report(
                paths: all.map(\.path), bytes: all.reduce(0) { $0 + $1.size }, ownIndexes: change.derived.map(\.path))
            guard isApplied, !garbage.isEmpty || !change.derived.isEmpty else { return report }
            change.removals = garbage.map(\.path)
            try store.begin().commit(change, expecting: revision)
            return report
        }
    }

    /// What killed writers have left; where it is applied, that goes away also where nothing else does.
    private func abandoned(_ store: any RegistryStore) throws -> [StoredFile] {
        let found = try store.abandoned()
        guard isApplied else { return found }
        try store.settle(nil)
        let left = Set(try store.abandoned().map(\.path))
        return found.filter { !left.contains($0.path) }
    }

    /// The files that no entry names; `signature` is that of the index, which may not be beside it yet.
    private func garbage(
        _ store: any RegistryStore, _ place: RegistryPlace, _ entries: OwnIndexes.Entries, signature: String
    ) throws -> [StoredFile] {
        let named = Named(entries.map(\.entry), folder: place.folder)
        // Of an index that was signed and replaced before its signature was beside it.
        let signatures = location.folder == nil ? try store.list(IndexSeal.folder).filter { $0.path != signature } : []
        // What writers of an OCI registry have left for each other, once nobody looks for it.
        let notes = try location.isInOCIRegistry ? RegistryNotes.folders.flatMap { try store.list($0) } : []
        // Files below a folder that an entry's module lies in belong to that release.
        let files = try store.list("artifacts") + store.list(SparseIndex.folder) + signatures + notes
        return files.filter { file in
            // In an object store, what is being published lies where it will be named.
            guard !location.isInRemoteStore || file.modified < context.now - Self.secondsOfAPublish else {
                return false
            }
            let path = FilePaths.join(place.folder, file.path)
            // A link that leads to what entries name.
            if named.above.contains(path) { return false }
            return !named.paths.contains(path) && !named.folders.contains(FilePaths.parent(of: path) ?? "")
        }
    }

    /// The change that writes plugins' own indexes anew: of a registry that counts its changes, since it is one of them.
    ///
    /// Those of a signed registry are written with its key, by `pdk registry sign`.
    private func repair(
        _ store: any RegistryStore, _ entries: OwnIndexes.Entries, _ outline: IndexOutline
    ) throws -> RegistryChange {
        guard !outline.isSigned, let serial = outline.serial else { return RegistryChange() }
        let stale = try OwnIndexes(location: location, store: store, network: context.network).faults(entries, outline)
            .compactMap(\.stale)
        guard !stale.isEmpty else { return RegistryChange() }
        let members = IndexOutline.members(serial: serial + 1, at: Timestamp(seconds: context.now))
        var change = RegistryChange(splices: IndexEditor.splices(setting: members, in: outline))
        change.derived = OwnIndexes.files(entries, members, isSigned: false, of: Set(stale))
        return change
    }

    /// How long a file of an object store is left alone that nothing names: an hour.
    private static let secondsOfAPublish = 3600

    /// The files that entries name: their modules, and the plugins' own indexes.
    private struct Named {
        private let folder: String
        private(set) var paths: Set<String> = []
        private(set) var folders: Set<String> = []
        /// The folders above those.
        private(set) var above: Set<String> = []

        init(_ entries: [IndexEntry], folder: String) {
            self.folder = folder
            for entry in entries { add(entry) }
        }

        /// Where a module is in the folder: as the entry says it, and, by another name of the folder, through links.
        private func places(of artifact: String) -> [String] {
            let text = RegistryLocation.filePath(artifact) ?? artifact
            guard !text.contains("://") else { return [] }
            let path = FilePaths.normalized(FilePaths.join(folder, text))
            guard text.hasPrefix("/"), let real = FilePaths.resolved(path), let home = FilePaths.resolved(folder),
                real.hasPrefix(home + "/")
            else { return [path] }
            return [path, folder + real.dropFirst(home.count)]
        }

        private mutating func add(_ entry: IndexEntry) {
            if let name = PluginName(entry.name) {
                for ending in ["", ".sig"] {
                    paths.insert(FilePaths.join(folder, SparseIndex.path(of: name) + ending))
                }
            }
            for path in places(of: entry.artifact) {
                paths.insert(path)
                if let parent = FilePaths.parent(of: path), parent != folder + "/artifacts" { folders.insert(parent) }
                var place = path
                while let parent = FilePaths.parent(of: place), parent.utf8.count > folder.utf8.count,
                    above.insert(parent).inserted
                {
                    place = parent
                }
            }
        }
    }
}
