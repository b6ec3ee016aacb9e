internal import CArchive

/// An archive being read; freed when it goes out of scope (`archive_read_free`).
@safe
struct OpenedArchive: ~Copyable {
    /// What an archive is read as.
    enum Format {
        /// tar in gzip (`archive_read_support_format_tar`).
        case tar
        /// What is in a gzip stream, whatever it is (`archive_read_support_format_raw`).
        case raw
        /// By the central directory, as unzip reads (`archive_read_support_format_zip_seekable`).
        case zip
    }

    /// What is known of an entry before its contents.
    struct Header {
        enum Kind { case file, folder, other }

        let name: String?
        let kind: Kind
        let isExecutable: Bool
        /// Bytes; negative when the header does not say.
        let size: Int64
    }

    private let archive: OpaquePointer
    private let library: ArchiveLibrary

    private init(_ archive: OpaquePointer, _ library: ArchiveLibrary) {
        unsafe self.archive = archive
        self.library = library
    }

    /// Opens what lies in memory, which must stay there, with `format` as the only format.
    static func open(
        _ buffer: UnsafeRawBufferPointer, _ library: ArchiveLibrary, _ format: Format
    ) throws(ArchiveError) -> OpenedArchive {
        guard let archive = library.functions.read_new() else {
            throw ArchiveError(.libraryMissing, "libarchive has no memory (archive_read_new)")
        }
        let opened = unsafe OpenedArchive(archive, library)
        let functions = library.functions
        let status =
            switch format {
            case .tar:
                unsafe functions.read_support_filter_gzip(archive) == ARCHIVE_OK
                    ? functions.read_support_format_tar(archive) : ARCHIVE_FATAL
            case .raw:
                unsafe functions.read_support_filter_gzip(archive) == ARCHIVE_OK
                    ? functions.read_support_format_raw(archive) : ARCHIVE_FATAL
            case .zip: unsafe functions.read_support_format_zip_seekable(archive)
            }
        guard status == ARCHIVE_OK else {
            throw ArchiveError(
                .libraryMissing, "libarchive is built without gzip, tar or zip: \(unsafe library.reason(archive))")
        }
        guard unsafe functions.read_open_memory(archive, buffer.baseAddress, buffer.count) == ARCHIVE_OK else {
            throw ArchiveError(.damaged, "cannot unpack the archive: \(unsafe library.reason(archive))")
        }
        // gzip inside gzip would be unpacked, too, where some readers do not.
        if format != .zip {
            guard unsafe functions.filter_count(archive) == 2,
                unsafe functions.filter_code(archive, 0) == ARCHIVE_FILTER_GZIP
            else { throw ArchiveError(.notGzip, "the archive is not a tar archive in a single gzip stream") }
        }
        return opened
    }

    deinit { _ = unsafe library.functions.read_free(archive) }

    /// The next entry, nil at the end; a warning of libarchive is an error here (`archive_read_next_header`).
    borrowing func nextHeader() throws(ArchiveError) -> Header? {
        let archive = unsafe self.archive, library = library
        var found: OpaquePointer?
        let status = library.readingNames { unsafe library.functions.read_next_header(archive, &found) }
        if status == ARCHIVE_EOF { return nil }
        guard status == ARCHIVE_OK, let entry = unsafe found else {
            throw ArchiveError(
                .damaged, "the archive is damaged or has another format: \(unsafe library.reason(archive))")
        }
        let functions = library.functions
        let isLinked =
            unsafe functions.entry_hardlink(entry) != nil || functions.entry_symlink(entry) != nil
            || functions.entry_sparse_count(entry) != 0
        let type = unsafe functions.entry_filetype(entry)
        let kind: Header.Kind =
            isLinked ? .other : type == UInt32(S_IFREG) ? .file : type == UInt32(S_IFDIR) ? .folder : .other
        return Header(
            name: library.readingNames {
                unsafe functions.entry_pathname(entry).flatMap { unsafe String(validatingCString: $0) }
            },
            kind: kind, isExecutable: unsafe functions.entry_perm(entry) & 0o100 != 0,
            size: unsafe functions.entry_size(entry))
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
            throw ArchiveError(.damaged, "the archive is damaged: \(unsafe library.reason(archive))")
        }
        return unsafe (UnsafeRawBufferPointer(start: start, count: count), Int(clamping: offset))
    }
}
