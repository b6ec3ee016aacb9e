internal import Glibc

/// A new folder with a name nobody else has, readable by its owner only, removed with all in it at the end.
package struct TemporaryFolder: ~Copyable {
    /// Where the folder is.
    package let path: String
    /// The folder's name in the folder it was made in.
    package let name: String
    /// The folder itself: what is done in it does not go by its path.
    package let folder: Folder
    private let parent: Int32
    private var isKept = false

    /// Makes the folder inside the folder at the path `parent`.
    package init(in parent: String, prefix: String = ".pdk-") throws(FileError) {
        try self.init(in: Folder(parent), prefix: prefix)
    }

    /// Makes the folder inside an open one, and locks it, which tells it from an abandoned one (`mkdirat(2)`, `flock(2)`).
    package init(in parent: borrowing Folder, prefix: String = ".pdk-") throws(FileError) {
        var generator = SystemRandomNumberGenerator()
        let copy = fcntl(parent.descriptor, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw FileError.last("open the folder", parent.path) }
        while true {
            let name = prefix + String(generator.next() as UInt64, radix: 16)
            do throws(FileError) {
                guard unsafe mkdirat(parent.descriptor, name, 0o700) == 0 else {
                    throw FileError.last("create a folder in", parent.path)
                }
                // Who clears up may have been faster than the lock, and than the opening.
                let made: Folder
                do throws(FileError) { made = try parent.folder(name) } catch {
                    guard error.isNotFound else { throw error }
                    continue
                }
                guard try made.lockForLife() else {
                    // Who only looks would leave it here.
                    parent.removeIfEmpty(named: name)
                    continue
                }
                folder = made
            } catch {
                close(copy)
                throw error
            }
            self.name = name
            self.parent = copy
            path = parent.join(name)
            return
        }
    }

    /// Makes the folder where anyone may make folders, as in `/tmp`: what killed programs of this user have left there
    /// by this prefix is removed first.
    package init(inShared parent: String, prefix: String) throws(FileError) {
        try self.init(inShared: Folder(parent), prefix: prefix)
    }

    /// Makes the folder inside an open one where anyone may make folders, see above.
    package init(inShared parent: borrowing Folder, prefix: String) throws(FileError) {
        // A folder that cannot be listed can be written to all the same.
        try? parent.removeAbandonedFolders(prefix: prefix, isShared: true)
        try self.init(in: parent, prefix: prefix)
    }

    /// Whether a folder was called `name` by this type.
    package static func isName(_ name: String, prefix: String) -> Bool {
        guard name.hasPrefix(prefix) else { return false }
        return UInt64(name.dropFirst(prefix.count), radix: 16) != nil
    }

    /// Leaves the folder where it is.
    package mutating func keep() { isKept = true }

    /// Gives the folder the permissions that the process's umask allows a new one, and moves it to where nothing is beside it.
    package mutating func put(as target: String) throws(FileError) {
        try folder.share()
        let copy = fcntl(parent, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw FileError.last("open the folder", path) }
        let beside = Folder(adopting: copy, path: FilePaths.parent(of: path) ?? ".")
        try beside.move(name, exclusivelyTo: beside, as: target)
        isKept = true
    }

    deinit {
        // A deinit cannot throw; what could not be removed is a hidden folder of this user's that nothing reads.
        if !isKept {
            try? folder.removeContents()
            unsafe unlinkat(parent, name, AT_REMOVEDIR)
        }
        close(parent)
    }
}

extension Folder {
    /// Opens a folder of this process to others: with `access`, or as the process's umask allows (`fchmod(2)`).
    package borrowing func share(_ access: FileAccess? = nil) throws(FileError) {
        if let access { return try access.give(to: self) }
        guard fchmod(descriptor, 0o777 & ~WholeFiles.umask) == 0 else {
            throw FileError.last("change the permissions of", path)
        }
    }

    /// Size, kind, owner and permissions of the folder itself (`fstat(2)`).
    package borrowing func status() throws(FileError) -> FileStatus {
        var record = stat()
        guard unsafe fstat(descriptor, &record) == 0 else { throw FileError.last("examine", path) }
        return FileStatus(record)
    }

    /// Locks a folder for as long as it is open; false when it has been removed.
    fileprivate borrowing func lockForLife() throws(FileError) -> Bool {
        // A file system without locks has no better way than to trust that nobody clears up meanwhile.
        let isLocked = flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK
        var record = stat()
        guard unsafe fstat(descriptor, &record) == 0 else { throw FileError.last("examine", path) }
        return isLocked && record.st_nlink > 0
    }

    /// Removes the temporary folders that processes which were killed have left in this one; those of living ones stay.
    ///
    /// - Parameter isShared: Whether anyone may make folders here, as in `/tmp`: then only this user's own are removed.
    package borrowing func removeAbandonedFolders(prefix: String, isShared: Bool = false) throws(FileError) {
        for name in try names() where TemporaryFolder.isName(name, prefix: prefix) {
            guard try status(of: name)?.kind == .folder else { continue }
            let found = unsafe openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard found >= 0 else { continue }
            let inner = Folder(adopting: found, path: join(name))
            if isShared, try inner.status().owner != geteuid() { continue }
            // Where a file system has no locks, only a folder that one writer at a time uses is known to be abandoned.
            guard flock(found, LOCK_EX | LOCK_NB) == 0 || (!isShared && errno != EWOULDBLOCK) else { continue }
            do { try inner.removeContents() } catch  where [EPERM, EACCES].contains(error.code) { continue }
            removeIfEmpty(named: name)
        }
    }
}
