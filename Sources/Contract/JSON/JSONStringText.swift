/// The bytes that a checked JSON string stands for (RFC 8259, section 7).
enum JSONStringText {
    /// Decodes the string that stands, with its quotes, in `range`; unpaired surrogates become U+FFFD.
    static func decode(_ text: RawSpan, _ range: Range<Int>) -> [UInt8] {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(range.count)
        append(text, range, to: &decoded)
        return decoded
    }

    static func append(_ text: RawSpan, _ range: Range<Int>, to decoded: inout [UInt8]) {
        var at = range.lowerBound + 1
        let end = range.upperBound - 1
        while at < end {
            let byte = text.byte(at)
            at += 1
            guard byte == UInt8(ascii: "\\") else {
                decoded.append(byte)
                continue
            }
            let escape = text.byte(at)
            at += 1
            switch escape {
            case UInt8(ascii: "b"): decoded.append(0x08)
            case UInt8(ascii: "f"): decoded.append(0x0C)
            case UInt8(ascii: "n"): decoded.append(0x0A)
            case UInt8(ascii: "r"): decoded.append(0x0D)
            case UInt8(ascii: "t"): decoded.append(0x09)
            case UInt8(ascii: "u"):
                var code = unit(text, at)
                at += 4
                if code & 0xFC00 == 0xD800, at + 6 <= end, text.byte(at) == UInt8(ascii: "\\"),
                    text.byte(at + 1) == UInt8(ascii: "u")
                {
                    let low = unit(text, at + 2)
                    if low & 0xFC00 == 0xDC00 {
                        code = 0x10000 + ((code & 0x3FF) << 10 | low & 0x3FF)
                        at += 6
                    }
                }
                decoded.append(contentsOf: String(Unicode.Scalar(code) ?? "\u{FFFD}").utf8)
            default: decoded.append(escape)
            }
        }
    }

    private static func unit(_ text: RawSpan, _ at: Int) -> UInt32 {
        (at..<at + 4).reduce(0) { $0 << 4 | (JSONBytes.hexDigit(text.byte($1)) ?? 0) }
    }
}
