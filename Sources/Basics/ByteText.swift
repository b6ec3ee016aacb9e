/// A text that is its bytes: two are the same only when every byte is, valid UTF-8 or not.
///
/// Swift's own texts compare by Unicode equivalence, where `é` in one scalar and in two are the same. A store's keys, a
/// case's values and whatever else a host compares byte for byte are not.
package struct ByteText: Hashable, Sendable, Comparable {
    package let bytes: [UInt8]

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The UTF-8 of a text.
    package init(_ text: String) { bytes = Array(text.utf8) }

    package static func < (left: ByteText, right: ByteText) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }

    /// The text, where the bytes are valid UTF-8.
    package var text: String? { String(validating: bytes, as: UTF8.self) }

    /// The text with each byte that is not part of valid UTF-8 as `\xFF`.
    package var escaped: String {
        if let text { return text }
        var shown = "", rest = bytes[...]
        while let first = rest.first {
            let length = Self.length(of: first)
            if length <= rest.count, let part = String(validating: rest.prefix(length), as: UTF8.self) {
                shown += part
                rest = rest.dropFirst(length)
            } else {
                let digits = String(first, radix: 16, uppercase: true)
                shown += "\\x" + (digits.count == 1 ? "0" : "") + digits
                rest = rest.dropFirst()
            }
        }
        return shown
    }

    /// At most so many bytes of `escaped`, and how many there are in all where that is not the whole.
    package func shown(maximumBytes: Int, byteCount: Int) -> String {
        guard byteCount > maximumBytes else { return escaped }
        // A character that is cut in two is left out.
        var part = bytes.prefix(maximumBytes)
        while let last = part.last, last & 0xC0 == 0x80, part.count > maximumBytes - 4 { part = part.dropLast() }
        if let last = part.last, last >= 0xC0 { part = part.dropLast() }
        return ByteText(Array(part)).escaped + "… (\(byteCount) bytes)"
    }

    private static func length(of first: UInt8) -> Int {
        switch first {
        case 0..<0x80: 1
        case 0xC0..<0xE0: 2
        case 0xE0..<0xF0: 3
        default: 4
        }
    }
}

extension ByteText: ExpressibleByStringLiteral {
    package init(stringLiteral text: String) { self.init(text) }
}
