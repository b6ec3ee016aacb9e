/// A JSON value inside the bytes the host handed over. Nothing is copied until it is read.
public struct JSON {
    let start: UnsafeRawPointer, end: UnsafeRawPointer
    /// Whether this is a string with a `\` in it.
    let isEscaped: Bool

    public var isNull: Bool { raw == "null" }

    public var bool: Bool? { raw == "true" ? true : raw == "false" ? false : nil }

    /// The whole number this is; nil for any other value, and for one that doesn't fit 64 bits.
    public var integer: Int64? { raw.integer }

    /// The text of a string; nil for any other value.
    public var text: Text? {
        guard start.byte == UInt8(ascii: "\"") else { return nil }
        let inside = Text(start &+ 1, upTo: end &+ -1)
        return isEscaped ? unescaped(inside) : inside
    }

    /// The value of an object's member; nil when there is none, and for any other value.
    public subscript(name: Text) -> JSON? {
        var members = Members(JSONCursor(raw))
        while let member = members.next() {
            if member.name.isText(name) { return member.value }
        }
        return nil
    }

    /// The members of an object, in order; none for any other value.
    public var members: Members { Members(JSONCursor(raw)) }

    /// The elements of an array, in order; none for any other value.
    public var elements: Elements { Elements(JSONCursor(raw)) }

    /// The value as it is written.
    var raw: Text { Text(start, upTo: end) }

    func isText(_ wanted: Text) -> Bool {
        if isEscaped { return text == wanted }
        return end - start == wanted.count &+ 2 && start.byte == UInt8(ascii: "\"")
            && Text(start &+ 1, upTo: end &+ -1) == wanted
    }

    public struct Members: Sequence, IteratorProtocol {
        /// Just past the object once it is complete.
        private(set) var cursor: JSONCursor
        /// Whether every member was well-formed, to the closing brace.
        private(set) var isComplete = false
        private var isFirst = true, isOpen: Bool

        init(_ cursor: JSONCursor) {
            self.cursor = cursor
            isOpen = self.cursor.skip(UInt8(ascii: "{"))
        }

        public mutating func next() -> (name: JSON, value: JSON)? {
            guard isOpen else { return nil }
            if cursor.skip(UInt8(ascii: "}")) {
                isOpen = false
                isComplete = true
                return nil
            }
            guard isFirst || cursor.skip(UInt8(ascii: ",")), let name = cursor.value(),
                name.start.byte == UInt8(ascii: "\""), cursor.skip(UInt8(ascii: ":")), let value = cursor.value()
            else {
                isOpen = false
                return nil
            }
            isFirst = false
            return (name, value)
        }
    }

    public struct Elements: Sequence, IteratorProtocol {
        private var cursor: JSONCursor
        private var isFirst = true, isOpen: Bool

        init(_ cursor: JSONCursor) {
            self.cursor = cursor
            isOpen = self.cursor.skip(UInt8(ascii: "["))
        }

        public mutating func next() -> JSON? {
            guard isOpen, !cursor.skip(UInt8(ascii: "]")), isFirst || cursor.skip(UInt8(ascii: ",")),
                let value = cursor.value()
            else {
                isOpen = false
                return nil
            }
            isFirst = false
            return value
        }
    }
}

/// A place in JSON text.
struct JSONCursor {
    private var at: UnsafeRawPointer
    private let end: UnsafeRawPointer

    init(_ text: Text) {
        at = text.start
        end = text.end
    }

    private mutating func skipSpace() {
        while at < end, at.byte.isSpace { at = at &+ 1 }
    }

    /// Whether nothing but white space is left.
    mutating func isAtEnd() -> Bool {
        skipSpace()
        return at == end
    }

    /// Steps over `byte` and the white space before it, if it is next.
    mutating func skip(_ byte: UInt8) -> Bool {
        skipSpace()
        guard at < end, at.byte == byte else { return false }
        at = at &+ 1
        return true
    }

    /// Steps over the next value: its end is found, what it holds is not checked. Nil when there is none.
    mutating func value() -> JSON? {
        skipSpace()
        guard at < end else { return nil }
        let start = at
        switch at.byte {
        case UInt8(ascii: "\""):
            guard let isEscaped = skipString() else { return nil }
            return JSON(start: start, end: at, isEscaped: isEscaped)
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard skipNested() else { return nil }
        default:
            while at < end, isScalar(at.byte) { at = at &+ 1 }
            guard start < at else { return nil }
        }
        return JSON(start: start, end: at, isEscaped: false)
    }

    private func isScalar(_ byte: UInt8) -> Bool {
        byte.isDigit || (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
            || byte == UInt8(ascii: ".")
    }

    private mutating func skipNested() -> Bool {
        var depth = 0
        while at < end {
            switch at.byte {
            case UInt8(ascii: "\""):
                guard skipString() != nil else { return false }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth &+= 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth &-= 1
            default:
                break
            }
            at = at &+ 1
            if depth == 0 { return true }
        }
        return false
    }

    /// Steps over the string that begins here and says whether a `\` is in it; nil when it has no end.
    private mutating func skipString() -> Bool? {
        let end = end
        var isEscaped = false, next = (at &+ 1).quoteOrBackslash(before: end)
        // After the first, one loop without calls, for escapes may be many: if each cost a search of its own, a short
        // text full of them would burn a call's fuel, and then the host lets the query go on.
        while true {
            if next &+ 8 <= end {
                let found = quotesAndBackslashes(next.word) & eachByte(0x80)
                if found == 0 {
                    next = next &+ 8
                    continue
                }
                next = next &+ (found.trailingZeroBitCount &>> 3)
            } else {
                guard next < end else { return nil }
            }
            let byte = next.byte
            next = next &+ 1
            if byte == UInt8(ascii: "\"") {
                at = next
                return isEscaped
            }
            if byte == UInt8(ascii: "\\") {
                isEscaped = true
                next = next &+ 1
                // Escapes come in runs.
                while next < end, next.byte == UInt8(ascii: "\\") { next = next &+ 2 }
            }
        }
    }
}

/// A copy of a JSON string's inside with its escapes resolved; half a surrogate pair becomes U+FFFD.
private func unescaped(_ inside: Text) -> Text {
    let end = inside.end
    var out = Buffer(capacity: inside.count), at = inside.start
    while true {
        // Escapes come in runs.
        if at >= end || at.byte != UInt8(ascii: "\\") {
            let backslash = at.quoteOrBackslash(before: end)
            out.append(at, backslash - at)
            at = backslash
        }
        at = at &+ 1
        guard at < end else { return out.text }
        let letter = at.byte
        at = at &+ 1
        switch letter {
        case UInt8(ascii: "n"): out.append(0x0A)
        case UInt8(ascii: "t"): out.append(0x09)
        case UInt8(ascii: "r"): out.append(0x0D)
        case UInt8(ascii: "b"): out.append(0x08)
        case UInt8(ascii: "f"): out.append(0x0C)
        case UInt8(ascii: "u"):
            guard var code = hexDigits4(at, before: end) else {
                out.append(scalar: 0xFFFD)
                continue
            }
            at = at &+ 4
            if code & 0xFC00 == 0xD800, at &+ 6 <= end, at.byte == UInt8(ascii: "\\"),
                (at &+ 1).byte == UInt8(ascii: "u"), let low = hexDigits4(at &+ 2, before: end), low & 0xFC00 == 0xDC00
            {
                code = 0x10000 &+ ((code & 0x3FF) &<< 10 | (low & 0x3FF))
                at = at &+ 6
            }
            out.append(scalar: code & 0xFFFF_F800 == 0xD800 ? 0xFFFD : code)
        default: out.append(letter)  // \" \\ \/
        }
    }
}

private func hexDigits4(_ start: UnsafeRawPointer, before end: UnsafeRawPointer) -> UInt32? {
    guard start &+ 4 <= end else { return nil }
    var value: UInt32 = 0, at = start
    while at < start &+ 4 {
        let letter = (at.byte | 0x20) &- 0x61
        guard at.byte.isDigit || letter < 6 else { return nil }
        value = value &<< 4 | UInt32(at.byte.isDigit ? at.byte &- 0x30 : letter &+ 10)
        at = at &+ 1
    }
    return value
}
