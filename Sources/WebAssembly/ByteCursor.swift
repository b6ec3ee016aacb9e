/// A position in a range of bytes that refuses to leave it.
package struct ByteCursor {
    private let bytes: [UInt8]
    /// Offset in the file of the next byte to read.
    package private(set) var position: Int
    /// Offset in the file just after the last byte that may be read.
    package let end: Int
    /// What the range is, for messages: "type section".
    package let subject: String

    /// A cursor over all of `bytes`.
    package init(_ bytes: [UInt8], subject: String) {
        self.bytes = bytes
        position = 0
        end = bytes.count
        self.subject = subject
    }

    private init(_ bytes: [UInt8], position: Int, end: Int, subject: String) {
        self.bytes = bytes
        self.position = position
        self.end = end
        self.subject = subject
    }

    package var isAtEnd: Bool { position == end }
    package var remaining: Int { end - position }

    /// A failure of this kind here, or at `offset`.
    package func failure(_ kind: WebAssemblyError.Kind, at offset: Int? = nil, _ message: String) -> WebAssemblyError {
        WebAssemblyError(kind: kind, offset: offset ?? position, message: message)
    }

    private func endsEarly(in part: String) -> WebAssemblyError {
        failure(.truncated, at: end, "\(subject) ends in the middle of \(part)")
    }

    /// The next byte, which stays unread; nil at the end.
    package var next: UInt8? { position < end ? bytes[position] : nil }

    package mutating func byte(of part: String = "an entry") throws(WebAssemblyError) -> UInt8 {
        guard position < end else { throw endsEarly(in: part) }
        defer { position += 1 }
        return bytes[position]
    }

    package mutating func skip(_ count: Int, of part: String = "an entry") throws(WebAssemblyError) {
        guard count <= remaining else { throw endsEarly(in: part) }
        position += count
    }

    /// A cursor over the next `count` bytes, which this one leaves behind; the caller has compared with `remaining`.
    package mutating func split(_ count: Int, subject: String) throws(WebAssemblyError) -> ByteCursor {
        let start = position
        try skip(count)
        return ByteCursor(bytes, position: start, end: position, subject: subject)
    }

    /// The byte before the current position; nil at the start of the file.
    package var previous: UInt8? { position > 0 ? bytes[position - 1] : nil }

    /// An unsigned 32-bit LEB128 integer (spec 5.2.2).
    package mutating func u32(of part: String = "an entry") throws(WebAssemblyError) -> Int {
        Int(try unsigned(bits: 32, of: part))
    }

    /// An unsigned LEB128 integer of at most 64 bits (spec 5.2.2).
    package mutating func unsigned(bits: Int, of part: String = "an entry") throws(WebAssemblyError) -> UInt64 {
        let start = position
        var value: UInt64 = 0
        var shift = 0
        while true {
            let byte = try byte(of: part)
            let left = bits - shift
            if left < 7, (byte & 0x7F) >> left != 0, byte < 0x80 { throw bitsBeyond(bits, from: start) }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            if left <= 7 { throw tooLong(bits, from: start) }
            shift += 7
        }
    }

    /// A signed LEB128 integer of at most 64 bits (spec 5.2.2).
    package mutating func signed(bits: Int, of part: String = "an entry") throws(WebAssemblyError) -> Int64 {
        let start = position
        var value: Int64 = 0
        var shift = 0
        while true {
            let byte = try byte(of: part)
            let left = bits - shift
            let extended = Int8(bitPattern: byte << 1) >> 1
            if left < 7, byte < 0x80, ![0, -1].contains(extended >> (left - 1)) { throw bitsBeyond(bits, from: start) }
            if byte < 0x80 { return value | Int64(extended) << shift }
            if left <= 7 { throw tooLong(bits, from: start) }
            value |= Int64(byte & 0x7F) << shift
            shift += 7
        }
    }

    private func bitsBeyond(_ bits: Int, from start: Int) -> WebAssemblyError {
        failure(.malformedInteger, at: start, "\(subject) has an integer with bits set beyond its \(bits)")
    }

    private func tooLong(_ bits: Int, from start: Int) -> WebAssemblyError {
        failure(
            .malformedInteger, at: start, "\(subject) has a \(bits)-bit integer of more than \((bits + 6) / 7) bytes")
    }

    /// The number of entries of a vector (spec 5.1.3), at most `limit`.
    package mutating func count(of things: String, limit: Int) throws(WebAssemblyError) -> Int {
        let start = position
        let count = try u32(of: "its count of \(things)")
        guard count <= limit else {
            throw failure(.countTooLarge, at: start, "\(subject) has \(count) \(things), more than \(limit)")
        }
        return count
    }

    /// A name: its length in bytes, then UTF-8 (spec 5.2.4).
    package mutating func name(limit: Int) throws(WebAssemblyError) -> String {
        let countOffset = position
        let count = try u32(of: "a name")
        guard count <= limit else {
            throw failure(
                .countTooLarge, at: countOffset, "\(subject) has a name of \(count) bytes, more than \(limit)")
        }
        let start = position
        try skip(count, of: "a name")
        guard let name = String(validating: bytes[start..<position], as: UTF8.self) else {
            throw failure(.malformedName, at: start, "\(subject) has a name that is not UTF-8")
        }
        return name
    }
}
