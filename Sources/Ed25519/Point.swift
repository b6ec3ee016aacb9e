internal import CSodium

/// Points of the curve as their 32-byte encodings, and the few operations strict verification needs.
enum Point {
    /// The neutral element, (0, 1).
    static let identity: [UInt8] = [1] + [UInt8](repeating: 0, count: 31)

    /// L - 1, little-endian, where L = 2^252 + 27742317777372353535851937790883648493 is the main subgroup's order.
    private static let orderMinusOne: [UInt8] = [
        0xec, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ]

    /// Whether 32 bytes are the canonical encoding of a point of the main subgroup that is not of small order.
    ///
    /// `crypto_core_ed25519_is_valid_point` alone is not enough: before its correction of December 2025 (CVE-2025-69277)
    /// it looked at one coordinate of L·P only, and so let through P + (0, -1). The libsodium of this machine may be
    /// older, so L·P is computed here once more, as (L - 1)·P + P, and compared whole with the neutral element.
    static func isValid(_ point: [UInt8]) -> Bool {
        guard point.count == 32, unsafe crypto_core_ed25519_is_valid_point(point) == 1 else { return false }
        guard let minusPoint = multiply(orderMinusOne, point), let sum = add(minusPoint, point) else { return false }
        return sum == identity
    }

    /// scalar·point; nil when libsodium refuses the point (`crypto_scalarmult_ed25519_noclamp`).
    static func multiply(_ scalar: [UInt8], _ point: [UInt8]) -> [UInt8]? {
        var product = [UInt8](repeating: 0, count: 32)
        // libsodium reports the neutral element as a failure, and a zero scalar is the one way to get it from a valid point.
        if scalar.allSatisfy({ $0 == 0 }) { return identity }
        return unsafe crypto_scalarmult_ed25519_noclamp(&product, scalar, point) == 0 ? product : nil
    }

    /// scalar·B, B the base point (`crypto_scalarmult_ed25519_base_noclamp`).
    static func multiplyBase(_ scalar: [UInt8]) -> [UInt8]? {
        var product = [UInt8](repeating: 0, count: 32)
        if scalar.allSatisfy({ $0 == 0 }) { return identity }
        return unsafe crypto_scalarmult_ed25519_base_noclamp(&product, scalar) == 0 ? product : nil
    }

    /// left + right (`crypto_core_ed25519_add`); nil when either is not on the curve.
    static func add(_ left: [UInt8], _ right: [UInt8]) -> [UInt8]? {
        var sum = [UInt8](repeating: 0, count: 32)
        return unsafe crypto_core_ed25519_add(&sum, left, right) == 0 ? sum : nil
    }

    /// left - right (`crypto_core_ed25519_sub`); nil when either is not on the curve.
    static func subtract(_ left: [UInt8], _ right: [UInt8]) -> [UInt8]? {
        var difference = [UInt8](repeating: 0, count: 32)
        return unsafe crypto_core_ed25519_sub(&difference, left, right) == 0 ? difference : nil
    }
}
