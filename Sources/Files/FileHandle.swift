internal import Glibc

/// An open file; closed when it goes out of scope (`open(2)`, `close(2)`).
package struct FileHandle: ~Copyable {
    /// Where the file was opened, for error texts.
    package let path: String
    let descriptor: Int32

    init(adopting descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    /// Takes what was opened, and closes it unless it is a regular file.
    init(regular descriptor: Int32, path: String) throws(FileError) {
        if let refusal = Self.refusal(descriptor, path) {
            close(descriptor)
            throw refusal
        }
        self.init(adopting: descriptor, path: path)
    }

    /// Opens a regular file for reading; a folder, a pipe or a device is refused.
    ///
    /// `followingLinks` says whether the last part of the path may be a symbolic link.
    package init(reading path: String, followingLinks: Bool = true) throws(FileError) {
        let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | (followingLinks ? 0 : O_NOFOLLOW)
        let descriptor = unsafe open(path, flags)
        guard descriptor >= 0 else { throw FileError.last("open", path) }
        try self.init(regular: descriptor, path: path)
    }

    /// Why an open file is not one to read, nil when it is a regular file.
    static func refusal(_ descriptor: Int32, _ path: String) -> FileError? {
        var record = stat()
        guard unsafe fstat(descriptor, &record) == 0 else { return FileError.last("examine", path) }
        switch FileStatus(record).kind {
        case .regular: return nil
        case .folder: return FileError(action: "open", path: path, code: EISDIR)
        case .link, .other: return FileError(action: "open", path: path, reason: "it is not a regular file")
        }
    }

    deinit { close(descriptor) }

    /// Size, kind, owner and permissions (`fstat(2)`).
    package borrowing func status() throws(FileError) -> FileStatus {
        var record = stat()
        guard unsafe fstat(descriptor, &record) == 0 else { throw FileError.last("examine", path) }
        return FileStatus(record)
    }

    /// Hands the rest of the file to `sink` in pieces of at most 256 KiB, in constant memory (`read(2)`).
    ///
    /// A file of more than `limit` bytes is an error, also when it grows while it is read.
    package borrowing func stream(limit: Int, into sink: (RawSpan) throws -> Void) throws {
        guard Int(clamping: try status().size) <= limit else { throw tooLarge(limit) }
        var left = limit
        var buffer = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            let count = try fill(&buffer)
            guard count > 0 else { return }
            guard count <= left else { throw tooLarge(limit) }
            left -= count
            try unsafe sink(buffer.span.extracting(0..<count).bytes)
        }
    }

    /// The rest of the file, which may have at most `limit` bytes.
    ///
    /// Read straight into the array that is given back: of a file that does not grow meanwhile no other copy is made.
    package borrowing func readAll(limit: Int) throws(FileError) -> [UInt8] {
        let expected = Int(clamping: try status().size)
        guard expected <= limit else { throw tooLarge(limit) }
        // One byte more than expected, so that the end of the file is seen without another buffer.
        var all = [UInt8](repeating: 0, count: max(4096, expected + 1)), done = 0
        while true {
            if done == all.count { all.append(contentsOf: repeatElement(0, count: min(done, 64 << 20))) }
            let count = try fill(&all, from: done)
            guard count > 0 else {
                all.removeLast(all.count - done)
                return all
            }
            done += count
            guard done <= limit else { throw tooLarge(limit) }
        }
    }

    /// The next bytes of the file, fewer where it ends before.
    package borrowing func readHead(bytes: Int) throws(FileError) -> [UInt8] {
        var head = [UInt8](repeating: 0, count: bytes), done = 0
        while done < bytes {
            let count = try fill(&head, from: done)
            guard count > 0 else { break }
            done += count
        }
        head.removeLast(bytes - done)
        return head
    }

    private borrowing func tooLarge(_ limit: Int) -> FileError {
        FileError(action: "read", path: path, code: EFBIG, reason: "it is larger than \(limit) bytes")
    }

    private borrowing func fill(_ buffer: inout [UInt8], from start: Int = 0) throws(FileError) -> Int {
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { memory in
                unsafe read(descriptor, memory.baseAddress?.advanced(by: start), memory.count - start)
            }
            if count >= 0 { return count }
            guard errno == EINTR else { throw FileError.last("read", path) }
        }
    }
}
