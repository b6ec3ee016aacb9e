internal import CKernel
internal import Glibc

/// What lies deeper in a folder: paths such as `a/b/c` below it, through no link and never out of it.
extension Folder {
    /// Opens the folder at `path` below this one (`openat2(2)`, else `openat(2)` part by part).
    package borrowing func folder(_ path: String) throws(FileError) -> Folder {
        let found = try openBelow(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, "open the folder")
        return Folder(adopting: found, path: join(path))
    }

    /// Opens a regular file at `path` below this folder for reading.
    package borrowing func open(readingBelow path: String) throws(FileError) -> FileHandle {
        let found = try openBelow(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC, "open")
        return try FileHandle(regular: found, path: join(path))
    }

    /// What is at `path` below this folder, nil when nothing is; a link on the way is an error, one at the end is told.
    package borrowing func status(below path: String) throws(FileError) -> FileStatus? {
        let parts = try parts(of: path)
        guard parts.count > 1 else { return try status(of: path) }
        do {
            return try folder(parts.dropLast().joined(separator: "/")).status(of: parts[parts.count - 1])
        } catch {
            if error.isNotFound { return nil }
            throw error
        }
    }

    /// Opens the folder at `path` below this one and makes what is missing of it; what is made gets `access`.
    ///
    /// `mkdirat(2)`, `fchown(2)`, `fchmod(2)`. Without `access`, as the process's umask allows.
    package borrowing func makeFolder(_ path: String, access: FileAccess? = nil) throws(FileError) -> Folder {
        let parts = try parts(of: path)
        var inner = try makeFolder(named: parts[0], access)
        for part in parts.dropFirst() { inner = try inner.makeFolder(named: part, access) }
        return inner
    }

    private borrowing func makeFolder(named name: String, _ access: FileAccess?) throws(FileError) -> Folder {
        if unsafe mkdirat(descriptor, name, access == nil ? 0o777 & ~WholeFiles.umask : 0o700) == 0 {
            let made = try folder(name)
            try access?.give(to: made)
            return made
        }
        guard errno == EEXIST else { throw FileError.last("create the folder", join(name)) }
        return try folder(name)
    }

    /// Writes a new file at `path` below this folder, with the folders it needs, as the process's umask allows.
    package borrowing func write(_ path: String, _ bytes: [UInt8], isExecutable: Bool = false) throws(FileError) {
        let parts = try parts(of: path), name = parts[parts.count - 1], mode: UInt32 = isExecutable ? 0o777 : 0o666
        guard parts.count > 1 else { return try write(named: name, bytes, mode: mode) }
        try makeFolder(parts.dropLast().joined(separator: "/")).write(named: name, bytes, mode: mode)
    }

    private borrowing func write(named name: String, _ bytes: [UInt8], mode: UInt32) throws(FileError) {
        var file = try makeTemporary()
        try unsafe file.write(bytes.span.bytes)
        try file.commit(as: name, mode: mode, durably: false)
    }

    /// Renames something of this folder to where nothing is in `other` (`renameat2(2)`).
    ///
    /// Where a file system cannot do that in one step, it looks first; even then a rename replaces an empty folder at most.
    package borrowing func move(
        _ name: String, exclusivelyTo other: borrowing Folder, as target: String
    ) throws(FileError) {
        try check(name)
        try other.check(target)
        if unsafe ckernel_rename(descriptor, name, other.descriptor, target, RenameFlags.noReplace) == 0 { return }
        guard RenameFlags.isUnsupported(errno) else { throw FileError.last("create", other.join(target)) }
        guard try other.status(of: target) == nil else {
            throw FileError(action: "create", path: other.join(target), code: EEXIST)
        }
        guard unsafe renameat(descriptor, name, other.descriptor, target) == 0 else {
            throw FileError.last("create", other.join(target))
        }
    }

    /// Removes what is called `name` in this folder, a whole tree too, following no link; nothing there is fine.
    package borrowing func removeTree(named name: String) throws(FileError) {
        try check(name)
        try removeTree(named: Array(name.utf8CString))
    }

    /// Removes a folder and all in it, following no link; nothing happens when it is not there.
    package static func removeTree(_ path: String) throws(FileError) {
        let parent: Folder
        do { parent = try Folder(FilePaths.parent(of: path) ?? ".") } catch {
            if error.isNotFound { return }
            throw error
        }
        try parent.removeTree(named: FilePaths.name(of: path))
    }

    private borrowing func removeTree(named name: [CChar]) throws(FileError) {
        let shown = join(Self.shown(name))
        // Only what is not a folder can be unlinked; what is one says so (`EISDIR`; POSIX has `EPERM`).
        if unsafe unlinkat(descriptor, name, 0) == 0 || errno == ENOENT { return }
        let code = errno
        guard code == EISDIR || code == EPERM else { throw FileError.last("remove", shown) }
        let inner = unsafe openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard inner >= 0 else {
            throw FileError(action: "remove", path: shown, code: errno == ENOTDIR ? code : errno)
        }
        try Folder(adopting: inner, path: shown).removeContents()
        if unsafe unlinkat(descriptor, name, AT_REMOVEDIR) != 0, errno != ENOENT {
            throw FileError.last("remove", shown)
        }
    }

    /// Removes all in this folder; names are relative to it, so no path is too long to be removed (`unlinkat(2)`).
    borrowing func removeContents() throws(FileError) {
        for name in try systemNames(limit: 1_000_000) { try removeTree(named: name) }
    }

    /// Removes an empty folder of this one (`unlinkat(2)`); says whether it did.
    @discardableResult package borrowing func removeIfEmpty(named name: String) -> Bool {
        unsafe unlinkat(descriptor, name, AT_REMOVEDIR) == 0
    }

    /// Removes a folder when nothing is in it (`rmdir(2)`); says whether it did.
    @discardableResult package static func removeIfEmpty(_ path: String) -> Bool { unsafe rmdir(path) == 0 }

    /// Removes the folders that `create(_:mode:)` has made, the innermost first, up to one that is not empty (`rmdir(2)`).
    package static func removeEmpty(_ made: [String]) {
        for path in made.reversed() where !removeIfEmpty(path) { return }
    }

    /// Moves a file or folder; what is at `target` is replaced only if it is a file (`rename(2)`).
    package static func move(_ source: String, to target: String) throws(FileError) {
        guard unsafe rename(source, target) == 0 else { throw FileError.last("move \(source) to", target) }
    }

    borrowing func parts(of path: String) throws(FileError) -> [String] {
        // By bytes: to Swift's characters a slash with a combining mark behind it is no slash.
        let parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map { String($0) }
        for part in parts {
            guard let part else { throw FileError(action: "use", path: join(path), reason: "it is not UTF-8") }
            try check(part)
        }
        return parts.compactMap { $0 }
    }

    private borrowing func openBelow(_ path: String, _ flags: Int32, _ action: String) throws(FileError) -> Int32 {
        let parts = try parts(of: path)
        var code: Int32 = 0
        for _ in 0..<100 {
            let found = unsafe ckernel_open_beneath(descriptor, path, flags)
            if found >= 0 { return found }
            code = errno
            // Somebody renames on the way: the kernel asks to try again.
            guard code == EAGAIN else { break }
        }
        // ENOSYS: an old kernel. EPERM: a container that knows no openat2.
        guard code == ENOSYS || code == EPERM else { throw refusal(code, parts, action) }
        var inner = descriptor
        for (number, part) in parts.enumerated() {
            let last = number == parts.count - 1
            let found = unsafe openat(
                inner, part, last ? flags | O_NOFOLLOW : O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
            code = errno
            if inner != descriptor { close(inner) }
            guard found >= 0 else { throw refusal(code, parts, action) }
            inner = found
        }
        return inner
    }

    /// The error of an opening that failed, with the link that was in the way where there is one.
    private borrowing func refusal(_ code: Int32, _ parts: [String], _ action: String) -> FileError {
        guard [ELOOP, ENOTDIR, EXDEV].contains(code) else {
            return FileError(action: action, path: join(parts.joined(separator: "/")), code: code)
        }
        var shown = path
        var record = stat()
        for part in parts {
            shown = FilePaths.join(shown, part)
            // For the text only: nothing is opened by this path.
            guard unsafe lstat(shown, &record) == 0 else { break }
            if FileStatus(record).kind == .link { return FileError(action: action, path: shown, code: ELOOP) }
        }
        return FileError(action: action, path: join(parts.joined(separator: "/")), code: code)
    }
}

/// The flags of `renameat2(2)`.
enum RenameFlags {
    static let noReplace: UInt32 = 1
    static let exchange: UInt32 = 2

    /// Whether a file system or kernel does not know the flag.
    static func isUnsupported(_ code: Int32) -> Bool { [EINVAL, ENOSYS, EOPNOTSUPP].contains(code) }
}
