import CPluginABI

/// A value in the JSON text that the host handed over.
///
/// Nothing is read ahead: the value's end, its text and its members are found when they are asked for.
public struct JSON {
    /// The value's first byte.
    let start: UnsafeRawPointer
    /// The end of the whole input, in which the value lies.
    let limit: UnsafeRawPointer

    /// A value at the start of JSON text.
    public init(_ text: Text) {
        start = text.start
        limit = text.end
    }

    init(start: UnsafeRawPointer, limit: UnsafeRawPointer) {
        self.start = start
        self.limit = limit
    }

    /// Whether this is `null`.
    public var isNull: Bool { scalar == "null" }

    /// The truth value this is; nil for any other value.
    public var bool: Bool? {
        let scalar = scalar
        return scalar == "true" ? true : scalar == "false" ? false : nil
    }

    /// The whole number this is; nil for any other value, and for one that doesn't fit 64 bits.
    public var integer: Int64? { scalar.integer }

    /// The string this is, which need not exist: any other value is a field that doesn't.
    public var field: Field { Field(self) }

    /// The value of an object's member; nil when there is none, and for any other value.
    public subscript(name: Text) -> JSON? {
        var members = members
        while let member = members.next() {
            if member.name.equals(name) { return member.value }
        }
        return nil
    }

    /// The members of an object, in order, up to the first that is malformed; none for any other value.
    public var members: Members { Members(JSONCursor(at: start, end: limit)) }

    /// The elements of an array, in order, up to the first that is malformed; none for any other value.
    public var elements: Elements { Elements(JSONCursor(at: start, end: limit)) }

    /// The letters and digits that a number, a truth value or null is written with; empty for any other value.
    private var scalar: Text {
        var at = start
        while at < limit, at.byte.isScalar { at = at &+ 1 }
        return Text(start, upTo: at)
    }

    /// The members of an object, one after the other. The end of a member's value is found when the next is asked for.
    public struct Members: Sequence, IteratorProtocol {
        private var cursor: JSONCursor
        private var isFirst = true, isOpen: Bool

        init(_ cursor: JSONCursor) {
            self.cursor = cursor
            isOpen = self.cursor.skip(UInt8(ascii: "{"))
        }

        /// The next member.
        @inline(never)
        public mutating func next() -> (name: Field, value: JSON)? {
            guard isOpen else { return nil }
            isOpen = false
            guard isFirst || cursor.skipValue() && cursor.skip(UInt8(ascii: ",")), let name = cursor.value(),
                name.field.exists, cursor.skipValue(), cursor.skip(UInt8(ascii: ":")), let value = cursor.value()
            else { return nil }
            isFirst = false
            isOpen = true
            return (name.field, value)
        }
    }

    /// The elements of an array, one after the other.
    public struct Elements: Sequence, IteratorProtocol {
        private var cursor: JSONCursor
        private var isFirst = true, isOpen: Bool

        init(_ cursor: JSONCursor) {
            self.cursor = cursor
            isOpen = self.cursor.skip(UInt8(ascii: "["))
        }

        /// The next element.
        public mutating func next() -> JSON? {
            guard isOpen else { return nil }
            isOpen = false
            guard isFirst || cursor.skipValue() && cursor.skip(UInt8(ascii: ",")), let value = cursor.value() else {
                return nil
            }
            isFirst = false
            isOpen = true
            return value
        }
    }
}

/// A text that the host sends, whose size can be asked for before its bytes are.
///
/// The host lets a query run when a plugin runs out of fuel, so read with a bound what may be long.
public struct Field {
    private let json: JSON?

    init(_ json: JSON?) { self.json = json }

    /// Whether the host sent a string; null is none.
    public var exists: Bool {
        guard let json else { return false }
        return json.start < json.limit && json.start.byte == UInt8(ascii: "\"")
    }

    /// How many bytes the text takes as the host wrote it, with its escapes: never fewer than the text itself has.
    public var size: Int {
        guard exists, let json, let end = JSONCursor.stringEnd(json.start &+ 1, before: json.limit) else { return 0 }
        return end - json.start &- 1
    }

    /// The text; nil when there is none.
    public var text: Text? { text(upTo: .max) }

    /// The text if it has at most `maxCount` bytes. It is left alone, at no cost that grows with it, when it has more.
    public func text(upTo maxCount: Int) -> Text? { read(upTo: maxCount, unitsOfEscape: 1)?.text }

    /// The text if it takes at most `limit` units, and how many escapes it has: a byte is a unit, one that is written as an
    /// escape is four. Behind the text 64 bytes may be read, and before it two.
    func text(units limit: Int) -> (text: Text, escapes: Int)? {
        guard let (text, escapes) = read(upTo: limit, unitsOfEscape: 4), let json else { return nil }
        // Where the input ends soon behind it, reading goes on in a copy.
        return (escapes > 0 || text.end &+ 64 <= json.limit ? text : text.padded, escapes)
    }

    @inline(never)
    private func read(upTo maxCount: Int, unitsOfEscape units: Int) -> (text: Text, escapes: Int)? {
        guard exists, let json else { return nil }
        let start = json.start &+ 1
        let limit = json.limit
        // Most texts have no escapes, and are used where they lie.
        let plainEnd = maxCount < limit - start ? start &+ (maxCount &+ 1) : limit
        let mark = start.first(UInt8(ascii: "\""), or: UInt8(ascii: "\\"), before: plainEnd)
        guard mark < plainEnd else { return nil }
        if mark.byte == UInt8(ascii: "\"") { return (Text(start, upTo: mark), 0) }
        let plainCount = mark - start
        // No text is longer than its JSON.
        let room = Swift.min(maxCount, limit - start)
        let copy = Buffer.allocate(room)
        copy.copyMemory(from: start, byteCount: plainCount)
        let rest = json_unescape(
            mark.assumingMemoryBound(to: UInt8.self), limit.assumingMemoryBound(to: UInt8.self),
            (copy + plainCount).assumingMemoryBound(to: UInt8.self),
            Int32(truncatingIfNeeded: maxCount == .max ? room : maxCount &- plainCount),
            Int32(truncatingIfNeeded: units))
        guard rest.end != nil, let end = rest.out else { return nil }
        // What reads a word looks at what is behind it.
        UnsafeMutableRawPointer(end).storeBytes(of: 0, as: UInt64.self)
        let count = UnsafeRawPointer(end) - UnsafeRawPointer(copy)
        return (Text(start: UnsafeRawPointer(copy), count: count), Int(rest.escapes))
    }

    /// Whether the text is `wanted`.
    @inline(never)
    func equals(_ wanted: Text) -> Bool { text(upTo: wanted.count) == wanted }
}

/// A place in JSON text.
struct JSONCursor {
    private var at: UnsafeRawPointer
    private let end: UnsafeRawPointer

    init(at: UnsafeRawPointer, end: UnsafeRawPointer) {
        self.at = at
        self.end = end
    }

    private mutating func skipSpace() {
        while at < end, at.byte.isSpace { at = at &+ 1 }
    }

    /// Steps over `byte` and the white space before it, if it is next.
    mutating func skip(_ byte: UInt8) -> Bool {
        skipSpace()
        guard at < end, at.byte == byte else { return false }
        at = at &+ 1
        return true
    }

    /// The value that begins here, after white space. It is not stepped over.
    mutating func value() -> JSON? {
        skipSpace()
        guard at < end else { return nil }
        let byte = at.byte
        guard byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") || byte.isScalar
        else { return nil }
        return JSON(start: at, limit: end)
    }

    /// Steps over the value that begins here: its end is found, what it holds is not checked.
    @inline(never)
    mutating func skipValue() -> Bool {
        guard at < end else { return false }
        switch at.byte {
        case UInt8(ascii: "\""): return skipString()
        case UInt8(ascii: "{"), UInt8(ascii: "["): return skipNested()
        default:
            let start = at
            while at < end, at.byte.isScalar { at = at &+ 1 }
            return start < at
        }
    }

    private mutating func skipNested() -> Bool {
        var depth = 0
        // A query stands there twice: a string that equals the last long one ends where that ends.
        var last: UnsafeRawPointer?
        var lastCount = 0
        while at < end {
            switch at.byte {
            case UInt8(ascii: "\""):
                let start = at
                if let last, lastCount >= 64, at &+ lastCount <= end,
                    Text(start: at, count: lastCount) == Text(start: last, count: lastCount)
                {
                    at = at &+ lastCount
                } else {
                    guard skipString() else { return false }
                }
                if at - start >= 64 {
                    last = start
                    lastCount = at - start
                }
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

    private mutating func skipString() -> Bool {
        guard let close = Self.stringEnd(at &+ 1, before: end) else { return false }
        at = close &+ 1
        return true
    }

    /// The quote that ends the string whose inside begins at `start`; nil when there is none.
    ///
    /// Whatever is in the string, 16 bytes cost about the same.
    @inline(never)
    static func stringEnd(_ start: UnsafeRawPointer, before limit: UnsafeRawPointer) -> UnsafeRawPointer? {
        var at = start
        var isEscaped: UInt32 = 0
        while at &+ 16 <= limit {
            let quotes = bytes_equal(at, UInt8(ascii: "\""))
            let backslashes = bytes_equal(at, UInt8(ascii: "\\"))
            if backslashes | isEscaped == 0 {
                if quotes != 0 { return at &+ quotes.trailingZeroBitCount }
                at = at &+ 16
                while at &+ 32 <= limit, !either_is_in_32(at, UInt8(ascii: "\""), UInt8(ascii: "\\")) { at = at &+ 32 }
                continue
            }
            // Which backslashes begin an escape, and so which bytes are escaped. A run of backslashes that begins at an
            // even bit escapes the odd ones: subtracting lets the borrows do that.
            let beginning = backslashes & ~isEscaped
            let ends = ((beginning &<< 1 | 0xAAAA_AAAA) &- beginning) ^ 0xAAAA_AAAA
            let closing = quotes & ~(ends ^ (backslashes | isEscaped))
            if closing & 0xFFFF != 0 { return at &+ closing.trailingZeroBitCount }
            isEscaped = (ends & backslashes) &>> 15 & 1
            at = at &+ 16
        }
        while at < limit {
            if isEscaped != 0 {
                isEscaped = 0
            } else if at.byte == UInt8(ascii: "\"") {
                return at
            } else if at.byte == UInt8(ascii: "\\") {
                isEscaped = 1
            }
            at = at &+ 1
        }
        return nil
    }
}

extension UInt8 {
    /// Whether a number, a truth value or null may hold this byte.
    fileprivate var isScalar: Bool {
        isDigit || (self | 0x20) &- 0x61 < 26 || self == UInt8(ascii: "-") || self == UInt8(ascii: "+")
            || self == UInt8(ascii: ".")
    }

    /// The number that this hexadecimal digit stands for.
    var hexDigit: UInt32? {
        if isDigit { return UInt32(self &- 0x30) }
        let letter = (self | 0x20) &- 0x61
        return letter < 6 ? UInt32(letter &+ 10) : nil
    }
}
