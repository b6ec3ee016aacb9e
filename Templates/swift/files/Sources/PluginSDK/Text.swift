import CPluginABI

/// Text, or any bytes: a view of memory that stays as it is for the whole call, so copying one is free.
///
/// A literal, what the host handed over, and what was put together here: all are `Text`. It compares byte for byte.
/// `String(text)` gives a Swift string, for more fuel.
public struct Text: @unchecked Sendable {
    let start: UnsafeRawPointer
    /// How many bytes.
    public let count: Int

    @inline(__always)
    init(start: UnsafeRawPointer, count: Int) {
        self.start = start
        self.count = count
    }

    @inline(__always)
    init(_ start: UnsafeRawPointer, upTo end: UnsafeRawPointer) {
        self.init(start: start, count: end - start)
    }

    /// The C library's text; nil for one that is missing there.
    @inline(__always)
    init?(_ raw: PluginText) {
        guard let bytes = raw.bytes else { return nil }
        self.init(start: UnsafeRawPointer(bytes), count: raw.size)
    }

    /// A text that the C library always gives.
    @inline(__always)
    init(required raw: PluginText) {
        self.init(start: UnsafeRawPointer(raw.bytes.unsafelyUnwrapped), count: raw.size)
    }

    /// As the C library has it.
    @inline(__always)
    var raw: PluginText { PluginText(bytes: start.characters, size: count) }

    var end: UnsafeRawPointer { start &+ count }

    /// A copy of a string's UTF-8.
    public init(_ string: String) {
        var string = string
        self = string.withUTF8 { utf8 in
            guard let base = utf8.baseAddress else { return "" }
            return Text(copying: UnsafeRawPointer(base), count: utf8.count)
        }
    }

    /// A copy of bytes of any kind.
    public init(bytes: [UInt8]) {
        self = bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return "" }
            return Text(copying: base, count: bytes.count)
        }
    }

    /// The decimal digits of a number, after a `-` if it is below 0.
    public init(_ number: some FixedWidthInteger) {
        if let number = Int64(exactly: number) {
            self.init(required: plugin_text_from_int(number))
        } else {
            // Beyond 64 bits with a sign: all digits but the last, and that.
            let (rest, digit) = number.quotientAndRemainder(dividingBy: 10)
            self = Text(rest) + Text(Int64(truncatingIfNeeded: digit.magnitude))
        }
    }

    /// The parts one after the other, with `separator` between them.
    public init(joining parts: [Text], separator: Text = "") {
        var count = 0
        var isFirst = true
        for part in parts { count &+= part.count &+ separator.count }
        var whole = Buffer(capacity: count)
        for part in parts {
            if !isFirst { whole.append(separator) }
            isFirst = false
            whole.append(part)
        }
        self = whole.text
    }

    private init(copying start: UnsafeRawPointer, count: Int) {
        let copy = UnsafeMutableRawPointer.allocate(byteCount: Swift.max(count, 1), alignment: 1)
        copy.copyMemory(from: start, byteCount: count)
        self.init(start: UnsafeRawPointer(copy), count: count)
    }

    /// Both, one after the other.
    public static func + (left: Text, right: Text) -> Text {
        var whole = Buffer(capacity: Swift.max(left.count &+ right.count, 16))
        whole.append(left)
        whole.append(right)
        return whole.text
    }

    /// Whether there are no bytes at all.
    public var isEmpty: Bool { count == 0 }

    /// The number this text is, and nothing else: digits, perhaps a `-` before them. Nil if it doesn't fit 64 bits.
    public var integer: Int64? {
        var number: Int64 = 0
        return plugin_text_to_int(raw, &number) ? number : nil
    }

    /// Whether `other` is in this text; an empty one always is.
    public func includes(_ other: Text) -> Bool { position(of: other, ignoringCase: false) != nil }

    /// Whether `other` is in this text when A to Z and a to z are taken as the same.
    public func includes(ignoringCase other: Text) -> Bool { position(of: other, ignoringCase: true) != nil }

    /// Where `other` first begins, in bytes from the start.
    public func position(of other: Text) -> Int? { position(of: other, ignoringCase: false) }

    func position(of other: Text, ignoringCase: Bool) -> Int? {
        if other.count == 0 { return 0 }
        guard other.count <= count else { return nil }
        let lead = ignoringCase ? other.start.byte.lowercased : other.start.byte
        let capital = ignoringCase && lead &- 0x61 < 26 ? lead & ~0x20 : lead
        let limit = start &+ (count &- other.count &+ 1)
        var at = start
        while true {
            at = at.first(lead, or: capital, before: limit)
            guard at < limit else { return nil }
            let here = Text(start: at, count: other.count)
            if ignoringCase ? here.equals(ignoringCase: other) : here == other { return at - start }
            at = at &+ 1
        }
    }

    /// Whether the text begins with `other`.
    public func starts(with other: Text) -> Bool {
        other.count <= count && Text(start: start, count: other.count) == other
    }

    /// Whether the text ends with `other`.
    public func ends(with other: Text) -> Bool {
        other.count <= count && Text(start: end &+ (0 &- other.count), count: other.count) == other
    }

    /// Whether both are equal when A to Z and a to z are taken as the same.
    public func equals(ignoringCase other: Text) -> Bool {
        guard count == other.count else { return false }
        var at = start
        var otherAt = other.start
        let end = end
        while at < end {
            guard at.byte.lowercased == otherAt.byte.lowercased else { return false }
            at = at &+ 1
            otherAt = otherAt &+ 1
        }
        return true
    }

    /// A copy in which A to Z are made small; other characters stay as they are.
    public func lowercased() -> Text {
        var copy = Buffer(capacity: Swift.max(count, 1))
        copy.append(upTo: count) { out in
            var at = start
            var out = out
            let end = end
            while at &+ 8 <= end {
                // The top bit of each byte tells whether it is a capital, then moves to where capitals differ.
                let word = at.word
                let low7 = word & eachByte(0x7F)
                let capitals = ((low7 &+ eachByte(0x80 - 0x41)) ^ (low7 &+ eachByte(0x80 - 0x5B))) & ~word
                out.storeBytes(of: word | (capitals & eachByte(0x80)) &>> 2, as: UInt64.self)
                at = at &+ 8
                out += 8
            }
            while at < end {
                out.put(at.byte.lowercased)
                at = at &+ 1
            }
            return out
        }
        return copy.text
    }

    /// The first bytes, at most `maxCount`, without the half of a character that this may cut.
    public func prefix(_ maxCount: Int) -> Text {
        guard maxCount < count else { return self }
        var length = Swift.max(maxCount, 0)
        while length > 0, (start &+ length).byte & 0xC0 == 0x80 { length &-= 1 }
        return Text(start: start, count: length)
    }

    /// What follows the first `byteCount` bytes.
    public func dropping(_ byteCount: Int) -> Text {
        let dropped = Swift.min(Swift.max(byteCount, 0), count)
        return Text(start: start &+ dropped, count: count &- dropped)
    }

    /// The text without white space and control characters at its ends.
    public func trimmed() -> Text {
        var first = start
        var last = end
        while first < last, first.byte <= 0x20 { first = first &+ 1 }
        while first < last, (last &+ -1).byte <= 0x20 { last = last &+ -1 }
        return Text(first, upTo: last)
    }

    /// The bytes in a range, as far as the text reaches.
    public func part(_ range: Range<Int>) -> Text { dropping(range.lowerBound).first(range.count) }

    /// The text with what is in a range, such as a token's, replaced.
    public func replacing(_ range: Range<Int>, with other: Text) -> Text {
        Text(joining: [part(0..<range.lowerBound), other, dropping(range.upperBound)])
    }

    /// The parts between the places where `separator` stands; the whole text when it doesn't, or is empty.
    public func split(by separator: Text) -> [Text] {
        var parts: [Text] = []
        var rest = self
        while !separator.isEmpty, let position = rest.position(of: separator) {
            parts.append(rest.first(position))
            rest = rest.dropping(position &+ separator.count)
        }
        parts.append(rest)
        return parts
    }

    private func first(_ maxCount: Int) -> Text { Text(start: start, count: Swift.min(Swift.max(maxCount, 0), count)) }

    /// The byte at `position`, which must be in 0 ..< count.
    public subscript(position: Int) -> UInt8 {
        precondition(position >= 0 && position < count)
        return (start &+ position).byte
    }
}

extension Text: Hashable {
    /// Whether both have the same bytes.
    @inline(never)
    public static func == (left: Text, right: Text) -> Bool {
        guard left.count == right.count else { return false }
        var at = left.start
        var otherAt = right.start
        let end = left.end
        while at &+ 8 <= end {
            guard at.word == otherAt.word else { return false }
            at = at &+ 8
            otherAt = otherAt &+ 8
        }
        while at < end {
            guard at.byte == otherAt.byte else { return false }
            at = at &+ 1
            otherAt = otherAt &+ 1
        }
        return true
    }

    /// Feeds the bytes to a hasher.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(bytes: UnsafeRawBufferPointer(start: start, count: count))
    }
}

/// The bytes, one after the other.
extension Text: Sequence {
    /// Goes over the bytes.
    public struct Iterator: IteratorProtocol {
        var at: UnsafeRawPointer
        let end: UnsafeRawPointer

        /// The next byte.
        @inline(__always)
        public mutating func next() -> UInt8? {
            guard at < end else { return nil }
            defer { at = at &+ 1 }
            return at.byte
        }
    }

    /// Begins at the first byte.
    public func makeIterator() -> Iterator { Iterator(at: start, end: end) }
}

/// `"literal"` and `"with \(values) in it"`.
extension Text: ExpressibleByStringInterpolation {
    /// A literal.
    public init(stringLiteral: StaticString) {
        self.init(start: UnsafeRawPointer(stringLiteral.utf8Start), count: stringLiteral.utf8CodeUnitCount)
    }

    /// A literal with values in it.
    public init(stringInterpolation: Interpolation) { self = stringInterpolation.whole.text }

    /// Puts a literal with values in it together.
    public struct Interpolation: StringInterpolationProtocol {
        var whole: Buffer

        /// Makes room for so many bytes and values.
        public init(literalCapacity: Int, interpolationCount: Int) {
            whole = Buffer(capacity: literalCapacity &+ interpolationCount &* 32)
        }
        /// Appends what stands between the values.
        public mutating func appendLiteral(_ literal: StaticString) {
            whole.append(UnsafeRawPointer(literal.utf8Start), literal.utf8CodeUnitCount)
        }
        /// Appends a text.
        public mutating func appendInterpolation(_ text: Text) { whole.append(text) }
        /// Appends a string.
        public mutating func appendInterpolation(_ string: String) { whole.append(Text(string)) }
        /// Appends a number, in decimal digits.
        public mutating func appendInterpolation(_ number: some FixedWidthInteger) { whole.append(Text(number)) }
    }
}

extension String {
    /// A copy; ill-formed UTF-8 is replaced by U+FFFD.
    public init(_ text: Text) {
        self.init(unsafeUninitializedCapacity: text.count) { out in
            guard let base = out.baseAddress else { return 0 }
            UnsafeMutableRawPointer(base).copyMemory(from: text.start, byteCount: text.count)
            return text.count
        }
    }
}

#if !hasFeature(Embedded)
    extension Text: CustomStringConvertible {
        /// The text as a Swift string.
        public var description: String { String(self) }
    }
#endif
