import Basics
import TestSupport
import Testing

@testable import Ed25519

/// The encodings of points whose order divides 8, canonical and not.
///
/// A key among them lets one signature fit every message.
let smallOrderEncodings: [String] = [
    "0100000000000000000000000000000000000000000000000000000000000000",  // order 1
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  // order 2
    "0000000000000000000000000000000000000000000000000000000000000000",  // order 4
    "0000000000000000000000000000000000000000000000000000000000000080",  // order 4
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",  // order 8
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",  // order 8
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",  // order 8
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",  // order 8
    "0100000000000000000000000000000000000000000000000000000000000080",  // order 1, minus zero for x
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",  // order 2, minus zero for x
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  // order 4, y = p
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",  // order 4, y = p
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  // order 1, y = p + 1
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",  // order 1, y = p + 1 and minus zero
]

/// All 32-byte strings that spell y as p to p + 18, the values that fit into 255 bits twice, with either sign of x.
let overlongEncodings: [[UInt8]] = (0..<19).flatMap { (excess: UInt8) -> [[UInt8]] in
    let middle = [UInt8](repeating: 0xff, count: 30), first = 0xed + excess
    return [[first] + middle + [0x7f], [first] + middle + [0xff]]
}

@Suite("Ed25519: keys")
struct KeyTests {
    @Test("a key of small order is refused", arguments: smallOrderEncodings)
    func smallOrder(hex: String) {
        #expect(throws: Ed25519Error.invalidPublicKey) { try PublicKey(bytes: bytes(hex)) }
    }

    @Test("a key that is not written canonically is refused", arguments: overlongEncodings)
    func overlong(encoding: [UInt8]) {
        #expect(throws: Ed25519Error.invalidPublicKey) { try PublicKey(bytes: encoding) }
    }

    /// A = aB + T with T of small order.
    ///
    /// Multiples 1 to 7 of the first point of order 8 are all such T but the neutral one; the fourth, (0, -1), is the
    /// one an uncorrected libsodium lets through.
    @Test("a key outside the main subgroup is refused", arguments: 1...7)
    func mixedOrder(multiple: Int) throws {
        let generator = bytes(smallOrderEncodings[4])
        var torsion = Point.identity
        for _ in 0..<multiple { torsion = try #require(Point.add(torsion, generator)) }
        let mixed = try #require(Point.add(Vector.rfc8032[0].publicKey, torsion))
        expect(mixed != Vector.rfc8032[0].publicKey)
        #expect(throws: Ed25519Error.invalidPublicKey) { try PublicKey(bytes: mixed) }
    }

    @Test("a y that no point of the curve has is refused", arguments: [2, 7, 8, 11, 12, 13] as [UInt8])
    func offCurve(y: UInt8) {
        #expect(throws: Ed25519Error.invalidPublicKey) { try PublicKey(bytes: [y] + [UInt8](repeating: 0, count: 31)) }
    }

    @Test("a key of any other length than 32 bytes is refused", arguments: [0, 1, 31, 33, 64])
    func keyLength(count: Int) {
        let key = Array((Vector.rfc8032[0].publicKey + Vector.rfc8032[1].publicKey).prefix(count))
        #expect(throws: Ed25519Error.publicKeyLength(count)) { try PublicKey(bytes: key) }
    }

    @Test("a signature of any other length than 64 bytes is refused", arguments: [0, 1, 32, 63, 65, 128])
    func signatureLength(count: Int) {
        expect(Signature(bytes: [UInt8](repeating: 1, count: count)) == nil)
    }

    @Test("a seed of any other length than 32 bytes is refused", arguments: [0, 31, 33, 64])
    func seedLength(count: Int) {
        let seed = [UInt8](repeating: 1, count: count)
        #expect(throws: Ed25519Error.seedLength(count)) { _ = try unsafe SigningKey(seed: seed.span.bytes) }
    }

    @Test("a generated key gives its seed back, and the seed gives the key back")
    func generated() throws {
        let key = try SigningKey.generate()
        let other = try SigningKey.generate()
        expect(key.publicKey != other.publicKey)
        let again = try key.withSeed { try SigningKey(seed: $0) }
        expect(again.publicKey, is: key.publicKey)
        let message: [UInt8] = [1, 2, 3]
        let signature = try unsafe key.sign(message.span.bytes)
        let signedAgain = try unsafe again.sign(message.span.bytes)
        expect(signedAgain, is: signature)
        expect(verdicts(signature, message, key.publicKey), is: [true, true])
    }
}
