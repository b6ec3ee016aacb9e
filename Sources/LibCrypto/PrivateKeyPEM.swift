internal import Basics
internal import CLibCrypto

/// Ed25519 private keys as PKCS#8 (RFC 8410, section 7), as OpenSSL reads and writes it.
package enum PrivateKeyPEM {
    /// Lends the 32-byte seed of a key to `body`, and wipes it afterwards.
    ///
    /// The text is at most 64 KiB of PEM, DER, or base64 of either; of several PEM blocks the first Ed25519 private key
    /// counts. An encrypted key needs the passphrase, which is ignored for one that is not. Never prompts. Throws
    /// `LibCryptoError`, or what the body throws.
    package static func withEd25519Seed<R: ~Copyable>(
        pem: RawSpan, passphrase: RawSpan?, _ body: (RawSpan) throws -> R
    ) throws -> R {
        ErrorQueue.clear()
        defer { ErrorQueue.clear() }
        guard pem.byteCount <= PEMBlock.maximumByteCount else {
            throw LibCryptoError.tooLarge(limit: PEMBlock.maximumByteCount)
        }
        if let block = try findKey(in: pem) { return try withSeed(of: block, passphrase, body) }
        return try unsafe pem.withUnsafeBytes { bytes in
            if unsafe bytes.first == 0x30 { return try unsafe withSeed(der: bytes, passphrase, body) }
            guard let inner = PEMBlock(base64: unsafe bytes.bytes) else {
                throw unsafe hasBeginLine(bytes) ? LibCryptoError.damagedPEM : .notPEM
            }
            return try unsafe inner.withBytes { decoded in
                if let block = try unsafe findKey(in: decoded.bytes) {
                    return try withSeed(of: block, passphrase, body)
                }
                guard unsafe decoded.first == 0x30 else { throw LibCryptoError.notPEM }
                return try unsafe withSeed(der: decoded, passphrase, body)
            }
        }
    }

    /// The first block that holds an Ed25519 private key or may hold one, nil when there is no block at all.
    ///
    /// Where no block will do, the error is that of the one that is nearest to a private key.
    private static func findKey(in pem: RawSpan) throws -> PEMBlock? {
        var chosen: Int?, refusal: LibCryptoError?, rank = -1, number = 0
        func refuse(_ error: LibCryptoError, _ newRank: Int) {
            if newRank > rank { (refusal, rank) = (error, newRank) }
        }
        try PEMBlock.each(in: pem) { block in
            defer { number += 1 }
            switch block.label {
            case "PRIVATE KEY" where block.oldCipher == nil:
                do {
                    try unsafe block.withBytes { try unsafe OneAsymmetricKey.withSeed($0) { _ in } }
                    chosen = number
                } catch let error as LibCryptoError { refuse(error, 3) }
            case "ENCRYPTED PRIVATE KEY" where block.oldCipher == nil: chosen = number
            default: refuse(Self.refusal(of: block), block.label.hasSuffix("PRIVATE KEY") ? 2 : 1)
            }
            return chosen != nil
        }
        guard let chosen else {
            if let refusal { throw refusal }
            return nil
        }
        return try PEMBlock.at(chosen, in: pem)
    }

    private static func withSeed<R: ~Copyable>(
        of block: borrowing PEMBlock, _ passphrase: RawSpan?, _ body: (RawSpan) throws -> R
    ) throws -> R {
        try unsafe block.withBytes { bytes in
            block.label == "PRIVATE KEY"
                ? try unsafe OneAsymmetricKey.withSeed(bytes, body)
                : try unsafe withSeed(encrypted: EncryptedKey(der: bytes), passphrase, body)
        }
    }

    /// The seed of a DER key, which is encrypted when an algorithm stands where a plain key has its version.
    private static func withSeed<R: ~Copyable>(
        der bytes: UnsafeRawBufferPointer, _ passphrase: RawSpan?, _ body: (RawSpan) throws -> R
    ) throws -> R {
        var outer = unsafe DERReader(bytes)
        let tag = try outer.element(0x30).tag
        if tag == 0x02 { return try unsafe OneAsymmetricKey.withSeed(bytes, body) }
        if unsafe (try? PublicKeyPEM.decode(der: bytes.bytes)) != nil { throw LibCryptoError.publicKeyGiven }
        return try unsafe withSeed(encrypted: EncryptedKey(der: bytes), passphrase, body)
    }

    private static func withSeed<R: ~Copyable>(
        encrypted key: consuming EncryptedKey, _ passphrase: RawSpan?, _ body: (RawSpan) throws -> R
    ) throws -> R {
        guard let passphrase else { throw LibCryptoError.needsPassphrase }
        return try unsafe key.withDecrypted(passphrase) { try unsafe OneAsymmetricKey.withSeed($0, body) }
    }

    private static func hasBeginLine(_ bytes: UnsafeRawBufferPointer) -> Bool {
        unsafe bytes.firstPlace(of: Array("-----BEGIN ".utf8)) != nil
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

    /// Why a block is not taken.
    private static func refusal(of block: borrowing PEMBlock) -> LibCryptoError {
        switch block.label {
        case "OPENSSH PRIVATE KEY": .openSSHPrivateKey
        case "RSA PRIVATE KEY": .otherAlgorithm("RSA")
        case "EC PRIVATE KEY", "EC PARAMETERS": .otherAlgorithm("EC")
        case "DSA PRIVATE KEY", "DSA PARAMETERS": .otherAlgorithm("DSA")
        case "PUBLIC KEY", "RSA PUBLIC KEY": .publicKeyGiven
        case let label:
            block.oldCipher.map { .unsupportedEncryption("PEM's own scheme and \($0)") } ?? .unexpectedLabel(label)
        }
    }
}

extension PrivateKeyPEM {
    /// Lends the decoded bytes of the first PEM block with this label, nil when there is none.
    package static func withBlock<R: ~Copyable>(
        labelled label: String, in pem: RawSpan, _ body: (RawSpan) throws -> R
    ) throws -> R? {
        var place: Int?, number = 0
        try PEMBlock.each(in: pem) { block in
            if block.label == label { place = number }
            number += 1
            return place != nil
        }
        guard let place, let block = try PEMBlock.at(place, in: pem) else { return nil }
        return try unsafe block.withBytes { try body(unsafe $0.bytes) }
    }

    /// The DER of a 32-byte seed: PKCS#8 in its first version, 48 bytes, as `openssl pkey -outform DER` writes it.
    package static func withDER<R: ~Copyable>(seed: RawSpan, _ body: (RawSpan) throws -> R) throws -> R {
        try encode(seed: seed, passphrase: nil) { pem in
            guard let result = try withBlock(labelled: "PRIVATE KEY", in: pem, body) else {
                throw LibCryptoError.notPEM
            }
            return result
        }
    }
}
