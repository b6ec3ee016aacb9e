/// Why bytes are not a WebAssembly module this kit reads, and the byte at which that shows.
package struct WebAssemblyError: Error, Equatable, Sendable {
    /// What is wrong, for callers that tell cases apart.
    package enum Kind: String, CaseIterable, Sendable {
        /// The first four bytes are not `\0asm` (spec 5.5.16).
        case notAModule
        /// The version field is neither 1 nor a component's.
        case unsupportedVersion
        /// The layer field says component model; the host runs core modules only.
        case component
        /// The file, a section or an entry ends too early.
        case truncated
        /// A LEB128 integer is too long or sets bits beyond its width (spec 5.2.2).
        case malformedInteger
        /// A name is not UTF-8 (spec 5.2.4).
        case malformedName
        /// A byte has no meaning where it stands.
        case unknownEncoding
        /// A type or instruction of a proposal that hosts do not accept, such as garbage collection.
        case notAccepted
        /// A section has an identifier the specification does not know (spec 5.5.2).
        case unknownSection
        /// A section stands after one it must precede (spec 5.5.16).
        case sectionOutOfOrder
        /// A section other than a custom one occurs twice (spec 5.5.16).
        case duplicateSection
        /// A section or function body has bytes left over or reaches past what holds it (spec 5.5.2).
        case sizeMismatch
        /// A count or length exceeds ``WebAssemblyModule/ReadingLimits``.
        case countTooLarge
        /// An index names a type, function, table, memory, global or tag that does not exist.
        case indexOutOfRange
        /// Two exports share a name (spec 3.4.10).
        case duplicateExport
        /// A minimum exceeds its maximum, or a memory exceeds what its addresses reach (spec 3.2.1).
        case invalidLimits
        /// The function and code sections disagree in number (spec 5.5.16).
        case functionCodeMismatch
        /// The data count and data sections disagree in number (spec 5.5.16).
        case dataCountMismatch
    }

    /// What is wrong.
    package let kind: Kind
    /// Byte offset in the file, from 0 to the file's size.
    package let offset: Int
    /// One lower-case sentence without a full stop; names taken from the module are escaped to ASCII.
    package let message: String
}

extension WebAssemblyError {
    /// What is said of a file behind its name: a module of another proposal is valid elsewhere.
    package var verdict: String {
        kind == .notAccepted
            ? "cannot be loaded by hosts: \(self)" : "is not a valid WebAssembly module: \(self)"
    }

    /// What its author can do.
    package var help: String {
        kind == .notAccepted
            ? "compile for WebAssembly 2.0, without garbage-collected types and exceptions"
            : "build it again with: pdk build"
    }
}

extension WebAssemblyError: CustomStringConvertible {
    /// The message followed by the offset, as `… (byte 12)`.
    package var description: String { "\(message) (byte \(offset))" }
}

extension String {
    /// This text between single quotes: at most 64 scalars, anything but printable ASCII escaped.
    var quotedForMessage: String {
        let scalars = unicodeScalars
        let shown = scalars.prefix(64).map { $0.escaped(asASCII: true) }.joined()
        return scalars.dropFirst(64).isEmpty ? "'\(shown)'" : "'\(shown)…'"
    }
}
