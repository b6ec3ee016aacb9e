internal import Glibc

/// What the system says of a file (`stat(2)`).
package struct FileStatus: Sendable, Equatable {
    /// What a file is.
    package enum Kind: Sendable { case regular, folder, link, other }

    package let kind: Kind
    /// Bytes.
    package let size: Int64
    /// The permission bits, such as `0o600`.
    package let mode: UInt32
    /// The owner's user id.
    package let owner: UInt32
    /// The group's id.
    package let group: UInt32
    /// Nanoseconds of the last change of the contents since 1970.
    package let modified: Int64
    /// Nanoseconds of the last change of contents, name or access since 1970.
    package let changed: Int64
    /// The file's number in its file system.
    package let number: UInt64
    /// The number of its file system.
    package let device: UInt64
    /// How many names it has.
    package let links: Int

    init(_ record: stat) {
        switch record.st_mode & S_IFMT {
        case S_IFREG: kind = .regular
        case S_IFDIR: kind = .folder
        case S_IFLNK: kind = .link
        default: kind = .other
        }
        size = Int64(record.st_size)
        mode = UInt32(record.st_mode & 0o7777)
        owner = UInt32(record.st_uid)
        group = UInt32(record.st_gid)
        modified = Int64(record.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(record.st_mtim.tv_nsec)
        changed = Int64(record.st_ctim.tv_sec) &* 1_000_000_000 &+ Int64(record.st_ctim.tv_nsec)
        number = UInt64(record.st_ino)
        device = UInt64(record.st_dev)
        links = Int(record.st_nlink)
    }

    /// Whether the file belongs to the user that this process runs as, or to root (`geteuid(2)`).
    package var isOwnedByUserOrRoot: Bool { owner == 0 || owner == geteuid() }

    /// The user that this process runs as (`geteuid(2)`).
    package static var user: UInt32 { geteuid() }

    /// The status of what is at `path`, nil when nothing is; a link is not followed unless asked for.
    package static func of(_ path: String, followingLinks: Bool = false) throws(FileError) -> FileStatus? {
        var record = stat()
        let result = unsafe followingLinks ? stat(path, &record) : lstat(path, &record)
        if result == 0 { return FileStatus(record) }
        if errno == ENOENT || errno == ENOTDIR { return nil }
        throw FileError.last("examine", path)
    }
}
