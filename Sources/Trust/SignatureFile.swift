package import Basics
internal import Files

/// The file of a module's signature, `<stem>.sig`, as it stands: whose signature it is, nobody has looked at.
package struct SignatureFile {
    /// The exact text.
    package let text: [UInt8]
    /// The signature itself.
    package let signature: Signature

    /// Reads the file; error: `malformed-signature` when it is not base64 of 64 bytes.
    package init(reading path: String) throws {
        text = try WholeFiles.read(path, limit: KeyText.maximumFileBytes)
        guard let signature = Signature(text: text) else {
            throw Problem(
                .malformedSignature, "\(path) is not base64 of a \(Signature.byteCount)-byte signature",
                help: "sign the module again with: pdk sign")
        }
        self.signature = signature
    }
}
