/// Why an archive was refused or could not be made.
package struct ArchiveError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong, for callers that tell cases apart.
    package enum Kind: String, Sendable {
        /// libarchive cannot be loaded.
        case libraryMissing
        /// The file, an entry, or all entries together are larger than the limits, or there are too many.
        case tooLarge
        /// The bytes are not one whole gzip stream.
        case notGzip
        /// What is inside the gzip stream is not a whole tar archive.
        case notTar
        /// The file is no archive that is read.
        case unknownFormat
        /// libarchive cannot read on, or an entry is not as long as its header says.
        case damaged
        /// An entry's name is not a plain name or path.
        case badName
        /// An entry is a link, a device or a sparse file; or a folder, where only files are.
        case notRegular
        /// Two entries have the same name, or names that are one where case does not count.
        case duplicate
        /// An entry is not the one that should be there.
        case unexpected
        /// An entry that must be there is not.
        case missing
        /// libarchive failed to write.
        case writing
    }

    /// What is wrong.
    package let kind: Kind
    /// One lower-case sentence; names taken from the archive are escaped to ASCII.
    package let message: String

    init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// The message.
    package var description: String { message }

    /// What to do next, where there is something.
    package var help: String? {
        kind == .libraryMissing ? "install the Debian package libarchive13: apt-get install libarchive13" : nil
    }
}
