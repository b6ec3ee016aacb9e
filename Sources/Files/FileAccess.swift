internal import Glibc

/// Who may do what with a file or folder: its owner, its group and its permission bits.
package struct FileAccess: Sendable, Equatable {
    package let owner: UInt32
    package let group: UInt32
    package let mode: UInt32

    /// The access that a status tells.
    package init(_ status: FileStatus) {
        owner = status.owner
        group = status.group
        mode = status.mode
    }

    /// Such an access; the largest number leaves an owner or a group as it is.
    package init(owner: UInt32, group: UInt32, mode: UInt32) {
        self.owner = owner
        self.group = group
        self.mode = mode
    }

    /// The access to what is at `path`, links followed; nil when nothing is there.
    package static func of(_ path: String) throws(FileError) -> FileAccess? {
        try FileStatus.of(path, followingLinks: true).map { FileAccess($0) }
    }

    /// Gives an open folder this access, as far as this process may.
    package func give(to folder: borrowing Folder) throws(FileError) { try give(folder.descriptor, folder.path) }

    /// Gives an open file this access, as far as this process may.
    package func give(to file: borrowing FileHandle) throws(FileError) { try give(file.descriptor, file.path) }

    /// Gives what is open this access (`fchown(2)`, `fchmod(2)`).
    ///
    /// Only root gives files to other users. Where the group cannot be kept, the new one gets what everybody has.
    func give(_ descriptor: Int32, _ path: String) throws(FileError) {
        var record = stat()
        guard fstat(descriptor, owner, group, &record) else { throw FileError.last("examine", path) }
        var mode = mode
        if group != .max, FileStatus(record).group != group { mode = mode & ~0o2070 | (mode & 0o7) << 3 }
        guard fchmod(descriptor, mode) == 0 else { throw FileError.last("change the permissions of", path) }
    }

    /// Changes owner and group where that is allowed, and says what they are then.
    private func fstat(_ descriptor: Int32, _ owner: UInt32, _ group: UInt32, _ record: inout stat) -> Bool {
        guard unsafe Glibc.fstat(descriptor, &record) == 0 else { return false }
        let now = FileStatus(record)
        if now.owner == owner, now.group == group { return true }
        if fchown(descriptor, owner, group) != 0 { _ = fchown(descriptor, uid_t.max, group) }
        return unsafe Glibc.fstat(descriptor, &record) == 0
    }
}
