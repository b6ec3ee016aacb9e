internal import Basics
internal import Ed25519
internal import LibCrypto

/// The secret key of OpenBSD's signify (signify.c, `struct enckey`).
///
/// 104 bytes: `Ed`, `BK`, the rounds of bcrypt_pbkdf (4, most significant byte first; 0 when it is not encrypted), the
/// salt (16), a checksum (8), the key's number (8), and, encrypted: seed and public key (64).
enum SignifyKey {
    static let size = 104

    static func isOne(_ bytes: [UInt8]) -> Bool { bytes.count == size && bytes.starts(with: Array("EdBK".utf8)) }

    static func isEncrypted(_ bytes: [UInt8]) -> Bool { rounds(bytes) != 0 }

    static func number(_ bytes: [UInt8]) -> [UInt8] { Array(bytes[32..<40]) }

    private static func rounds(_ bytes: [UInt8]) -> Int { bytes[4..<8].reduce(0) { $0 << 8 | Int($1) } }

    /// The key; `bytes` are wiped by the caller.
    static func open(_ bytes: [UInt8], passphrase: () throws -> [UInt8]?) throws -> SigningKey {
        var inner = try SecretBytes(copying: unsafe bytes.span.extracting(40..<size).bytes)
        let encrypted = isEncrypted(bytes)
        if encrypted {
            guard var phrase = try passphrase() else { throw KeyFileError.needsPassphrase }
            defer { SecretBytes.wipe(&phrase) }
            try inner.mix(try stream(phrase, salt: Array(bytes[8..<24]), rounds: rounds(bytes)))
        }
        return try inner.withBytes { inner in
            guard try SHA512.digest(of: inner).prefix(8).elementsEqual(bytes[24..<32]) else {
                throw encrypted ? KeyFileError.wrongPassphrase : .malformed(.signify, "its checksum is wrong")
            }
            let key = try SigningKey(seed: inner.extracting(0..<32))
            guard key.publicKey.bytes == inner.array(32..<64) else {
                throw KeyFileError.malformed(.signify, "its public key does not belong to its secret key")
            }
            return key
        }
    }

    /// The file's text for a key, encrypted with signify's own 42 rounds when there is a passphrase.
    static func encode(
        _ key: borrowing SigningKey, number: [UInt8], passphrase: [UInt8]?, comment: String
    ) throws -> [UInt8] {
        let rounds = passphrase == nil ? 0 : 42
        let salt = try PassphraseStretching.randomBytes(16)
        let publicKey = key.publicKey.bytes
        var inner = try key.withSeed { $0.array(0..<32) } + publicKey
        defer { SecretBytes.wipe(&inner) }
        let checksum = try unsafe SHA512.digest(of: inner.span.bytes).prefix(8)
        if let passphrase {
            try stream(passphrase, salt: salt, rounds: rounds).withBytes { stream in
                for place in inner.indices { inner[place] ^= stream.byte(place) }
            }
        }
        var bytes = Array("EdBK".utf8) + [0, 0, 0, UInt8(rounds)] + salt + checksum + number + inner
        defer { SecretBytes.wipe(&bytes) }
        return Array(CommentedText.encode(comment, bytes).utf8)
    }

    private static func stream(_ phrase: [UInt8], salt: [UInt8], rounds: Int) throws -> SecretBytes {
        var stream = try SecretBytes(count: 64)
        try stream.withMutableBytes { stream in
            try unsafe BcryptKeyDerivation.derive(
                passphrase: phrase.span.bytes, salt: salt, rounds: rounds, into: &stream)
        }
        return stream
    }
}
