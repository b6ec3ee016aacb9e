internal import Basics
internal import Contract
package import Files
internal import Transfers
internal import Trust

/// A registry in a folder.
///
/// Everything is done relative to the open folder and through no link below it. A change is staged beside what is there
/// under hidden names; the folder is locked only while it is put in place.
package struct FolderStore: RegistryStore {
    package let location: RegistryLocation
    /// For entries that name a module on the web.
    let network: Network
    /// Whether the folder is made when it is not there.
    let isCreating: Bool
    let wait: LockWait

    /// The registry whose index is at the path of `location`, which is not on the web.
    package init(
        _ location: RegistryLocation, network: Network = Network(), isCreating: Bool = false,
        wait: LockWait = LockWait()
    ) {
        self.location = location
        self.network = network
        self.isCreating = isCreating
        self.wait = wait
    }

    var folderPath: String { location.folder ?? "." }

    package func readIndex(into sink: (RawSpan) throws -> Void) throws -> Revision? {
        let file: FileHandle
        do { file = try FileHandle(reading: location.indexPath ?? "") } catch {
            if error.isNotFound { return nil }
            throw RegistryError(.indexUnavailable, error.description)
        }
        try file.stream(limit: .max, into: sink)
        return Revision(try file.status())
    }

    package func stream(_ artifact: String, maximumBytes: Int, into sink: (RawSpan) throws -> Void) throws {
        switch try location.artifact(artifact) {
        case .file(let path): try FileHandle(reading: path).stream(limit: maximumBytes, into: sink)
        case .address(let address): try network.fetch(address, maximumBytes: maximumBytes, home: "", into: sink)
        case .object(let object): throw RegistryError(.artifactUnavailable, "\(location) names the object \(object)")
        case .oci(let file): throw RegistryError(.artifactUnavailable, "\(location) names \(file)")
        }
    }

    /// A link could lead to any file that its reader may read.
    package func readDocument(_ path: String, maximumBytes: Int) throws -> [UInt8] {
        try Folder(folderPath).open(readingBelow: path).readAll(limit: maximumBytes)
    }

    package func list(_ path: String) throws -> [StoredFile] {
        let root = try Folder(folderPath)
        guard try root.status(below: path)?.kind == .folder else { return [] }
        var found: [StoredFile] = []
        try Self.list(root.folder(path), path, &found, depth: 0)
        return found
    }

    /// The most files and folders inside each other that are listed.
    private static let maximumFiles = 10_000_000
    private static let maximumDepth = 64

    private static func list(_ folder: borrowing Folder, _ path: String, _ found: inout [StoredFile], depth: Int) throws
    {
        guard depth < maximumDepth else {
            throw RegistryError(.notARegistry, "\(folder.path) has more than \(maximumDepth) folders inside each other")
        }
        for name in try folder.names() {
            guard found.count < maximumFiles else {
                throw RegistryError(.notARegistry, "\(folder.path) is in a registry of more than \(maximumFiles) files")
            }
            guard let status = try folder.status(of: name) else { continue }
            let inner = path + "/" + name
            if status.kind == .folder {
                try list(folder.folder(name), inner, &found, depth: depth + 1)
            } else {
                found.append(StoredFile(inner, status))
            }
        }
    }

    package func settle(_ name: PluginName?) throws {
        let root = try Folder(folderPath)
        let next = RegistryIndex.fileName + IndexSeal.nextEnding
        guard try root.names().contains(where: { $0.hasPrefix(".pdk") || $0 == next }) else { return }
        // Whoever holds the lock does it; who may not write here cannot.
        guard let lock = try? root.lockedIfFree() else { return }
        try root.recover(under: lock)
        try root.removeAbandonedFolders(prefix: FolderTransaction.prefix)
        func text(_ ending: String) -> [UInt8]? {
            try? root.open(reading: RegistryIndex.fileName + ending).readAll(limit: KeyText.maximumFileBytes)
        }
        // Once the signature stands beside the index, the one for readers in between is not needed.
        if let signature = text(IndexSeal.ending), signature == text(IndexSeal.nextEnding) { try root.remove(next) }
        lock.release()
    }

    package func abandoned() throws -> [StoredFile] {
        guard try FileStatus.of(folderPath, followingLinks: true)?.kind == .folder else { return [] }
        let root = try Folder(folderPath)
        // What a change that was cut short speaks of is not abandoned.
        guard try !root.isInterrupted() else { return [] }
        var found: [StoredFile] = []
        for name in try root.abandonedNames(foldersOf: FolderTransaction.prefix) {
            guard let status = try root.status(of: name) else { continue }
            if status.kind == .folder {
                try Self.list(root.folder(name), name, &found, depth: 0)
            } else {
                found.append(StoredFile(name, status))
            }
        }
        return found
    }

    package func begin() throws -> any StoreTransaction { try FolderTransaction(self) }
}

extension StoredFile {
    fileprivate init(_ path: String, _ status: FileStatus) {
        self.init(
            path: path, size: Int(clamping: status.size), modified: Int(status.modified / 1_000_000_000),
            isForeign: status.kind != .regular)
    }
}

extension Revision {
    /// A file that was replaced by a rename has another number; one that was changed in place, other times.
    init(_ status: FileStatus) {
        self.init("\(status.device)-\(status.number)-\(status.size)-\(status.modified)-\(status.changed)")
    }
}

extension RegistryLocation {
    /// The store of the registry that is here; only a folder is made, and waited for.
    package func store(
        network: Network = Network(), isCreating: Bool = false, wait: LockWait = LockWait()
    ) -> any RegistryStore {
        switch place {
        case .file: FolderStore(self, network: network, isCreating: isCreating, wait: wait)
        case .address: HTTPStore(self, network: network)
        case .object(let index): S3Store(self, index, network: network)
        case .oci(let index): OCIStore(self, index, network: network)
        }
    }
}
