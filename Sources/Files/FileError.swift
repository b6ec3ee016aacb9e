internal import Glibc

/// A call of the operating system that failed, with the file it failed on.
package struct FileError: Error, Equatable, CustomStringConvertible {
    /// What was tried, such as `open`.
    package let action: String
    /// The file or folder it was tried on.
    package let path: String
    /// The kind of failure: `errno` of the failing call.
    package let code: Int32
    /// A reason that stands in for the system's own text.
    package let reason: String?

    package init(action: String, path: String, code: Int32 = 0, reason: String? = nil) {
        self.action = action
        self.path = path
        self.code = code
        self.reason = reason
    }

    /// The error of the call that has just failed.
    static func last(_ action: String, _ path: String) -> FileError {
        FileError(action: action, path: path, code: errno)
    }

    /// `cannot ACTION PATH: REASON`.
    package var description: String { "cannot \(action) \(path): \(reason ?? systemReason)" }

    /// What somebody who named the file can do; nil where the reason says it, or nobody knows.
    package var help: String? {
        switch code {
        case ENOENT, ENOTDIR: "correct the path"
        case EISDIR: "name a file"
        case EACCES, EPERM: "change its permissions, or run this as the user it belongs to"
        case ENOSPC, EDQUOT: "free some space, then do the same again"
        case EROFS: "choose a folder that can be written to"
        default: nil
        }
    }

    /// Whether the file is larger than the reader allows.
    package var isTooLarge: Bool { code == EFBIG }
    /// Whether the file or a folder on its path is not there.
    package var isNotFound: Bool { code == ENOENT || code == ENOTDIR }

    /// Whether the file is there already.
    package var isAlreadyThere: Bool { code == EEXIST || code == ENOTEMPTY }

    private var systemReason: String {
        switch code {
        case ENOENT: "no such file or folder"
        case EEXIST, ENOTEMPTY: "it already exists"
        case EACCES, EPERM: "permission denied"
        case EISDIR: "it is a folder"
        case ENOTDIR: "a part of the path is not a folder"
        case ELOOP: "it is a symbolic link"
        case ENOSPC: "no space is left on the device"
        case EROFS: "the file system is read-only"
        case ENAMETOOLONG: "the name is too long"
        default: unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
        }
    }
}
