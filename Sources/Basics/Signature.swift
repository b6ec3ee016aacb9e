/// An Ed25519 signature: 64 bytes, R followed by S (RFC 8032, section 5.1.6).
package struct Signature: Sendable, Hashable {
    /// The size of a raw signature: 64 bytes.
    package static let byteCount = 64
    /// The raw bytes, R then S, as they were given: nothing but their number is checked before verification.
    package let bytes: [UInt8]

    /// Takes exactly 64 bytes; nil for any other number.
    package init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    /// Reads the text of a `.sig` file, or of an entry of an index; nil when it is not base64 of 64 bytes.
    package init?(text: [UInt8]) {
        guard let bytes = KeyText.decode(text, count: Self.byteCount) else { return nil }
        self.bytes = bytes
    }

    /// The same of a text that is a string already.
    package init?(text: String) { self.init(text: Array(text.utf8)) }

    /// Its base64 text, without a newline: one spelling a signature.
    package var text: String { Base64.encode(bytes) }
}
