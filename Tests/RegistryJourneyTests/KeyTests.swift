import Basics
import Contract
import Glibc
import JourneySupport
import TestSupport
import Testing

/// Keys: made here and used by OpenSSL, made by OpenSSL and used here, and kept secret.
@Suite(.scratchFolder)
struct KeyTests {
    let kit = Kit()

    private func openssl(_ arguments: String..., environment: [String: String] = [:]) async throws -> Program.Result {
        let result = try await Program("openssl", environment: environment).run(arguments)
        try #require(result.status == 0, "openssl \(arguments): \(result.transcript)")
        return result
    }

    @Test func aKeyOfOpenSSLSignsHere() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit, isSigned: false)
        let key = Scratch.path("my key.pem"), module = plugin.folder + "/dist/guard.wasm"
        _ = try await openssl("genpkey", "-algorithm", "ed25519", "-out", key)
        let report = try await plugin.document("sign", "--key", "../my key.pem")
        expect(report["key"]?.string == "my key")
        expect(report["signature"]?.string == plugin.folder + "/dist/guard.sig")
        let text = try Disk.text(plugin.folder + "/dist/guard.sig")
        let raw = try #require(KeyText.decode(Array(text.utf8), count: 64))
        try Disk.write(Scratch.path("raw"), raw)
        let verdict = try await openssl(
            "pkeyutl", "-verify", "-rawin", "-inkey", key, "-sigfile", Scratch.path("raw"), "-in", module)
        expect(verdict.output.contains("Signature Verified Successfully"))
        // The trust root's form of the key, made as the host's users make it.
        try Disk.makeFolder(Scratch.path("trust"))
        let made = try await Program("sh").run([
            "-c", "openssl pkey -in \"$1\" -pubout -outform DER | tail -c 32 | base64 > trust/somebody.pub", "sh", key,
        ])
        expect(made.status == 0)
        expect(try Disk.text(Scratch.path("trust/somebody.pub")).dropLast() == report["public_key"]?.string ?? "")
        let verified = try await kit.document("verify", module, "--trust-root", "trust")
        expect(verified["verified_by"]?.string == "somebody")
    }

    @Test func aKeyMadeHereSignsWithOpenSSL() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit, isSigned: false)
        let made = try await kit.document("keygen", "mine")
        let key = kit.keysFolder + "/mine.pem", module = plugin.folder + "/dist/guard.wasm"
        expect(made["private"]?.string == key && made["encrypted"] == .bool(false))
        _ = try await openssl(
            "pkeyutl", "-sign", "-rawin", "-inkey", key, "-in", module, "-out", Scratch.path("raw"))
        try Disk.write(plugin.folder + "/dist/guard.sig", Base64.encode(try Disk.read(Scratch.path("raw"))))
        let verified = try await kit.document("verify", module, "--trust-root", kit.keysFolder)
        expect(verified["verified_by"]?.string == "mine")
        // One other byte, and it is refused in the host's words.
        try Disk.write(module, try Disk.read(module) + [0, 1, 0])
        let refusal = try await kit.refusal("verify", module, "--trust-root", kit.keysFolder)
        expect(refusal.message.contains("signature verification failed"))
    }

    /// `--out /dev/stdout`, or the module's own name by a slip, must not cost the device or the module.
    @Test func aSignatureReplacesNothingButAFile() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit, isSigned: false)
        try await kit.done("keygen")
        let module = plugin.folder + "/dist/guard.wasm"
        try Scratch.makeLink("stdout", to: "/proc/self/fd/1")
        try Scratch.makePipe("pipe")
        // A module that has not been signed yet is changed by signing it.
        try await plugin.done("build")
        let before = try Disk.tree(plugin.folder)
        for (output, reason) in [
            (Scratch.path("nowhere/x.sig"), "no such file or folder"), (module, "it is also an input"),
            (Scratch.path("stdout"), "it is a symbolic link"),
            (Scratch.path("pipe"), "it is not a regular file"), ("", "it is a folder"),
        ] {
            let refusal = try await plugin.refusal("sign", "--out", output)
            expect(refusal.message.hasSuffix(reason), "\(refusal)")
        }
        expect(try Disk.tree(plugin.folder) == before)
        expect(Scratch.linkTarget("stdout") == "/proc/self/fd/1")
        let packed = try await plugin.refusal("pack", "--out", module)
        expect(packed.message.hasSuffix("it is also an input"), "\(packed)")
        expect(try Disk.tree(plugin.folder) == before)
    }

    /// A key that anybody can put there trusts nobody in particular.
    @Test func aTrustRootThatEverybodyCanChangeIsWarnedOf() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        try await plugin.done("publish", Scratch.path("registry"))
        let trust = Scratch.path("the trust"), module = plugin.folder + "/dist/guard.wasm"
        try Disk.write(trust + "/mykey.pub", try Disk.read(kit.keysFolder + "/mykey.pub"))
        let install = ["install", "guard", "--registry", "registry", "--dest", "plugins", "--trust-root", trust]
        let verify = ["verify", module, "--trust-root", trust]
        for path in [trust, trust + "/mykey.pub"] {
            let before = try Disk.mode(path)
            try Disk.setMode(path, before | 0o002)
            let expected =
                "\(path) is world-writable: anyone on this machine can change the trusted keys; fix it with: chmod o-w '\(path)'"
            for arguments in [install, verify] {
                let result = try await kit.run(arguments)
                expect(result.status == 0 && result.errors == "warning: \(expected)\n", "\(result.transcript)")
                let json = try JSONValue.parse(try await kit.run(arguments + ["--json"]).output)
                expect(json["warnings"]?.texts == [expected])
            }
            try Disk.setMode(path, before)
        }
        for arguments in [install, verify] { expect(try await kit.run(arguments).errors.isEmpty) }
    }

    /// minisign's legacy signatures are plain Ed25519 over the file's bytes, in a wrapping of their own.
    @Test func minisignAgreesOnASignature() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit, isSigned: false)
        let module = plugin.folder + "/dist/guard.wasm"
        let made = try await Program("minisign").run(["-G", "-W", "-p", "m.pub", "-s", "m.key"])
        expect(made.status == 0, "\(made.transcript)")
        let signed = try await Program("minisign").run(["-S", "-l", "-s", "m.key", "-m", module, "-x", "m.minisig"])
        expect(signed.status == 0, "\(signed.transcript)")
        // The second line holds `Ed`, 8 bytes of a key's number, and then the key or the signature.
        func payload(_ file: String, count: Int) throws -> [UInt8] {
            let lines = try Disk.text(Scratch.path(file)).split(separator: "\n")
            let bytes = try #require(Base64.decode(lines[1].utf8))
            expect(bytes.count == 10 + count && bytes.starts(with: Array("Ed".utf8)))
            return Array(bytes.dropFirst(10))
        }
        try Disk.makeFolder(Scratch.path("trust"))
        try Disk.write(Scratch.path("trust/minisigner.pub"), KeyText.encode(try payload("m.pub", count: 32)))
        try Disk.write(plugin.folder + "/dist/guard.sig", KeyText.encode(try payload("m.minisig", count: 64)))
        let verified = try await kit.document("verify", module, "--trust-root", "trust")
        expect(verified["verified_by"]?.string == "minisigner")
        try Disk.write(module, try Disk.read(module) + [0])
        let refused = try await kit.refusal("verify", module, "--trust-root", "trust")
        expect(refused.message.contains("signature verification failed"))
    }

    @Test func encryptedKeysNeedTheirPassphrase() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit, isSigned: false)
        let phrase = "correct horse ünï battery"
        let made = try await kit.with("PDK_KEY_PASSPHRASE", phrase).document("keygen")
        expect(made["encrypted"] == .bool(true))
        let key = kit.keysFolder + "/default.pem"
        expect(try Disk.text(key).hasPrefix("-----BEGIN ENCRYPTED PRIVATE KEY-----"))
        expect(try await plugin.refusal("sign").code == "needs-passphrase")
        let wrong = try await plugin.with("PDK_KEY_PASSPHRASE", "wrong").refusal("sign")
        expect(wrong.code == "invalid-key")
        expect(!Disk.exists(plugin.folder + "/dist/guard.sig"))
        try await plugin.with("PDK_KEY_PASSPHRASE", phrase).done("sign")
        let seen = try await openssl(
            "pkey", "-in", key, "-passin", "env:PHRASE", "-pubout", "-outform", "PEM", environment: ["PHRASE": phrase])
        expect(seen.output.hasPrefix("-----BEGIN PUBLIC KEY-----"))
        // And one that OpenSSL has encrypted.
        _ = try await openssl(
            "genpkey", "-algorithm", "ed25519", "-aes-256-cbc", "-pass", "env:PHRASE", "-out", Scratch.path("o.pem"),
            environment: ["PHRASE": phrase])
        try await plugin.with("PDK_KEY_PASSPHRASE", phrase).done("sign", "--key", Scratch.path("o.pem"))
        expect(try await plugin.refusal("sign", "--key", Scratch.path("o.pem")).code == "needs-passphrase")
    }

    @Test func withoutATerminalNobodyIsAsked() async throws {
        let refusal = try await kit.refusal("keygen", "--passphrase")
        expect(refusal.code == "no-terminal")
        expect(refusal.help.contains("PDK_KEY_PASSPHRASE"))
        expect(!Disk.exists(kit.home))
    }

    @Test func theKeyComesFromTheEnvironment() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit, isSigned: false)
        for name in ["one", "two", "three"] {
            _ = try await openssl("genpkey", "-algorithm", "ed25519", "-out", Scratch.path(name + ".pem"))
        }
        expect(try await plugin.refusal("sign").code == "no-key")
        let text = try Disk.text(Scratch.path("two.pem"))
        let withPEM = plugin.with("PDK_KEY_PEM", text)
        let two = try await withPEM.document("sign")
        expect(two["key"]?.string == "PDK_KEY_PEM")
        let withFile = withPEM.with("PDK_KEY_FILE", "../one.pem")
        let one = try await withFile.document("sign")
        expect(one["key"]?.string == "one")
        let three = try await withFile.document("sign", "--key", Scratch.path("three.pem"))
        expect(three["key"]?.string == "three")
        expect(Set([one, two, three].map { $0["public_key"]?.string }).count == 3)
        expect(try await plugin.with("PDK_KEY_FILE", "/nowhere.pem").refusal("sign").code == "no-key")
        expect(try await plugin.with("PDK_KEY_PEM", "no PEM").refusal("sign").code == "invalid-key")
        // A whole release from a key in a variable.
        try await withPEM.done("sign")
        try await withPEM.done("publish", Scratch.path("registry"))
    }

    @Test(arguments: [0o644, 0o640, 0o604, 0o660, 0o602, 0o610])
    func aKeyThatOthersCanReachIsRefused(mode: Int) async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit, isSigned: false)
        try await kit.done("keygen", "mykey")
        try Disk.setMode(kit.keysFolder + "/mykey.pem", mode)
        let refusal = try await plugin.refusal("sign")
        expect(refusal.code == "key-exposed")
        expect(refusal.help == "fix it with: chmod 600 '\(kit.keysFolder)/mykey.pem'")
        expect(!Disk.exists(plugin.folder + "/dist/guard.sig"))
    }

    @Test func ofSeveralKeysOneIsChosen() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit, isSigned: false)
        for label in ["beta", "alpha", "gamma.2026"] { try await kit.done("keygen", label) }
        let refusal = try await plugin.refusal("sign")
        expect(refusal.code == "several-keys")
        expect(refusal.message.contains("alpha, beta, gamma.2026"))
        expect(try await plugin.document("sign", "--key", "gamma.2026")["key"]?.string == "gamma.2026")
        let unknown = try await plugin.refusal("sign", "--key", "delta")
        expect(unknown.code == "no-key" && unknown.help.contains("alpha, beta, gamma.2026"))
        try Disk.write(kit.home + "/.config/pdk/config.yaml", "key: beta\n")
        expect(try await plugin.document("sign")["key"]?.string == "beta")
        try Disk.write(kit.home + "/.config/pdk/config.yaml", "key: ../../beta\n")
        expect(try await plugin.refusal("sign").code == "no-key")
        try Disk.write(kit.home + "/.config/pdk/config.yaml", "kye: beta\n")
        expect(try await plugin.refusal("sign").code == "invalid-configuration")
    }

    @Test func aLabelThatIsTakenIsNeverOverwritten() async throws {
        try await kit.done("keygen", "mykey")
        let before = try Disk.tree(kit.home)
        let refusal = try await kit.refusal("keygen", "mykey")
        expect(refusal.code == "already-exists" && refusal.message.contains("already exists"))
        expect(try Disk.tree(kit.home) == before)
        // One half of a pair is enough to take the label.
        try Disk.remove(kit.keysFolder + "/mykey.pem")
        expect(try await kit.refusal("keygen", "mykey").code == "already-exists")
        expect(try Disk.names(kit.keysFolder) == ["mykey.pub"])
    }

    /// Of many who want one label at once, one gets it, and its two files belong together.
    @Test func oneOfManyGetsTheLabel() async throws {
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<6 { group.addTask { try await kit.run("keygen", "mykey").status } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        expect(statuses.sorted() == [0, 1, 1, 1, 1, 1])
        expect(try Disk.names(kit.keysFolder) == ["mykey.pem", "mykey.pub"])
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        try await plugin.done("verify", "dist/guard.wasm", "--trust-root", kit.keysFolder)
    }

    /// What a CI job gets in place of a secret that it may not read: never the user's own key in its place.
    @Test(arguments: [["PDK_KEY_PEM": ""], ["PDK_KEY_FILE": ""], ["PDK_KEY_FILE": "", "PDK_KEY_PEM": ""]])
    func anEmptyVariableIsNoKey(variables: [String: String]) async throws {
        try await kit.done("keygen", "mine")
        var plugin = try await Workshop.shared.copyOfGuard(kit, isSigned: false)
        plugin.environment.merge(variables) { $1 }
        let refusal = try await plugin.refusal("sign")
        expect(refusal.code == "no-key" && refusal.message.contains("is set, but empty"), "\(refusal)")
        expect(!Disk.exists(plugin.folder + "/dist/guard.sig"))
        // A key that is named is meant, and one of the two variables is enough.
        try await plugin.done("sign", "--key", "mine")
        let other = variables["PDK_KEY_PEM"] == nil ? "PDK_KEY_PEM" : "PDK_KEY_FILE"
        let path = kit.keysFolder + "/mine.pem"
        try await plugin.with(other, other == "PDK_KEY_PEM" ? Disk.text(path) : path).done("sign")
    }

    /// Who owns a key's file can put another key into it.
    @Test func aKeyOfAnotherUserIsRefused() async throws {
        try #require(geteuid() == 0, "this test makes files of other users")
        let plugin = try await Workshop.shared.copyOfGuard(kit, isSigned: false)
        _ = try await openssl("genpkey", "-algorithm", "ed25519", "-out", Scratch.path("theirs.pem"))
        unsafe chown(Scratch.path("theirs.pem"), 12345, 12345)
        for arguments in [
            ["sign", "--key", Scratch.path("theirs.pem")],
            ["key", "import", Scratch.path("theirs.pem"), "--label", "theirs"],
        ] {
            let result = try await plugin.run(arguments)
            expect(
                result.status == 1 && result.errors.contains("belongs to another user (uid 12345)"),
                "\(result.transcript)")
        }
        unsafe chown(Scratch.path("theirs.pem"), 0, 0)
        try await plugin.done("sign", "--key", Scratch.path("theirs.pem"))
    }

    @Test(arguments: ["", ".", "..", ".hidden", "-x", "a/b", "../x", "a b", "ü", String(repeating: "l", count: 65)])
    func badLabelsAreRefused(label: String) async throws {
        let result = try await kit.run("keygen", "--json", "--", label)
        expect(result.status == 1, "\(result.transcript)")
        expect(try JSONValue.parse(result.output)["error"]?["code"]?.string == "invalid-label")
        expect(!Disk.exists(kit.home))
    }

    @Test func keyFilesAreTheirOwnersOnly() async throws {
        // Under the most open umask, too.
        let result = try await Program(
            "sh", environment: ["HOME": kit.home]
        ).run(["-c", "umask 000; exec \"$0\" keygen mykey", BuiltProduct.pdk])
        try #require(result.status == 0, "\(result.transcript)")
        expect(try Disk.mode(kit.keysFolder) == 0o700)
        expect(try Disk.mode(kit.keysFolder + "/mykey.pem") == 0o600)
        expect(try Disk.mode(kit.keysFolder + "/mykey.pub") & 0o444 == 0o444)
    }

    @Test func theFolderFollowsTheEnvironment() async throws {
        let elsewhere = kit.with("XDG_CONFIG_HOME", Scratch.path("xdg"))
        try await elsewhere.done("keygen", "x")
        expect(Disk.exists(Scratch.path("xdg/pdk/keys/x.pem")))
        try await elsewhere.with("PDK_HOME", "relative home").done("keygen", "y")
        expect(Disk.exists(Scratch.path("relative home/keys/y.pem")))
        // A relative XDG folder is to be ignored (XDG Base Directory Specification).
        try await kit.with("XDG_CONFIG_HOME", "xdg2").done("keygen", "z")
        expect(Disk.exists(kit.keysFolder + "/z.pem"))
        var homeless = kit
        homeless.home = ""
        expect(try await homeless.refusal("keygen", "w").code == "no-home")
    }

    /// Neither a private key nor a passphrase is in anything that is printed, in any process's arguments, or in what a
    /// compiler gets to see.
    @Test func secretsAreNotShown() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit, isSigned: false)
        let phrase = "a-passphrase-that-nobody-else-has-7391"
        _ = try await openssl("genpkey", "-algorithm", "ed25519", "-out", Scratch.path("key.pem"))
        let pem = try Disk.text(Scratch.path("key.pem"))
        let body = try #require(pem.split(separator: "\n").dropFirst().first)
        let seed = try #require(Base64.decode(body.utf8)?.suffix(32))
        let secrets = [
            phrase, String(body), Base64.encode(Array(seed)), Hex.encode(seed), Hex.encode(seed).uppercased(),
        ]
        let secretive = plugin.with("PDK_KEY_PASSPHRASE", phrase).with("PDK_KEY_PEM", pem)
        try Disk.edit(
            plugin.folder + "/plugin.yaml", "command: clang",
            "command: env > seen; for p in /proc/[0-9]*; do cat $p/cmdline 2>/dev/null; done >> seen; clang")
        var printed = ""
        for arguments in [
            ["build"], ["keygen", "mine"], ["sign"], ["check"], ["publish", "../registry"],
            ["publish", "../registry"], ["sign", "--key", "nobody"], ["sign", "--key", "mine"],
        ] {
            for format in [[], ["--json"]] {
                let result = try await secretive.run(arguments + format)
                printed += result.output + result.errors
            }
        }
        let broken = secretive.with("PDK_KEY_PEM", pem.replacing("PRIVATE KEY", with: "PUBLIC KEY"))
        for kit in [broken, broken.with("PDK_KEY_PEM", String(pem.dropLast(40)))] {
            let result = try await kit.run("sign", "--json")
            expect(result.status == 1)
            printed += result.output + result.errors
        }
        let seen = try Disk.text(plugin.folder + "/seen")
        expect(seen.contains("HOME=") && seen.contains("clang"))
        for secret in secrets {
            expect(!printed.contains(secret))
            expect(!seen.contains(secret))
        }
        // Nor in a file that others can read.
        for (path, bytes) in try Disk.tree(Scratch.folder) where !path.hasSuffix(".pem") {
            let text = String(decoding: bytes, as: UTF8.self)
            expect(!secrets.contains { text.contains($0) }, "\(path)")
        }
    }

    /// Ctrl-C at the question leaves a terminal that shows again what is typed, and no key.
    @Test func theTerminalIsLeftAsItWas() async throws {
        let script = """
            import fcntl, os, pty, sys, termios
            master, slave = pty.openpty()
            child = os.fork()
            if child == 0:
                os.setsid()
                fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
                for number in range(3): os.dup2(slave, number)
                os.execv(sys.argv[1], [sys.argv[1], "keygen", "--passphrase"])
            shown = b""
            while b": " not in shown: shown += os.read(master, 1024)
            os.write(master, b"\\x03")
            status = os.waitpid(child, 0)[1]
            print(os.waitstatus_to_exitcode(status), bool(termios.tcgetattr(slave)[3] & termios.ECHO))
            """
        let result = try await Program(
            BuiltProduct.repository + "/.build-python/bin/python", environment: ["HOME": kit.home]
        ).run(["-c", script, BuiltProduct.pdk])
        expect(result.output == "130 True\n", "\(result.transcript)")
        expect(!Disk.exists(kit.keysFolder + "/default.pem"))
    }

    @Test func aPublicKeyIsNotImported() async throws {
        try await kit.done("keygen", "mykey")
        let file = Scratch.path("mine.pub")
        try Disk.write(file, try Disk.read(kit.keysFolder + "/mykey.pub"))
        try Disk.setMode(file, 0o644)
        let refused = try await kit.refusal("key", "import", file, "--label", "other")
        expect(refused.message.contains("is a public key") && refused.help.contains("pdk trust add"), "\(refused)")
        expect(try await kit.run("key", "import", kit.keysFolder + "/mykey.pem", "--label", "other").status == 0)
    }
}
