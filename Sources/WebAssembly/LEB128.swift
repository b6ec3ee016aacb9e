/// Numbers as modules write them (spec 5.2.2).
package enum LEB128 {
    /// An unsigned number, in as few bytes as it takes.
    package static func unsigned(_ number: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = number
        repeat {
            bytes.append(UInt8(rest & 0x7F) | (rest > 0x7F ? 0x80 : 0))
            rest >>= 7
        } while rest > 0
        return bytes
    }
}
