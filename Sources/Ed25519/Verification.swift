internal import CSodium

/// Whether a signature of a whole message in memory is valid, by the same strict rules as `StreamingVerifier`.
///
/// `crypto_sign_verify_detached`, with a key that `PublicKey` has already checked.
package func verify(_ signature: Signature, of message: RawSpan, by key: PublicKey) -> Bool {
    unsafe message.withUnsafeBytes { message in
        unsafe crypto_sign_verify_detached(
            signature.bytes, message.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt64(message.count), key.bytes)
            == 0
    }
}

/// Verifies a signature over a message of any size that arrives in pieces, in constant memory.
///
/// RFC 8032, section 5.1.7, in its cofactorless form and with every choice the RFC leaves open taken strictly:
///
/// 1. S is less than L, so no second signature follows from a first one by adding L.
/// 2. R is the canonical encoding of a main-subgroup point and not of small order; the public key A likewise, which
///    `PublicKey` has checked.
/// 3. k = SHA-512(R ‖ A ‖ M) modulo L, hashed as the pieces come (`crypto_hash_sha512_update`).
/// 4. R' = S·B - k·A, encoded, equals R byte for byte (`crypto_scalarmult_ed25519_*_noclamp`,
///    `crypto_core_ed25519_sub`, `sodium_memcmp`). The equation is not multiplied by 8.
///
/// libsodium offers no such verifier for plain Ed25519: `crypto_sign_verify_detached` wants the message whole, and
/// `crypto_sign_final_verify` is for Ed25519ph, another signature scheme. For a checked key `crypto_sign_verify_detached`
/// and this give the same answer: A and B generate no other points than those of the main subgroup, so R' is one, and an
/// R that is not can never equal it.
package struct StreamingVerifier: Sendable {
    private let signature: Signature
    private let publicKey: PublicKey
    private var hash = crypto_hash_sha512_state()

    /// Starts with an empty message.
    package init(signature: Signature, publicKey: PublicKey) {
        self.signature = signature
        self.publicKey = publicKey
        unsafe crypto_hash_sha512_init(&hash)
        unsafe crypto_hash_sha512_update(&hash, Array(signature.bytes[..<32]), 32)
        unsafe crypto_hash_sha512_update(&hash, publicKey.bytes, 32)
    }

    /// Appends bytes to the message.
    package mutating func update(_ bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            unsafe crypto_hash_sha512_update(&hash, start.assumingMemoryBound(to: UInt8.self), UInt64(bytes.count))
        }
    }

    /// Whether the signature is valid for the message so far; more may be appended afterwards.
    package func isValid() -> Bool {
        let point = Array(signature.bytes[..<32])
        let scalar = Array(signature.bytes[32...])
        guard Scalar.isCanonical(scalar), Point.isValid(point) else { return false }

        var digest = [UInt8](repeating: 0, count: 64)
        var finished = hash
        unsafe crypto_hash_sha512_final(&finished, &digest)
        let challenge = Scalar.reduce(digest)

        guard let left = Point.multiplyBase(scalar), let right = Point.multiply(challenge, publicKey.bytes),
            let computed = Point.subtract(left, right)
        else { return false }
        return unsafe sodium_memcmp(computed, point, 32) == 0
    }
}
