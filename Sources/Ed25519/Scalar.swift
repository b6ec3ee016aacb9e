internal import CSodium

/// Integers modulo L, the order of the main subgroup, as 32 little-endian bytes.
enum Scalar {
    /// L, little-endian.
    private static let order: [UInt8] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ]

    /// Whether the 32 bytes are less than L, the one spelling of a scalar (RFC 8032, section 5.1.7, step 1).
    static func isCanonical(_ scalar: [UInt8]) -> Bool {
        guard scalar.count == 32 else { return false }
        for (byte, limit) in zip(scalar.reversed(), order.reversed()) where byte != limit {
            return byte < limit
        }
        return false
    }

    /// A 64-byte integer modulo L (`crypto_core_ed25519_scalar_reduce`).
    static func reduce(_ wide: [UInt8]) -> [UInt8] {
        precondition(wide.count == 64, "only whole SHA-512 digests are reduced")
        var scalar = [UInt8](repeating: 0, count: 32)
        unsafe crypto_core_ed25519_scalar_reduce(&scalar, wide)
        return scalar
    }
}
