internal import CLibCrypto

/// A PKCS#8 private key in DER: `OneAsymmetricKey` of RFC 5958, also with the public key attached (RFC 8410, section 7).
///
/// Read here, for OpenSSL reads the second version only since 3.5.
enum OneAsymmetricKey {
    /// Lends the seed of the key that the bytes are, whole.
    ///
    /// A public key that is attached must be the seed's own. It stands there as RFC 5958 has it, or in the explicit tag
    /// that ring before 0.17 wrote.
    static func withSeed<R: ~Copyable>(
        _ bytes: UnsafeRawBufferPointer, _ body: (RawSpan) throws -> R
    ) throws -> R {
        var outer = unsafe DERReader(bytes)
        var key = try outer.element(0x30)
        guard outer.isAtEnd else { throw LibCryptoError.malformed }
        var version = try key.element(0x02)
        guard version.count == 1, version.byte() <= 1 else { throw LibCryptoError.malformed }
        var algorithm = try key.element(0x30)
        let identifier = try algorithm.rawElement(0x06)
        let name = Algorithm.name(der: identifier)
        guard identifier.elementsEqual(Self.ed25519) else { throw LibCryptoError.otherAlgorithm(name) }
        var octets = try key.element(0x04)
        let seed = try octets.element(0x04)
        guard algorithm.isAtEnd, octets.isAtEnd, seed.count == 32 else { throw LibCryptoError.malformed }
        if key.tag == 0xA0 { _ = try key.element(0xA0) }
        if let attached = try attachedKey(&key) {
            guard try unsafe publicKey(of: seed.bytes) == attached else { throw LibCryptoError.foreignPublicKey }
        }
        guard key.isAtEnd else { throw LibCryptoError.malformed }
        return try body(unsafe seed.bytes.bytes)
    }

    /// 1.3.101.112 with its header.
    private static let ed25519: [UInt8] = [0x06, 0x03, 0x2B, 0x65, 0x70]

    private static func attachedKey(_ key: inout DERReader) throws(LibCryptoError) -> [UInt8]? {
        var string: DERReader
        switch key.tag {
        case 0x81: string = try key.element(0x81)
        case 0xA1:
            var explicit = try key.element(0xA1)
            string = try explicit.element(0x03)
            guard explicit.isAtEnd else { throw .malformed }
        default: return nil
        }
        // A bit string of whole bytes begins with the number of unused bits: none.
        guard string.count == 33, string.byte() == 0 else { throw .malformed }
        return unsafe [UInt8](string.bytes)
    }

    /// The public half of a seed (`EVP_PKEY_get_raw_public_key`).
    private static func publicKey(of seed: UnsafeRawBufferPointer) throws(LibCryptoError) -> [UInt8] {
        let made = unsafe EVP_PKEY_new_raw_private_key(
            NID_ED25519, nil, seed.baseAddress?.assumingMemoryBound(to: UInt8.self), seed.count)
        guard let key = unsafe made else { throw ErrorQueue.error(of: "EVP_PKEY_new_raw_private_key") }
        defer { unsafe EVP_PKEY_free(key) }
        var bytes = [UInt8](repeating: 0, count: 32), count = 32
        guard unsafe EVP_PKEY_get_raw_public_key(key, &bytes, &count) == 1, count == 32 else {
            throw ErrorQueue.error(of: "EVP_PKEY_get_raw_public_key")
        }
        return bytes
    }
}

/// Reads DER elements one after the other, by the one spelling of a length that DER allows (X.690, section 10.1).
///
/// It lives no longer than the bytes it was made of: within the call that lends them.
@safe
struct DERReader {
    private let whole: UnsafeRawBufferPointer
    private var place: Int
    private let end: Int

    init(_ bytes: UnsafeRawBufferPointer) { unsafe self.init(bytes, 0..<bytes.count) }

    private init(_ whole: UnsafeRawBufferPointer, _ range: Range<Int>) {
        unsafe self.whole = whole
        place = range.lowerBound
        end = range.upperBound
    }

    var isAtEnd: Bool { place == end }
    var count: Int { end - place }
    /// The tag of the next element, nil at the end.
    var tag: UInt8? { isAtEnd ? nil : unsafe whole[place] }
    /// What is left.
    var bytes: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(rebasing: whole[place..<end]) }

    /// The next byte, 0 at the end.
    mutating func byte() -> UInt8 {
        guard !isAtEnd else { return 0 }
        place += 1
        return unsafe whole[place - 1]
    }

    /// The contents of the next element, which must have this tag.
    mutating func element(_ tag: UInt8) throws(LibCryptoError) -> DERReader {
        guard self.tag == tag else { throw .malformed }
        place += 1
        guard !isAtEnd else { throw .malformed }
        var length = Int(byte())
        if length >= 0x80 {
            let digits = length & 0x7F
            guard (1...3).contains(digits), count >= digits else { throw .malformed }
            length = 0
            for _ in 0..<digits { length = length << 8 | Int(byte()) }
            guard length >= 0x80, length >> (8 * (digits - 1)) != 0 else { throw .malformed }
        }
        guard length <= count else { throw .malformed }
        let contents = place..<(place + length)
        place += length
        return unsafe DERReader(whole, contents)
    }

    /// The next element with its header, which must have this tag.
    mutating func rawElement(_ tag: UInt8) throws(LibCryptoError) -> [UInt8] {
        let start = place
        _ = try element(tag)
        return unsafe [UInt8](whole[start..<place])
    }
}
