import Basics
import Ed25519
import TestSupport
import Testing
import Trust

/// Keys of OpenSSL, minisign, signify and OpenSSH, read here; keys written here, used by those programs.
@Suite(.scratchFolder) struct ForeignKeyTests {
    /// Runs a script of the shell with these arguments; it must succeed.
    @discardableResult
    private func shell(_ script: String, _ arguments: String...) async throws -> String {
        let result = try await Program("sh", environment: ["HOME": Scratch.folder]).run(
            ["-ec", script, "sh"] + arguments)
        try #require(result.status == 0, "\(script): \(result.transcript)")
        return result.output
    }

    /// Opens a file and signs the file `message` with its key; the raw 64 bytes.
    private func signature(_ file: String, phrase: String? = nil) throws -> (bytes: [UInt8], publicKey: [UInt8]) {
        let opened = try PrivateKeyFile.open(try Scratch.read(file)) { phrase.map { Array($0.utf8) } }
        let message = try Scratch.read("message")
        return (try unsafe opened.key.sign(message.span.bytes).bytes, opened.key.publicKey.bytes)
    }

    /// minisign asks on standard input when that is no terminal.
    @Test(arguments: [nil, "correct horse"] as [String?])
    func minisign(phrase: String?) async throws {
        try Scratch.write("message", "a message\n")
        if let phrase {
            try await shell("printf '%s\\n%s\\n' \"$1\" \"$1\" | minisign -G -p m.pub -s m.key", phrase)
        } else {
            try await shell("minisign -G -W -p m.pub -s m.key")
        }
        let described = try PrivateKeyFile.describe(try Scratch.read("m.key"))
        expect(described.form == .minisign && described.isEncrypted == (phrase != nil))
        let known = try PublicKeyFile.read(try Scratch.read("m.pub"))
        let mine = try signature("m.key", phrase: phrase)
        expect(mine.publicKey == known.publicKey.bytes && known.form == .minisign)
        // minisign -l signs the bytes themselves: the same signature.
        try await shell("printf '%s\\n' \"$1\" | minisign -S -l -s m.key -m message -x m.minisig", phrase ?? "")
        let lines = try Scratch.text("m.minisig").split(separator: "\n")
        expect(Base64.decode(lines[1].utf8)?.suffix(64), is: mine.bytes[...])
        // The whole second line alone is a public key, too, as minisign -P takes it.
        let second = try Scratch.text("m.pub").split(separator: "\n")[1]
        expect(try PublicKeyFile.read(Array(second.utf8)), is: known)
        if phrase != nil {
            let error = #expect(throws: KeyFileError.self) { try signature("m.key", phrase: "wrong") }
            expect(error?.kind, is: .wrongPassphrase)
            #expect(throws: KeyFileError.self) { try signature("m.key") }
        }
        // Written here, it is used there, and the key goes by the same number.
        let opened = try PrivateKeyFile.open(try Scratch.read("m.key")) { phrase.map { Array($0.utf8) } }
        let text = try KeyWriter.privateKey(
            opened, as: .minisign, passphrase: phrase.map { Array($0.utf8) }, label: "ours")
        try Scratch.write("ours.key", text)
        try Scratch.write(
            "ours.pub",
            try KeyWriter.publicKey(
                opened.key.publicKey.bytes, as: .minisign, keyNumber: opened.keyNumber, label: "ours"))
        expect(try Scratch.text("ours.pub"), is: try Scratch.text("m.pub"))
        try await shell(
            """
            printf '%s\\n' "$1" | minisign -S -s ours.key -m message -x ours.minisig
            minisign -V -p m.pub -m message -x ours.minisig
            minisign -V -p ours.pub -m message -x m.minisig
            """, phrase ?? "")
    }

    @Test(arguments: [nil, "correct horse"] as [String?])
    func signify(phrase: String?) async throws {
        try Scratch.write("message", "a message\n")
        let terminal = """
            import os, pty, sys
            words = sys.argv[2:]
            child, master = pty.fork()
            if child == 0: os.execvp(words[0], words)
            shown = b""
            try:
                while True:
                    piece = os.read(master, 1024)
                    if not piece: break
                    shown += piece
                    if shown.rstrip().endswith(b":"):
                        os.write(master, sys.argv[1].encode() + b"\\n")
                        shown = b""
            except OSError: pass
            sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
            """
        try Scratch.write("typed.py", terminal)
        let unencrypted = phrase == nil ? "-n" : ""
        try await shell(
            "python3 typed.py \"$1\" signify-openbsd -G $2 -c ours -p s.pub -s s.sec", phrase ?? "", unencrypted)
        let described = try PrivateKeyFile.describe(try Scratch.read("s.sec"))
        expect(described.form == .signify && described.isEncrypted == (phrase != nil))
        let known = try PublicKeyFile.read(try Scratch.read("s.pub"))
        expect(known.form == .signify && known.keyNumber == described.keyNumber)
        let mine = try signature("s.sec", phrase: phrase)
        expect(mine.publicKey, is: known.publicKey.bytes)
        try await shell(
            "python3 typed.py \"$1\" signify-openbsd -S -s s.sec -m message -x s.sig", phrase ?? "")
        let lines = try Scratch.text("s.sig").split(separator: "\n")
        expect(Base64.decode(lines[1].utf8)?.suffix(64), is: mine.bytes[...])
        if phrase != nil {
            let error = #expect(throws: KeyFileError.self) { try signature("s.sec", phrase: "wrong") }
            expect(error?.kind, is: .wrongPassphrase)
        }
        let opened = try PrivateKeyFile.open(try Scratch.read("s.sec")) { phrase.map { Array($0.utf8) } }
        try Scratch.write(
            "ours.sec",
            try KeyWriter.privateKey(opened, as: .signify, passphrase: phrase.map { Array($0.utf8) }, label: "ours"))
        try Scratch.write(
            "ours.pub",
            try KeyWriter.publicKey(
                opened.key.publicKey.bytes, as: .signify, keyNumber: opened.keyNumber, label: "ours"))
        expect(try Scratch.text("ours.pub"), is: try Scratch.text("s.pub"))
        try await shell(
            """
            python3 typed.py "$1" signify-openbsd -S -s ours.sec -m message -x ours.sig
            signify-openbsd -V -p s.pub -m message -x ours.sig
            """, phrase ?? "")
    }

    @Test(
        arguments: [
            [], ["-Z", "aes256-ctr"], ["-Z", "aes256-cbc", "-a", "2"], ["-Z", "aes128-ctr", "-a", "2"],
            ["-Z", "aes192-cbc", "-a", "3"],
        ])
    func openSSH(options: [String]) async throws {
        try Scratch.write("message", "a message\n")
        let phrase = options.isEmpty ? "" : "correct horse"
        let made = try await Program("ssh-keygen").run(
            ["-q", "-t", "ed25519", "-N", phrase, "-C", "a comment", "-f", "k"] + options)
        try #require(made.status == 0, "\(made.transcript)")
        let described = try PrivateKeyFile.describe(try Scratch.read("k"))
        let known = try PublicKeyFile.read(try Scratch.read("k.pub"))
        expect(described.form == .openssh && described.isEncrypted == !phrase.isEmpty)
        // OpenSSH leaves the public key outside of the encryption.
        expect(described.publicKey == known.publicKey.bytes && known.form == .openssh)
        expect(try signature("k", phrase: phrase).publicKey, is: known.publicKey.bytes)
        expect(try await shell("ssh-keygen -l -f k.pub").contains(KeyID.openSSH(of: known.publicKey.bytes) + " "))
        if !phrase.isEmpty {
            let error = #expect(throws: KeyFileError.self) { try signature("k", phrase: "wrong") }
            expect(error?.kind, is: .wrongPassphrase)
        }
        let opened = try PrivateKeyFile.open(try Scratch.read("k")) { Array(phrase.utf8) }
        let text = try KeyWriter.privateKey(
            opened, as: .openssh, passphrase: phrase.isEmpty ? nil : Array(phrase.utf8), label: "ours")
        try Scratch.write("ours", text)
        try await shell("chmod 600 ours")
        let ours = try await shell("ssh-keygen -y -P \"$1\" -f ours", phrase)
        expect(ours.split(separator: " ")[1], is: try Scratch.text("k.pub").split(separator: " ")[1])
        try await shell(
            "ssh-keygen -q -p -P \"$1\" -N other -f ours && ssh-keygen -y -P other -f ours", phrase)
        expect(
            try KeyWriter.publicKey(known.publicKey.bytes, as: .openssh, keyNumber: nil, label: "a comment"),
            is: try Scratch.read("k.pub"))
    }

    /// What cannot be read here is named, with a command that makes a copy that can.
    @Test(arguments: ["aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com", "3des-cbc"])
    func otherCiphersOfOpenSSH(cipher: String) async throws {
        let made = try await Program("ssh-keygen").run(
            ["-q", "-t", "ed25519", "-N", "correct horse", "-a", "2", "-f", "FILE", "-Z", cipher])
        try #require(made.status == 0, "\(made.transcript)")
        try Scratch.write("message", "")
        let error = try #require(
            #expect(throws: KeyFileError.self) { try signature("FILE", phrase: "correct horse") })
        expect(error.description.contains(cipher))
        let help = String(try #require(error.help?.split(separator: ": ", maxSplits: 1).last))
        try await shell(help.replacing("-p ", with: "-q -p -P 'correct horse' -N 'correct horse' "))
        expect(try signature("COPY", phrase: "correct horse").publicKey.count, is: 32)
    }

    @Test func otherKindsOfOpenSSH() async throws {
        for kind in ["rsa", "ecdsa"] {
            let made = try await Program("ssh-keygen").run(["-q", "-t", kind, "-N", "", "-f", kind])
            try #require(made.status == 0, "\(made.transcript)")
            for file in [kind, kind + ".pub"] {
                let error = #expect(throws: KeyFileError.self) {
                    let bytes = try Scratch.read(file)
                    if file == kind {
                        _ = try PrivateKeyFile.describe(bytes)
                    } else {
                        _ = try PublicKeyFile.read(bytes)
                    }
                }
                expect(error?.description.contains("OpenSSH key of the kind"), is: true, "\(file): \(error as Any)")
            }
        }
    }

    /// Every private form to every other and back: the same key, and openssl reads what is PKCS#8.
    @Test(arguments: [nil, "correct horse"] as [String?])
    func formsConvert(phrase: String?) async throws {
        let secret = phrase.map { Array($0.utf8) }
        let key = try SigningKey.generate(), publicKey = key.publicKey.bytes
        var text = try KeyWriter.privateKey(
            OpenedKey(key: key, form: .openssl, isEncrypted: false, keyNumber: nil), as: .openssl, passphrase: secret,
            label: "x")
        var random = SeededNumbers(seed: 3)
        var forms: [KeyForm] = [.minisign, .openssh, .signify, .openssl]
        // Each passphrase of minisign takes a second and more on purpose.
        if phrase == nil { forms += [.signify, .minisign, .openssh, .openssl] }
        for form in forms {
            let opened = try PrivateKeyFile.open(text) { secret }
            expect(opened.key.publicKey.bytes == publicKey && opened.isEncrypted == (phrase != nil))
            text = try KeyWriter.privateKey(opened, as: form, passphrase: secret, label: "x")
            expect(try PrivateKeyFile.describe(text).form, is: form)
            // Windows line ends are no obstacle.
            if random.once(in: 2) { text = text.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] } }
        }
        try Scratch.write("key.pem", text)
        let der = try await shell(
            "openssl pkey -in key.pem -passin pass:\"$1\" -pubout -outform DER | tail -c 32 | base64", phrase ?? "")
        expect(der, is: Base64.encode(publicKey) + "\n")
        for form in KeyForm.allCases {
            let written = try KeyWriter.publicKey(publicKey, as: form, keyNumber: nil, label: "x")
            let read = try PublicKeyFile.read(written)
            expect(read.publicKey.bytes == publicKey && read.form == form)
        }
    }
}
