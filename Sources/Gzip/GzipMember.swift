internal import CZlib

/// Unpacks a file that is exactly one gzip member (RFC 1952), from memory and in constant memory.
///
/// Where readers may differ it is refused: several members, something behind the last, header fields that no packer of ours
/// or of the host writes.
package enum GzipMember {
    /// The longest file name in a gzip header, in bytes.
    static let maximumNameBytes = 256

    /// Hands what the file unpacks to, at most `maximumBytes`, to `sink` in pieces; throws `GzipError`, or what the sink throws.
    package static func unpack(
        _ bytes: [UInt8], maximumBytes: Int, into sink: (RawSpan) throws -> Void
    ) throws {
        let start = try headerEnd(bytes)
        let library = try ZlibLibrary.shared.get()
        let stream = try InflateStream(library)
        var check: UInt = 0, size = 0
        let used = try stream.run(bytes, from: start) { piece in
            guard piece.byteCount <= maximumBytes - size else {
                throw GzipError(.tooLarge, "it unpacks to more than \(maximumBytes) bytes")
            }
            size += piece.byteCount
            check = library.crc32(check, piece)
            try sink(piece)
        }
        guard bytes.count - used >= 8 else { throw GzipError(.damaged, "it is cut short: its gzip trailer is missing") }
        let number = { (at: Int) in bytes[at..<at + 4].reversed().reduce(UInt(0)) { $0 << 8 | UInt($1) } }
        guard number(used) == check else { throw GzipError(.damaged, "it is damaged: its checksum does not fit") }
        guard number(used + 4) == UInt(UInt32(truncatingIfNeeded: size)) else {
            throw GzipError(.damaged, "it is damaged: its length does not fit")
        }
        let rest = bytes[(used + 8)...]
        guard rest.isEmpty else {
            throw GzipError(
                .trailingData,
                rest.starts(with: [0x1F, 0x8B])
                    ? "it has more than one gzip member" : "there are \(rest.count) more bytes after its gzip trailer")
        }
    }

    /// Where the compressed data begins.
    private static func headerEnd(_ bytes: [UInt8]) throws(GzipError) -> Int {
        guard bytes.starts(with: [0x1F, 0x8B]) else {
            throw GzipError(.notGzip, "it is not in gzip: it does not begin with 1f 8b")
        }
        guard bytes.count >= 18 else {
            throw GzipError(.damaged, "it is cut short: \(bytes.count) bytes are too few for a gzip file")
        }
        guard bytes[2] == 8 else { throw GzipError(.notGzip, "its gzip header names a compression other than deflate") }
        // Section 2.3.1: bit 3 says that a file name follows; gzip and Python write one.
        guard bytes[3] & ~0x08 == 0 else {
            throw GzipError(.notGzip, "its gzip header has fields that packed plugins do not have")
        }
        guard bytes[3] == 0x08 else { return 10 }
        guard let end = bytes[10...].prefix(maximumNameBytes + 1).firstIndex(of: 0) else {
            throw GzipError(.notGzip, "the file name in its gzip header is longer than \(maximumNameBytes) bytes")
        }
        return end + 1
    }
}

/// Why a gzip file was refused.
package struct GzipError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong, for callers that tell cases apart.
    package enum Kind: Sendable { case libraryMissing, notGzip, damaged, tooLarge, trailingData }

    package let kind: Kind
    /// A lower-case sentence about `it`, the file.
    package let description: String

    init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}

/// zlib, loaded when the first gzip file is read (`dlopen`) and never unloaded.
///
/// `@unchecked Sendable`: it holds the addresses of functions only, and is never changed once loaded.
@safe
struct ZlibLibrary: @unchecked Sendable {
    let functions: czlib_library

    static let shared: Result<ZlibLibrary, GzipError> = load("libz.so.1")

    static func load(_ file: String) -> Result<ZlibLibrary, GzipError> {
        var functions = czlib_library()
        guard unsafe czlib_load(file, &functions) == 0 else {
            let reason = unsafe dlerror().map { unsafe String(cString: $0) } ?? "unknown reason"
            return .failure(GzipError(.libraryMissing, "zlib cannot be loaded: \(reason)"))
        }
        return .success(ZlibLibrary(functions: functions))
    }

    /// The CRC-32 of a piece, after that of those before it (`crc32`).
    func crc32(_ before: UInt, _ piece: RawSpan) -> UInt {
        unsafe piece.withUnsafeBytes { bytes in
            unsafe UInt(
                functions.crc32(
                    uLong(before), bytes.bindMemory(to: Bytef.self).baseAddress, uInt(truncatingIfNeeded: bytes.count)))
        }
    }
}

/// A raw deflate stream being unpacked; freed when it goes out of scope (`inflateEnd`).
@safe
private final class InflateStream {
    private let library: ZlibLibrary
    private var stream = unsafe z_stream()

    init(_ library: ZlibLibrary) throws(GzipError) {
        self.library = library
        let code = unsafe withUnsafePointer(to: library.functions) { functions in
            unsafe czlib_start(functions, &stream)
        }
        guard code == Z_OK else { throw GzipError(.libraryMissing, "zlib has no memory (inflateInit2)") }
    }

    deinit { _ = unsafe library.functions.inflate_end(&stream) }

    /// Unpacks from `start` to the end of the stream; where in `bytes` that is (`inflate`).
    func run(_ bytes: [UInt8], from start: Int, into sink: (RawSpan) throws -> Void) throws -> Int {
        var room = [UInt8](repeating: 0, count: 256 << 10), at = start
        var isAtEnd = false
        while !isAtEnd {
            // Pieces whose length fits zlib's numbers.
            let end = min(bytes.count, at + 1 << 20)
            let (code, taken, made) = step(bytes, at..<end, &room)
            at += taken
            if made > 0 { try sink(unsafe room.span.extracting(0..<made).bytes) }
            switch code {
            case Z_STREAM_END: isAtEnd = true
            case Z_OK, Z_BUF_ERROR:
                guard taken > 0 || made > 0 else { throw GzipError(.damaged, "it is cut short") }
            default: throw GzipError(.damaged, "it is damaged: its compressed data is not valid")
            }
        }
        return at
    }

    private func step(_ bytes: [UInt8], _ range: Range<Int>, _ room: inout [UInt8]) -> (Int32, Int, Int) {
        unsafe bytes.withUnsafeBytes { input in
            unsafe room.withUnsafeMutableBytes { output in
                let source = unsafe UnsafeMutableRawBufferPointer(mutating: input).bindMemory(to: Bytef.self)
                unsafe stream.next_in = source.baseAddress.map { unsafe $0 + range.lowerBound }
                unsafe stream.avail_in = uInt(range.count)
                unsafe stream.next_out = output.bindMemory(to: Bytef.self).baseAddress
                unsafe stream.avail_out = uInt(output.count)
                let code = unsafe library.functions.inflate(&stream, Z_NO_FLUSH)
                return unsafe (code, range.count - Int(stream.avail_in), output.count - Int(stream.avail_out))
            }
        }
    }
}
