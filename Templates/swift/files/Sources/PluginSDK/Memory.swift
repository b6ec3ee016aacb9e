// Moving and searching bytes for little fuel. In Embedded Swift `Array(buffer)`, `initialize(from:)` and
// `String(decoding:)` copy element by element; `copyMemory` is one instruction. Searching goes 16 bytes at a time.
import CPluginABI

extension UnsafeRawPointer {
    /// The address `count` bytes on, without the overflow check of `+`.
    @inline(__always)
    static func &+ (start: UnsafeRawPointer, count: Int) -> UnsafeRawPointer {
        UnsafeRawPointer(bitPattern: UInt(bitPattern: start) &+ UInt(bitPattern: count)).unsafelyUnwrapped
    }

    /// The byte at this address.
    @inline(__always)
    var byte: UInt8 { load(as: UInt8.self) }

    /// The 8 bytes at this address.
    @inline(__always)
    var word: UInt64 { loadUnaligned(as: UInt64.self) }

    /// The 4 bytes at this address.
    @inline(__always)
    var halfWord: UInt32 { loadUnaligned(as: UInt32.self) }

    /// The first byte at or after this address that equals `one` or `other`; `end` when there is none before it.
    @inline(never)
    func first(_ one: UInt8, or other: UInt8, before end: UnsafeRawPointer) -> UnsafeRawPointer {
        var at = self
        while at &+ 16 <= end {
            let found = bytes_equal_either(at, one, other)
            if found != 0 { return at &+ found.trailingZeroBitCount }
            at = at &+ 16
            while at &+ 32 <= end, !either_is_in_32(at, one, other) { at = at &+ 32 }
        }
        while at < end, at.byte != one, at.byte != other { at = at &+ 1 }
        return at
    }

    /// The first byte that JSON text cannot hold as it is, or that is not ASCII, at or after this address, or `end`.
    @inline(never)
    func notPlain(before end: UnsafeRawPointer) -> UnsafeRawPointer {
        var at = self
        while at &+ 8 <= end {
            let word = at.word
            let quotes = (word ^ eachByte(0x22)) &- eachByte(1)
            let backslashes = (word ^ eachByte(0x5C)) &- eachByte(1)
            let controls = word &- eachByte(0x20)
            // A borrow may set a top bit wrongly, but only above the first right one.
            let found = (quotes | backslashes | controls | word) & eachByte(0x80)
            if found != 0 { return at &+ (found.trailingZeroBitCount &>> 3) }
            at = at &+ 8
        }
        while at < end, at.byte &- 0x20 < 0x60, at.byte != UInt8(ascii: "\""), at.byte != UInt8(ascii: "\\") {
            at = at &+ 1
        }
        return at
    }

    /// Bytes in the UTF-8 character at this address; 0 if what is there before `end` is ill-formed.
    func characterLength(before end: UnsafeRawPointer) -> Int {
        let lead = byte
        if lead < 0x80 { return 1 }
        let length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
        guard lead >= 0xC2, lead < 0xF5, self &+ length <= end else { return 0 }
        let second = (self &+ 1).byte
        guard second & 0xC0 == 0x80 else { return 0 }
        switch lead {
        case 0xE0: if second < 0xA0 { return 0 }  // overlong
        case 0xED: if second >= 0xA0 { return 0 }  // half a surrogate pair
        case 0xF0: if second < 0x90 { return 0 }  // overlong
        case 0xF4: if second >= 0x90 { return 0 }  // above U+10FFFF
        default: break
        }
        if length > 2, (self &+ 2).byte & 0xC0 != 0x80 { return 0 }
        if length > 3, (self &+ 3).byte & 0xC0 != 0x80 { return 0 }
        return length
    }
}

extension UnsafeMutableRawPointer {
    /// Stores a byte here and steps over it.
    @inline(__always)
    mutating func put(_ byte: UInt8) {
        storeBytes(of: byte, as: UInt8.self)
        self = UnsafeMutableRawPointer(mutating: UnsafeRawPointer(self) &+ 1)
    }

    /// Stores a Unicode scalar value here, in UTF-8, and steps over it.
    mutating func put(scalar code: UInt32) {
        func byte(_ bits: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: bits) }
        if code < 0x80 { return put(byte(code)) }
        if code < 0x800 {
            put(byte(0xC0 | code &>> 6))
        } else {
            if code < 0x10000 {
                put(byte(0xE0 | code &>> 12))
            } else {
                put(byte(0xF0 | code &>> 18))
                put(byte(0x80 | code &>> 12 & 0x3F))
            }
            put(byte(0x80 | code &>> 6 & 0x3F))
        }
        put(byte(0x80 | code & 0x3F))
    }
}

/// A word of 8 equal bytes.
@inline(__always)
func eachByte(_ byte: UInt8) -> UInt64 { 0x0101_0101_0101_0101 &* UInt64(byte) }

extension UInt8 {
    /// This byte, an ASCII capital made small.
    @inline(__always)
    var lowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

    /// Whether this is an ASCII digit.
    @inline(__always)
    var isDigit: Bool { self &- 0x30 < 10 }

    /// Whether this is JSON's white space.
    @inline(__always)
    var isSpace: Bool { self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09 }
}

/// A growing run of bytes. It is not freed: an instance of the module lives for one call.
struct Buffer {
    private(set) var start: UnsafeMutableRawPointer
    private(set) var count = 0
    private var capacity: Int

    /// Memory for so many bytes, with 64 behind them and 16 before them that may be looked at, too.
    static func allocate(_ count: Int) -> UnsafeMutableRawPointer {
        let start = UnsafeMutableRawPointer.allocate(byteCount: count &+ 80, alignment: 1)
        start.storeBytes(of: 0, toByteOffset: 8, as: UInt64.self)
        return start + 16
    }

    init(capacity: Int) {
        self.capacity = capacity
        start = Buffer.allocate(capacity)
    }

    /// What was appended. The buffer must not grow while this is in use.
    var text: Text { Text(start: UnsafeRawPointer(start), count: count) }

    mutating func reserve(_ more: Int) {
        guard capacity &- count < more else { return }
        grow(more)
    }

    @inline(never)
    private mutating func grow(_ more: Int) {
        let wanted = Swift.max(capacity &* 2, count &+ more)
        let bigger = Buffer.allocate(wanted)
        bigger.copyMemory(from: start, byteCount: count)
        start = bigger
        capacity = wanted
    }

    mutating func append(_ byte: UInt8) {
        reserve(1)
        start.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count &+= 1
    }

    mutating func append(_ source: UnsafeRawPointer, _ more: Int) {
        reserve(more)
        (start + count).copyMemory(from: source, byteCount: more)
        count &+= more
    }

    mutating func append(_ text: Text) { append(text.start, text.count) }

    /// Makes room for `room` bytes and appends those that `fill` writes: it gets their address and returns their end.
    @inline(__always)
    mutating func append(upTo room: Int, _ fill: (UnsafeMutableRawPointer) -> UnsafeMutableRawPointer) {
        reserve(room)
        count = fill(start + count) - start
    }

    /// Decimal digits.
    mutating func append(decimal value: UInt64) {
        var rest = value
        var divisor: UInt64 = 1
        while rest / divisor >= 10 { divisor &*= 10 }
        while divisor > 0 {
            append(0x30 &+ UInt8(truncatingIfNeeded: rest / divisor))
            rest %= divisor
            divisor /= 10
        }
    }

    /// A Unicode scalar value, in UTF-8.
    mutating func append(scalar code: UInt32) {
        append(upTo: 4) { out in
            var out = out
            out.put(scalar: code)
            return out
        }
    }
}
