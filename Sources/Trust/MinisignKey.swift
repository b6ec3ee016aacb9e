internal import Basics
internal import Ed25519

/// minisign's secret key (its format: jedisct1.github.io/minisign, "Secret key format").
///
/// 158 bytes: `Ed`, `Sc` or two zeros when it is not encrypted, `B2`, the salt (32), scrypt's operations and memory (8
/// each, least significant byte first), then, encrypted: the key's number (8), seed and public key (64), a checksum (32).
enum MinisignKey {
    static let size = 158
    private static let sealed = 54

    static func isOne(_ bytes: [UInt8]) -> Bool { bytes.count == size && bytes.starts(with: Array("Ed".utf8)) }

    static func isEncrypted(_ bytes: [UInt8]) -> Bool { bytes[2] != 0 || bytes[3] != 0 }

    /// The key; `bytes` are wiped by the caller.
    static func open(_ bytes: [UInt8], passphrase: () throws -> [UInt8]?) throws -> OpenedKey {
        guard bytes[4..<6].elementsEqual("B2".utf8) else {
            throw KeyFileError.malformed(.minisign, "its checksum algorithm is not BLAKE2b")
        }
        var inner = try SecretBytes(copying: unsafe bytes.span.extracting(sealed..<size).bytes)
        let encrypted = isEncrypted(bytes)
        if encrypted {
            guard bytes[2..<4].elementsEqual("Sc".utf8) else {
                throw KeyFileError.malformed(.minisign, "its key derivation is not scrypt")
            }
            guard var phrase = try passphrase() else { throw KeyFileError.needsPassphrase }
            defer { SecretBytes.wipe(&phrase) }
            let stream = try unsafe PassphraseStretching.scrypt(
                phrase.span.bytes, salt: Array(bytes[6..<38]), operations: littleEndian(bytes[38..<46]),
                memory: littleEndian(bytes[46..<54]), count: size - sealed)
            guard let stream else {
                throw KeyFileError(
                    .other, "its encryption needs more work or memory than is available",
                    help: "change its passphrase on a machine with 1 GiB to spare: minisign -C -s FILE")
            }
            try inner.mix(stream)
        }
        return try inner.withBytes { inner in
            let number = inner.array(0..<8), isBlank = inner.array(72..<104).allSatisfy { $0 == 0 }
            var checked = Array("Ed".utf8) + inner.array(0..<72)
            defer { SecretBytes.wipe(&checked) }
            // Of a key that is not encrypted minisign 0.11 leaves the checksum out.
            if encrypted || !isBlank {
                guard unsafe PassphraseStretching.blake2b256(checked.span.bytes) == inner.array(72..<104) else {
                    throw encrypted ? KeyFileError.wrongPassphrase : .malformed(.minisign, "its checksum is wrong")
                }
            }
            let key = try SigningKey(seed: inner.extracting(8..<40))
            guard key.publicKey.bytes == inner.array(40..<72) else {
                throw KeyFileError.malformed(.minisign, "its public key does not belong to its secret key")
            }
            return OpenedKey(key: key, form: .minisign, isEncrypted: encrypted, keyNumber: number)
        }
    }

    /// The file's text for a seed, encrypted when there is a passphrase: 128 MiB of memory, half a second of work.
    static func encode(
        _ key: borrowing SigningKey, number: [UInt8], passphrase: [UInt8]?, comment: String
    ) throws -> [UInt8] {
        var bytes = Array("Ed".utf8) + (passphrase == nil ? [0, 0] : Array("Sc".utf8)) + Array("B2".utf8)
        defer { SecretBytes.wipe(&bytes) }
        let operations = 1 << 22, memory = 1 << 27
        let salt = try passphrase == nil ? [UInt8](repeating: 0, count: 32) : PassphraseStretching.randomBytes(32)
        bytes += salt
        for number in passphrase == nil ? [0, 0] : [operations, memory] {
            for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
        }
        var inner = number + [UInt8](repeating: 0, count: 96)
        defer { SecretBytes.wipe(&inner) }
        let publicKey = key.publicKey.bytes
        try key.withSeed { seed in for place in 0..<32 { inner[8 + place] = seed.byte(place) } }
        inner.replaceSubrange(40..<72, with: publicKey)
        if passphrase != nil {
            var checked = Array("Ed".utf8) + inner[..<72]
            defer { SecretBytes.wipe(&checked) }
            inner.replaceSubrange(72..<104, with: unsafe PassphraseStretching.blake2b256(checked.span.bytes))
        }
        if let passphrase {
            let stream = try unsafe PassphraseStretching.scrypt(
                passphrase.span.bytes, salt: salt, operations: UInt64(operations), memory: UInt64(memory),
                count: inner.count)
            guard let stream else { throw KeyFileError(.other, "there is not enough memory to encrypt it") }
            try stream.withBytes { stream in for place in inner.indices { inner[place] ^= stream.byte(place) } }
        }
        bytes += inner
        return Array(CommentedText.encode(comment, bytes).utf8)
    }

    private static func littleEndian(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}

extension SecretBytes {
    /// Adds the bytes of a key stream (exclusive or).
    mutating func mix(_ stream: borrowing SecretBytes) throws {
        try stream.withBytes { stream in
            try withMutableBytes { bytes in
                for place in 0..<min(bytes.byteCount, stream.byteCount) {
                    let mixed = unsafe bytes.unsafeLoad(fromByteOffset: place, as: UInt8.self) ^ stream.byte(place)
                    bytes.storeBytes(of: mixed, toByteOffset: place, as: UInt8.self)
                }
            }
        }
    }
}

extension RawSpan {
    /// One byte; the span must have it.
    func byte(_ place: Int) -> UInt8 {
        precondition(place >= 0 && place < byteCount, "a byte outside of a span")
        return unsafe unsafeLoad(fromByteOffset: place, as: UInt8.self)
    }

    /// Some of the bytes as an array.
    func array(_ range: Range<Int>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        for place in range { bytes.append(byte(place)) }
        return bytes
    }
}
