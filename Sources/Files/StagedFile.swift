internal import Glibc

/// A temporary file or folder that is ready to be put in place by a `FolderChange`; removed unless it is.
///
/// `@unchecked Sendable`: nothing in it changes but the flag of its one owner, the change.
package final class StagedFile: @unchecked Sendable {
    /// Its name in the folder that is changed.
    package let name: String
    /// The file's number in its file system, by which it is known again after a crash.
    let number: UInt64
    private let folder: Folder
    /// Keeps the lock that tells it from an abandoned one.
    private let descriptor: Int32
    var isDone = false

    /// Takes a stored file.
    package init(_ file: consuming TemporaryFile) throws(FileError) {
        try file.store()
        number = try file.number()
        name = file.name
        folder = try Folder(copying: file.folder, path: file.folderPath)
        descriptor = fcntl(file.descriptor, F_DUPFD_CLOEXEC, 0)
        file.isInPlace = true
    }

    /// Takes a folder that lies in the folder `parent`.
    package init(_ made: consuming TemporaryFolder, in parent: borrowing Folder) throws(FileError) {
        var record = stat()
        guard unsafe fstat(made.folder.descriptor, &record) == 0 else { throw FileError.last("examine", made.path) }
        number = FileStatus(record).number
        name = made.name
        folder = try Folder(copying: parent.descriptor, path: parent.path)
        descriptor = fcntl(made.folder.descriptor, F_DUPFD_CLOEXEC, 0)
        made.keep()
    }

    deinit {
        // A deinit cannot throw; what stays is a hidden file that the next writer removes.
        if !isDone { try? folder.removeTree(named: name) }
        if descriptor >= 0 { close(descriptor) }
    }
}

/// A temporary file that is ready to be put in place, made under the lock that the `FolderChange` is performed under.
///
/// No other process clears away what is made meanwhile, so nothing of it stays open: there may be any number. Whoever made it
/// removes it unless the change has begun.
package struct LockedFile: Sendable {
    /// Its name in the folder that is changed.
    package let name: String
    let number: UInt64

    /// Takes a file; stores it unless it is stored.
    package init(_ file: consuming TemporaryFile, under lock: borrowing FolderLock) throws(FileError) {
        try file.store()
        number = try file.number()
        name = file.name
        file.isInPlace = true
    }
}

extension TemporaryFile {
    /// Its number in its file system (`fstat(2)`).
    fileprivate borrowing func number() throws(FileError) -> UInt64 {
        var record = stat()
        guard unsafe fstat(descriptor, &record) == 0 else { throw FileError.last("examine", folderPath) }
        return FileStatus(record).number
    }
}

extension Folder {
    /// Another descriptor of an open folder (`fcntl(2)`).
    init(copying descriptor: Int32, path: String) throws(FileError) {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw FileError.last("open the folder", path) }
        self.init(adopting: copy, path: path)
    }
}
