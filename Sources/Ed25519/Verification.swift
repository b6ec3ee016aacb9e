package import Basics
internal import CSodium

/// Whether a signature of a whole message in memory is valid, by the same strict rules as `SignatureCheck`.
///
/// `crypto_sign_verify_detached`, with a key that `PublicKey` has already checked.
package func verify(_ signature: Signature, of message: RawSpan, by key: PublicKey) -> Bool {
    unsafe message.withUnsafeBytes { message in
        unsafe crypto_sign_verify_detached(
            signature.bytes, message.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt64(message.count), key.bytes)
            == 0
    }
}

/// The check of a signature over a message of any size that somebody else hashes as it comes, in constant memory.
///
/// RFC 8032, section 5.1.7, in its cofactorless form and with every choice the RFC leaves open taken strictly:
///
/// 1. S is less than L, so no second signature follows from a first one by adding L.
/// 2. R is the canonical encoding of a main-subgroup point and not of small order; the public key A likewise, which
///    `PublicKey` has checked.
/// 3. k = SHA-512(R ‖ A ‖ M) modulo L: the digest is the caller's, of `prefix` and then the message.
/// 4. R' = S·B - k·A, encoded, equals R byte for byte (`crypto_scalarmult_ed25519_*_noclamp`,
///    `crypto_core_ed25519_sub`, `sodium_memcmp`). The equation is not multiplied by 8.
///
/// libsodium offers no such check for plain Ed25519: `crypto_sign_verify_detached` wants the message whole, and
/// `crypto_sign_final_verify` is for Ed25519ph, another signature scheme. For a checked key `crypto_sign_verify_detached`
/// and this give the same answer: A and B generate no other points than those of the main subgroup, so R' is one, and an
/// R that is not can never equal it.
package struct SignatureCheck: Sendable {
    private let signature: Signature
    private let publicKey: PublicKey

    /// Whether this key made this signature.
    package init(_ signature: Signature, by publicKey: PublicKey) {
        self.signature = signature
        self.publicKey = publicKey
    }

    /// The 64 bytes that are hashed before the message: R and the public key.
    package var prefix: [UInt8] { Array(signature.bytes[..<32]) + publicKey.bytes }

    /// Whether the signature is valid for the message whose SHA-512, behind `prefix`, has these 64 bytes.
    package func isValid(digest: [UInt8]) -> Bool {
        let point = Array(signature.bytes[..<32])
        let scalar = Array(signature.bytes[32...])
        guard digest.count == 64, Scalar.isCanonical(scalar), Point.isValid(point) else { return false }
        let challenge = Scalar.reduce(digest)
        guard let left = Point.multiplyBase(scalar), let right = Point.multiply(challenge, publicKey.bytes),
            let computed = Point.subtract(left, right)
        else { return false }
        return unsafe sodium_memcmp(computed, point, 32) == 0
    }
}
