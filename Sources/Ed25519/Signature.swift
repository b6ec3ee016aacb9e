/// An Ed25519 signature: 64 bytes, R followed by S (RFC 8032, section 5.1.6).
package struct Signature: Sendable, Hashable {
    /// The size of a raw signature: 64 bytes.
    package static let byteCount = 64
    /// The raw bytes, R then S, as they were given: nothing but their number is checked before verification.
    package let bytes: [UInt8]

    /// Takes exactly 64 bytes, or throws `signatureLength`.
    package init(bytes: [UInt8]) throws(Ed25519Error) {
        guard bytes.count == Self.byteCount else { throw .signatureLength(bytes.count) }
        self.bytes = bytes
    }
}
