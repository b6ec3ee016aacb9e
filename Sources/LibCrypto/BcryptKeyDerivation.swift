internal import Basics
internal import CLibCrypto

/// OpenBSD's `bcrypt_pbkdf`, by which OpenSSH and signify encrypt private keys.
///
/// bcrypt's costly key schedule (Provos and Mazières 1999) in the place of PBKDF2's hash, with SHA-512 before it and the
/// output's bytes spread over all blocks, as its manual page and the files of both programs have it.
package enum BcryptKeyDerivation {
    /// The most rounds done for a file; OpenSSH writes 16 or 24, signify 42.
    package static let maximumRounds = 1000

    /// The state that Blowfish starts from, in hexadecimal digits.
    package static var initialState: String { BlowfishStart.digits }

    /// Fills `key`, at most 1,024 bytes, from a passphrase and a salt of 1 to 1,024 bytes.
    package static func derive(
        passphrase: RawSpan, salt: [UInt8], rounds: Int, into key: inout MutableRawSpan
    ) throws(LibCryptoError) {
        try Passphrase.check(passphrase)
        let size = key.byteCount
        guard (1...maximumRounds).contains(rounds) else { throw .derivationTooCostly }
        guard (1...1024).contains(size), (1...1024).contains(salt.count) else { throw .malformed }
        let blocks = (size + 31) / 32
        var secret = try SHA512.digest(of: passphrase)
        defer { wipe(&secret) }
        for block in 0..<blocks {
            var number = UInt32(block + 1).bigEndian
            let counter = unsafe withUnsafeBytes(of: &number) { unsafe [UInt8]($0) }
            var last = hash(secret, try digest(salt + counter))
            var sum = last
            for _ in 1..<rounds {
                last = hash(secret, try digest(last))
                for place in sum.indices { sum[place] ^= last[place] }
            }
            for (place, byte) in sum.enumerated() where place * blocks + block < size {
                key.storeBytes(of: byte, toByteOffset: place * blocks + block, as: UInt8.self)
            }
            wipe(&sum)
            wipe(&last)
        }
    }

    private static func digest(_ bytes: [UInt8]) throws(LibCryptoError) -> [UInt8] {
        try unsafe SHA512.digest(of: bytes.span.bytes)
    }

    /// The 32-byte block of a hashed passphrase and a hashed salt.
    private static func hash(_ secret: [UInt8], _ salt: [UInt8]) -> [UInt8] {
        var state = Blowfish()
        state.expand(key: secret, salt: salt)
        for _ in 0..<64 {
            state.expand(key: salt)
            state.expand(key: secret)
        }
        let text = Array("OxychromaticBlowfishSwatDynamite".utf8)
        var block: [UInt8] = []
        for place in stride(from: 0, to: 32, by: 8) {
            var left = Blowfish.word(text, at: place), right = Blowfish.word(text, at: place + 4)
            for _ in 0..<64 { (left, right) = state.encrypted(left, right) }
            for half in [left, right] {
                for shift: UInt32 in [0, 8, 16, 24] { block.append(UInt8(half >> shift & 0xFF)) }
            }
        }
        state.wipe()
        return block
    }

    /// Overwrites what cannot be had in guarded memory; other copies of the array are not reached.
    private static func wipe(_ bytes: inout [UInt8]) {
        unsafe bytes.withUnsafeMutableBytes { unsafe OPENSSL_cleanse($0.baseAddress, $0.count) }
    }
}

/// The Blowfish cipher with bcrypt's way to expand a key: 18 subkeys, then 4 tables of 256 words.
private struct Blowfish {
    private var words: [UInt32]
    /// Decoded once a process.
    private static let start: [UInt32] = {
        let bytes = Hex.decode(BlowfishStart.digits) ?? []
        return stride(from: 0, to: bytes.count, by: 4).map { word(bytes, at: $0) }
    }()

    init() { words = Self.start }

    static func word(_ bytes: [UInt8], at place: Int) -> UInt32 {
        var word: UInt32 = 0
        for offset in 0..<4 { word = word << 8 | UInt32(bytes[place + offset]) }
        return word
    }

    mutating func wipe() {
        unsafe words.withUnsafeMutableBytes { unsafe OPENSSL_cleanse($0.baseAddress, $0.count) }
    }

    /// Mixes 64 bytes into the subkeys, and encrypts the state with itself and, where there is one, a 64-byte salt.
    mutating func expand(key: [UInt8], salt: [UInt8]? = nil) {
        let keyWords = (0..<16).map { Self.word(key, at: $0 * 4) }
        let saltWords =
            salt.map { salt in (0..<16).map { Self.word(salt, at: $0 * 4) } }
            ?? [UInt32](repeating: 0, count: 16)
        unsafe words.withUnsafeMutableBufferPointer { words in
            for place in 0..<18 { unsafe words[place] ^= keyWords[place & 15] }
            var left: UInt32 = 0, right: UInt32 = 0
            guard let start = words.baseAddress else { return }
            var place = 0
            while place < 1042 {
                if salt != nil {
                    left ^= saltWords[place & 15]
                    right ^= saltWords[(place + 1) & 15]
                }
                (left, right) = unsafe Self.encrypted(left, right, UnsafePointer(start))
                unsafe start[place] = left
                unsafe start[place + 1] = right
                place += 2
            }
        }
    }

    func encrypted(_ left: UInt32, _ right: UInt32) -> (UInt32, UInt32) {
        unsafe words.withUnsafeBufferPointer { words in
            guard let start = words.baseAddress else { return (left, right) }
            return unsafe Self.encrypted(left, right, start)
        }
    }

    /// `words` are all 1,042; no place beyond them can be asked for.
    private static func encrypted(
        _ left: UInt32, _ right: UInt32, _ words: UnsafePointer<UInt32>
    ) -> (UInt32, UInt32) {
        var left = left, right = right, round = 0
        while round < 16 {
            left ^= unsafe words[round]
            var mixed = unsafe words[18 &+ Int(left &>> 24)] &+ words[274 &+ Int((left &>> 16) & 0xFF)]
            mixed = unsafe (mixed ^ words[530 &+ Int((left &>> 8) & 0xFF)]) &+ words[786 &+ Int(left & 0xFF)]
            (left, right) = (right ^ mixed, left)
            round &+= 1
        }
        return unsafe (right ^ words[17], left ^ words[16])
    }
}
