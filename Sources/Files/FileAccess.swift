internal import Glibc

/// Who may do what with a file or folder: its owner, its group and its permission bits.
package struct FileAccess: Sendable, Equatable {
    private let owner: UInt32
    private let group: UInt32
    private let mode: UInt32

    /// The access to what is at `path`, links followed; nil when nothing is there.
    package static func of(_ path: String) throws(FileError) -> FileAccess? {
        try FileStatus.of(path, followingLinks: true).map {
            FileAccess(owner: $0.owner, group: $0.group, mode: $0.mode)
        }
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
