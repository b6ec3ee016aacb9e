internal import CSodium

/// An Ed25519 public key: a canonical curve point of the main subgroup, not of small order.
package struct PublicKey: Sendable, Hashable {
    /// The size of a raw public key: 32 bytes.
    package static let byteCount = 32
    /// The 32 bytes of RFC 8032, section 5.1.2.
    package let bytes: [UInt8]

    /// Takes exactly 32 bytes, or throws `publicKeyLength` or `invalidPublicKey` (`crypto_core_ed25519_is_valid_point`).
    package init(bytes: [UInt8]) throws(Ed25519Error) {
        try Sodium.start()
        guard bytes.count == Self.byteCount else { throw .publicKeyLength(bytes.count) }
        guard Point.isValid(bytes) else { throw .invalidPublicKey }
        self.bytes = bytes
    }
}
