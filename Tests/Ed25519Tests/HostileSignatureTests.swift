import Basics
import Ed25519
import TestSupport
import Testing

/// A signature that some verifiers take and a strict one must not.
///
/// Made for these tests from the key of RFC 8032's TEST 1 (secret scalar a, public key A = aB), the message
/// `a strict verifier` and r = SHA-512("nonce") mod L. k is SHA-512(R ‖ A ‖ M) mod L over R as it is encoded here.
struct HostileSignature: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let point: String
    let scalar: String

    init(_ description: String, _ point: String, _ scalar: String) {
        testDescription = description
        self.point = point
        self.scalar = scalar
    }

    static let message = Array("a strict verifier".utf8)
    /// R = rB.
    static let point = "b31b20f50426242514d81b383548bd90de72fd0b8cf2382a88f9f52ce5076b23"
    /// S = r + ka mod L, the honest one.
    static let scalar = "05c427e9a8108d7e577943692e7fbd021fd1bf26482ad28dec083bf2139fbf07"
    static let zero = String(repeating: "0", count: 64)

    static let all = [
        // The same residue of S: the equation holds for every verifier that does not ask for S < L.
        Self("S + L", point, "f2971d46c3739fd62d163b0c0d799c171fd1bf26482ad28dec083bf2139fbf17"),
        Self("S + 2L", point, "df6b13a3ddd6b12e04b332afeb727b2c1fd1bf26482ad28dec083bf2139fbf27"),
        Self("S + 7L", point, "808fe07361c60de733c308de4454d6941fd1bf26482ad28dec083bf2139fbf77"),
        Self("S with its top bit set", point, "05c427e9a8108d7e577943692e7fbd021fd1bf26482ad28dec083bf2139fbf87"),
        Self("S = L", point, "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010"),
        Self("S = L - 1", point, "ecd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010"),
        Self("S = 2^256 - 1", point, String(repeating: "f", count: 64)),
        Self("S = 0", point, zero),
        Self("all zero", zero, zero),
        Self("R = 0", zero, scalar),
        // R the neutral element and S = ka: SB = R + kA holds exactly.
        Self(
            "R of order 1", "0100000000000000000000000000000000000000000000000000000000000000",
            "d0962502feca69b40184a65e0a45491a2c13c505befbca51c9f6dd6e5952e702"),
        // The same with other spellings of the neutral element, each with its own k.
        Self(
            "R of order 1, y = p + 1", "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "2234b8513bb3aef2d52f8281b16e93f7cf1137801acedc6bd1c88c7681bc9500"),
        Self(
            "R of order 1, minus zero", "0100000000000000000000000000000000000000000000000000000000000080",
            "fae819b6c0a531b9cae3d973dcd96cd9ac54cd13daf3190762663f5a80de2805"),
        Self(
            "R of order 1, y = p + 1, minus zero", "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            "c20b29aa9c22967db3ca61ed471a856af34cc72b6306ed2240f5eca1ef648f02"),
        // R of small order and S = ka: the equation holds when both sides are multiplied by 8.
        Self(
            "R of order 2", "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "6e14bd7348178dd8ae25c91cf3b432c5ca5f4bb5f63065b6a150619a7e361301"),
        Self(
            "R of order 4", "0000000000000000000000000000000000000000000000000000000000000000",
            "9d97c32c654ca2f07a76fa14a2ebb49f5d4359927b60cfc38205a54799919b07"),
        Self(
            "R of order 8", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "3c1bd4f8da3de623fe48ee900df813bfde2423e3df100d38067cac5e786e400d"),
        // R = rB + T, T of small order, and S = r + ka: again the equation holds when multiplied by 8.
        Self(
            "R = rB + T of order 2", "3ae4df0afbd9dbdaeb27e4c7cab7426f218d02f4730dc7d577060ad31af894dc",
            "c6e5d8ccbba4227db78755a20eed52dd38376992a960746c0e05e02cd70ad902"),
        Self(
            "R = rB + T of order 4", "e23a112f799f9eed9800e373bdabe72d1429ba74455b1a22ac1001d4cc60abbb",
            "b285ab6f2707d8d5851b357ca520447f2957fba5e17a7865e5e55416816d4f09"),
        Self(
            "R = rB + T of order 8", "4c261951fba9f4ba7ece40431f212269f58becc2473c54cecda0e8f1e6f9d253",
            "dc1c0017364afab2c6e75fa28ea2fdb536f58f0c1645154d4c1e2f2b0789ff0d"),
    ]
}

@Suite("Ed25519: hostile signatures")
struct HostileSignatureTests {
    let key: PublicKey

    init() throws {
        key = try PublicKey(bytes: Vector.rfc8032[0].publicKey)
    }

    @Test("the honest signature that the others are made from is valid")
    func honest() throws {
        let signature = try #require(Signature(bytes: bytes(HostileSignature.point + HostileSignature.scalar)))
        expect(verdicts(signature, HostileSignature.message, key), is: [true, true])
    }

    @Test("what a lenient verifier would take is refused", arguments: HostileSignature.all)
    func refused(signature: HostileSignature) throws {
        let signature = try #require(Signature(bytes: bytes(signature.point + signature.scalar)))
        expect(verdicts(signature, HostileSignature.message, key), is: [false, false])
    }

    @Test("an overlong R is refused", arguments: overlongEncodings)
    func overlongPoint(encoding: [UInt8]) throws {
        let signature = try #require(Signature(bytes: encoding + bytes(HostileSignature.scalar)))
        expect(verdicts(signature, HostileSignature.message, key), is: [false, false])
    }

    @Test("every single changed bit of a signature is refused")
    func changedBits() throws {
        let honest = bytes(HostileSignature.point + HostileSignature.scalar)
        for bit in 0..<512 {
            var changed = honest
            changed[bit / 8] ^= 1 << (bit % 8)
            expect(
                verdicts(try #require(Signature(bytes: changed)), HostileSignature.message, key), is: [false, false],
                "bit \(bit)")
        }
    }

    @Test("every single changed bit of a message, and every shortening, is refused")
    func changedMessage() throws {
        let signature = try #require(Signature(bytes: bytes(HostileSignature.point + HostileSignature.scalar)))
        let message = HostileSignature.message
        for bit in 0..<(message.count * 8) {
            var changed = message
            changed[bit / 8] ^= 1 << (bit % 8)
            expect(verdicts(signature, changed, key), is: [false, false], "bit \(bit)")
        }
        for count in 0..<message.count {
            expect(verdicts(signature, Array(message.prefix(count)), key), is: [false, false], "\(count) bytes")
        }
        expect(verdicts(signature, message + [0], key), is: [false, false])
    }

    @Test("another key's signature is refused")
    func otherKey() throws {
        let signature = try #require(Signature(bytes: bytes(HostileSignature.point + HostileSignature.scalar)))
        let other = try PublicKey(bytes: Vector.rfc8032[1].publicKey)
        expect(verdicts(signature, HostileSignature.message, other), is: [false, false])
    }
}
