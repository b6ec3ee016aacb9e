internal import Glibc

/// Who may do what with a file or folder: its owner, its group and its permission bits.
package struct FileAccess: Sendable, Equatable {
    private let owner: UInt32
    private let group: UInt32
    private let mode: UInt32

    /// The access to what is at `path`, links followed; nil when nothing is there (`stat(2)`).
    package static func of(_ path: String) throws(FileError) -> FileAccess? {
        var record = stat()
        if unsafe stat(path, &record) == 0 {
            return FileAccess(owner: record.st_uid, group: record.st_gid, mode: UInt32(record.st_mode & 0o7777))
        }
        if errno == ENOENT || errno == ENOTDIR { return nil }
        throw FileError.last("examine", path)
    }

    /// Gives another file or folder the same access, as far as this process may (`chown(2)`, `chmod(2)`).
    ///
    /// Only root gives files to other users. Where the group cannot be kept, the new one gets what everybody has.
    package func give(to path: String) throws(FileError) {
        if unsafe chown(path, owner, group) != 0 { _ = unsafe chown(path, uid_t.max, group) }
        var mode = mode
        if try Self.of(path)?.group != group { mode = mode & ~0o2070 | (mode & 0o7) << 3 }
        guard unsafe chmod(path, mode) == 0 else { throw FileError.last("change the permissions of", path) }
    }
}
