internal import Basics
internal import Ed25519
internal import LibCrypto

/// OpenSSH's files of Ed25519 keys (PROTOCOL.key; RFC 8709 for the public key's blob).
enum OpenSSHKey {
    static let label = "OPENSSH PRIVATE KEY"
    private static let magic = Array("openssh-key-v1\0".utf8)
    private static let algorithm = "ssh-ed25519"

    /// What stands before the secret part, which anybody may read.
    struct Envelope: Redacted {
        let cipher: String
        let salt: [UInt8]
        let rounds: Int
        let publicKey: [UInt8]
        /// Secret when it is not encrypted.
        var sealed: [UInt8]

        var isEncrypted: Bool { cipher != "none" }
    }

    /// The blob of a public key.
    static func blob(_ publicKey: [UInt8]) -> [UInt8] { string(Array(algorithm.utf8)) + string(publicKey) }

    /// `ssh-ed25519 BASE64 COMMENT` as `ssh-keygen` writes it; nil for any other text.
    static func publicKey(_ text: [UInt8]) throws(KeyFileError) -> [UInt8]? {
        let words = text.split { $0 <= 0x20 }
        guard let first = words.first, let kind = String(validating: first, as: UTF8.self),
            kind.hasPrefix("ssh-") || kind.hasPrefix("ecdsa-") || kind.hasPrefix("sk-"), words.count > 1
        else { return nil }
        guard kind == algorithm else {
            throw KeyFileError(
                .other, "it is an OpenSSH key of the kind \(kind.prefix(40)), not \(algorithm)",
                help: "make one with: ssh-keygen -t ed25519")
        }
        guard let blob = Base64.decode(words[1]), blob.count == 51, blob.starts(with: Self.blob([]).dropLast(4)),
            Self.blob(Array(blob.suffix(32))) == blob
        else { throw KeyFileError.malformed(.openssh, "its base64 does not hold a key") }
        return Array(blob.suffix(32))
    }

    static func encodePublic(_ publicKey: [UInt8], comment: String) -> String {
        "\(algorithm) \(Base64.encode(blob(publicKey)))\(comment.isEmpty ? "" : " " + comment)\n"
    }

    /// Takes the decoded PEM block apart.
    static func envelope(_ block: RawSpan) throws(KeyFileError) -> Envelope {
        var place = SSHCursor()
        guard block.byteCount > magic.count, block.array(0..<magic.count) == magic else {
            throw KeyFileError.malformed(.openssh, "it does not begin with openssh-key-v1")
        }
        place.skip(magic.count)
        let cipher = String(decoding: try place.string(of: block), as: UTF8.self)
        let derivation = String(decoding: try place.string(of: block), as: UTF8.self)
        let options = try place.string(of: block)
        guard try place.number(of: block) == 1 else {
            throw .malformed(.openssh, "it does not contain exactly one key")
        }
        let blob = try place.string(of: block)
        let kind = blob.count > 4 ? String(decoding: blob.dropFirst(4).prefix(Int(blob[3])), as: UTF8.self) : ""
        guard kind == algorithm else {
            throw KeyFileError(
                .other, "it is an OpenSSH key of the kind \(kind.prefix(40).description.printable), not \(algorithm)",
                help: "make one with: ssh-keygen -t ed25519")
        }
        guard blob.count == 51, Self.blob(Array(blob.suffix(32))) == blob else {
            throw .malformed(.openssh, "its public key is not one of \(algorithm)")
        }
        var salt: [UInt8] = [], rounds = 0
        switch (cipher, derivation) {
        case ("none", "none"): break
        case (_, "bcrypt"):
            var inside = SSHCursor()
            salt = try unsafe inside.string(of: options.span.bytes)
            rounds = try unsafe inside.number(of: options.span.bytes)
        default: throw .malformed(.openssh, "it names an encryption that OpenSSH does not have")
        }
        let sealed = try place.string(of: block)
        // A cipher that authenticates what it encrypts has put more behind it.
        guard place.isAtEnd(of: block) || BlockCipher(rawValue: cipher) == nil,
            cipher != "none" || place.isAtEnd(of: block)
        else { throw .malformed(.openssh, "there is data after its private part") }
        return Envelope(
            cipher: cipher, salt: salt, rounds: rounds, publicKey: Array(blob.suffix(32)), sealed: sealed)
    }

    private static let copyHelp =
        "change a copy of it to a cipher that is: cp FILE COPY && ssh-keygen -p -Z aes256-ctr -f COPY"

    /// The key; `envelope` is wiped by the caller.
    static func open(
        _ envelope: Envelope, passphrase: () throws -> [UInt8]?
    ) throws -> OpenedKey {
        guard envelope.sealed.count <= 16 << 10, !envelope.sealed.isEmpty else {
            throw KeyFileError.malformed(.openssh, "its private part has \(envelope.sealed.count) bytes")
        }
        var inner = try SecretBytes(copying: unsafe envelope.sealed.span.bytes)
        if envelope.isEncrypted {
            guard let cipher = BlockCipher(rawValue: envelope.cipher) else {
                throw KeyFileError(
                    .other,
                    "it is encrypted with \(envelope.cipher.prefix(40).description.printable), which pdk does not support",
                    help: copyHelp)
            }
            guard envelope.sealed.count.isMultiple(of: 16) else {
                throw KeyFileError.malformed(.openssh, "its private part is not a whole number of blocks")
            }
            guard var phrase = try passphrase() else { throw KeyFileError.needsPassphrase }
            defer { SecretBytes.wipe(&phrase) }
            try apply(cipher, encrypting: false, phrase, envelope.salt, envelope.rounds, to: &inner)
        }
        return try inner.withBytes { inner in
            var place = SSHCursor()
            let damaged =
                envelope.isEncrypted
                ? KeyFileError.wrongPassphrase : .malformed(.openssh, "its private part is not well-formed")
            guard inner.byteCount >= 8, try place.number(of: inner) == place.number(of: inner) else { throw damaged }
            guard try place.string(of: inner) == Array(algorithm.utf8),
                try place.string(of: inner) == envelope.publicKey
            else { throw KeyFileError.malformed(.openssh, "its private part belongs to another public key") }
            var secret = try place.string(of: inner)
            defer { SecretBytes.wipe(&secret) }
            _ = try place.string(of: inner)  // a comment
            guard place.hasPadding(of: inner) else {
                throw KeyFileError.malformed(.openssh, "its padding is wrong")
            }
            guard secret.count == 64, secret[32...].elementsEqual(envelope.publicKey) else {
                throw KeyFileError.malformed(.openssh, "its secret part has \(secret.count) bytes, not 64")
            }
            let key = try SigningKey(seed: unsafe secret.span.extracting(0..<32).bytes)
            guard key.publicKey.bytes == envelope.publicKey else {
                throw KeyFileError.malformed(.openssh, "its public key does not belong to its secret key")
            }
            return OpenedKey(key: key, form: .openssh, isEncrypted: envelope.isEncrypted, keyNumber: nil)
        }
    }

    /// The file's text for a key, encrypted as OpenSSH does by default when there is a passphrase.
    static func encode(_ key: borrowing SigningKey, passphrase: [UInt8]?, comment: String) throws -> [UInt8] {
        let publicKey = key.publicKey.bytes
        let check = try PassphraseStretching.randomBytes(4)
        var secret = try key.withSeed { $0.array(0..<32) } + publicKey
        defer { SecretBytes.wipe(&secret) }
        var plain = check + check + blob(publicKey) + string(secret) + string(Array(comment.utf8))
        defer { SecretBytes.wipe(&plain) }
        let block = passphrase == nil ? 8 : 16
        var padding: UInt8 = 0
        while !plain.count.isMultiple(of: block) {
            padding += 1
            plain.append(padding)
        }
        var options: [UInt8] = [], sealed = try SecretBytes(copying: unsafe plain.span.bytes)
        if let passphrase {
            let salt = try PassphraseStretching.randomBytes(16), rounds = 24
            options = string(salt) + bigEndian(rounds)
            try apply(.aes256ctr, encrypting: true, passphrase, salt, rounds, to: &sealed)
        }
        var whole =
            magic + string(Array((passphrase == nil ? "none" : "aes256-ctr").utf8))
            + string(Array((passphrase == nil ? "none" : "bcrypt").utf8)) + string(options) + bigEndian(1)
            + string(blob(publicKey))
        defer { SecretBytes.wipe(&whole) }
        try sealed.withBytes { whole += string($0.array(0..<$0.byteCount)) }
        var text = Array("-----BEGIN \(label)-----\n".utf8)
        var digits = Array(Base64.encode(whole).utf8)
        defer { SecretBytes.wipe(&digits) }
        for start in stride(from: 0, to: digits.count, by: 70) {
            text += digits[start..<min(start + 70, digits.count)] + [UInt8(ascii: "\n")]
        }
        return text + Array("-----END \(label)-----\n".utf8)
    }

    private static func apply(
        _ cipher: BlockCipher, encrypting: Bool, _ phrase: [UInt8], _ salt: [UInt8], _ rounds: Int,
        to bytes: inout SecretBytes
    ) throws {
        var material = try SecretBytes(count: cipher.keySize + 16)
        try material.withMutableBytes { material in
            try unsafe BcryptKeyDerivation.derive(
                passphrase: phrase.span.bytes, salt: salt, rounds: rounds, into: &material)
        }
        try material.withBytes { material in
            try bytes.withMutableBytes { bytes in
                try cipher.apply(
                    encrypting: encrypting, key: material.extracting(0..<cipher.keySize),
                    vector: material.extracting(cipher.keySize..<(cipher.keySize + 16)), to: &bytes)
            }
        }
    }

    private static func bigEndian(_ number: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }

    private static func string(_ bytes: [UInt8]) -> [UInt8] { bigEndian(bytes.count) + bytes }
}

/// A place in bytes of OpenSSH's encoding: numbers of 4 bytes, and strings behind their length (RFC 4251, section 5).
private struct SSHCursor {
    private var place = 0

    mutating func skip(_ count: Int) { place += count }

    func isAtEnd(of bytes: RawSpan) -> Bool { place == bytes.byteCount }

    mutating func number(of bytes: RawSpan) throws(KeyFileError) -> Int {
        guard bytes.byteCount - place >= 4 else { throw .malformed(.openssh, "it ends too early") }
        defer { place += 4 }
        return bytes.array(place..<(place + 4)).reduce(0) { $0 << 8 | Int($1) }
    }

    mutating func string(of bytes: RawSpan) throws(KeyFileError) -> [UInt8] {
        let count = try number(of: bytes)
        guard bytes.byteCount - place >= count else { throw .malformed(.openssh, "it ends too early") }
        defer { place += count }
        return bytes.array(place..<(place + count))
    }

    /// Whether what is left is 1, 2, 3, and so on.
    func hasPadding(of bytes: RawSpan) -> Bool {
        for (offset, index) in (place..<bytes.byteCount).enumerated()
        where bytes.byte(index) != UInt8(truncatingIfNeeded: offset + 1) {
            return false
        }
        return true
    }
}
