internal import CArchive

/// Writing tar archives inside gzip, the same bytes for the same entries and time.
package enum ArchiveWriter {
    /// The archive: ustar, owner and group 0, mode 0644, every entry of the time `modified`, no time in the gzip header.
    ///
    /// `modified` is in seconds since 1970, from 0 to the 33 bits that the format has room for.
    package static func archive(_ entries: [ArchiveEntry], modified: Int) throws(ArchiveError) -> [UInt8] {
        let library = try ArchiveLibrary.shared.get()
        guard (0..<1 << 33).contains(modified) else {
            throw ArchiveError(.writing, "the time \(modified) does not fit into a tar archive")
        }
        // The most that deflate, headers and padding add, with room to spare.
        let contents = entries.reduce(0) { $0 + $1.bytes.count + 1024 }
        let room = contents + contents / 256 + 64 << 10
        var failure: ArchiveError?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            do throws(ArchiveError) {
                let archive = try WritingArchive(library)
                try unsafe archive.write(entries, modified, into: UnsafeMutableRawBufferPointer(buffer), &count)
            } catch {
                count = 0
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }
}

/// An archive being written; freed when it goes out of scope (`archive_write_free`).
@safe
private struct WritingArchive: ~Copyable {
    private let archive: OpaquePointer
    private let library: ArchiveLibrary

    init(_ library: ArchiveLibrary) throws(ArchiveError) {
        guard let archive = library.functions.write_new() else {
            throw ArchiveError(.writing, "libarchive has no memory (archive_write_new)")
        }
        unsafe self.archive = archive
        self.library = library
    }

    deinit { _ = unsafe library.functions.write_free(archive) }

    /// Writes everything and says how many bytes it took.
    ///
    /// libarchive keeps the address of a counter until it is closed, so the counter lives until then.
    borrowing func write(
        _ entries: [ArchiveEntry], _ modified: Int, into buffer: UnsafeMutableRawBufferPointer, _ count: inout Int
    ) throws(ArchiveError) {
        let functions = library.functions
        try unsafe check(functions.write_set_format_ustar(archive))
        try unsafe check(functions.write_add_filter_gzip(archive))
        try unsafe check(functions.write_set_filter_option(archive, "gzip", "timestamp", nil))
        try unsafe check(functions.write_set_filter_option(archive, "gzip", "compression-level", "9"))
        let used = UnsafeMutablePointer<Int>.allocate(capacity: 1)
        unsafe used.initialize(to: 0)
        defer { unsafe used.deallocate() }
        try unsafe check(functions.write_open_memory(archive, buffer.baseAddress, buffer.count, used))
        do throws(ArchiveError) {
            for entry in entries { try write(entry, modified) }
        } catch {
            // Closed here, while its counter is still there; what went wrong is the error above.
            _ = unsafe functions.write_close(archive)
            throw error
        }
        try unsafe check(functions.write_close(archive))
        count = unsafe used.pointee
    }

    private borrowing func write(_ entry: ArchiveEntry, _ modified: Int) throws(ArchiveError) {
        guard ArchiveEntry.isPlain(entry.name) else {
            throw ArchiveError(.badName, "'\(entry.name.escapedToASCII)' is not a plain file name")
        }
        let functions = library.functions
        guard let header = functions.entry_new() else {
            throw ArchiveError(.writing, "libarchive has no memory (archive_entry_new)")
        }
        defer { unsafe functions.entry_free(header) }
        unsafe functions.entry_set_pathname(header, entry.name)
        unsafe functions.entry_set_filetype(header, UInt32(S_IFREG))
        unsafe functions.entry_set_perm(header, 0o644)
        unsafe functions.entry_set_uid(header, 0)
        unsafe functions.entry_set_gid(header, 0)
        unsafe functions.entry_set_mtime(header, Int64(modified), 0)
        unsafe functions.entry_set_size(header, Int64(entry.bytes.count))
        try unsafe check(functions.write_header(archive, header))
        var done = 0
        while done < entry.bytes.count {
            let written = unsafe entry.bytes.withUnsafeBytes { all in
                unsafe functions.write_data(archive, all.baseAddress?.advanced(by: done), all.count - done)
            }
            guard written > 0 else { throw failed() }
            done += written
        }
    }

    private borrowing func check(_ status: Int32) throws(ArchiveError) {
        guard status == ARCHIVE_OK else { throw failed() }
    }

    private borrowing func failed() -> ArchiveError {
        ArchiveError(.writing, "cannot write the archive: \(unsafe library.reason(archive))")
    }
}
