internal import Basics

/// Where strings, numbers and blanks of a JSON text end, eight bytes at a time (RFC 8259, sections 2, 6 and 7).
///
/// All functions take the text as one block of a longer one, and say when they need the bytes that follow it.
enum JSONBytes {
    /// What a string holds beside plain ASCII.
    struct StringTraits: OptionSet {
        let rawValue: UInt8
        /// At least one backslash.
        static let escaped = StringTraits(rawValue: 1)
        /// At least one character outside ASCII.
        static let beyondASCII = StringTraits(rawValue: 2)
    }

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highBits: UInt64 = 0x8080_8080_8080_8080

    /// Marks with its high bit the first byte of `word` that ends a run of plain string characters.
    ///
    /// Those are the quote, the backslash, control characters and all outside ASCII. A subtraction borrows only from bytes
    /// that are marked themselves, so the first mark is exact; later ones need not be.
    @inline(__always)
    private static func marks(_ word: UInt64, _ stopsAtDelete: Bool) -> UInt64 {
        let quotes = (word ^ (0x22 &* ones)) &- ones
        let backslashes = (word ^ (0x5C &* ones)) &- ones
        let controls = word &- (0x20 &* ones)
        let deletes = stopsAtDelete ? (word ^ (0x7F &* ones)) &- ones : 0
        return (quotes | backslashes | controls | deletes | word) & highBits
    }

    /// The place of the first byte from `start` on that is not a plain character of a string; the block's end if all are.
    ///
    /// JSON takes DEL as it is; who writes a string may want to stop there as well.
    @inline(__always)
    static func endOfPlain(_ text: RawSpan, from start: Int, stopsAtDelete: Bool = false) -> Int {
        var at = start
        while at &+ 8 <= text.byteCount {
            let marks = marks(text.word(at), stopsAtDelete)
            if marks != 0 { return at &+ marks.trailingZeroBitCount >> 3 }
            at &+= 8
        }
        while at < text.byteCount {
            let byte = text.byte(at)
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte >= 0x80 { break }
            if stopsAtDelete, byte == 0x7F { break }
            at &+= 1
        }
        return at
    }

    /// Moves `at` from behind a string's opening quote to behind its closing one.
    ///
    /// `isDecoded` says whether somebody reads the string: then an unpaired surrogate is an error; in what is ignored the
    /// host tolerates it. Returns nil when the block ends before the string does; `at` is then of no use.
    @inline(__always)
    static func skipString(_ text: RawSpan, _ at: inout Int, isDecoded: Bool) throws(JSONError) -> StringTraits? {
        at = endOfPlain(text, from: at)
        if at < text.byteCount, text.byte(at) == UInt8(ascii: "\"") {
            at &+= 1
            return []
        }
        return try skipRestOfString(text, &at, isDecoded: isDecoded)
    }

    private static func skipRestOfString(
        _ text: RawSpan, _ at: inout Int, isDecoded: Bool
    ) throws(JSONError) -> StringTraits? {
        var traits: StringTraits = []
        while at < text.byteCount {
            switch text.byte(at) {
            case UInt8(ascii: "\""):
                at &+= 1
                return traits
            case UInt8(ascii: "\\"):
                traits.insert(.escaped)
                guard try skipEscape(text, &at, isDecoded: isDecoded) else { return nil }
            case 0x80...0xFF:
                traits.insert(.beyondASCII)
                guard try skipBeyondASCII(text, &at) else { return nil }
            default:
                throw JSONError("control character in a string is not escaped", offset: at)
            }
            at = endOfPlain(text, from: at)
        }
        return nil
    }

    private static func skipEscape(_ text: RawSpan, _ at: inout Int, isDecoded: Bool) throws(JSONError) -> Bool {
        guard at + 1 < text.byteCount else { return false }
        switch text.byte(at + 1) {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            at += 2
            return true
        case UInt8(ascii: "u"):
            guard let unit = try hexUnit(text, at: at + 2, escape: at) else { return false }
            let start = at
            at += 6
            guard isDecoded, unit & 0xF800 == 0xD800 else { return true }
            guard unit & 0xFC00 == 0xD800 else { throw unpaired(start) }
            guard at < text.byteCount else { return false }
            guard text.byte(at) == UInt8(ascii: "\\") else { throw unpaired(start) }
            guard at + 1 < text.byteCount else { return false }
            guard text.byte(at + 1) == UInt8(ascii: "u") else { throw unpaired(start) }
            guard let low = try hexUnit(text, at: at + 2, escape: at) else { return false }
            guard low & 0xFC00 == 0xDC00 else { throw unpaired(start) }
            at += 6
            return true
        default: throw JSONError("unknown escape in a string", offset: at)
        }
    }

    private static func unpaired(_ offset: Int) -> JSONError {
        JSONError("unpaired surrogate in a string", offset: offset)
    }

    /// The UTF-16 unit of four hexadecimal digits; nil when the block ends among them.
    private static func hexUnit(_ text: RawSpan, at start: Int, escape: Int) throws(JSONError) -> UInt32? {
        var unit: UInt32 = 0
        for at in start..<start + 4 {
            guard at < text.byteCount else { return nil }
            guard let digit = hexDigit(text.byte(at)) else {
                throw JSONError("\\u has no four hexadecimal digits", offset: escape)
            }
            unit = unit << 4 | digit
        }
        return unit
    }

    static func hexDigit(_ byte: UInt8) -> UInt32? { Hex.value(of: byte).map { UInt32($0) } }

    /// Moves past a run of characters outside ASCII (Unicode 16, table 3-7); false when the block ends within one.
    private static func skipBeyondASCII(_ text: RawSpan, _ at: inout Int) throws(JSONError) -> Bool {
        while at < text.byteCount, text.byte(at) >= 0x80 {
            let lead = text.byte(at)
            let count: Int
            var second: ClosedRange<UInt8> = 0x80...0xBF
            switch lead {
            case 0xC2...0xDF: count = 2
            case 0xE0: (count, second) = (3, 0xA0...0xBF)
            case 0xED: (count, second) = (3, 0x80...0x9F)
            case 0xE1...0xEF: count = 3
            case 0xF0: (count, second) = (4, 0x90...0xBF)
            case 0xF1...0xF3: count = 4
            case 0xF4: (count, second) = (4, 0x80...0x8F)
            default: throw JSONError("text is not UTF-8", offset: at)
            }
            for place in 1..<count {
                guard at + place < text.byteCount else { return false }
                guard (place == 1 ? second : 0x80...0xBF).contains(text.byte(at + place)) else {
                    throw JSONError("text is not UTF-8", offset: at)
                }
            }
            at += count
        }
        return true
    }

    /// The place of the first byte from `start` on that is not a blank.
    @inline(__always)
    static func endOfBlanks(_ text: RawSpan, from start: Int) -> Int {
        var at = start
        while at < text.byteCount {
            switch text.byte(at) {
            case 0x20, 0x09, 0x0A, 0x0D: at &+= 1
            default: return at
            }
        }
        return at
    }

    /// Moves past a number; false when the block ends before anything that is not part of it.
    static func skipNumber(_ text: RawSpan, _ at: inout Int) throws(JSONError) -> Bool {
        let start = at, count = text.byteCount
        func digits(_ at: inout Int) -> Int {
            let first = at
            while at < count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text.byte(at)) { at += 1 }
            return at - first
        }
        if at < count, text.byte(at) == UInt8(ascii: "-") { at += 1 }
        guard at < count else { return false }
        if text.byte(at) == UInt8(ascii: "0") {
            at += 1
        } else if digits(&at) == 0 {
            throw JSONError("not a JSON value", offset: start)
        }
        guard at < count else { return false }
        if text.byte(at) == UInt8(ascii: ".") {
            at += 1
            let found = digits(&at)
            guard at < count else { return false }
            if found == 0 { throw JSONError("number has no digits after the point", offset: at) }
        }
        if text.byte(at) | 0x20 == UInt8(ascii: "e") {
            at += 1
            guard at < count else { return false }
            if text.byte(at) == UInt8(ascii: "+") || text.byte(at) == UInt8(ascii: "-") { at += 1 }
            let found = digits(&at)
            guard at < count else { return false }
            if found == 0 { throw JSONError("number has no digits in the exponent", offset: at) }
        }
        return true
    }

    /// Moves past `true`, `false` or `null`; false when the block ends within it.
    static func skipWord(_ text: RawSpan, _ at: inout Int) throws(JSONError) -> Bool {
        let word: StaticString =
            switch text.byte(at) {
            case UInt8(ascii: "t"): "true"
            case UInt8(ascii: "f"): "false"
            default: "null"
            }
        for place in 0..<word.utf8CodeUnitCount {
            guard at + place < text.byteCount else { return false }
            guard unsafe text.byte(at + place) == word.utf8Start[place] else {
                throw JSONError("not a JSON value", offset: at)
            }
        }
        at += word.utf8CodeUnitCount
        return true
    }
}

extension RawSpan {
    /// One byte; the caller has checked that it is there.
    @inline(__always)
    func byte(_ at: Int) -> UInt8 {
        assert(at >= 0 && at < byteCount)
        return unsafe unsafeLoad(fromUncheckedByteOffset: at, as: UInt8.self)
    }

    /// Eight bytes, the first of them lowest; the caller has checked that they are there.
    @inline(__always)
    func word(_ at: Int) -> UInt64 {
        assert(at >= 0 && at + 8 <= byteCount)
        return UInt64(littleEndian: unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: at, as: UInt64.self))
    }
}
