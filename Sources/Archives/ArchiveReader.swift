internal import CArchive

/// A file of an archive that holds a tree of files.
package struct ArchivedFile: Equatable, Sendable {
    /// Relative to the archive's root, with `/` between its parts; see `ArchivedPath`.
    package let path: String
    package let bytes: [UInt8]
    /// Whether its mode lets its owner run it.
    package let isExecutable: Bool
}

/// The sizes that a tree in an archive may have; all in bytes but `entries` and `ratio`.
package struct ArchiveLimits: Sendable {
    /// The archive file.
    package var fileBytes: Int
    /// Everything that it unpacks to.
    package var totalBytes: Int
    /// How many files and folders there may be.
    package var entries: Int
    /// One file of it.
    package var entryBytes: Int
    /// How many times its own size it may unpack to, where that is more than 1 MiB.
    package var ratio: Int

    package init(
        fileBytes: Int = 64 << 20, totalBytes: Int = 64 << 20, entries: Int = 4_096, entryBytes: Int = 16 << 20,
        ratio: Int = 200
    ) {
        self.fileBytes = fileBytes
        self.totalBytes = totalBytes
        self.entries = entries
        self.entryBytes = entryBytes
        self.ratio = ratio
    }
}

/// Reading trees of files from `.tar.gz` and `.zip` archives, from memory to memory: nothing is written to any path.
package enum ArchiveReader {
    /// The files of an archive in their order; folders are implied by them.
    ///
    /// Takes plain files and folders with distinct plain paths only. A gzip stream has to be one whole stream with a tar
    /// archive in it; it is unpacked twice: once to see that it keeps within `limits`, then for its files.
    package static func files(
        of bytes: [UInt8], limits: ArchiveLimits = ArchiveLimits()
    ) throws(ArchiveError) -> [ArchivedFile] {
        guard bytes.count <= limits.fileBytes else {
            throw ArchiveError(.tooLarge, "the archive is larger than \(limits.fileBytes) bytes")
        }
        let library = try ArchiveLibrary.shared.get()
        // RFC 1952, section 2.3.1: the magic, and deflate as the only method. APPNOTE.TXT, 4.3.7: a local file header.
        let isGzip = bytes.starts(with: [0x1F, 0x8B, 0x08]), isZip = bytes.starts(with: [0x50, 0x4B, 0x03, 0x04])
        guard isGzip || isZip else {
            throw ArchiveError(.unknownFormat, "the file is neither a .tar.gz nor a .zip archive")
        }
        return try unsafe withBytes(bytes) { buffer throws(ArchiveError) in
            if isGzip { try unsafe checkStream(buffer, bytes, library, limits) }
            let format: OpenedArchive.Format = isZip ? .zip : .tar
            let reader = try unsafe OpenedArchive.open(buffer, library, format)
            return try readTree(reader, Budget(archive: bytes.count, limits: limits))
        }
    }

    /// How much may still be unpacked.
    private struct Budget {
        let limits: ArchiveLimits
        let total: Int

        init(archive: Int, limits: ArchiveLimits) {
            self.limits = limits
            total = min(
                limits.totalBytes, max(1 << 20, archive.multipliedReportingOverflow(by: limits.ratio).partialValue))
        }

        func overrun() -> ArchiveError {
            ArchiveError(
                .tooLarge,
                total < limits.totalBytes
                    ? "the archive unpacks to more than \(limits.ratio) times its size"
                    : "the archive unpacks to more than \(limits.totalBytes) bytes")
        }
    }

    /// Unpacks the stream without keeping anything (format `raw`).
    private static func checkStream(
        _ buffer: UnsafeRawBufferPointer, _ bytes: [UInt8], _ library: ArchiveLibrary, _ limits: ArchiveLimits
    ) throws(ArchiveError) {
        let reader = try unsafe OpenedArchive.open(buffer, library, .raw)
        guard try reader.nextHeader() != nil else { throw ArchiveError(.notGzip, "the gzip stream is empty") }
        // Headers and padding come on top of what the files hold.
        let budget = Budget(archive: bytes.count, limits: limits)
        let room = budget.total + limits.entries * 2_048 + 1 << 20
        var trailer = GzipTrailer()
        while let piece = try unsafe reader.nextPiece() {
            guard unsafe piece.bytes.count <= room - trailer.count else { throw budget.overrun() }
            unsafe trailer.update(piece.bytes)
        }
        guard trailer.ends(bytes) else {
            throw ArchiveError(
                .notGzip, "the archive is not a complete gzip stream: its checksum or length does not match")
        }
    }

    private static func readTree(
        _ reader: borrowing OpenedArchive, _ budget: Budget
    ) throws(ArchiveError) -> [ArchivedFile] {
        var files: [ArchivedFile] = [], paths = ArchivedPaths(), count = 0, total = 0
        while let header = try reader.nextHeader() {
            count += 1
            guard count <= budget.limits.entries else {
                throw ArchiveError(.tooLarge, "the archive has more than \(budget.limits.entries) entries")
            }
            guard header.kind != .other else {
                let shown = header.name.map { ": '\($0.escapedToASCII)'" } ?? ""
                throw ArchiveError(.notRegular, "entry \(count) is a link, a device or a sparse file\(shown)")
            }
            guard let path = try paths.add(header.name, isFolder: header.kind == .folder, entry: count) else {
                continue
            }
            guard (0...Int64(budget.limits.entryBytes)).contains(header.size) else {
                throw ArchiveError(.tooLarge, "\(path) is larger than \(budget.limits.entryBytes) bytes")
            }
            guard header.size <= Int64(budget.total - total) else { throw budget.overrun() }
            let bytes = try read(reader, path, Int(header.size))
            total += bytes.count
            files.append(ArchivedFile(path: path, bytes: bytes, isExecutable: header.isExecutable))
        }
        return files
    }

    private static func read(
        _ reader: borrowing OpenedArchive, _ name: String, _ size: Int
    ) throws(ArchiveError) -> [UInt8] {
        // No room is made for the size that a header claims.
        var contents: [UInt8] = []
        while let piece = try unsafe reader.nextPiece() {
            guard unsafe piece.offset == contents.count else {
                throw ArchiveError(.notRegular, "\(name) is a sparse file")
            }
            guard unsafe piece.bytes.count <= size - contents.count else {
                throw ArchiveError(.damaged, "\(name) is longer than its header says")
            }
            unsafe contents.append(contentsOf: piece.bytes)
        }
        guard contents.count == size else {
            throw ArchiveError(.damaged, "\(name) is shorter than its header says")
        }
        return contents
    }

    /// `withUnsafeBytes` with a typed error.
    private static func withBytes<Value>(
        _ bytes: [UInt8], _ body: (UnsafeRawBufferPointer) throws(ArchiveError) -> Value
    ) throws(ArchiveError) -> Value {
        let result = unsafe bytes.withUnsafeBytes { buffer -> Result<Value, ArchiveError> in
            do throws(ArchiveError) { return .success(try unsafe body(buffer)) } catch { return .failure(error) }
        }
        return try result.get()
    }
}
