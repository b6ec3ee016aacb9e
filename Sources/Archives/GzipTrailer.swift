/// The end of a gzip stream: the CRC-32 and the length of what was compressed (RFC 1952, section 2.3.1).
///
/// libarchive passes over it. Checked here, it tells a whole stream from one that is cut short, damaged, followed by
/// something or made of several, of which some readers unpack the first only.
struct GzipTrailer {
    private static let table: [UInt32] = (0..<256).map { byte in
        var value = UInt32(byte)
        for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
        return value
    }

    private var remainder: UInt32 = .max
    private(set) var count = 0

    /// Takes the next bytes that were unpacked.
    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        var remainder = remainder
        unsafe Self.table.withUnsafeBufferPointer { table in
            for place in 0..<bytes.count {
                let index = unsafe UInt8(truncatingIfNeeded: remainder) ^ bytes[place]
                remainder = unsafe table[Int(index)] ^ remainder >> 8
            }
        }
        self.remainder = remainder
        count += bytes.count
    }

    /// Whether the last eight bytes of the stream speak of exactly the bytes taken.
    func ends(_ stream: [UInt8]) -> Bool {
        guard stream.count >= 18 else { return false }
        let number = { (end: Int) in
            stream[stream.count - end..<stream.count - end + 4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        }
        return number(8) == ~remainder && number(4) == UInt32(truncatingIfNeeded: count)
    }
}
