internal import Glibc

/// An open folder; what is done in it goes by names relative to it, never through a link (`openat(2)`).
package struct Folder: ~Copyable {
    /// Where the folder was opened, for error texts.
    package let path: String
    let descriptor: Int32

    /// Opens a folder, which may be a link to one; with `creating`, makes it and its parents first.
    package init(_ path: String, creating: Bool = false) throws(FileError) {
        if creating { try Self.create(path) }
        let descriptor = unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError.last("open the folder", path) }
        self.path = path
        self.descriptor = descriptor
    }

    init(adopting descriptor: Int32, path: String) {
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Where the folder is now, also when it was moved; nil when it was removed (`/proc/self/fd`).
    package borrowing func currentPath() -> String? {
        var record = stat()
        guard unsafe fstat(descriptor, &record) == 0, record.st_nlink > 0 else { return nil }
        return FilePaths.resolved("/proc/self/fd/\(descriptor)")
    }

    /// Makes a folder and the parents it lacks, as the process's umask allows (`mkdir(2)`).
    ///
    /// Gives back the paths of those it made, the outermost first.
    @discardableResult package static func create(
        _ path: String, mode: UInt32 = 0o777
    ) throws(FileError) -> [String] {
        if unsafe mkdir(path, mode & ~WholeFiles.umask) == 0 { return [path] }
        switch errno {
        case EEXIST:
            guard try FileStatus.of(path, followingLinks: true)?.kind == .folder else {
                throw FileError(action: "create the folder", path: path, reason: "a file of that name is there")
            }
            return []
        case ENOENT:
            guard let parent = FilePaths.parent(of: path), parent != path else {
                throw FileError.last("create the folder", path)
            }
            let outer = try create(parent)
            if unsafe mkdir(path, mode & ~WholeFiles.umask) == 0 { return outer + [path] }
            // Somebody else may have been faster; and where nothing can be made, as in /proc, it is not there still.
            guard errno == EEXIST, try FileStatus.of(path, followingLinks: true)?.kind == .folder else {
                throw FileError.last("create the folder", path)
            }
            return outer
        default: throw FileError.last("create the folder", path)
        }
    }

    /// What is at `name` in this folder, nil when nothing is; a link is not followed.
    package borrowing func status(of name: String) throws(FileError) -> FileStatus? {
        try check(name)
        var record = stat()
        if unsafe fstatat(descriptor, name, &record, AT_SYMLINK_NOFOLLOW) == 0 { return FileStatus(record) }
        if errno == ENOENT { return nil }
        throw FileError.last("examine", join(name))
    }

    /// Opens a regular file in this folder for reading; a link is refused.
    package borrowing func open(reading name: String) throws(FileError) -> FileHandle {
        try check(name)
        let found = unsafe openat(descriptor, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard found >= 0 else { throw FileError.last("open", join(name)) }
        return try FileHandle(regular: found, path: join(name))
    }

    /// Makes a new file under a name nobody else has, readable by its owner only, to be put in place by a rename.
    package borrowing func makeTemporary() throws(FileError) -> TemporaryFile {
        try TemporaryFile(in: self)
    }

    /// Such a file with these bytes, safely stored: only its `commit` is left to do.
    package borrowing func makeTemporary(holding bytes: [UInt8]) throws(FileError) -> TemporaryFile {
        var file = try makeTemporary()
        try unsafe file.write(bytes.span.bytes)
        try file.store()
        return file
    }

    /// Removes a file or a link; nothing happens when it is not there (`unlinkat(2)`).
    package borrowing func remove(_ name: String) throws(FileError) {
        try check(name)
        if unsafe unlinkat(descriptor, name, 0) != 0, errno != ENOENT { throw FileError.last("remove", join(name)) }
    }

    /// Makes renames in this folder last through a power failure (`fsync(2)`).
    package borrowing func synchronize() throws(FileError) {
        // Some file systems cannot synchronise a folder and say EINVAL; there is nothing more to do there.
        if fsync(descriptor) != 0, errno != EINVAL { throw FileError.last("write", path) }
    }

    /// The names in this folder, sorted, without `.` and `..`; at most `limit` of them.
    ///
    /// What is not UTF-8 in a name is replaced in its text.
    package borrowing func names(limit: Int = 1_000_000) throws(FileError) -> [String] {
        try systemNames(limit: limit).map(Self.shown).sorted()
    }

    /// A name of the system's as a text.
    static func shown(_ name: [CChar]) -> String {
        String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The names as the system has them, each with a zero byte at its end (`readdir(3)`).
    borrowing func systemNames(limit: Int) throws(FileError) -> [[CChar]] {
        let copy = unsafe openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0 else { throw FileError.last("list", path) }
        guard let stream = unsafe fdopendir(copy) else {
            close(copy)
            throw FileError.last("list", path)
        }
        defer { unsafe closedir(stream) }
        var names: [[CChar]] = []
        while true {
            errno = 0
            guard let entry = unsafe readdir(stream) else {
                if errno != 0 { throw FileError.last("list", path) }
                return names
            }
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { text in
                    unsafe Array(UnsafeBufferPointer(start: text, count: strlen(text) + 1))
                }
            }
            if name == [0x2E, 0] || name == [0x2E, 0x2E, 0] { continue }
            guard names.count < limit else {
                throw FileError(action: "list", path: path, reason: "it contains more than \(limit) files")
            }
            names.append(name)
        }
    }

    borrowing func join(_ name: String) -> String { FilePaths.join(path, name) }

    /// Refuses what would leave this folder.
    borrowing func check(_ name: String) throws(FileError) {
        if name.isEmpty || name == "." || name == ".." || name.utf8.contains(UInt8(ascii: "/")) || name.utf8.contains(0)
        {
            throw FileError(action: "use", path: join(name), reason: "it is not a plain file name")
        }
    }
}
