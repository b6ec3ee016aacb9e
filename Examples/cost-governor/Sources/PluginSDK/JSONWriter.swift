/// Puts JSON text together.
public struct JSONWriter {
    private var out: Buffer

    /// `capacity`: the bytes to make room for at first.
    public init(capacity: Int = 128) { out = Buffer(capacity: Swift.max(capacity, 16)) }

    /// What has been written. Read it last.
    public var text: Text { out.text }

    /// JSON text as it is.
    public mutating func raw(_ json: Text) { out.append(json) }

    /// A string. Ill-formed UTF-8 is replaced by U+FFFD: the host would refuse the whole answer for it.
    public mutating func string(_ text: Text) {
        let end = text.end
        var written = text.start
        var at = written
        out.reserve(text.count &+ 2)
        out.append(UInt8(ascii: "\""))
        while at < end {
            let byte = at.byte
            if byte >= 0x80 {
                let length = at.characterLength(before: end)
                at = at &+ Swift.max(length, 1)
                if length > 0 { continue }
                out.append(written, at - written - 1)
                out.append(scalar: 0xFFFD)
            } else if byte < 0x20 {
                out.append(written, at - written)
                raw(byte < 0x10 ? #"\u000"# : #"\u001"#)
                let low = byte & 0xF
                out.append(low < 10 ? 0x30 &+ low : 0x57 &+ low)
                at = at &+ 1
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                if written < at { out.append(written, at - written) }
                out.append(UInt8(ascii: "\\"))
                out.append(byte)
                at = at &+ 1
            } else {
                at = at.notPlain(before: end)
                continue
            }
            written = at
        }
        out.append(written, at - written)
        out.append(UInt8(ascii: "\""))
    }

    /// A string, or null.
    public mutating func string(_ text: Text?) {
        if let text { string(text) } else { raw("null") }
    }

    /// An array of strings.
    public mutating func strings(_ texts: [Text]) { array(of: texts) { json, text in json.string(text) } }

    /// An array of strings, and of null for nil.
    public mutating func strings(_ texts: [Text?]) { array(of: texts) { json, text in json.string(text) } }

    private mutating func array<Element>(of elements: [Element], _ write: (inout JSONWriter, Element) -> Void) {
        var lead: Text = "["
        for element in elements {
            raw(lead)
            write(&self, element)
            lead = ","
        }
        raw(elements.isEmpty ? "[]" : "]")
    }

    /// An array of the numbers 0 to 255.
    public mutating func bytes(_ bytes: Text) {
        raw("[")
        out.append(upTo: bytes.count &* 4) { out in
            var out = out
            for byte in bytes {
                if byte >= 100 { out.put(0x30 &+ byte / 100) }
                if byte >= 10 { out.put(0x30 &+ byte / 10 % 10) }
                out.put(0x30 &+ byte % 10)
                out.put(UInt8(ascii: ","))
            }
            return bytes.isEmpty ? out : out - 1
        }
        raw("]")
    }

    /// A number.
    public mutating func integer(_ number: some FixedWidthInteger) { raw(Text(number)) }
}
