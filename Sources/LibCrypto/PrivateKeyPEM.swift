internal import CLibCrypto

/// Ed25519 private keys as PKCS#8 PEM text (RFC 8410, section 7), as OpenSSL reads and writes it.
package enum PrivateKeyPEM {
    /// Lends the 32-byte seed of a PEM key to `body`, and wipes it afterwards.
    ///
    /// The text is at most 16 KiB; its first PEM block counts. `ENCRYPTED PRIVATE KEY` needs the passphrase, which is
    /// ignored for a key that is not encrypted. Never prompts. Throws `LibCryptoError`, or what the body throws.
    package static func withEd25519Seed<R: ~Copyable>(
        pem: RawSpan, passphrase: RawSpan?, _ body: (RawSpan) throws -> R
    ) throws -> R {
        let block = try PEMBlock(pem: pem)
        ErrorQueue.clear()
        defer { ErrorQueue.clear() }
        switch block.label {
        case "PRIVATE KEY":
            return try PrivateKeyInfo(der: block).withSeed(body)
        case "ENCRYPTED PRIVATE KEY":
            let encrypted = try EncryptedKey(der: block)
            guard let passphrase else { throw LibCryptoError.needsPassphrase }
            return try encrypted.decrypt(passphrase).withSeed(body)
        default:
            throw refusal(of: block.label)
        }
    }

    /// Lends the PEM text of a 32-byte seed to `body`, and wipes it afterwards.
    ///
    /// Without a passphrase the text is byte for byte what `openssl genpkey -algorithm ed25519` writes. With one it is
    /// PBES2: AES-256-CBC under a key from scrypt (N 16,384, r 8, p 5; 16 MiB), which `openssl pkey` reads. Throws
    /// `LibCryptoError`, or what the body throws.
    package static func encode<R: ~Copyable>(
        seed: RawSpan, passphrase: RawSpan?, _ body: (RawSpan) throws -> R
    ) throws -> R {
        guard seed.byteCount == 32 else { throw LibCryptoError.seedLength(seed.byteCount) }
        SecureHeap.start()
        ErrorQueue.clear()
        defer { ErrorQueue.clear() }
        let info = try PrivateKeyInfo(seed: seed)
        guard let bio = unsafe BIO_new(BIO_s_secmem()) else { throw ErrorQueue.error(of: "BIO_new") }
        defer { unsafe BIO_free(bio) }
        if let passphrase {
            let encrypted = try EncryptedKey(info, passphrase: passphrase)
            guard unsafe PEM_write_bio_PKCS8(bio, encrypted.handle) == 1 else {
                throw ErrorQueue.error(of: "PEM_write_bio_PKCS8")
            }
        } else {
            guard unsafe PEM_write_bio_PKCS8_PRIV_KEY_INFO(bio, info.handle) == 1 else {
                throw ErrorQueue.error(of: "PEM_write_bio_PKCS8_PRIV_KEY_INFO")
            }
        }
        var start: UnsafeMutablePointer<CChar>?
        let count = unsafe clibcrypto_bio_bytes(bio, &start)
        guard count > 0, let start = unsafe start else { throw ErrorQueue.error(of: "BIO_get_mem_data") }
        let text = unsafe UnsafeRawBufferPointer(start: start, count: count)
        return try body(unsafe text.bytes)
    }

    /// Why a block with another label is not taken.
    private static func refusal(of label: String) -> LibCryptoError {
        switch label {
        case "OPENSSH PRIVATE KEY": .openSSHPrivateKey
        case "RSA PRIVATE KEY": .otherAlgorithm("RSA")
        case "EC PRIVATE KEY", "EC PARAMETERS": .otherAlgorithm("EC")
        case "DSA PRIVATE KEY", "DSA PARAMETERS": .otherAlgorithm("DSA")
        case "PUBLIC KEY", "RSA PUBLIC KEY": .publicKeyGiven
        default: .unexpectedLabel(label)
        }
    }
}
