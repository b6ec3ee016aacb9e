/// Why a digest could not be taken or a key file not be read or written.
package enum LibCryptoError: Error, Hashable, CustomStringConvertible {
    /// The text is longer than this many bytes.
    case tooLarge(limit: Int)
    /// No PEM block was found, nor DER, nor base64 of either.
    case notPEM
    /// A BEGIN line without an intact block behind it.
    case damagedPEM
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
    /// A cipher that the library does not offer, by its name.
    case legacyCipher(String)
    /// A public key is attached that is not the private key's own.
    case foreignPublicKey
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
        case .tooLarge(let limit): "larger than \(limit) bytes, so it is not a key file"
        case .notPEM: "it is not a key file: no PEM block, no DER and no base64 of either"
        case .damagedPEM:
            "its PEM block is damaged: the END line is missing or wrong, or the text before it is not base64"
        case .otherAlgorithm(let name): "this is an \(name) key, not an Ed25519 key"
        case .needsPassphrase: "the private key is encrypted and no passphrase was given"
        case .wrongPassphrase: "wrong passphrase for the private key"
        case .publicKeyGiven: "this is a public key, not a private key"
        case .privateKeyGiven: "this is a private key, not a public key"
        case .openSSHPrivateKey: "this private key is in OpenSSH's format, not PKCS#8"
        case .unexpectedLabel(let label): "a PEM block '\(label)' is not a key in PKCS#8 or SPKI form"
        case .malformed: "it does not contain a well-formed key"
        case .foreignPublicKey: "the public key attached to the private key does not belong to it"
        case .legacyCipher(let name):
            "the private key is encrypted with \(name), a cipher that OpenSSL offers only in its legacy provider"
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
        case .otherAlgorithm: "create an Ed25519 key with: openssl genpkey -algorithm ed25519 -out key.pem"
        case .publicKeyGiven: "give the private key, the file whose PEM block is called PRIVATE KEY"
        case .openSSHPrivateKey: "import it with: pdk key import FILE --label LABEL"
        case .damagedPEM: "copy the whole file again, line breaks included"
        case .foreignPublicKey: "the file was changed: use another copy of it"
        case .notPEM, .unexpectedLabel, .malformed:
            "give a private key as one of these writes it: pdk keygen, openssl genpkey -algorithm ed25519, minisign -G"
        case .wrongPassphrase: "type it again, or correct PDK_KEY_PASSPHRASE"
        case .privateKeyGiven: "write the public key with: openssl pkey -in key.pem -pubout -out key.pub.pem"
        case .legacyCipher:
            "encrypt it again with: openssl pkcs8 -provider legacy -provider default -in key.pem -out plain.pem && "
                + "openssl pkcs8 -topk8 -scrypt -in plain.pem -out new.pem, then remove plain.pem"
        case .unsupportedEncryption, .derivationTooCostly:
            "encrypt the key again with: openssl pkcs8 -topk8 -scrypt -in key.pem -out new.pem"
        default: nil
        }
    }
}
