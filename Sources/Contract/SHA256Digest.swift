internal import Basics

/// The SHA-256 of a module or of another file: 32 bytes, in texts 64 hexadecimal digits.
///
/// Two are equal when their bytes are, in whichever case they were written.
public struct SHA256Digest: Sendable, Hashable, CustomStringConvertible {
    /// The size of a digest: 32 bytes.
    public static let byteCount = 32
    // Words in place of an array: each of the many entries of an index has a digest.
    private let first, second, third, fourth: UInt64

    /// Reads 64 hexadecimal digits of either case; nil for anything else.
    public init?(hex: String) {
        let digits = hex.utf8.span
        guard digits.count == 2 * Self.byteCount, let first = Self.word(digits, 0), let second = Self.word(digits, 16),
            let third = Self.word(digits, 32), let fourth = Self.word(digits, 48)
        else { return nil }
        self.first = first
        self.second = second
        self.third = third
        self.fourth = fourth
    }

    private static func word(_ digits: Span<UInt8>, _ start: Int) -> UInt64? {
        var word: UInt64 = 0
        for place in start..<start + 16 {
            guard let value = Hex.value(of: digits[place]) else { return nil }
            word = word << 4 | UInt64(value)
        }
        return word
    }

    /// Takes exactly 32 bytes; nil for any other number.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        func word(_ start: Int) -> UInt64 { bytes[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) } }
        first = word(0)
        second = word(8)
        third = word(16)
        fourth = word(24)
    }

    /// The 32 bytes.
    public var bytes: [UInt8] {
        [first, second, third, fourth].flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * $0)) }
        }
    }

    /// The 64 digits, in lower case.
    public var description: String { Hex.encode(bytes) }
}
