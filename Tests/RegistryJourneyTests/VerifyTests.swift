import Basics
import Contract
import JourneySupport
import TestSupport
import Testing

/// `pdk verify` says what was checked, and nothing else.
@Suite(.scratchFolder) struct VerifyTests {
    let kit = Kit()

    @Test(arguments: [
        ("text", "hello\n"), ("nothing", ""), ("page", "<!DOCTYPE html><html></html>"), ("short", "\0asm"),
        ("component", "\0asm\u{D}\0\u{1}\0"), ("other version", "\0asm\u{2}\0\0\0"),
    ])
    func whatIsNoModuleIsRefused(name: String, contents: String) async throws {
        try Scratch.write("x.wasm", contents)
        for arguments in [["verify", "x.wasm"], ["verify", "x.wasm", "--no-trust-root"]] {
            let result = try await kit.run(arguments)
            expect(result.status == 1 && !result.output.contains("verified"), "\(result.transcript)")
        }
    }

    @Test func withoutATrustRootNothingIsCalledVerified() async throws {
        // The host verifies a module whose body it could not load.
        for body: [UInt8] in [[], [1, 2, 3]] {
            try Scratch.write("x.wasm", [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0] + body)
            let result = try await kit.run("verify", "x.wasm")
            let digest = try await Program("sha256sum").run(["x.wasm"]).output.prefix(64)
            expect(result.status == 0 && !result.output.contains("verified"), "\(result.transcript)")
            expect(result.output.contains("sha256: \(digest)\n"))
            expect(result.output.contains("signature: not checked (no trust root)\n"))
            expect(result.errors.contains("hosts cannot load") == !body.isEmpty, "\(result.transcript)")
            let json = try await kit.document("verify", "x.wasm")
            expect(json["signed"] == .bool(false) && json["verified"] == .bool(false) && json["signer"] == .null)
        }
        for garbage in ["", "garbage", "untrusted comment: x\nRUT\n", String(repeating: "A", count: 88)] {
            try Scratch.write("x.sig", garbage)
            let refusal = try await kit.refusal("verify", "x.wasm")
            expect(refusal.message.contains("signature verification failed"), "\(garbage): \(refusal)")
        }
    }

    /// What a file is, is told by its contents.
    @Test func aNameHidesNothing() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        try await plugin.done("pack")
        let packed = try Disk.read(plugin.folder + "/dist/guard-0.1.0.tar.gz")
        for name in ["x.tgz", "x.tar.gz (1)", "x", "x.wasm"] {
            try Scratch.write(name, packed)
            let verified = try await kit.document("verify", name, "--trust-root", kit.keysFolder)
            expect(verified["packed"]?.string == Scratch.path(name) && verified["verified"] == .bool(true))
            var tampered = packed
            tampered[tampered.count / 2] ^= 1
            try Scratch.write(name, tampered)
            expect(try await kit.run("verify", name).status == 1)
        }
        try Scratch.write("m.tar.gz", try Disk.read(plugin.folder + "/dist/guard.wasm"))
        expect(try await kit.document("verify", "m.tar.gz")["module"]?.string == Scratch.path("m.tar.gz"))
    }

    /// The manifest beside an installed module is what the host goes by, and no signature covers it.
    @Test func theManifestBesideTheModuleIsCompared() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        try await plugin.done("publish", Scratch.path("registry"))
        let trust = ["--trust-root", kit.keysFolder]
        try await kit.done(["install", "guard", "--registry", "registry", "--dest", "plugins"] + trust)
        let file = ["verify", "plugins/guard.wasm"] + trust, folder = ["verify", "plugins"] + trust
        let json = try Scratch.text("plugins/guard.json")
        for arguments in [file, folder] { expect(try await kit.run(arguments).status == 0) }
        for (old, new, reason) in [
            ("\"pre_query\"", "", "hooks"), ("\"0.1.0\"", "\"9.9.9\"", "version"), ("\"guard\"", "\"other\"", "name"),
            ("{", "", "cannot be read"),
            // The host calls a hook as often as it is named, and reads no manifest with a field of its own twice.
            ("\"pre_query\"", "\"pre_query\", \"prequery\"", "more than once"),
            ("\"hooks\"", "\"hooks\": [], \"hooks\"", "cannot be read"),
        ] {
            try Scratch.write("plugins/guard.json", json.replacing(old, with: new))
            for arguments in [file, folder] {
                let result = try await kit.run(arguments)
                expect(result.status == 1 && result.output.contains(reason), "\(new): \(result.transcript)")
            }
        }
        // The host takes the YAML file first, and drops what it does not know.
        try Scratch.write("plugins/guard.json", json)
        try Scratch.write("plugins/guard.yaml", "name: guard\nversion: 0.1.0\nhooks: [pre_query]\n")
        expect(try await kit.run(file).status == 1)
        try Disk.remove(Scratch.path("plugins/guard.yaml"))
        try Disk.remove(Scratch.path("plugins/guard.json"))
        for arguments in [file, folder] {
            let result = try await kit.run(arguments)
            expect(result.status == 1 && result.output.contains("guard.json"), "\(result.transcript)")
        }
        try Scratch.write("plugins/guard.json", json)
        for ending in ["wasm", "sig", "json"] {
            try Scratch.write("plugins/else." + ending, try Scratch.read("plugins/guard." + ending))
        }
        expect(try await kit.run(["verify", "plugins/else.wasm"] + trust).status == 1)
        let both = try await kit.run(folder)
        expect(both.status == 1 && both.output.contains("1 passed, 1 failed"), "\(both.transcript)")
        let document = try await kit.document("verify", "plugins", "--trust-root", kit.keysFolder, status: 1)
        expect(document["failed"] == .number("1") && document["plugins"]?.elements.count == 2)
        // A copy elsewhere, and the build's own folder, are no plugins folder.
        try Scratch.write("download.wasm", try Scratch.read("plugins/guard.wasm"))
        try await kit.done("verify", "download.wasm")
        try await plugin.done(["verify", "dist/guard.wasm"] + trust)
    }

    @Test func minisignSignaturesAreVerified() async throws {
        try Scratch.write("x.wasm", [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0])
        let made = try await Program("sh").run([
            "-ec",
            """
            minisign -G -W -p m.pub -s m.key
            minisign -G -W -p n.pub -s n.key
            minisign -S -s m.key -m x.wasm
            minisign -S -l -s m.key -m x.wasm -x legacy.minisig
            """,
        ])
        try #require(made.status == 0, "\(made.transcript)")
        try await kit.done("trust", "add", "m.pub", "--label", "mini")
        for arguments in [
            ["verify", "x.wasm"], ["verify", "x.wasm.minisig"], ["verify", "x.wasm", "--sig", "legacy.minisig"],
        ] {
            let result = try await kit.run(arguments)
            expect(result.status == 0 && result.output.contains("verified by 'mini'"), "\(result.transcript)")
        }
        // The trusted comment is covered, too.
        let text = try Scratch.text("x.wasm.minisig")
        try Scratch.write("changed.minisig", text.replacing("trusted comment: t", with: "trusted comment: T"))
        let refusal = try await kit.refusal("verify", "x.wasm", "--sig", "changed.minisig")
        expect(refusal.message.contains("signature verification failed"))
        try Scratch.write("x.wasm", [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0, 0, 1, 0])
        expect(try await kit.refusal("verify", "x.wasm").code == "signature-invalid")
        try Scratch.write("signify.sig", "untrusted comment: signature\n" + (text.split(separator: "\n")[1]) + "\n")
        expect(try await kit.refusal("verify", "x.wasm", "--sig", "signify.sig").message.contains("signify"))
    }

    /// The host's own form: base64 of 64 bytes, in a file of any place.
    @Test func aSignatureElsewhereIsNamed() async throws {
        try await kit.done("keygen", "a")
        try Scratch.write("x.wasm", [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0])
        try await kit.done("sign", "x.wasm", "--key", "a", "--out", "other.base64")
        try Scratch.write("trust/a.pub", try Disk.text(kit.keysFolder + "/a.pub"))
        let trust = ["--trust-root", "trust"]
        let verified = try await kit.run(["verify", "x.wasm", "--sig", "other.base64"] + trust)
        expect(verified.output.contains("verified by 'a'"), "\(verified.transcript)")
        let without = try await kit.run(["verify", "x.wasm"] + trust)
        expect(without.status == 1 && without.errors.contains("no signature"), "\(without.transcript)")
        try Scratch.write("x.wasm", [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0, 0, 1, 0])
        let other = try await kit.run(["verify", "x.wasm", "--sig", "other.base64"] + trust)
        expect(other.status == 1 && other.errors.contains("signature verification failed"), "\(other.transcript)")
    }

    /// No output replaces a key, an input or a folder.
    @Test func outputsReplaceNoKey() async throws {
        try await kit.done("keygen", "a")
        try Scratch.write("x.wasm", [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0])
        let key = kit.keysFolder + "/a.pem", text = try Disk.text(key)
        try Scratch.write("copy.pem", text)
        try Scratch.write("a.sig", [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0])
        for arguments in [
            ["sign", "x.wasm", "--out", key], ["sign", "x.wasm", "--out", "copy.pem"],
            ["sign", "x.wasm", "--out", "x.wasm"], ["sign", "a.sig"],
            ["pack", "--wasm", "x.wasm", "--name", "x", "--version", "1.0.0", "--out", "copy.pem"],
            ["key", "export", "a", "--out", "copy.pem"], ["key", "export", "a", "--out", key],
            ["key", "rotate", "a", "--label", "b", "--out", "copy.pem"],
        ] {
            let result = try await kit.run(arguments)
            expect(result.status == 1, "\(arguments): \(result.transcript)")
        }
        expect(try Disk.text(key) == text && Scratch.text("copy.pem") == text)
        expect(try Scratch.read("x.wasm").count == 8)
    }
}
