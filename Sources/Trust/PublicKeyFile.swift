internal import Basics
package import Ed25519
internal import LibCrypto

/// A public key as it was read from a file.
package struct PublicKeyFile: Sendable, Equatable {
    /// The key.
    package let publicKey: PublicKey
    package let form: KeyForm
    /// The 8 bytes that minisign or signify know the key by; nil when none came with it.
    package let keyNumber: [UInt8]?

    /// Reads a public key in every form that the kit knows, told by its contents; also its text alone, as minisign prints it.
    package static func read(_ file: [UInt8]) throws(KeyFileError) -> PublicKeyFile {
        guard file.count <= PrivateKeyFile.maximumBytes else {
            throw KeyFileError(.tooLarge(limit: PrivateKeyFile.maximumBytes))
        }
        let (bytes, form, number) = try raw(file)
        do { return PublicKeyFile(publicKey: try PublicKey(bytes: bytes), form: form, keyNumber: number) } catch {
            throw KeyFileError(
                .other, "its \(form.name) key is not a usable Ed25519 public key",
                help: "points outside of the main subgroup, and of small or mixed order, are refused; get the key again"
            )
        }
    }

    private static func raw(_ file: [UInt8]) throws(KeyFileError) -> ([UInt8], KeyForm, [UInt8]?) {
        if CommentedText.isOne(file) {
            guard let text = CommentedText(file) else {
                throw KeyFileError(.other, "its second line is not base64", help: "use another copy of the file")
            }
            guard let (number, key) = text.publicKey else {
                let isSecret = MinisignKey.isOne(text.bytes) || SignifyKey.isOne(text.bytes)
                throw isSecret
                    ? privateKeyGiven
                    : KeyFileError(.other, "it is \(text.otherKind) of minisign or signify, not a public key")
            }
            let isSignify = text.comment.hasSuffix("public key") && !text.comment.hasPrefix("minisign public key")
            return (key, isSignify ? .signify : .minisign, number)
        }
        if let key = try OpenSSHKey.publicKey(file) { return (key, .openssh, nil) }
        if let bytes = KeyText.decode(file, count: PublicKey.byteCount) { return (bytes, .trustRoot, nil) }
        if let bytes = KeyText.decode(file, count: CommentedText.publicSize), bytes.starts(with: Array("Ed".utf8)) {
            return (Array(bytes[10...]), .minisign, Array(bytes[2..<10]))
        }
        do throws(LibCryptoError) {
            if file.first == 0x30 { return (try unsafe PublicKeyPEM.decode(der: file.span.bytes), .der, nil) }
            return (try unsafe PublicKeyPEM.decode(pem: file.span.bytes), .openssl, nil)
        } catch {
            switch error {
            case .privateKeyGiven: throw privateKeyGiven
            case .notPEM:
                throw KeyFileError(
                    .other, "it is not a public key of any form that is known here",
                    help: "known are a host's .pub file, PEM, DER, minisign, signify and ssh-ed25519")
            case .malformed where file.first == 0x30:
                if (try? PrivateKeyFile.describe(file)) != nil { throw privateKeyGiven }
                throw KeyFileError(error)
            default: throw KeyFileError(error)
            }
        }
    }

    private static let privateKeyGiven = KeyFileError(
        .other, "it is a private key, which only its publisher may have",
        help: "ask for the public key; for your own key, run: pdk key export LABEL")
}
