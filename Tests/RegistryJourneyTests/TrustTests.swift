import Basics
import Contract
import JourneySupport
import TestSupport
import Testing

/// `pdk trust`, and that a trust root once made is never taken for none.
@Suite(.scratchFolder) struct TrustTests {
    let kit = Kit()
    private var folder: String { kit.home + "/.config/pdk/trust" }

    /// A signed module and the publisher's key.
    private func signedModule() async throws {
        try Disk.write(Scratch.path("a.wasm"), [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0])
        try await kit.done("keygen", "acme")
        try await kit.done("sign", "a.wasm")
    }

    @Test func keysComeAndGo() async throws {
        try await signedModule()
        expect(try await kit.document("verify", "a.wasm")["verified"] == .bool(false))
        try await kit.done("trust", "add", kit.keysFolder + "/acme.pub")
        let verified = try await kit.document("verify", "a.wasm")
        expect(verified["verified"] == .bool(true) && verified["signed"] == .bool(true))
        expect(verified["signer"]?.string == "acme")
        let listed = try await kit.document("trust", "list")["keys"]?.elements.first
        expect(listed?["key_id"] == verified["key_id"] && verified["key_id"]?.string?.count == 16)
        expect(try await kit.document("key", "show", "acme")["key_id"] == verified["key_id"])
        // The same again is fine; the same key under another label, or another key under that label, is not.
        expect(try await kit.document("trust", "add", kit.keysFolder + "/acme.pub")["already_trusted"] == .bool(true))
        expect(
            try await kit.refusal(
                "trust", "add", kit.keysFolder + "/acme.pub", "--label", "b"
            ).code == "already-exists")
        try await kit.done("keygen", "other")
        expect(
            try await kit.refusal(
                "trust", "add", kit.keysFolder + "/other.pub", "--label", "acme"
            ).code == "already-exists")
        expect(try await kit.refusal("trust", "add", kit.keysFolder + "/other.pem").message.contains("private key"))
        try Disk.write(folder + "/policy.yaml", "version: 1\n")
        try await kit.done("trust", "check")
        let removed = try await kit.run("trust", "remove", "acme")
        expect(removed.status == 0 && removed.errors.contains("no signature is trusted"), "\(removed.transcript)")
        expect(try await kit.refusal("trust", "remove", "acme").code == "no-key")
        // Removing the last key revokes it: nothing is trusted, and nothing goes unchecked.
        expect(try await kit.refusal("verify", "a.wasm").code == "trust-root-invalid")
        try await kit.done("verify", "a.wasm", "--no-trust-root")
        expect(try await kit.run("trust", "check").status == 1)
    }

    /// An empty folder, a dangling link, a file: each was taken for no trust root at all.
    @Test(arguments: ["folder", "dangling link", "file", "folder without permission"])
    func aTrustRootFailsClosed(form: String) async throws {
        try await signedModule()
        switch form {
        case "folder": try Disk.makeFolder(folder)
        case "dangling link": try Disk.link(folder, to: "nowhere")
        case "file": try Disk.write(folder, "")
        default:
            try Disk.makeFolder(folder)
            try Disk.write(folder + "/a.pub", "not a key\n")
        }
        for arguments in [["verify", "a.wasm"], ["verify", "a.wasm", "--require-signature"]] {
            let result = try await kit.run(arguments + ["--json"])
            expect(result.status == 1, "\(result.transcript)")
            expect(try JSONValue.parse(result.output)["error"]?["code"]?.string == "trust-root-invalid")
        }
        try await kit.done("verify", "a.wasm", "--no-trust-root")
        try await kit.done("verify", "a.wasm", "--trust-root", kit.keysFolder)
    }

    @Test func withoutAHomeNothingIsAssumed() async throws {
        try await signedModule()
        var homeless = kit
        homeless.home = ""
        expect(try await homeless.refusal("verify", "a.wasm").code == "no-home")
        for kit in [homeless.with("PDK_HOME", "x"), homeless.with("XDG_CONFIG_HOME", Scratch.path("x"))] {
            try await kit.done("verify", "a.wasm")
        }
        try await homeless.done("verify", "a.wasm", "--no-trust-root")
        try await homeless.done("verify", "a.wasm", "--trust-root", kit.keysFolder)
    }

    @Test func aSignatureCanBeRequired() async throws {
        try await signedModule()
        let required = kit.with("PDK_REQUIRE_SIGNATURE", "1")
        expect(try await kit.refusal("verify", "a.wasm", "--require-signature").code == "signature-required")
        expect(try await required.refusal("verify", "a.wasm").code == "signature-required")
        expect(try await required.refusal("verify", "a.wasm", "--no-trust-root").code == "signature-required")
        expect(
            try await required.refusal(
                "install", "x", "--registry", "r", "--dest", "d"
            ).code == "signature-required")
        try await required.done("verify", "a.wasm", "--trust-root", kit.keysFolder)
        try await kit.with("PDK_REQUIRE_SIGNATURE", "0").done("verify", "a.wasm")
    }

    /// Names are bytes: both spellings of é are two keys, and a mark before the dot hides no file.
    @Test func namesAreComparedByBytes() async throws {
        try await signedModule()
        let text = try Disk.text(kit.keysFolder + "/acme.pub")
        for label in ["\u{E9}", "e\u{301}", "\u{600}", "acme\u{3164}", "soft\u{AD}hyphen", "tag\u{E0041}"] {
            try Disk.write(folder + "/" + label + ".pub", text)
        }
        let listed = try await kit.done("trust", "list")
        expect(listed.split(separator: "\n").count == 6)
        for shown in ["acme\\u{3164}", "soft\\u{ad}hyphen", "tag\\u{e0041}"] { expect(listed.contains(shown)) }
        try await kit.done("trust", "remove", "e\u{301}")
        expect(Disk.exists(folder + "/\u{E9}.pub"))
        expect(try Disk.names(folder).count == 5)
    }

    /// A key's text where another word belongs is never shown, whatever is wrong with the command.
    @Test func keyMaterialIsNeverShown() async throws {
        try await kit.done("keygen", "acme")
        let made = try await Program("sh").run([
            "-ec", "minisign -G -W -p m.pub -s m.key; ssh-keygen -q -t ed25519 -N '' -f k",
        ])
        try #require(made.status == 0, "\(made.transcript)")
        let pem = try Disk.text(kit.keysFolder + "/acme.pem")
        let texts =
            [pem, pem.replacing("\n", with: "\\n"), Base64.encode(Array(pem.utf8))]
            + [try Scratch.text("m.key"), try Scratch.text("k")]
        for text in texts {
            let lines = text.split(separator: "\n").map(String.init).filter { $0.count > 40 && !$0.contains(" ") }
            let secrets = lines + [String(text.dropFirst(20).prefix(60))]
            for arguments in [
                ["sign", "a.wasm", "--key=" + text], ["verify", text], ["sign", text], [text], ["sign", "--" + text],
                ["verify", "a.wasm", "--sig", text], ["verify", "a.wasm", "--trust-root", text], ["keygen", text],
                ["key", "show", text], ["key", "import", text, "--label", "x"], ["trust", "add", text],
                ["trust", "remove", text], ["sign", "a.wasm", "--out=" + text], ["inspect", text],
                ["install", text, "--registry", text, "--dest", "d"], ["list", "--registry", text],
                ["key", "import", "x", "--label=" + text], ["key", "rotate", text, "--label", "x"],
            ] {
                for format in [[], ["--json"]] {
                    let result = try await kit.run(arguments + format)
                    let shown = result.output + result.errors
                    expect(result.status != 0)
                    for secret in secrets { expect(!shown.contains(secret), "\(arguments[0]): \(shown)") }
                }
            }
            let result = try await kit.with("PDK_KEY_FILE", text).run("sign", "a.wasm")
            for secret in secrets { expect(!(result.output + result.errors).contains(secret)) }
        }
    }

    /// Every second key has a slash in its base64.
    @Test(arguments: ["tKwYQA3u2rGfM1a5doE/Mzei4ER3zH8me61CEvujaRI=", "x/y", "/x"])
    func aKeysTextMayContainSlashes(text: String) async throws {
        let root = Scratch.path("root"), isKey = text.count == 44
        try Disk.makeFolder(root)
        let words = ["trust", "add", text, "--label", "other", "--trust-root", root]
        if isKey {
            try await kit.done(words)
            expect(try Disk.text(root + "/other.pub").hasPrefix(text))
        } else {
            expect(try await kit.run(words).errors.contains("'\(text)' is neither a file nor"))
            expect(!Disk.exists(root + "/other.pub"))
        }
    }
}
