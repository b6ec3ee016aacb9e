internal import CKernel
internal import Glibc

/// A file that nobody sees until it is put in place whole; removed if it never is.
package struct TemporaryFile: ~Copyable {
    /// The file's name in its folder.
    package let name: String
    let folderPath: String
    let folder: Int32
    let descriptor: Int32
    var isInPlace = false
    private var isStored = false

    init(in folder: borrowing Folder) throws(FileError) {
        let (name, descriptor) = try Self.create(in: folder)
        let copy = fcntl(folder.descriptor, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else {
            let error = FileError.last("open the folder", folder.path)
            close(descriptor)
            unsafe unlinkat(folder.descriptor, name, 0)
            throw error
        }
        self.name = name
        self.descriptor = descriptor
        self.folder = copy
        folderPath = folder.path
    }

    /// Makes the file and locks it, which tells it from one that a killed process has left (`flock(2)`).
    private static func create(in folder: borrowing Folder) throws(FileError) -> (name: String, descriptor: Int32) {
        var generator = SystemRandomNumberGenerator()
        while true {
            let name = ".pdk-" + String(generator.next() as UInt64, radix: 16) + ".tmp"
            let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
            let descriptor = unsafe openat(folder.descriptor, name, flags, 0o600)
            guard descriptor >= 0 else { throw FileError.last("create a file in", folder.path) }
            // A file system without locks has no better way than to trust that nobody clears up meanwhile.
            let isLocked = flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK
            var record = stat()
            // Who clears up may have been faster than the lock.
            if isLocked, unsafe fstat(descriptor, &record) == 0, record.st_nlink > 0 { return (name, descriptor) }
            // Who only looks would leave it here.
            unsafe unlinkat(folder.descriptor, name, 0)
            close(descriptor)
        }
    }

    deinit {
        if !isInPlace { unsafe unlinkat(folder, name, 0) }
        close(descriptor)
        close(folder)
    }

    /// Adds all of `bytes` (`write(2)`).
    package borrowing func write(_ bytes: RawSpan) throws(FileError) {
        var done = 0
        while done < bytes.byteCount {
            let count = unsafe bytes.withUnsafeBytes { all in
                unsafe Glibc.write(descriptor, all.baseAddress?.advanced(by: done), all.count - done)
            }
            if count < 0 {
                guard errno == EINTR else { throw FileError.last("write", FilePaths.join(folderPath, name)) }
            } else {
                done += count
            }
        }
    }

    /// Gives the file its final permissions and stores its bytes safely, so that only a rename is left to do (`fsync(2)`).
    ///
    /// `mode` is what the process's umask is taken from, such as `0o666`; nil keeps the file its owner's only. Without
    /// `durably`, a power failure soon after may lose the bytes.
    package mutating func store(mode: UInt32? = 0o666, durably: Bool = true) throws(FileError) {
        if isStored { return }
        let path = FilePaths.join(folderPath, name)
        if let mode, fchmod(descriptor, mode & ~WholeFiles.umask) != 0 { throw FileError.last("write", path) }
        if durably, fsync(descriptor) != 0 { throw FileError.last("write", path) }
        isStored = true
    }

    /// Gives the file this access and stores its bytes safely, so that only a rename is left to do (`fsync(2)`).
    package mutating func store(access: FileAccess) throws(FileError) {
        let path = FilePaths.join(folderPath, name)
        // Others may read it from now on, and its bytes are all there.
        guard fsync(descriptor) == 0 else { throw FileError.last("write", path) }
        try access.give(descriptor, path)
        isStored = true
    }

    /// Adds `count` bytes of another file from `offset` on; the kernel copies where it can (`copy_file_range(2)`).
    package borrowing func append(_ file: borrowing FileHandle, from offset: Int, count: Int) throws(FileError) {
        var place = Int64(offset), left = count
        while left > 0 {
            let copied = unsafe ckernel_copy(file.descriptor, &place, descriptor, left)
            if copied > 0 {
                left -= copied
            } else if copied == 0 {
                throw FileError(action: "read", path: file.path, reason: "it became shorter while it was read")
            } else if errno != EINTR {
                break
            }
        }
        guard left > 0 else { return }
        // Across file systems, or where there is no such call.
        var buffer = [UInt8](repeating: 0, count: min(left, 256 << 10))
        while left > 0 {
            let wanted = min(left, buffer.count)
            let got = unsafe buffer.withUnsafeMutableBytes { memory in
                unsafe pread(file.descriptor, memory.baseAddress, wanted, off_t(place))
            }
            guard got > 0 else {
                if got < 0, errno == EINTR { continue }
                throw got == 0
                    ? FileError(action: "read", path: file.path, reason: "it became shorter while it was read")
                    : FileError.last("read", file.path)
            }
            try unsafe write(buffer.span.extracting(0..<got).bytes)
            left -= got
            place += Int64(got)
        }
    }

    /// Whether this file is in the same folder as `other` says, whatever paths lead there (`fstat(2)`).
    package borrowing func isIn(_ other: borrowing Folder) throws(FileError) -> Bool {
        var mine = stat(), its = stat()
        guard unsafe fstat(folder, &mine) == 0, unsafe fstat(other.descriptor, &its) == 0 else {
            throw FileError.last("examine", other.path)
        }
        return mine.st_dev == its.st_dev && mine.st_ino == its.st_ino
    }

    /// Puts the file in place under `target`, replacing a file or link there, with all bytes safely stored first.
    ///
    /// `mode` and `durably` as for `store`, which is done first unless it has been.
    package mutating func commit(
        as target: String, mode: UInt32? = 0o666, exclusively: Bool = false, durably: Bool = true
    ) throws(FileError) {
        let path = FilePaths.join(folderPath, target)
        guard !target.isEmpty, target != ".", target != "..", !target.utf8.contains(UInt8(ascii: "/")),
            !target.utf8.contains(0)
        else { throw FileError(action: "use", path: path, reason: "it is not a plain file name") }
        // A rename would put a file in the place of a device or a pipe.
        var there = stat()
        if unsafe fstatat(folder, target, &there, AT_SYMLINK_NOFOLLOW) == 0, FileStatus(there).kind == .other {
            throw FileError(action: "replace", path: path, reason: "it is not a regular file")
        }
        if !isStored { try store(mode: mode, durably: durably) }
        if exclusively {
            // A hard link is refused where a name is taken; the temporary name goes with this value.
            guard unsafe linkat(folder, name, folder, target, 0) == 0 else { throw FileError.last("create", path) }
        } else {
            guard unsafe renameat(folder, name, folder, target) == 0 else { throw FileError.last("create", path) }
            isInPlace = true
        }
    }
}

extension Folder {
    /// The temporary files, and folders whose names begin with `prefix`, of processes that were killed.
    ///
    /// Those that this process may not open are not told from those of living ones, and left out.
    package borrowing func abandonedNames(foldersOf prefix: String) throws(FileError) -> [String] {
        var found: [String] = []
        for name in try names() where name.hasPrefix(".pdk-") {
            let isFolder = TemporaryFolder.isName(name, prefix: prefix)
            guard isFolder || name.hasSuffix(".tmp") || name.hasSuffix(".tmp.old"),
                try status(of: name)?.kind == (isFolder ? .folder : .regular)
            else { continue }
            let opened = unsafe openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
            guard opened >= 0 else { continue }
            defer { close(opened) }
            if flock(opened, LOCK_SH | LOCK_NB) == 0 { found.append(name) }
        }
        return found
    }

    /// Removes the temporary files that processes which were killed have left in this folder.
    ///
    /// Those of living processes are locked, and stay; so do those that this process may not open or remove.
    package borrowing func removeAbandonedFiles() throws(FileError) {
        for name in try names() where name.hasPrefix(".pdk-") {
            // A change that is over leaves the second names of old files where file systems cannot exchange.
            let isOld = name.hasSuffix(".tmp.old")
            // What else has such a name is not ours.
            guard isOld || name.hasSuffix(".tmp"), try status(of: name)?.kind == .regular else { continue }
            if isOld {
                do { try remove(name) } catch  where [EPERM, EACCES].contains(error.code) { continue }
                continue
            }
            let found = unsafe openat(descriptor, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
            guard found >= 0 else { continue }
            defer { close(found) }
            guard flock(found, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else { continue }
            // In a folder such as /tmp, another user's file can be opened but not removed: it stays.
            do { try remove(name) } catch  where [EPERM, EACCES].contains(error.code) { continue }
        }
    }
}
