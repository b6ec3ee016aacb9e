internal import Basics
package import Ed25519
internal import LibCrypto

/// The forms that Ed25519 keys have in files.
package enum KeyForm: String, CaseIterable, Sendable {
    /// PKCS#8 or SubjectPublicKeyInfo as PEM (RFC 8410).
    case openssl
    /// The same in DER.
    case der
    case minisign
    /// OpenBSD's signify.
    case signify
    case openssh
    /// Base64 of the raw 32-byte public key: a host's `.pub` file. There is no private key of this form.
    case trustRoot = "trust-root"

    /// The form as it is called in a sentence.
    package var name: String {
        switch self {
        case .openssl: "PEM"
        case .der: "DER"
        case .minisign: "minisign"
        case .signify: "signify"
        case .openssh: "OpenSSH"
        case .trustRoot: "trust-root"
        }
    }
}

/// Why a key's file cannot be used.
package struct KeyFileError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What the caller can do about it.
    package enum Kind: Sendable { case needsPassphrase, wrongPassphrase, isPublic, other }

    package let kind: Kind
    /// One lower-case sentence that goes behind `cannot use the key FILE: `.
    package let description: String
    package let help: String?

    init(_ kind: Kind, _ description: String, help: String? = nil) {
        self.kind = kind
        self.description = description
        self.help = help
    }

    init(_ error: LibCryptoError) {
        let kind: Kind =
            switch error {
            case .needsPassphrase: .needsPassphrase
            case .wrongPassphrase: .wrongPassphrase
            case .publicKeyGiven: .isPublic
            default: .other
            }
        self.init(kind, error.description, help: error.help)
    }

    static let needsPassphrase = KeyFileError(.needsPassphrase, "it is encrypted and no passphrase was given")
    static let wrongPassphrase = KeyFileError(
        .wrongPassphrase, "wrong passphrase", help: "type it again, or correct PDK_KEY_PASSPHRASE")

    static func malformed(_ form: KeyForm, _ reason: String) -> KeyFileError {
        KeyFileError(.other, "it is a damaged \(form.name) key: \(reason)", help: "use another copy of the file")
    }
}

/// The fingerprint of a public key.
package enum KeyID {
    /// The first 16 hexadecimal digits of the SHA-256 of the raw 32 bytes.
    package static func of(_ publicKey: [UInt8]) -> String {
        // libcrypto refuses SHA-256 only where it is broken, and then nothing else of it works either.
        (try? TrustRoot.keyID(of: publicKey)) ?? ""
    }

    /// The same of a key.
    package static func of(_ key: PublicKey) -> String { of(key.bytes) }

    /// The 8 bytes that minisign and signify know a key by, where none came with it: those of the fingerprint.
    package static func number(of publicKey: [UInt8]) -> [UInt8] { Hex.decode(of(publicKey)) ?? [] }

    /// OpenSSH's fingerprint, `SHA256:` and base64 without padding (`ssh-keygen -l`).
    package static func openSSH(of publicKey: [UInt8]) -> String {
        let digest = (try? unsafe SHA256.digest(of: OpenSSHKey.blob(publicKey).span.bytes)) ?? []
        return "SHA256:" + Base64.encode(digest).prefix { $0 != "=" }
    }
}
