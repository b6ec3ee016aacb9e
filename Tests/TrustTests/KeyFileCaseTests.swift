import Basics
import Ed25519
import TestSupport
import Testing
import Trust

/// Key files as other libraries, editors and environment variables leave them.
@Suite(.scratchFolder) struct KeyFileCaseTests {
    /// Of the seed 00 01 … 1f.
    private static let publicKey = bytes("03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8")

    @Test(arguments: try! Fixture.names(in: "cases/keys"))
    func eachIsRead(name: String) throws {
        let described = try PrivateKeyFile.describe(try Fixture.bytes("cases/keys/" + name))
        expect(described.publicKey == Self.publicKey && !described.isEncrypted)
    }

    /// The public key as ring before 0.17 attaches it, with attributes, as version 1 without one, and another's.
    @Test func attachedPublicKeys() throws {
        let seed = Array(UInt8(0)...31)
        func der(_ version: UInt8, _ more: [UInt8]) -> [UInt8] {
            let inner = [0x02, 0x01, version] + bytes("300506032b657004220420") + seed + more
            return [0x30, UInt8(inner.count)] + inner
        }
        let attributes: [UInt8] = [0xA0, 0x00]
        let good: [[UInt8]] = [
            der(0, []), der(1, []), der(1, [0x81, 0x21, 0] + Self.publicKey),
            der(1, [0xA1, 0x23, 0x03, 0x21, 0] + Self.publicKey), der(0, attributes),
            der(1, attributes + [0x81, 0x21, 0] + Self.publicKey),
        ]
        for der in good {
            expect(try PrivateKeyFile.describe(der).publicKey, is: Self.publicKey)
            expect(try PrivateKeyFile.describe(Array(Base64.encode(der).utf8)).publicKey, is: Self.publicKey)
        }
        let foreign = Array(Self.publicKey.dropLast()) + [0]
        let error = #expect(throws: KeyFileError.self) {
            try PrivateKeyFile.describe(der(1, [0x81, 0x21, 0] + foreign))
        }
        expect(error?.description, is: "the public key attached to the private key does not belong to it")
        for bad in [
            der(2, []), der(1, [0x81, 0x21, 1] + Self.publicKey), der(1, [0x81, 0x20] + Self.publicKey),
            der(1, [0x81, 0x21, 0] + Self.publicKey + [0x05, 0x00]), der(0, []) + [0], Array(der(0, []).dropLast()),
        ] {
            #expect(throws: KeyFileError.self) { try PrivateKeyFile.describe(bad) }
        }
    }

    /// A key of real size among real companions: a chain of certificates, parameters, another algorithm's key.
    @Test func blocksAroundTheKeyArePassedOver() async throws {
        let made = try await Program("sh").run([
            "-ec",
            """
            openssl genpkey -algorithm ed25519 -out key.pem
            openssl req -x509 -newkey rsa:2048 -nodes -keyout rsa.pem -out cert.pem -subj /CN=x -days 2
            openssl ecparam -name prime256v1 -genkey -out ec.pem
            openssl pkey -in key.pem -pubout -out pub.pem
            for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do cat cert.pem; done > chain.pem
            cat chain.pem ec.pem rsa.pem pub.pem key.pem cert.pem > all.pem
            """,
        ])
        try #require(made.status == 0, "\(made.transcript)")
        let known = try PublicKeyFile.read(try Scratch.read("pub.pem")).publicKey.bytes
        expect(try Scratch.read("all.pem").count > 20_000)
        expect(try PrivateKeyFile.describe(try Scratch.read("all.pem")).publicKey, is: known)
        for (file, reason) in [
            ("chain.pem", "a PEM block 'CERTIFICATE' is not a key in PKCS#8 or SPKI form"),
            ("ec.pem", "this is an EC key, not an Ed25519 key"), ("rsa.pem", "this is an RSA key, not an Ed25519 key"),
            ("pub.pem", "this is a public key, not a private key"),
        ] {
            let error = #expect(throws: KeyFileError.self) { try PrivateKeyFile.describe(try Scratch.read(file)) }
            expect(error?.description, is: reason, "\(file)")
        }
    }

    /// A cipher that only the legacy provider has is named; it was called a wrong passphrase.
    @Test(arguments: ["des-cbc", "rc2-cbc", "bf-cbc", "cast5-cbc", "seed-cbc", "rc4"])
    func legacyCiphersAreNamed(cipher: String) async throws {
        let made = try await Program("sh").run([
            "-ec",
            """
            openssl genpkey -algorithm ed25519 -out plain.pem
            openssl pkcs8 -topk8 -provider legacy -provider default -v2 "$1" -in plain.pem -out key.pem -passout pass:x
            """, "sh", cipher,
        ])
        // Not every cipher can be had of openssl in this way; then there are no such files.
        guard made.status == 0 else { return expect(["rc4"].contains(cipher), "\(made.transcript)") }
        let error = try #require(
            #expect(throws: KeyFileError.self) {
                _ = try PrivateKeyFile.open(try Scratch.read("key.pem")) { Array("x".utf8) }
            })
        let name = String(cipher.uppercased().prefix { $0 != "-" })
        expect(error.description.uppercased().contains(name) && error.kind == .other, "\(error)")
        // The help works as it stands.
        let help = try #require(error.help?.split(separator: ": ", maxSplits: 1).last?.split(separator: ", then").first)
        let helped = try await Program("sh").run([
            "-ec",
            String(help).replacing("-topk8", with: "-topk8 -passout pass:y").replacing(
                "-out plain.pem", with: "-passin pass:x -out plain.pem"),
        ])
        expect(helped.status, is: 0, "\(helped.transcript)")
        expect(try PrivateKeyFile.open(try Scratch.read("new.pem")) { Array("y".utf8) }.isEncrypted)
    }

    @Test func theSameKeyWithoutBlanks() throws {
        let pem = try Fixture.text("cases/keys/text-before.pem")
        let body = String(pem.split(separator: "\n")[3])
        for text in [
            "'-----BEGIN PRIVATE KEY-----\\n\(body)\\n-----END PRIVATE KEY-----\\n'",
            "-----BEGIN PRIVATE KEY-----\\r\\n\(body)\\r\\n-----END PRIVATE KEY-----",
            "-----BEGIN PRIVATE KEY-----\(body)-----END PRIVATE KEY-----",
            "  \t-----BEGIN PRIVATE KEY-----\r\n\(body.prefix(20)) \(body.dropFirst(20))\r\n-----END PRIVATE KEY-----",
            "\u{FEFF}-----BEGIN PRIVATE KEY-----\n\(body)\n-----END PRIVATE KEY-----\n", body,
        ] {
            expect(try PrivateKeyFile.describe(Array(text.utf8)).publicKey, is: Self.publicKey, "\(text)")
        }
    }

    /// Points of small and of mixed order make signatures that are valid in more than one way.
    @Test func unsafePointsAreRefused() async throws {
        // A good point plus the one of order two, (0, -1): computed with Python, apart from the code under test.
        let script = """
            p = 2**255 - 19
            d = -121665 * pow(121666, p - 2, p) % p
            def add(a, b):
                x1, y1 = a; x2, y2 = b
                t = d * x1 * x2 * y1 * y2
                return ((x1*y2 + x2*y1) * pow(1 + t, p - 2, p) % p, (y1*y2 + x1*x2) * pow(1 - t, p - 2, p) % p)
            def recover(raw):
                y = int.from_bytes(raw, "little"); sign = y >> 255; y &= 2**255 - 1
                x2 = (y*y - 1) * pow(d*y*y + 1, p - 2, p) % p
                x = pow(x2, (p + 3) // 8, p)
                if (x*x - x2) % p: x = x * pow(2, (p - 1) // 4, p) % p
                return (p - x if x & 1 != sign else x, y)
            x, y = add(recover(bytes.fromhex(__import__("sys").argv[1])), (0, p - 1))
            print((y | (x & 1) << 255).to_bytes(32, "little").hex())
            """
        let made = try await Program("python3").run(["-c", script, Hex.encode(Self.publicKey)])
        let mixed = bytes(made.output)
        try #require(mixed.count == 32 && mixed != Self.publicKey, "\(made.transcript)")
        for point in [mixed, [1] + [UInt8](repeating: 0, count: 31), [UInt8](repeating: 0, count: 32)] {
            for text in [KeyText.encode(point), "ssh-ed25519 " + Base64.encode(blob(point)) + " x\n"] {
                let error = #expect(throws: KeyFileError.self) { try PublicKeyFile.read(Array(text.utf8)) }
                expect(error?.description.contains("not a usable Ed25519 public key"), is: true)
            }
        }
    }

    private func blob(_ point: [UInt8]) -> [UInt8] {
        [0, 0, 0, 11] + Array("ssh-ed25519".utf8) + [0, 0, 0, 32] + point
    }
}
