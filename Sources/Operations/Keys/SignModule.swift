internal import Ed25519
internal import Files
internal import Formats
internal import LibCrypto

/// `pdk sign`: the signature of a module beside it.
package struct SignModule {
    package let modulePath: String
    /// Where to write the signature; nil for `<stem>.sig` beside the module.
    package let output: String?
    package let key: KeySource

    package init(modulePath: String, output: String?, key: KeySource) {
        self.modulePath = modulePath
        self.output = output
        self.key = key
    }

    /// What was signed.
    package struct Report: Sendable {
        package let modulePath: String
        package let signaturePath: String
        package let label: String
        /// The trust-root text of the public key.
        package let publicKey: String
        /// Of the module, 64 lowercase hexadecimal digits.
        package let sha256: String
    }

    /// Signs the exact bytes of the module, and checks the signature before it is written.
    package func run() throws -> Report {
        let bytes = try PluginProject.readModule(modulePath)
        let target = output ?? FilePaths.replacingExtension(of: modulePath, with: ".sig")
        return try key.withKey { key, label in
            let signature = try unsafe key.sign(bytes.span.bytes)
            guard unsafe verify(signature, of: bytes.span.bytes, by: key.publicKey) else {
                throw Problem("signing-failed", "the signature of \(modulePath) does not verify; nothing was written")
            }
            try WholeFiles.replace(target, with: KeyText.encode(signature.bytes))
            return Report(
                modulePath: modulePath, signaturePath: target, label: label,
                publicKey: Base64.encode(key.publicKey.bytes),
                sha256: Hex.encode(try unsafe SHA256.digest(of: bytes.span.bytes)))
        }
    }
}
