// Moving and searching bytes for little fuel. In Embedded Swift `Array(buffer)`, `initialize(from:)` and
// `String(decoding:)` copy element by element; `copyMemory` is one instruction. Searching goes 16 bytes at a time, in C.
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

    /// As C has it.
    @inline(__always)
    var characters: UnsafePointer<CChar> { assumingMemoryBound(to: CChar.self) }

    /// The first byte at or after this address that equals `one` or `other`; `end` when there is none before it.
    func first(_ one: UInt8, or other: UInt8, before end: UnsafeRawPointer) -> UnsafeRawPointer {
        UnsafeRawPointer(
            plugin_find(characters, end.characters, CChar(bitPattern: one), CChar(bitPattern: other)).unsafelyUnwrapped)
    }
}

extension UnsafeMutableRawPointer {
    /// Stores a byte here and steps over it.
    @inline(__always)
    mutating func put(_ byte: UInt8) {
        storeBytes(of: byte, as: UInt8.self)
        self = UnsafeMutableRawPointer(mutating: UnsafeRawPointer(self) &+ 1)
    }
}

/// A word of 8 equal bytes.
@inline(__always)
func eachByte(_ byte: UInt8) -> UInt64 { 0x0101_0101_0101_0101 &* UInt64(byte) }

extension UInt8 {
    /// This byte, an ASCII capital made small.
    @inline(__always)
    var lowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }
}

/// A growing run of bytes. It is not freed: an instance of the module lives for one call.
struct Buffer {
    private(set) var start: UnsafeMutableRawPointer
    private(set) var count = 0
    private var capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
        start = .allocate(byteCount: Swift.max(capacity, 1), alignment: 1)
    }

    /// What was appended. The buffer must not grow while this is in use.
    var text: Text { Text(start: UnsafeRawPointer(start), count: count) }

    private mutating func reserve(_ more: Int) {
        guard capacity &- count < more else { return }
        grow(more)
    }

    @inline(never)
    private mutating func grow(_ more: Int) {
        let wanted = Swift.max(capacity &* 2, count &+ more)
        let bigger = UnsafeMutableRawPointer.allocate(byteCount: wanted, alignment: 1)
        bigger.copyMemory(from: start, byteCount: count)
        start = bigger
        capacity = wanted
    }

    mutating func append(_ text: Text) { append(text.start, text.count) }

    @inline(never)
    mutating func append(_ source: UnsafeRawPointer, _ more: Int) {
        reserve(more)
        (start + count).copyMemory(from: source, byteCount: more)
        count &+= more
    }

    /// Makes room for `room` bytes and appends those that `fill` writes: it gets their address and returns their end.
    @inline(__always)
    mutating func append(upTo room: Int, _ fill: (UnsafeMutableRawPointer) -> UnsafeMutableRawPointer) {
        reserve(room)
        count = fill(start + count) - start
    }
}
