internal import Contract
internal import Files

/// A change of a registry folder: staged in it under hidden names, then renamed into place under its lock.
final class FolderTransaction: StoreTransaction {
    private let store: FolderStore
    private let root: Folder
    /// Staged folders by where they belong, `artifacts/NAME/VERSION`.
    private var staged: [String: StagedFolder] = [:]
    private let isNew: Bool
    private var isCommitted = false
    /// The lock of a commit that came too late: the next one, on the index as it is now, is sure to be in time.
    private var kept: FolderLock?

    /// A version's folder, filled and only to be renamed.
    private final class StagedFolder {
        let folder: Folder
        let file: StagedFile

        init(in root: borrowing Folder) throws {
            let made = try TemporaryFolder(in: root, prefix: FolderTransaction.prefix)
            folder = try root.folder(made.name)
            file = try StagedFile(made, in: root)
        }
    }

    /// What whoever could read the registry can read still; nil for a new registry.
    private struct Access {
        let folder: FileAccess
        let file: FileAccess
    }

    init(_ store: FolderStore) throws {
        self.store = store
        isNew = try FileStatus.of(store.folderPath, followingLinks: true) == nil
        root = try Folder(store.folderPath, creating: store.isCreating)
    }

    deinit {
        staged = [:]
        // What could not be published has made no registry; a folder that holds anything stays.
        if isNew, !isCommitted { Folder.removeIfEmpty(root.path) }
    }

    func add(_ artifact: NewArtifact) throws {
        guard let target = FilePaths.parent(of: artifact.path),
            target.hasPrefix("artifacts/") || target.hasPrefix(StagedRelease.folder + "/")
        else {
            throw RegistryError(.notARegistry, "\(artifact.path) is not a place for a release's files")
        }
        let staged = try self.staged[target] ?? StagedFolder(in: root)
        self.staged[target] = staged
        var file = try staged.folder.makeTemporary()
        try artifact.write { try file.write($0) }
        try file.commit(as: FilePaths.name(of: artifact.path), exclusively: true)
    }

    func forget(_ folder: String) { staged[folder] = nil }

    /// What the name of a folder that a release is staged in begins with.
    static let prefix = ".pdk-publish-"

    func commit(_ change: RegistryChange, expecting revision: Revision?) throws {
        try change.checkSignature(location)
        try check(revision)
        let access = try currentAccess()
        // What changes nothing in the index leaves the file, and whoever waits to change it, alone.
        let hasIndex = !change.splices.isEmpty || revision == nil
        var index: StagedFile?, signatures: [StagedFile] = []
        if hasIndex {
            let staged = try stagedIndex(change.splices, access, of: revision), name = staged.name
            if let sign = change.signature {
                let text = try root.open(reading: name).readAll(limit: Self.maximumSignedBytes)
                let signature = try sign(text)
                for _ in 0..<2 {
                    let file = try root.makeTemporary()
                    try unsafe file.write(signature.span.bytes)
                    signatures.append(try finished(file, access))
                }
            }
            index = try StagedFile(staged)
        }
        for item in staged.values { try share(item, access) }

        let lock = try lock()
        // Under the lock: from here on nobody else changes the index.
        do { try check(revision) } catch {
            kept = consume lock
            throw error
        }
        try place(change, index, signatures, access, under: lock)
        // The signature of the new index is in its place: the one for readers in between is not needed any more.
        if !signatures.isEmpty { try? root.remove(RegistryIndex.fileName + IndexSeal.nextEnding) }
        removeEmptyFolders(of: change.removals)
        lock.release()
        isCommitted = true
    }

    /// The registry's lock, under which nothing is left that a killed writer had begun.
    private func lock() throws -> FolderLock {
        if let kept = kept.take() { return kept }
        let lock = try root.locked(store.wait)
        try root.recover(under: lock)
        try root.removeAbandonedFolders(prefix: Self.prefix)
        return lock
    }

    private func place(
        _ change: RegistryChange, _ index: StagedFile?, _ signatures: [StagedFile], _ access: Access?,
        under lock: borrowing FolderLock
    ) throws {
        var steps = FolderChange(), made: [String] = [], derived: [(path: String, file: LockedFile)] = []
        do {
            // A registry of many plugins has more of these than a process may have open files.
            for item in change.derived {
                var file = try root.makeTemporary()
                try unsafe file.write(item.bytes.span.bytes)
                if let access { try file.store(access: access.file) }
                derived.append((item.path, try LockedFile(file, under: lock)))
            }
            for (target, item) in staged.sorted(by: { $0.key < $1.key }) {
                try makeFolders(above: target, access, &made)
                try clear(target)
                steps.put(folder: item.file, at: target)
            }
            for item in derived { try makeFolders(above: item.path, access, &made) }
            if let next = signatures.first { steps.put(next, at: RegistryIndex.fileName + IndexSeal.nextEnding) }
            if let index { steps.put(index, at: RegistryIndex.fileName) }
            if !steps.isEmpty { steps.commit() }
            if let signature = signatures.last {
                steps.put(signature, at: RegistryIndex.fileName + IndexSeal.ending)
            }
            for item in derived { steps.put(item.file, at: item.path) }
            for path in change.removals where try root.status(below: path) != nil { steps.remove(path) }
            if !steps.isEmpty { try steps.perform(in: root, under: lock) }
        } catch {
            if !steps.isBegun { for item in derived { try? root.removeTree(named: item.file.name) } }
            for path in made.reversed() {
                guard let parent = FilePaths.parent(of: path) else { continue }
                if parent == "." {
                    root.removeIfEmpty(named: path)
                } else {
                    (try? root.folder(parent))?.removeIfEmpty(named: FilePaths.name(of: path))
                }
            }
            throw error
        }
    }

    /// Removes the folders that a change has emptied, and of staged changes those that one cut short has left.
    private func removeEmptyFolders(of removals: [String]) {
        var parents = Set(removals.compactMap { FilePaths.parent(of: $0) })
        if let staged = try? root.folder(StagedRelease.folder), let names = try? staged.names() {
            for name in names {
                guard let versions = try? staged.folder(name).names() else { continue }
                parents.formUnion((versions.map { "/" + $0 } + [""]).map { StagedRelease.folder + "/" + name + $0 })
            }
            parents.insert(StagedRelease.folder)
        }
        // The deepest first.
        for path in parents.sorted(by: { $0.utf8.count > $1.utf8.count }) {
            var path = path
            while path != ".", !path.isEmpty {
                let parent = FilePaths.parent(of: path) ?? "."
                guard isBelowRegistry(path) else { break }
                if parent == "." {
                    root.removeIfEmpty(named: path)
                } else {
                    (try? root.folder(parent))?.removeIfEmpty(named: FilePaths.name(of: path))
                }
                path = parent
            }
        }
    }

    /// Whether a folder is one of those that come and go with what they hold.
    private func isBelowRegistry(_ path: String) -> Bool {
        path == StagedRelease.folder
            || [StagedRelease.folder, "artifacts", SparseIndex.folder].contains { path.hasPrefix($0 + "/") }
    }

    // MARK: Parts

    /// The index's revision must be the one that the change was made for.
    private func check(_ revision: Revision?) throws {
        let status = try root.status(of: RegistryIndex.fileName)
        if let status, status.kind != .regular {
            throw RegistryError(
                .notARegistry,
                "cannot change \(location): it is \(status.kind == .link ? "a link, and would be replaced by a file" : "not a file")",
                help: status.kind == .link ? "use the folder of the index that the link points to" : nil)
        }
        guard status.map({ Revision($0) }) == revision else {
            throw changedMeanwhile
        }
    }

    private var changedMeanwhile: RegistryError {
        RegistryError(.changedMeanwhile, "\(location) was changed meanwhile", help: "try again")
    }

    private var location: RegistryLocation { store.location }

    private func currentAccess() throws -> Access? {
        guard let index = try root.status(of: RegistryIndex.fileName) else { return nil }
        return Access(folder: FileAccess(try root.status()), file: FileAccess(index))
    }

    /// The new index, made of the one of this revision; the ranges that stay are copied by the kernel.
    private func stagedIndex(
        _ splices: [IndexSplice], _ access: Access?, of revision: Revision?
    ) throws -> TemporaryFile {
        var file = try root.makeTemporary()
        var place = 0
        if let access {
            let old = try root.open(reading: RegistryIndex.fileName)
            // Without the lock another writer may have put the next one in its place since it was looked at.
            guard try Revision(old.status()) == revision else { throw changedMeanwhile }
            for splice in splices {
                try file.append(old, from: place, count: splice.range.lowerBound - place)
                try unsafe file.write(splice.text.span.bytes)
                place = splice.range.upperBound
            }
            try file.append(old, from: place, count: Int(clamping: old.status().size) - place)
            try file.store(access: access.file)
        } else {
            for splice in splices { try unsafe file.write(splice.text.span.bytes) }
            try file.store()
        }
        // Whatever becomes visible can be read.
        var scanner = IndexScanner(NoEntries())
        try root.open(reading: file.name).stream(limit: .max) { try scanner.update($0) }
        _ = try scanner.finish()
        return file
    }

    /// The longest index that is signed: it is held in memory for that.
    private static let maximumSignedBytes = 1 << 30

    private func finished(_ file: consuming TemporaryFile, _ access: Access?) throws -> StagedFile {
        if let access { try file.store(access: access.file) } else { try file.store() }
        return try StagedFile(file)
    }

    /// Opens a staged folder and its files to those who may read the registry, whatever the umask.
    private func share(_ item: StagedFolder, _ access: Access?) throws {
        try item.folder.share(access?.folder)
        if let access {
            for name in try item.folder.names() { try access.file.give(to: item.folder.open(reading: name)) }
        }
        try item.folder.synchronize()
    }

    private func makeFolders(above path: String, _ access: Access?, _ made: inout [String]) throws {
        guard let parent = FilePaths.parent(of: path), parent != "." else { return }
        var whole = ""
        for part in parent.split(separator: "/") {
            whole += (whole.isEmpty ? "" : "/") + part
            if try root.status(below: whole) == nil { made.append(whole) }
        }
        _ = try root.makeFolder(parent, access: access?.folder)
    }

    /// Moves away what a publish that was cut short has left at a place that the index does not name.
    private func clear(_ target: String) throws {
        guard let there = try root.status(below: target), let parent = FilePaths.parent(of: target) else { return }
        // No publish leaves a link: somebody else has put it there.
        guard there.kind != .link else {
            throw FileError(
                action: "replace", path: FilePaths.join(root.path, target), reason: "it is a symbolic link")
        }
        let trash = try TemporaryFolder(in: root, prefix: Self.prefix)
        try root.folder(parent).move(FilePaths.name(of: target), exclusivelyTo: trash.folder, as: "discarded")
    }
}
