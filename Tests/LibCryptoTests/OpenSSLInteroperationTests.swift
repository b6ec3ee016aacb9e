import LibCrypto
import TestSupport
import Testing

@Suite("Key files: the real openssl", .scratchFolder)
struct OpenSSLInteroperationTests {
    let passphrase = Array("correct horse, battery: staple".utf8)

    @Test("openssl's private key is read, and written again byte for byte")
    func plain() throws {
        try #require(try OpenSSLTool.run(["genpkey", "-algorithm", "ed25519", "-out", "k.pem"]) == 0)
        try #require(try OpenSSLTool.run(["pkey", "-in", "k.pem", "-outform", "DER", "-out", "k.der"]) == 0)
        let text = try OpenSSLTool.read("k.pem")
        let seed = try KeyFile.seed(text)
        expect(try OpenSSLTool.read("k.der"), is: KeyFile.privatePrefix + seed)
        expect(try KeyFile.pem(seed), is: text)
        expect(try KeyFile.seed(text, passphrase: passphrase), is: seed, "a passphrase is ignored where none is needed")
    }

    @Test(
        "openssl's encrypted private key is read",
        arguments: [
            ["pkcs8", "-topk8", "-v2", "aes-256-cbc"],
            ["pkcs8", "-topk8", "-v2", "aes-256-cbc", "-iter", "100000"],
            ["pkcs8", "-topk8", "-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA512"],
            ["pkcs8", "-topk8", "-v2", "aes-256-cbc", "-scrypt"],
            ["pkcs8", "-topk8", "-scrypt", "-scrypt_N", "1024", "-scrypt_r", "8", "-scrypt_p", "4"],
            ["pkcs8", "-topk8", "-v2", "aes-128-cbc"],
            ["pkey", "-aes256"],
        ])
    func encrypted(arguments: [String]) throws {
        let seed = Array(UInt8(0)..<32)
        try OpenSSLTool.write(try KeyFile.pem(seed), to: "k.pem")
        try OpenSSLTool.write(passphrase, to: "pass")
        try #require(try OpenSSLTool.run(arguments + ["-in", "k.pem", "-passout", "file:pass", "-out", "e.pem"]) == 0)
        let text = try OpenSSLTool.read("e.pem")
        expect(try KeyFile.seed(text, passphrase: passphrase), is: seed)
        #expect(throws: LibCryptoError.needsPassphrase) { try KeyFile.seed(text) }
        #expect(throws: LibCryptoError.wrongPassphrase) { try KeyFile.seed(text, passphrase: passphrase + [0x21]) }
    }

    @Test("our encrypted private key is read by openssl, and by us")
    func encryptedHere() throws {
        let seed = Array(UInt8(100)..<132)
        let text = try KeyFile.pem(seed, passphrase: passphrase)
        try OpenSSLTool.write(text, to: "e.pem")
        try OpenSSLTool.write(passphrase, to: "pass")
        let status = try OpenSSLTool.run(
            ["pkey", "-in", "e.pem", "-passin", "file:pass", "-outform", "DER", "-out", "k.der"])
        expect(status, is: 0)
        expect(try OpenSSLTool.read("k.der"), is: KeyFile.privatePrefix + seed)
        expect(try KeyFile.seed(text, passphrase: passphrase), is: seed)
        #expect(throws: LibCryptoError.wrongPassphrase) { try KeyFile.seed(text, passphrase: [0x78]) }
        expect(try KeyFile.pem(seed, passphrase: passphrase) != text, "a fresh salt each time")
    }

    @Test("openssl's public key is read in PEM and DER, and written again byte for byte")
    func publicKey() throws {
        try #require(try OpenSSLTool.run(["genpkey", "-algorithm", "ed25519", "-out", "k.pem"]) == 0)
        try #require(try OpenSSLTool.run(["pkey", "-in", "k.pem", "-pubout", "-out", "p.pem"]) == 0)
        try #require(try OpenSSLTool.run(["pkey", "-in", "k.pem", "-pubout", "-outform", "DER", "-out", "p.der"]) == 0)
        let (pem, der) = (try OpenSSLTool.read("p.pem"), try OpenSSLTool.read("p.der"))
        let key = Array(der.suffix(32))
        expect(try KeyFile.publicKey(pem: pem), is: key)
        expect(try KeyFile.publicKey(der: der), is: key)
        expect(try KeyFile.publicPEM(key), is: pem)
        expect(try KeyFile.publicDER(key), is: der)
    }

    @Test(
        "a key of another algorithm is named",
        arguments: [
            (["RSA", "-pkeyopt", "rsa_keygen_bits:1024"], "RSA"),
            (["EC", "-pkeyopt", "ec_paramgen_curve:P-256"], "EC"),
            (["X25519"], "X25519"), (["ED448"], "ED448"),
        ] as [([String], String)])
    func otherAlgorithm(arguments: [String], name: String) throws {
        try #require(try OpenSSLTool.run(["genpkey", "-out", "k.pem", "-algorithm"] + arguments) == 0)
        try #require(try OpenSSLTool.run(["pkey", "-in", "k.pem", "-pubout", "-out", "p.pem"]) == 0)
        let (key, publicKey) = (try OpenSSLTool.read("k.pem"), try OpenSSLTool.read("p.pem"))
        #expect(throws: LibCryptoError.otherAlgorithm(name)) { try KeyFile.seed(key) }
        #expect(throws: LibCryptoError.otherAlgorithm(name)) { try KeyFile.publicKey(pem: publicKey) }
    }

    @Test(
        "a key in the traditional form of its algorithm is named",
        arguments: [
            (["genrsa", "-traditional", "-out", "k.pem", "1024"], "RSA"),
            (["ecparam", "-name", "prime256v1", "-genkey", "-out", "k.pem"], "EC"),
        ] as [([String], String)])
    func traditional(arguments: [String], name: String) throws {
        try #require(try OpenSSLTool.run(arguments) == 0)
        let key = try OpenSSLTool.read("k.pem")
        #expect(throws: LibCryptoError.otherAlgorithm(name)) { try KeyFile.seed(key) }
    }

    /// openssl makes a cheap file, and the count in its DER is then raised without lengthening it.
    @Test(
        "an encryption that costs too much is refused before it is tried",
        arguments: [
            (["-v2", "aes-256-cbc", "-iter", "100000"], "02030186a0", "02037fffff"),
            (["-scrypt"], "02024000" + "020108" + "020101", "02024000" + "020108" + "02017f"),
            (["-scrypt"], "02024000" + "020108" + "020101", "02027fff" + "02017f" + "02017f"),
        ] as [([String], String, String)])
    func costlyEncryption(arguments: [String], count: String, raised: String) throws {
        var der = try encryptedDER(arguments)
        let place = try #require(der.firstRange(of: bytes(count)))
        expect(try KeyFile.seed(KeyFile.text("ENCRYPTED PRIVATE KEY", der), passphrase: [0x78]), is: Array(0..<32))
        der.replaceSubrange(place, with: bytes(raised))
        let text = KeyFile.text("ENCRYPTED PRIVATE KEY", der)
        #expect(throws: LibCryptoError.derivationTooCostly) { try KeyFile.seed(text, passphrase: [0x78]) }
    }

    @Test("an encryption that is not PBES2 is refused by name")
    func oldEncryption() throws {
        let text = KeyFile.text("ENCRYPTED PRIVATE KEY", try encryptedDER(["-v1", "PBE-SHA1-3DES"]))
        #expect(throws: LibCryptoError.unsupportedEncryption("PBE-SHA1-3DES")) {
            try KeyFile.seed(text, passphrase: [0x78])
        }
    }

    private func encryptedDER(_ arguments: [String]) throws -> [UInt8] {
        try OpenSSLTool.write(try KeyFile.pem(Array(0..<32)), to: "k.pem")
        let status = try OpenSSLTool.run(
            ["pkcs8", "-topk8", "-in", "k.pem", "-outform", "DER", "-out", "e.der", "-passout", "pass:x"] + arguments)
        try #require(status == 0)
        return try OpenSSLTool.read("e.der")
    }
}
