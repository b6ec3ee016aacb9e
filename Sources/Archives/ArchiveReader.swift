internal import CArchive

/// Reading tar archives inside gzip, from memory to memory: nothing is ever written to a path that an archive names.
package enum ArchiveReader {
    /// The entries in their order.
    ///
    /// Takes regular files with plain, distinct names only, and one whole gzip stream with a tar archive in it. The
    /// stream is unpacked twice: once to see that it keeps within `limits` and ends as it should, then for its entries.
    package static func entries(
        of bytes: [UInt8], limits: ArchiveLimits = ArchiveLimits()
    ) throws(ArchiveError) -> [ArchiveEntry] {
        guard bytes.count <= limits.fileBytes else {
            throw ArchiveError(.tooLarge, "the archive is larger than \(limits.fileBytes) bytes")
        }
        // RFC 1952, section 2.3.1: the magic, and deflate as the only method.
        guard bytes.starts(with: [0x1F, 0x8B, 0x08]) else {
            throw ArchiveError(.notGzip, "the archive is not in gzip: it does not begin with 1f 8b 08")
        }
        let library = try ArchiveLibrary.shared.get()
        return try unsafe withBytes(bytes) { buffer throws(ArchiveError) in
            try unsafe checkStream(buffer, bytes, library, limits)
            return try unsafe readEntries(buffer, library, limits)
        }
    }

    /// Unpacks the stream without keeping anything (format `raw`).
    private static func checkStream(
        _ buffer: UnsafeRawBufferPointer, _ bytes: [UInt8], _ library: ArchiveLibrary, _ limits: ArchiveLimits
    ) throws(ArchiveError) {
        let reader = try unsafe OpenedArchive.open(buffer, library, format: library.functions.read_support_format_raw)
        guard try reader.nextHeader() != nil else { throw ArchiveError(.notGzip, "the gzip stream is empty") }
        var trailer = GzipTrailer()
        while let piece = try unsafe reader.nextPiece() {
            guard unsafe piece.bytes.count <= limits.totalBytes - trailer.count else {
                throw ArchiveError(.tooLarge, "the archive unpacks to more than \(limits.totalBytes) bytes")
            }
            unsafe trailer.update(piece.bytes)
        }
        guard trailer.ends(bytes) else {
            throw ArchiveError(.notGzip, "the archive is not one whole gzip stream: its end does not fit what is in it")
        }
    }

    private static func readEntries(
        _ buffer: UnsafeRawBufferPointer, _ library: ArchiveLibrary, _ limits: ArchiveLimits
    ) throws(ArchiveError) -> [ArchiveEntry] {
        let reader = try unsafe OpenedArchive.open(buffer, library, format: library.functions.read_support_format_tar)
        var entries: [ArchiveEntry] = []
        while let header = try reader.nextHeader() {
            guard entries.count < limits.entries else {
                throw ArchiveError(.tooLarge, "the archive has more than \(limits.entries) entries")
            }
            let number = entries.count + 1
            guard header.isRegularFile else {
                throw ArchiveError(
                    .notRegular, "entry \(number) is not a regular file, but a link, a folder or a device")
            }
            guard let name = header.name, ArchiveEntry.isPlain(name) else {
                let shown = header.name.map { ": '\($0.escapedToASCII)'" } ?? ""
                throw ArchiveError(.badName, "entry \(number) has a name that is not a plain file name\(shown)")
            }
            guard !entries.contains(where: { $0.name == name }) else {
                throw ArchiveError(.duplicate, "the archive has two entries called \(name)")
            }
            let limit = limits.named[name] ?? limits.entryBytes
            guard (0...Int64(limit)).contains(header.size) else {
                throw ArchiveError(.tooLarge, "the entry \(name) is larger than \(limit) bytes")
            }
            entries.append(ArchiveEntry(name: name, bytes: try read(reader, name, Int(header.size))))
        }
        return entries
    }

    private static func read(
        _ reader: borrowing OpenedArchive, _ name: String, _ size: Int
    ) throws(ArchiveError) -> [UInt8] {
        // No room is made for the size that a header claims.
        var contents: [UInt8] = []
        while let piece = try unsafe reader.nextPiece() {
            guard unsafe piece.offset == contents.count else {
                throw ArchiveError(.notRegular, "the entry \(name) has holes in it")
            }
            guard unsafe piece.bytes.count <= size - contents.count else {
                throw ArchiveError(.notTar, "the entry \(name) is longer than its header says")
            }
            unsafe contents.append(contentsOf: piece.bytes)
        }
        guard contents.count == size else {
            throw ArchiveError(.notTar, "the entry \(name) is shorter than its header says")
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

/// An archive being read; freed when it goes out of scope (`archive_read_free`).
@safe
private struct OpenedArchive: ~Copyable {
    /// What is known of an entry before its contents.
    struct Header {
        let name: String?
        let isRegularFile: Bool
        /// Bytes; negative when the header does not say.
        let size: Int64
    }

    private let archive: OpaquePointer
    private let library: ArchiveLibrary

    private init(_ archive: OpaquePointer, _ library: ArchiveLibrary) {
        unsafe self.archive = archive
        self.library = library
    }

    /// Opens what lies in memory, which must stay there, with gzip as the only filter and `format` as the only format.
    static func open(
        _ buffer: UnsafeRawBufferPointer, _ library: ArchiveLibrary,
        format: @convention(c) (OpaquePointer?) -> Int32
    ) throws(ArchiveError) -> OpenedArchive {
        guard let archive = library.functions.read_new() else {
            throw ArchiveError(.libraryMissing, "libarchive has no memory (archive_read_new)")
        }
        let opened = unsafe OpenedArchive(archive, library)
        guard unsafe library.functions.read_support_filter_gzip(archive) == ARCHIVE_OK,
            unsafe format(archive) == ARCHIVE_OK
        else {
            throw ArchiveError(
                .libraryMissing, "libarchive is built without gzip or tar: \(unsafe library.reason(archive))")
        }
        guard unsafe library.functions.read_open_memory(archive, buffer.baseAddress, buffer.count) == ARCHIVE_OK else {
            throw ArchiveError(.notGzip, "cannot unpack the archive: \(unsafe library.reason(archive))")
        }
        // gzip inside gzip would be unpacked, too, where some readers do not.
        guard unsafe library.functions.filter_count(archive) == 2,
            unsafe library.functions.filter_code(archive, 0) == ARCHIVE_FILTER_GZIP
        else { throw ArchiveError(.notGzip, "the archive is not a tar archive in a single gzip stream") }
        return opened
    }

    deinit { _ = unsafe library.functions.read_free(archive) }

    /// The next entry, nil at the end; a warning of libarchive is an error here (`archive_read_next_header`).
    borrowing func nextHeader() throws(ArchiveError) -> Header? {
        var found: OpaquePointer?
        let status = unsafe library.functions.read_next_header(archive, &found)
        if status == ARCHIVE_EOF { return nil }
        guard status == ARCHIVE_OK, let entry = unsafe found else {
            throw ArchiveError(.notTar, "the archive is damaged or not tar: \(unsafe library.reason(archive))")
        }
        let functions = library.functions
        let isRegular =
            unsafe functions.entry_filetype(entry) == UInt32(S_IFREG) && functions.entry_hardlink(entry) == nil
            && functions.entry_symlink(entry) == nil && functions.entry_sparse_count(entry) == 0
        return Header(
            name: unsafe functions.entry_pathname(entry).flatMap { unsafe String(validatingCString: $0) },
            isRegularFile: isRegular, size: unsafe functions.entry_size(entry))
    }

    /// The next bytes of the entry, nil at its end; they stay until the next call (`archive_read_data_block`).
    borrowing func nextPiece() throws(ArchiveError) -> (bytes: UnsafeRawBufferPointer, offset: Int)? {
        var start: UnsafeRawPointer?
        var count = 0
        var offset: Int64 = 0
        let status = unsafe library.functions.read_data_block(archive, &start, &count, &offset)
        // At its end an entry with holes still reports where it ends, without bytes.
        if status == ARCHIVE_EOF { return nil }
        guard status == ARCHIVE_OK else {
            throw ArchiveError(.notTar, "the archive is damaged: \(unsafe library.reason(archive))")
        }
        return unsafe (UnsafeRawBufferPointer(start: start, count: count), Int(clamping: offset))
    }
}
