internal import Glibc

/// A folder that other processes are kept out of while this value lives, if they lock it too.
package struct FolderLock: ~Copyable {
    private let descriptor: Int32

    fileprivate init(adopting descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Lets the others in.
    package consuming func release() {}
}

extension Folder {
    /// Locks this folder, waiting for another holder up to 30 seconds; end it with `release`, so that it lasts until then.
    package borrowing func locked() throws(FileError) -> FolderLock {
        // A lock belongs to an opening of the folder, and this one lasts as long as the lock.
        let opened = unsafe openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard opened >= 0 else { throw FileError.last("lock", path) }
        do throws(FileError) {
            let lock = try Self.lock(opened, path, waitingSeconds: 30)
            if lock != opened { close(opened) }
            return FolderLock(adopting: lock)
        } catch {
            close(opened)
            throw error
        }
    }

    /// Locks an open folder for this process, waiting for another holder up to `seconds`; gives what holds the lock.
    ///
    /// The folder itself is locked (`flock(2)`), so that no lock file stays behind. Where a file system cannot lock folders
    /// (NFS), a file `.pdk.lock` in it is. The lock goes when the descriptor that comes back is closed.
    private static func lock(_ descriptor: Int32, _ path: String, waitingSeconds seconds: Int) throws(FileError)
        -> Int32
    {
        let code = wait(descriptor, seconds)
        if code == 0 { return descriptor }
        guard [EBADF, EOPNOTSUPP, ENOLCK, EINVAL].contains(code) else { throw error(code, path, seconds) }
        let file = FilePaths.join(path, ".pdk.lock")
        let opened = unsafe Glibc.open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
        guard opened >= 0 else { throw FileError.last("lock", file) }
        let second = wait(opened, seconds)
        guard second == 0 else {
            close(opened)
            throw error(second, file, seconds)
        }
        return opened
    }

    /// Tries twenty times a second; the code of the last failure, 0 when the lock is held.
    private static func wait(_ descriptor: Int32, _ seconds: Int) -> Int32 {
        for attempt in 0...max(1, seconds * 20) {
            if attempt > 0 { usleep(50_000) }
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return 0 }
            guard errno == EWOULDBLOCK || errno == EINTR else { return errno }
        }
        return EWOULDBLOCK
    }

    private static func error(_ code: Int32, _ path: String, _ seconds: Int) -> FileError {
        FileError(
            action: "lock", path: path, code: code,
            reason: code == EWOULDBLOCK ? "another process has held it for \(seconds) seconds" : nil)
    }
}
