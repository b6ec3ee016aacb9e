/// Files that are all written and safely stored before the first of them is put in place, so that a full disk changes none.
package struct PendingFiles {
    private final class Pending {
        let target: String
        var file: TemporaryFile?

        init(_ file: consuming TemporaryFile, at target: String) {
            self.target = target
            self.file = consume file
        }

        func commit() throws(FileError) {
            guard var file = file.take() else { return }
            try file.commit(as: target)
        }
    }

    private var files: [Pending] = []
    /// The folders whose leftovers of killed processes are gone.
    private var cleared: Set<String> = []

    package init() {}

    /// Writes a file beside its place, and makes the folders that it needs.
    package mutating func add(_ path: String, _ bytes: [UInt8], isExecutable: Bool = false) throws(FileError) {
        let parent = FilePaths.parent(of: path) ?? "."
        try Folder.create(parent)
        let folder = try Folder(parent)
        if cleared.insert(parent).inserted { try folder.removeAbandonedFiles() }
        var file = try folder.makeTemporary()
        try unsafe file.write(bytes.span.bytes)
        try file.store(mode: isExecutable ? 0o777 : 0o666)
        files.append(Pending(file, at: FilePaths.name(of: path)))
    }

    /// Puts all of them in place.
    package func commit() throws(FileError) {
        for file in files { try file.commit() }
    }
}
