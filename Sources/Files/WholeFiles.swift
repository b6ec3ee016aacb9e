internal import Glibc

/// Reading and replacing whole files by path.
package enum WholeFiles {
    /// The bytes of the regular file at `path`, which may have at most `limit` of them.
    package static func read(_ path: String, limit: Int, followingLinks: Bool = true) throws(FileError) -> [UInt8] {
        try FileHandle(reading: path, followingLinks: followingLinks).readAll(limit: limit)
    }

    /// All of standard input, which may have at most `limit` bytes.
    package static func readStandardInput(limit: Int) throws(FileError) -> [UInt8] {
        let copy = dup(0)
        guard copy >= 0 else { throw FileError.last("read", "standard input") }
        return try FileHandle(adopting: copy, path: "standard input").readAll(limit: limit)
    }

    /// Puts a file with these bytes in place by a rename, so that nobody sees half of it.
    ///
    /// With `exclusively`, a file that is there already is an error; `mode` as in `TemporaryFile.commit`.
    package static func replace(
        _ path: String, with bytes: [UInt8], mode: UInt32? = 0o666, exclusively: Bool = false, durably: Bool = true
    ) throws(FileError) {
        let folder = try Folder(FilePaths.parent(of: path) ?? ".")
        var file = try folder.makeTemporary()
        try unsafe file.write(bytes.span.bytes)
        try file.commit(as: FilePaths.name(of: path), mode: mode, exclusively: exclusively, durably: durably)
        if durably { try folder.synchronize() }
    }

    /// The same for a text.
    package static func replace(_ path: String, with text: String, exclusively: Bool = false) throws(FileError) {
        try replace(path, with: Array(text.utf8), exclusively: exclusively)
    }

    /// Refuses to write to a path that a user names when that would replace more than a file.
    ///
    /// A folder, a device or a pipe, a link such as `/dev/stdout`, and any of the files that are read are refused.
    package static func checkOutput(_ path: String, reading inputs: [String] = []) throws(FileError) {
        guard let status = try FileStatus.of(path) else { return }
        let reason: String? =
            switch status.kind {
            case .folder: "it is a folder"
            case .other: "it is not a regular file"
            case .link: "it is a symbolic link"
            case .regular:
                inputs.contains { FilePaths.resolved($0) == FilePaths.resolved(path) } ? "it is also an input" : nil
            }
        if let reason { throw FileError(action: "write", path: path, reason: reason) }
    }

    /// The process's umask, read once; one that lets everyone write counts as 022 (`umask(2)`).
    ///
    /// It can only be read by setting it. Nothing that is made is world-writable, also where a container's umask is 0.
    package static let umask: UInt32 = {
        let mask = Glibc.umask(0o077)
        _ = Glibc.umask(mask)
        return mask & 0o002 == 0 ? mask | 0o022 : mask
    }()

    /// Sets when a file's contents were last changed, in nanoseconds since 1970 (`utimensat(2)`).
    package static func setModified(_ path: String, _ nanoseconds: Int64) throws(FileError) {
        let time = timespec(
            tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
        guard unsafe utimensat(AT_FDCWD, path, [time, time], AT_SYMLINK_NOFOLLOW) == 0 else {
            throw FileError.last("set the time of", path)
        }
    }

    /// Sets the permission bits of a file that this process has made (`chmod(2)`).
    package static func setMode(_ path: String, _ mode: UInt32) throws(FileError) {
        guard unsafe chmod(path, mode) == 0 else { throw FileError.last("change the permissions of", path) }
    }
}
