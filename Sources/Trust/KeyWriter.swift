internal import Basics
internal import Ed25519
internal import LibCrypto

/// Writes keys in the forms of other programs.
package enum KeyWriter {
    /// A public key's file; DER is bytes, everything else one text.
    package static func publicKey(
        _ publicKey: [UInt8], as form: KeyForm, keyNumber: [UInt8]?, label: String
    ) throws -> [UInt8] {
        let number = keyNumber ?? KeyID.number(of: publicKey)
        switch form {
        case .openssl: return try unsafe PublicKeyPEM.encodePEM(publicKey.span.bytes)
        case .der: return try unsafe PublicKeyPEM.encodeDER(publicKey.span.bytes)
        case .minisign:
            let comment = "minisign public key \(CommentedText.shownNumber(number))"
            return Array(CommentedText.encode(comment, Array("Ed".utf8) + number + publicKey).utf8)
        case .signify:
            return Array(CommentedText.encode("\(label) public key", Array("Ed".utf8) + number + publicKey).utf8)
        case .openssh: return Array(OpenSSHKey.encodePublic(publicKey, comment: label).utf8)
        case .trustRoot: return Array(KeyText.encode(publicKey).utf8)
        }
    }

    /// A private key's file, to be wiped by the caller; encrypted when there is a passphrase.
    package static func privateKey(
        _ opened: borrowing OpenedKey, as form: KeyForm, passphrase: [UInt8]?, label: String
    ) throws -> [UInt8] {
        let number = opened.keyNumber ?? KeyID.number(of: opened.key.publicKey.bytes)
        switch form {
        case .openssl:
            return try pem(opened.key, passphrase: passphrase)
        case .der:
            guard passphrase == nil else {
                throw KeyFileError(
                    .other, "an encrypted key is not written as DER",
                    help: "export it as openssl, or with --no-passphrase")
            }
            return try opened.key.withSeed { try PrivateKeyPEM.withDER(seed: $0) { $0.array(0..<$0.byteCount) } }
        case .minisign:
            let kind = passphrase == nil ? "unencrypted" : "encrypted"
            return try MinisignKey.encode(
                opened.key, number: number, passphrase: passphrase, comment: "minisign \(kind) secret key")
        case .signify:
            return try SignifyKey.encode(
                opened.key, number: number, passphrase: passphrase, comment: "\(label) secret key")
        case .openssh: return try OpenSSHKey.encode(opened.key, passphrase: passphrase, comment: label)
        case .trustRoot:
            throw KeyFileError(
                .other, "a private key cannot be exported as trust-root",
                help: "export it as openssl, minisign, signify or openssh")
        }
    }

    /// The key store's own form: the PEM block, behind the number of a key that came with one.
    static func stored(_ opened: borrowing OpenedKey, passphrase: [UInt8]?) throws -> [UInt8] {
        PrivateKeyFile.head(forNumber: opened.keyNumber) + (try pem(opened.key, passphrase: passphrase))
    }

    private static func pem(_ key: borrowing SigningKey, passphrase: [UInt8]?) throws -> [UInt8] {
        try key.withSeed { seed in
            guard let passphrase else {
                return try PrivateKeyPEM.encode(seed: seed, passphrase: nil) { $0.array(0..<$0.byteCount) }
            }
            return try unsafe PrivateKeyPEM.encode(seed: seed, passphrase: passphrase.span.bytes) {
                $0.array(0..<$0.byteCount)
            }
        }
    }
}
