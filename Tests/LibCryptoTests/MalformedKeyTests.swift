import LibCrypto
import TestSupport
import Testing

/// A text that is no Ed25519 private key, and the error it gives.
struct BadPrivateKey: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let text: [UInt8]
    let error: LibCryptoError

    init(_ description: String, _ text: [UInt8], _ error: LibCryptoError) {
        testDescription = description
        self.text = text
        self.error = error
    }

    static let der = KeyFile.privatePrefix + [UInt8](repeating: 7, count: 32)

    /// The good key with the bytes at an offset replaced.
    static func changed(at offset: Int, _ bytes: [UInt8]) -> [UInt8] {
        KeyFile.text("PRIVATE KEY", der[..<offset] + bytes + der[(offset + bytes.count)...])
    }

    static let all = [
        Self("empty", [], .notPEM),
        Self("no PEM", Array("hello\n".utf8), .notPEM),
        Self("zero bytes", [UInt8](repeating: 0, count: 500), .notPEM),
        Self("DER with a byte behind it", der + [0], .malformed),
        Self("begin line only", Array("-----BEGIN PRIVATE KEY-----\n".utf8), .damagedPEM),
        Self("no end line", Array("-----BEGIN PRIVATE KEY-----\nMC4C\n".utf8), .damagedPEM),
        Self(
            "another end line", Array("-----BEGIN PRIVATE KEY-----\nMC4C\n-----END PUBLIC KEY-----\n".utf8), .damagedPEM
        ),
        Self("not base64", Array("-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----\n".utf8), .damagedPEM),
        Self("too large", [UInt8](repeating: 0x20, count: 64 * 1024 + 1), .tooLarge(limit: 64 * 1024)),
        Self("a public key", KeyFile.text("PUBLIC KEY", KeyFile.publicPrefix + der.suffix(32)), .publicKeyGiven),
        Self("OpenSSH's format", KeyFile.text("OPENSSH PRIVATE KEY", [1, 2, 3]), .openSSHPrivateKey),
        Self("a certificate", KeyFile.text("CERTIFICATE", [1, 2, 3]), .unexpectedLabel("CERTIFICATE")),
        Self("a strange label", KeyFile.text("A\u{1b}[31mB", [1, 2, 3]), .unexpectedLabel("A?[31mB")),
        Self("a shortened key", KeyFile.text("PRIVATE KEY", Array(der.dropLast())), .malformed),
        Self("a byte after the key", KeyFile.text("PRIVATE KEY", der + [0]), .malformed),
        Self("no bytes in the block", KeyFile.text("PRIVATE KEY", [0x30, 0]), .malformed),
        Self("an inner string of 31 bytes", changed(at: 15, [31]), .malformed),
        Self("an inner string that is an integer", changed(at: 14, [0x02]), .malformed),
        Self("another OID", changed(at: 11, [0x6e]), .otherAlgorithm("X25519")),
        Self("an OID nobody knows", changed(at: 11, [0x01]), .otherAlgorithm("1.3.101.1")),
        Self("an encrypted key that is none", KeyFile.text("ENCRYPTED PRIVATE KEY", der), .malformed),
        Self(
            "PEM's own encryption",
            Array(
                ("-----BEGIN PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n"
                    + "MC4C\n-----END PRIVATE KEY-----\n")
                    .utf8), .unsupportedEncryption("PEM's own scheme and AES-256-CBC")),
    ]
}

@Suite("Key files: malformed")
struct MalformedKeyTests {
    @Test("a text that is no private key gives its own error", arguments: BadPrivateKey.all)
    func privateKey(bad: BadPrivateKey) {
        #expect(throws: bad.error) { try KeyFile.seed(bad.text, passphrase: [0x78]) }
    }

    @Test("the key those are made from is good")
    func good() throws {
        let text = KeyFile.text("PRIVATE KEY", BadPrivateKey.der)
        expect(try KeyFile.seed(text), is: [UInt8](repeating: 7, count: 32))
        expect(try KeyFile.pem([UInt8](repeating: 7, count: 32)), is: text)
    }

    @Test("a text that is no public key gives its own error")
    func publicKey() {
        let der = KeyFile.publicPrefix + [UInt8](repeating: 9, count: 32)
        let privateText = KeyFile.text("PRIVATE KEY", BadPrivateKey.der)
        #expect(throws: LibCryptoError.privateKeyGiven) { try KeyFile.publicKey(pem: privateText) }
        #expect(throws: LibCryptoError.notPEM) { try KeyFile.publicKey(pem: der) }
        #expect(throws: LibCryptoError.unexpectedLabel("CERTIFICATE")) {
            try KeyFile.publicKey(pem: KeyFile.text("CERTIFICATE", der))
        }
        let malformed: [[UInt8]] = [
            [], [0x30], Array(der.dropLast()), der + [0], [0x31] + Array(der.dropFirst()),
            [UInt8](repeating: 0, count: 44),
        ]
        for wrong in malformed {
            #expect(throws: LibCryptoError.malformed, "\(wrong)") { try KeyFile.publicKey(der: wrong) }
        }
        var other = der
        other[8] = 0x6e
        #expect(throws: LibCryptoError.otherAlgorithm("X25519")) { try KeyFile.publicKey(der: other) }
        #expect(throws: LibCryptoError.tooLarge(limit: 64 * 1024)) {
            try KeyFile.publicKey(der: [UInt8](repeating: 0x30, count: 64 * 1024 + 1))
        }
    }

    @Test("sizes that are not a key's or a passphrase's are refused", arguments: [0, 31, 33, 64])
    func sizes(count: Int) {
        let wrong = [UInt8](repeating: 1, count: count)
        #expect(throws: LibCryptoError.seedLength(count)) { try KeyFile.pem(wrong) }
        #expect(throws: LibCryptoError.publicKeyLength(count)) { try KeyFile.publicPEM(wrong) }
        #expect(throws: LibCryptoError.publicKeyLength(count)) { try KeyFile.publicDER(wrong) }
    }

    @Test("a passphrase must have 1 to 1,024 bytes", arguments: [0, 1025])
    func passphraseSizes(count: Int) {
        let passphrase = [UInt8](repeating: 0x61, count: count)
        #expect(throws: LibCryptoError.passphraseLength(count)) {
            try KeyFile.pem(Array(0..<32), passphrase: passphrase)
        }
    }

    @Test("what the body throws comes out as it was")
    func bodyErrors() throws {
        struct Refusal: Error, Equatable {}
        let text = try KeyFile.pem(Array(0..<32))
        #expect(throws: Refusal()) {
            try unsafe PrivateKeyPEM.withEd25519Seed(pem: text.span.bytes, passphrase: nil) { _ in throw Refusal() }
        }
    }

    /// Changes of a good file in its text and in its contents: any answer will do but a crash, a hang or a
    /// foreign error.
    @Test("randomly damaged files never crash the reader", arguments: 0..<8)
    func damaged(round: Int) throws {
        var numbers = SeededNumbers(seed: UInt64(round))
        let labels = ["PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "PUBLIC KEY"]
        let encrypted = bytes(MalformedKeyTests.encryptedHex)
        let contents = [BadPrivateKey.der, encrypted, KeyFile.publicPrefix + [UInt8](repeating: 9, count: 32)]
        var refused = 0
        for _ in 0..<400 {
            let which = Int.random(in: 0..<3, using: &numbers)
            var der = contents[which]
            if Bool.random(using: &numbers) { damage(&der, &numbers) }
            var text = KeyFile.text(labels[which], der)
            if Bool.random(using: &numbers) { damage(&text, &numbers) }
            do {
                let found =
                    which == 2
                    ? try KeyFile.publicKey(pem: text) : try KeyFile.seed(text, passphrase: which == 1 ? [0x78] : nil)
                expect(found.count, is: 32)
            } catch is LibCryptoError {
                refused += 1
            }
            if which == 2 {
                do {
                    let found = try KeyFile.publicKey(der: der)
                    expect(found.count, is: 32)
                } catch is LibCryptoError {
                    refused += 1
                }
            }
        }
        expect(refused > 0)
    }

    private func damage(_ bytes: inout [UInt8], _ numbers: inout SeededNumbers) {
        for _ in 0..<Int.random(in: 1...4, using: &numbers) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &numbers)
            switch Int.random(in: 0..<5, using: &numbers) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
            case 1: bytes[place] = UInt8.random(in: 0...255, using: &numbers)
            case 2: bytes.remove(at: place)
            case 3: bytes.insert(UInt8.random(in: 0...255, using: &numbers), at: place)
            default: bytes.removeLast(bytes.count - place)
            }
        }
    }

    /// The seed 00 01 … 1f, PBES2 with 1 round of PBKDF2 and AES-256-CBC, passphrase `x`: cheap enough to damage often.
    static let encryptedHex =
        "30819a305606092a864886f70d01050d3049302806092a864886f70d01050c301b0408c762d218389b8c84020101300c0608"
        + "2a864886f70d02090500301d060960864801650304012a04106f952c538aabf9f40d8179f4676aa2b30440286bb7bf6bcc01"
        + "984adc56e456c0b2cc97e45268a7b0b808ea37011a20e1ea1ad25cec6e6c94bc3a3ca3331e66fd6919d278b669ca8f04bedd"
        + "4f0a89210408a3"
}
