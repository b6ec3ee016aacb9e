import Basics
import Contract
import JourneySupport
import TestSupport
import Testing

/// `pdk key`: keys of other programs in, keys for other programs out, and one key that follows another.
@Suite(.scratchFolder) struct KeyStoreTests {
    let kit = Kit()
    private static let emptyModule: [UInt8] = [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0]

    private func shell(_ script: String) async throws -> String {
        let result = try await Program("sh", environment: ["HOME": Scratch.folder]).run(["-ec", script])
        try #require(result.status == 0, "\(script): \(result.transcript)")
        return result.output
    }

    @Test func keysOfOtherProgramsSign() async throws {
        _ = try await shell(
            """
            openssl genpkey -algorithm ed25519 -out o.pem
            openssl pkey -in o.pem -outform DER -out o.der
            openssl pkcs8 -topk8 -in o.pem -out e.pem -passout pass:phrase
            minisign -G -W -p m.pub -s m.key
            signify-openbsd -G -n -p s.pub -s s.sec
            ssh-keygen -q -t ed25519 -N '' -f k
            ssh-keygen -q -t ed25519 -N phrase -f x
            chmod 600 o.pem o.der e.pem m.key s.sec k x
            """)
        let encrypted = kit.with("PDK_KEY_PASSPHRASE", "phrase")
        for (file, form, kit) in [
            ("o.pem", "PEM", kit), ("o.der", "DER", kit), ("e.pem", "PEM", encrypted), ("m.key", "minisign", kit),
            ("s.sec", "signify", kit), ("k", "OpenSSH", kit), ("x", "OpenSSH", encrypted),
        ] {
            let label = "from-" + file.replacing(".", with: "-")
            let said = try await kit.done("key", "import", file, "--label", label)
            expect(said.contains("imported the \(form) key \(file) as '\(label)'"))
            expect(try Disk.mode(kit.keysFolder + "/\(label).pem") == 0o600)
            // The file itself signs as well, and to the same effect.
            try Disk.write(Scratch.path("a.wasm"), Self.emptyModule)
            try await kit.done("sign", "a.wasm", "--key", "./" + file, "--out", "one.sig")
            try await kit.done("sign", "a.wasm", "--key", label, "--out", "two.sig")
            expect(try Scratch.text("one.sig") == Scratch.text("two.sig"))
        }
        let listed = try await kit.document("key", "list")["keys"]?.elements ?? []
        expect(listed.count == 7 && listed.count { $0["encrypted"] == .bool(true) } == 2)
        expect(Set(listed.compactMap { $0["key_id"]?.string }).count == 5)
        // The number that minisign knows the key by has come along.
        expect(try await kit.done("key", "export", "from-m-key", "--format", "minisign") == Scratch.text("m.pub"))
        try await kit.done("sign", "a.wasm", "--key", "from-m-key", "--format", "minisign")
        _ = try await shell("minisign -V -p m.pub -m a.wasm && minisign -H -V -p m.pub -m a.wasm")
        try await kit.done("key", "export", "from-x", "--format", "openssl", "--out", "x.pem")
        // Whoever may read it: a public key is no secret, and no key to sign with.
        for mode in ["644", "600"] {
            _ = try await shell("chmod \(mode) x.pem")
            let refusal = try await kit.refusal("key", "import", "x.pem", "--label", "no")
            expect(refusal.code == "invalid-key" && refusal.message.contains("only private keys"), "\(refusal)")
            expect(refusal.help.contains("pdk trust add"), "\(refusal)")
        }
        _ = try await shell("cp o.pem open.pem && chmod 644 open.pem")
        expect(try await kit.refusal("key", "import", "open.pem", "--label", "no").code == "key-exposed")
    }

    @Test func privateKeysAreExportedAsTheyAreProtected() async throws {
        let locked = kit.with("PDK_KEY_PASSPHRASE", "phrase")
        try await locked.done("keygen", "locked")
        try await kit.done("keygen", "plain")
        for format in ["openssl", "minisign", "signify", "openssh"] {
            expect(
                try await kit.refusal(
                    "key", "export", "locked", "--private", "--format", format, "--out", "n"
                ).code == "needs-passphrase")
            try await locked.done("key", "export", "locked", "--private", "--format", format, "--out", "l." + format)
            expect(try await kit.document("key", "show", "l." + format)["encrypted"] == .bool(true))
            expect(try Scratch.mode("l." + format) == 0o600)
            try await locked.done(
                "key", "export", "locked", "--private", "--no-passphrase", "--format", format, "--out", "u." + format)
            try await kit.done("key", "export", "plain", "--private", "--format", format, "--out", "p." + format)
            for file in ["u.", "p."] {
                expect(try await kit.document("key", "show", file + format)["encrypted"] == .bool(false))
            }
            // What is there stays.
            let taken = try await kit.refusal(
                "key", "export", "plain", "--private", "--format", format, "--out", "p." + format)
            expect(taken.code == "already-exists")
        }
        expect(!Scratch.exists("n"))
        expect(try await kit.run("key", "export", "plain", "--private").status == 2)
    }

    @Test func aMissingPublicHalfIsCompleted() async throws {
        try await kit.done("keygen", "mine")
        let path = kit.keysFolder + "/mine.pub", text = try Disk.text(path)
        try Disk.remove(path)
        expect(try await kit.run("key", "list").errors.contains("pdk key export mine"))
        expect(try await kit.done("key", "export", "mine") == text)
        expect(try Disk.text(path) == text)
        expect(try await kit.run("key", "list").errors.isEmpty)
    }

    @Test func anEmptyPassphraseIsAnError() async throws {
        let empty = kit.with("PDK_KEY_PASSPHRASE", "")
        expect(try await empty.refusal("keygen", "a").code == "empty-passphrase")
        expect(!Disk.exists(kit.home))
        try await kit.with("PDK_KEY_PASSPHRASE", "x").done("keygen", "a")
        try Disk.write(Scratch.path("a.wasm"), Self.emptyModule)
        expect(try await empty.refusal("sign", "a.wasm").code == "empty-passphrase")
        // A key without a passphrase needs none, so a secret that is not set hurts nobody.
        try await kit.done("keygen", "b")
        try await empty.done("sign", "a.wasm", "--key", "b")
    }

    @Test(arguments: ["home/.config/pdk", "home/.config/pdk/keys"])
    func foldersThatAnybodyCanChangeAreRefused(folder: String) async throws {
        try await kit.done("keygen", "a")
        try Disk.write(Scratch.path("a.wasm"), Self.emptyModule)
        try await kit.done("sign", "a.wasm")
        try Disk.setMode(Scratch.path(folder), 0o777)
        let refusal = try await kit.refusal("sign", "a.wasm")
        expect(refusal.code == "key-exposed" && refusal.message.contains(Scratch.path(folder)))
        let command = try #require(refusal.help.split(separator: ": ").last)
        _ = try await shell(String(command))
        try await kit.done("sign", "a.wasm")
    }

    /// Under the most open umask nobody else can write anything that keygen makes.
    @Test func nothingIsMadeOpen() async throws {
        let result = try await Program("sh", environment: ["HOME": kit.home]).run([
            "-c", "umask 000; \"$0\" keygen mykey && \"$0\" trust add '\(kit.keysFolder)/mykey.pub' --label a",
            BuiltProduct.pdk,
        ])
        try #require(result.status == 0, "\(result.transcript)")
        for path in ["", "/keys", "/keys/mykey.pub", "/trust", "/trust/a.pub"] {
            expect(try Disk.mode(kit.home + "/.config/pdk" + path) & 0o022 == 0, "\(path)")
        }
        expect(try Disk.mode(kit.home + "/.config") == 0o700)
    }

    /// The new key is trusted by whoever trusts the old one, and by nobody else.
    @Test func aKeyFollowsAnother() async throws {
        try await kit.done("keygen", "old")
        try await kit.done("key", "rotate", "old", "--label", "new", "--out", "new.rotation")
        let operators = { (name: String) in kit.with("PDK_HOME", Scratch.path(name)) }
        let friend = operators("friend"), stranger = operators("stranger")
        try await friend.done("trust", "add", kit.keysFolder + "/old.pub", "--label", "acme")
        try await kit.done("keygen", "other")
        try await stranger.done("trust", "add", kit.keysFolder + "/other.pub")
        let followed = try await friend.document("trust", "add", "new.rotation")
        expect(followed["follows"]?.string == "acme" && followed["label"]?.string == "new")
        expect(try await stranger.refusal("trust", "add", "new.rotation").code == "invalid-key")
        try Disk.write(Scratch.path("a.wasm"), Self.emptyModule)
        try await kit.done("sign", "a.wasm", "--key", "new")
        expect(try await friend.document("verify", "a.wasm")["signer"]?.string == "new")
        expect(try await stranger.refusal("verify", "a.wasm").code == "signature-invalid")
        // No byte of it can be changed.
        let text = try Scratch.read("new.rotation")
        var random = SeededNumbers(seed: 5)
        for _ in 0..<30 {
            var changed = text
            changed[Int.random(in: 0..<text.count, using: &random)] ^= 1
            try Scratch.write("changed.rotation", changed)
            expect(try await friend.run("trust", "add", "changed.rotation", "--label", "x").status == 1)
        }
        expect(
            try await kit.refusal("key", "rotate", "old", "--label", "new", "--out", "new.rotation").code
                == "already-exists")
    }
}
