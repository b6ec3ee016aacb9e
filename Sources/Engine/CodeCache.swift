internal import Glibc

/// What became of the cache of compiled code when a module was compiled.
package enum CacheOutcome: Sendable, Equatable {
    /// No cache was asked for.
    case off
    /// The code came from the cache.
    case hit
    /// The code was compiled and stored.
    case stored
    /// The code was compiled and stored in the place of a file that was damaged.
    case replaced(reason: String)
    /// The code was compiled; the cache cannot be used.
    case ignored(reason: String)
}

/// The file in which one module's compiled code is kept, in a folder that only the user can write.
///
/// Compiled code runs unchecked, so a file is taken only from a folder and with an owner and mode that keep others
/// out, and only when it is as long and has the digest its head states: the library itself looks at neither.
struct CodeCache {
    /// The largest file read or written, in bytes.
    static let maximumBytes = 512 * 1024 * 1024
    /// The most files kept: whoever builds all day would otherwise fill the disk.
    static let maximumFiles = 64
    private static let magic = Array("pdk-code-1\n".utf8)

    /// What was found.
    enum Lookup {
        case found([UInt8])
        case absent
        case damaged(reason: String)
        case unusable(reason: String)
    }

    let folder: String
    let moduleHashHex: String
    let version: LibraryVersion
    /// Names the engine's configuration.
    let tag: String
    let sha256: @Sendable ([UInt8]) -> [UInt8]

    private var name: String { "\(moduleHashHex)-\(version)-\(tag).code" }

    /// Looks the module's code up.
    func load() -> Lookup {
        let isHash =
            moduleHashHex.utf8.count == 64
            && moduleHashHex.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        guard isHash else { return .unusable(reason: "the module's hash is not 64 lowercase hex digits") }
        if let reason = makeFolder() { return .unusable(reason: reason) }
        switch openFolder() {
        case .failure(let refusal): return .unusable(reason: refusal.reason)
        case .success(let directory):
            defer { close(directory) }
            return read(from: directory)
        }
    }

    /// Stores code: a temporary file of mode 0600, then a rename.
    ///
    /// The reason why not, or nil.
    func store(_ code: [UInt8]) -> String? {
        guard code.count <= Self.maximumBytes - 64 else { return "the compiled code is too large for the cache" }
        let directory: Int32
        switch openFolder() {
        case .failure(let refusal): return refusal.reason
        case .success(let opened): directory = opened
        }
        defer { close(directory) }
        let temporary = ".\(getpid())-\(UInt64.random(in: 0...UInt64.max)).tmp"
        let file = unsafe openat(directory, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { return failure("write to", errno) }
        let written = write(Self.magic + sha256(code), to: file) && write(code, to: file)
        let problem = errno
        guard close(file) == 0, written, unsafe renameat(directory, temporary, directory, name) == 0 else {
            let reason = failure("write to", written ? errno : problem)
            unsafe unlinkat(directory, temporary, 0)
            return reason
        }
        prune(directory)
        return nil
    }

    /// Removes the oldest files beyond the number that is kept; what cannot be removed stays.
    private func prune(_ directory: Int32) {
        let copy = unsafe openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0, let stream = unsafe fdopendir(copy) else {
            close(copy)
            return
        }
        defer { unsafe closedir(stream) }
        var files: [(age: Int, name: String)] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { place in
                unsafe place.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            var status = stat()
            guard name.hasSuffix(".code"), unsafe fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
                continue
            }
            files.append((status.st_mtim.tv_sec, name))
        }
        files.removeAll { $0.name == self.name }
        for file in files.sorted(by: { $0.age > $1.age }).dropFirst(Self.maximumFiles - 1) {
            unsafe unlinkat(directory, file.name, 0)
        }
    }

    private struct Refusal: Error {
        let reason: String
    }

    private func failure(_ action: String, _ code: Int32) -> String {
        "cannot \(action) the cache folder \(printable(folder)): \(systemMessage(code))"
    }

    /// Makes the folder and the missing ones above it with mode 0700.
    private func makeFolder() -> String? {
        guard folder.hasPrefix("/") else { return "the cache folder \(printable(folder)) is not an absolute path" }
        if unsafe mkdir(folder, 0o700) == 0 || errno == EEXIST { return nil }
        guard errno == ENOENT else { return failure("make", errno) }
        var path = ""
        for part in folder.split(separator: "/") {
            path += "/" + part
            if unsafe mkdir(path, 0o700) != 0, errno != EEXIST { return failure("make", errno) }
        }
        return nil
    }

    private func openFolder() -> Result<Int32, Refusal> {
        let directory = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard directory >= 0 else { return .failure(Refusal(reason: failure("open", errno))) }
        var status = stat()
        guard unsafe fstat(directory, &status) == 0, status.st_uid == geteuid(), status.st_mode & 0o022 == 0 else {
            close(directory)
            return .failure(Refusal(reason: "others can write to the cache folder \(printable(folder))"))
        }
        return .success(directory)
    }

    private func read(from directory: Int32) -> Lookup {
        let file = unsafe openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else {
            return errno == ENOENT ? .absent : .damaged(reason: "cannot open the cached code: \(systemMessage(errno))")
        }
        defer { close(file) }
        var status = stat()
        guard unsafe fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(),
            status.st_mode & 0o022 == 0
        else { return .damaged(reason: "others can write to the cached code") }
        let head = Self.magic.count + 32
        guard status.st_size > head, status.st_size <= Self.maximumBytes,
            let bytes = readAll(file, count: Int(status.st_size)), bytes.starts(with: Self.magic)
        else { return .damaged(reason: "the cached code is damaged") }
        let code = Array(bytes[head...])
        guard sha256(code) == Array(bytes[Self.magic.count..<head]) else {
            return .damaged(reason: "the cached code is damaged")
        }
        return .found(code)
    }

    private func readAll(_ file: Int32, count: Int) -> [UInt8]? {
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count, let start = buffer.baseAddress {
                let got = unsafe Glibc.read(file, start + filled, count - filled)
                if got < 0, errno == EINTR { continue }
                if got <= 0 { break }
                filled += got
            }
        }
        return bytes.count == count ? bytes : nil
    }

    private func write(_ bytes: [UInt8], to file: Int32) -> Bool {
        unsafe bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count, let start = buffer.baseAddress {
                let put = unsafe Glibc.write(file, start + done, buffer.count - done)
                if put < 0, errno == EINTR { continue }
                if put <= 0 { return false }
                done += put
            }
            return true
        }
    }
}
