internal import Glibc

/// A folder that other writers are kept out of while this value lives, if they lock it too.
///
/// The lock is on a file `.pdk.lock` in the folder (`flock(2)`) that only those who may write to the folder can open, so that
/// nobody else can keep a writer waiting. It is removed with the lock.
package struct FolderLock: ~Copyable {
    /// The name of the file.
    package static let fileName = ".pdk.lock"

    private let descriptor: Int32
    private let folder: Int32

    fileprivate init(_ descriptor: Int32, in folder: Int32) {
        self.descriptor = descriptor
        self.folder = folder
    }

    deinit {
        // Removed while it is held: who waits for it sees that it has no name any more, and takes a new one.
        unsafe unlinkat(folder, Self.fileName, 0)
        close(descriptor)
        close(folder)
    }

    /// Lets the others in.
    package consuming func release() {}
}

/// Who holds a folder's lock, as far as the lock's file tells.
package struct LockHolder: Sendable, Equatable, CustomStringConvertible {
    /// The process, nil where the file does not say.
    package let process: Int32?
    /// The user that it runs as.
    package let user: UInt32

    /// `process 4711 of user alice`.
    package var description: String {
        let process = process.map { "process \($0)" } ?? "a process"
        return "\(process) of user \(Self.name(of: user) ?? "\(user)")"
    }

    /// The user's name (`getpwuid_r(3)`).
    private static func name(of user: UInt32) -> String? {
        var entry = unsafe passwd()
        var buffer = [CChar](repeating: 0, count: 16 << 10)
        return unsafe buffer.withUnsafeMutableBufferPointer { room -> String? in
            var found: UnsafeMutablePointer<passwd>?
            guard let start = room.baseAddress, unsafe getpwuid_r(user, &entry, start, room.count, &found) == 0,
                let record = unsafe found, let name = unsafe record.pointee.pw_name
            else { return nil }
            return unsafe String(validatingCString: name)
        }
    }
}

/// How long a lock is waited for, and who is told of it.
package struct LockWait: Sendable {
    /// Seconds until giving up.
    package var seconds = 30
    /// Told after two seconds, once, which folder is waited for and who holds its lock.
    package var notice: (@Sendable (_ folder: String, LockHolder) -> Void)?
    /// A cancellation: then the lock is neither waited for nor taken.
    package var cancellation: Cancellation?

    package init(seconds: Int = 30, notice: (@Sendable (_ folder: String, LockHolder) -> Void)? = nil) {
        self.seconds = seconds
        self.notice = notice
    }

    /// Waits as usual, and tells in words who is waited for.
    package init(describedTo notice: (@Sendable (String) -> Void)?) {
        guard let notice else { return }
        self.notice = { folder, holder in notice("waiting for \(holder), which writes to \(folder)") }
    }
}

extension Folder {
    /// Locks this folder, waiting for another holder; end it with `release`, so that it lasts until then.
    package borrowing func locked(_ wait: LockWait = LockWait()) throws(FileError) -> FolderLock {
        let start = ContinuousClock.now
        var isTold = false, holder: LockHolder?
        while true {
            guard wait.cancellation?.isCancelled != true else {
                throw FileError(action: "lock", path: path, reason: "cancelled")
            }
            if let lock = try tryLock(&holder) { return lock }
            let waited = ContinuousClock.now - start
            if !isTold, waited > .seconds(2), let holder {
                wait.notice?(path, holder)
                isTold = true
            }
            guard waited < .seconds(wait.seconds) else { throw held(holder, wait.seconds) }
            // Not all of those who wait at the same moment.
            usleep(UInt32.random(in: 10_000...40_000))
        }
    }

    /// Locks this folder if nobody else has, else nil.
    package borrowing func lockedIfFree() throws(FileError) -> FolderLock? {
        var holder: LockHolder?
        return try tryLock(&holder)
    }

    private borrowing func held(_ holder: LockHolder?, _ seconds: Int) -> FileError {
        FileError(
            action: "lock", path: path, code: EWOULDBLOCK,
            reason: "\(holder?.description ?? "another process") has held the lock for \(seconds) seconds")
    }

    /// One try; nil when somebody else holds the lock, who is then told.
    private borrowing func tryLock(_ holder: inout LockHolder?) throws(FileError) -> FolderLock? {
        let file = try openLockFile()
        guard file >= 0 else { return nil }
        do throws(FileError) {
            if flock(file, LOCK_EX | LOCK_NB) != 0 {
                guard errno == EWOULDBLOCK || errno == EINTR else {
                    throw FileError.last("lock", join(FolderLock.fileName))
                }
                holder = Self.holder(of: file)
                close(file)
                return nil
            }
            var record = stat()
            guard unsafe fstat(file, &record) == 0 else { throw FileError.last("lock", join(FolderLock.fileName)) }
            let mine = FileStatus(record)
            // The holder before has removed it: what is there now is another file.
            guard try status(of: FolderLock.fileName)?.number == mine.number else {
                close(file)
                return nil
            }
            let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
            guard copy >= 0 else { throw FileError.last("lock", path) }
            Self.sign(file)
            return FolderLock(file, in: copy)
        } catch {
            close(file)
            throw error
        }
    }

    /// Opens the lock's file, or makes it for all who may write to the folder; -1 while another one makes it.
    private borrowing func openLockFile() throws(FileError) -> Int32 {
        let flags = O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
        let name = FolderLock.fileName
        let made = unsafe openat(descriptor, name, flags | O_CREAT | O_EXCL, 0o600)
        if made >= 0 {
            var record = stat()
            if unsafe fstat(descriptor, &record) == 0 {
                let folder = FileStatus(record), writers = folder.mode & 0o222
                // Left behind by a killed process of root, it must not keep the folder's owner out.
                _ = fchown(made, geteuid() == 0 ? folder.owner : uid_t.max, folder.group)
                _ = fchmod(made, 0o600 | writers | writers << 1)
            }
            return made
        }
        guard errno == EEXIST else { throw FileError.last("lock", join(name)) }
        let found = unsafe openat(descriptor, name, flags)
        if found >= 0 {
            if let refusal = FileHandle.refusal(found, join(name)) {
                close(found)
                throw refusal
            }
            return found
        }
        let code = errno
        if code == ENOENT { return -1 }
        // Its maker may be about to open it to the others.
        if code == EACCES, let status = try status(of: name), status.mode == 0o600,
            FileStatus.now - status.changed < 1_000_000_000
        {
            return -1
        }
        let owner = try status(of: name).map { LockHolder(process: nil, user: $0.owner) }
        throw FileError(
            action: "lock", path: join(name), code: code,
            reason: code == EACCES
                ? "\(owner?.description ?? "another user") created it and does not allow others to use it" : nil
        )
    }

    /// Says in the lock's file who holds it; a disk without room for that is no reason not to go on.
    private static func sign(_ file: Int32) {
        let text = Array("\(getpid()) \(geteuid())\n".utf8)
        _ = ftruncate(file, 0)
        _ = unsafe text.withUnsafeBytes { unsafe pwrite(file, $0.baseAddress, $0.count, 0) }
    }

    private static func holder(of file: Int32) -> LockHolder? {
        var record = stat()
        guard unsafe fstat(file, &record) == 0 else { return nil }
        var text = [UInt8](repeating: 0, count: 32)
        let count = unsafe text.withUnsafeMutableBytes { unsafe pread(file, $0.baseAddress, $0.count, 0) }
        let words = text.prefix(max(0, count)).split { !(0x30...0x39).contains($0) }
            .map { String(decoding: $0, as: UTF8.self) }
        let user = words.count > 1 ? UInt32(words[1]) : nil
        return LockHolder(process: words.first.flatMap { Int32($0) }, user: user ?? FileStatus(record).owner)
    }
}

extension FileStatus {
    /// Nanoseconds since 1970 by the clock that files have their times from.
    static var now: Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }
}
