internal import Basics
package import Ed25519

extension PublicKey {
    /// Reads the text of a `.pub` file, base64 of 32 bytes; nil when it is anything else, or no usable key.
    package init?(text: String) {
        guard let bytes = KeyText.decode(Array(text.utf8), count: Self.byteCount), let key = try? Self(bytes: bytes)
        else { return nil }
        self = key
    }

    /// The text of a `.pub` file, without its newline.
    package var text: String { Base64.encode(bytes) }
}
