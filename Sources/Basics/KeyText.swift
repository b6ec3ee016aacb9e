/// The one-line base64 texts of a trust root: `.pub` public keys and `.sig` signatures (host contract, section 3).
package enum KeyText {
    /// The size limit of a `.pub` or `.sig` file, in bytes; the longest valid text has 88 characters.
    package static let maximumFileBytes = 4096

    /// The text of a `.pub` or `.sig` file: padded base64 and a newline.
    package static func encode(_ bytes: [UInt8]) -> String {
        Base64.encode(bytes) + "\n"
    }

    /// The `count` raw bytes of a `.pub` or `.sig` text, nil when it is anything else.
    ///
    /// White space at the ends is tolerated, as the host does; inside it is not.
    package static func decode(_ text: [UInt8], count: Int) -> [UInt8]? {
        let trimmed = trim(text[...])
        guard let bytes = Base64.decode(trimmed), bytes.count == count else { return nil }
        return bytes
    }

    private static func trim(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let blank: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
        let head = text.drop(while: blank)
        guard let last = head.lastIndex(where: { !blank($0) }) else { return [] }
        return head[...last]
    }
}
