/// Why a digest could not be taken or a key file not be read or written.
package enum LibCryptoError: Error, Hashable, CustomStringConvertible {
    /// The text is longer than this many bytes.
    case tooLarge(limit: Int)
    /// No PEM block was found, or it is damaged.
    case notPEM
    /// A key of another algorithm, by its name (`RSA`, `EC`, `X25519`, …).
    case otherAlgorithm(String)
    /// The key is encrypted and no passphrase was given.
    case needsPassphrase
    /// The key does not decrypt with the passphrase.
    case wrongPassphrase
    /// A public key where a private one is wanted.
    case publicKeyGiven
    /// A private key where a public one is wanted.
    case privateKeyGiven
    /// A private key in OpenSSH's own format.
    case openSSHPrivateKey
    /// A PEM block of another kind, by its label.
    case unexpectedLabel(String)
    /// A block of the right kind whose contents are not a well-formed key.
    case malformed
    /// A way of encrypting a key file that is not PBES2 with PBKDF2 or scrypt, by its name.
    case unsupportedEncryption(String)
    /// A key file that asks for more work to derive its key than is done for a file.
    case derivationTooCostly
    /// A passphrase of this many bytes; 1 to 1,024 are allowed.
    case passphraseLength(Int)
    /// A seed of this many bytes instead of 32.
    case seedLength(Int)
    /// A public key of this many bytes instead of 32.
    case publicKeyLength(Int)
    /// The named libcrypto function failed, with OpenSSL's reason.
    case failed(function: String, reason: String)

    /// One lower-case sentence without a full stop.
    package var description: String {
        switch self {
        case .tooLarge(let limit): "larger than \(limit) bytes, which no key file is"
        case .notPEM: "not a PEM file: no intact '-----BEGIN …-----' block"
        case .otherAlgorithm(let name): "this is an \(name) key, not an Ed25519 key"
        case .needsPassphrase: "the private key is encrypted and no passphrase was given"
        case .wrongPassphrase: "wrong passphrase for the private key"
        case .publicKeyGiven: "this is a public key, not a private key"
        case .privateKeyGiven: "this is a private key, not a public key"
        case .openSSHPrivateKey: "this private key is in OpenSSH's format, not PKCS#8"
        case .unexpectedLabel(let label): "a PEM block '\(label)' is not a key in PKCS#8 or SPKI form"
        case .malformed: "the PEM block does not hold a well-formed key"
        case .unsupportedEncryption(let name):
            "the private key is encrypted with \(name), not PBES2 with PBKDF2 or scrypt"
        case .derivationTooCostly: "the private key's encryption asks for an unreasonable amount of work"
        case .passphraseLength(let count):
            "a passphrase is 1 to \(Passphrase.maximumByteCount) bytes long, not \(count)"
        case .seedLength(let count): "an Ed25519 private key seed is 32 bytes, not \(count)"
        case .publicKeyLength(let count): "an Ed25519 public key is 32 bytes, not \(count)"
        case .failed(let function, let reason): "libcrypto's \(function) failed: \(reason)"
        }
    }

    /// What to do next, where there is something to say.
    package var help: String? {
        switch self {
        case .otherAlgorithm, .publicKeyGiven:
            "make an Ed25519 key with: openssl genpkey -algorithm ed25519 -out key.pem"
        case .openSSHPrivateKey:
            "openssl cannot convert OpenSSH keys; make a new one with: openssl genpkey -algorithm ed25519 -out key.pem"
        case .notPEM, .unexpectedLabel, .malformed:
            "give a key in PKCS#8 PEM, as this writes one: openssl genpkey -algorithm ed25519 -out key.pem"
        case .wrongPassphrase: "type it again, or correct PDK_KEY_PASSPHRASE"
        case .privateKeyGiven: "write the public half with: openssl pkey -in key.pem -pubout -out key.pub.pem"
        case .unsupportedEncryption, .derivationTooCostly:
            "encrypt the key anew with: openssl pkcs8 -topk8 -scrypt -in key.pem -out new.pem"
        default: nil
        }
    }
}
