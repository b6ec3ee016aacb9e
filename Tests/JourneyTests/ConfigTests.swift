import Contract
import Foundation
import JourneySupport
import TestSupport
import Testing

/// `pdk config`: what it keeps, how it keeps it, and which commands go by it.
@Suite(.scratchFolder)
struct ConfigTests {
    let kit = Kit()

    private var path: String { kit.home + "/.config/pdk/config.yaml" }

    @Test func aSettingComesAndGoes() async throws {
        expect(try await kit.done("config", "path") == path + "\n")
        expect(try await kit.document("config", "list")["exists"] == .bool(false))
        expect(try await kit.refusal("config", "get", "registry").code == "not-set")
        let set = try await kit.run("config", "set", "registry", "../the registry")
        expect(set.status == 0, "\(set.transcript)")
        let place = (kit.folder as NSString).deletingLastPathComponent + "/the registry"
        // Relative to the folder where it was typed, and said.
        expect(set.output == "registry = \(place)\n  in \(path)\n", "\(set.transcript)")
        expect(set.errors == "warning: there is no registry in \(place) yet\n")
        expect(try Disk.text(path) == "registry: '\(place)'\n")
        expect(try Disk.mode(path) == 0o600)
        expect(try await kit.done("config", "get", "registry") == place + "\n")
        let again = try await kit.document("config", "set", "registry", "https://example.org/r")
        expect(again["previous"]?.string == place && again["value"]?.string == "https://example.org/r")
        expect(try await kit.done("config", "list") == "registry = https://example.org/r\n")
        let listed = try await kit.document("config", "list")
        expect(listed["settings"]?["registry"]?.string == "https://example.org/r")
        expect(listed["settings"]?["key"] == .null && listed["settings"]?["trusted_folders"]?.elements == [])
        try await kit.done("config", "unset", "registry")
        expect(try Disk.text(path) == "")
        expect(try await kit.refusal("config", "unset", "registry").code == "not-set")
        expect(try await kit.done("config", "list") == "")
    }

    @Test func commentsAndOrderStay() async throws {
        let before = """
            # Mine.
            key: beta   # the work key

            trusted_folders:   # of colleagues
              - /a/one # first
              # about two
              - '/a/two'
            # The registry.
            registry: "/old # place"  # until May

            """
        try Disk.write(path, before)
        try Disk.setMode(path, 0o640)
        try await kit.done("config", "set", "registry", "/new")
        try await kit.done("config", "set", "trusted_folders", "/a/three", "--add")
        try await kit.done("config", "unset", "trusted_folders", "/a/one")
        try await kit.done("config", "set", "trust_root", "/trust")
        try await kit.done("config", "set", "key", "alpha")
        expect(
            try Disk.text(path) == """
                # Mine.
                key: alpha   # the work key

                trusted_folders:   # of colleagues
                  # about two
                  - '/a/two'
                  - /a/three
                # The registry.
                registry: /new  # until May
                trust_root: /trust

                """)
        expect(try Disk.mode(path) == 0o640)
        expect(try await kit.done("config", "get", "trusted_folders") == "/a/two\n/a/three\n")
        try await kit.done("config", "unset", "trusted_folders")
        try await kit.done("config", "set", "trusted_folders", "/x")
        expect(try await kit.done("config", "get", "trusted_folders") == "/x\n")
    }

    @Test(arguments: [
        "/plain", "/with blank", "/it's", "/a: b", "/a #b", "/tilde~", "/ünïcode", "/e\u{301}", "/- x", "/[x]", "/end:",
        "/\"q\"", "/\\back", "/%41", "/{{x}}",
    ])
    func everyPathComesBack(text: String) async throws {
        try await kit.done("config", "set", "registry", text)
        let read = try await kit.done("config", "get", "registry")
        expect(Array(read.utf8) == Array((text + "\n").utf8))
        try await kit.done("config", "set", "trusted_folders", text, "/other")
        expect(try await kit.done("config", "get", "trusted_folders") == text + "\n/other\n")
    }

    /// What cannot be changed line by line, or is not this user's to say, is left alone.
    @Test func aFileThatCannotBeChangedIsLeftAlone() async throws {
        for text in ["{key: a}\n", "key: a\nunknown: b\n", "key: [\n", "- key\n"] {
            try Disk.write(path, text)
            let refusal = try await kit.refusal("config", "set", "registry", "/r")
            expect(refusal.code == "invalid-configuration", "\(text) \(refusal)")
            expect(try Disk.text(path) == text)
        }
        try Disk.write(path, "key: a\n")
        try Disk.setMode(path, 0o666)
        for words in [["list"], ["get", "key"], ["set", "key", "b"]] {
            let result = try await kit.run(["config"] + words)
            expect(result.status == 1 && result.errors.contains("world-writable"), "\(result.transcript)")
        }
        try Disk.setMode(path, 0o644)
        try await kit.done("config", "get", "key")
        for (words, message) in [
            (["set", "colour", "x"], "choose key, registry, trust_root, trusted_folders"),
            (["set", "registry", ""], "a value"), (["set", "registry"], "a value"),
            (["set", "registry", "a", "b"], "one value"), (["set", "key", "a", "--add"], "--add"),
            (["set", "registry", "ftp://x/y"], "not an address"), (["set", "trust_root", "a\nb"], "control"),
        ] {
            let result = try await kit.run(["config"] + words)
            expect(result.status == 2 && result.errors.contains(message), "\(result.transcript)")
        }
        expect(try await kit.refusal("config", "set", "key", "../x").code == "invalid-label")
        expect(try Disk.text(path) == "key: a\n")
        // A link is followed, and stays one.
        try Scratch.write("dotfiles", "key: c\n")
        try Disk.remove(path)
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: Scratch.path("dotfiles"))
        try await kit.done("config", "set", "key", "mine")
        expect(try Scratch.text("dotfiles") == "key: mine\n")
        expect(try FileManager.default.destinationOfSymbolicLink(atPath: path) == Scratch.path("dotfiles"))
    }

    @Test func commandsGoByIt() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        for words in [
            ["list"], ["install", "guard", "--dest", "p"], ["yank", "guard", "0.1.0", "--reason", "x"],
            ["registry", "verify"], ["registry", "gc"],
        ] {
            let result = try await kit.run(words)
            expect(
                result.status == 2 && result.errors.contains("pdk config set registry PLACE sets a default"),
                "\(result.transcript)")
        }
        for words in [["publish"], ["release"]] {
            let result = try await plugin.run(words)
            expect(result.status == 2 && result.errors.contains("missing argument 'REGISTRY'"), "\(result.transcript)")
        }
        try await kit.done("config", "set", "registry", "registry")
        // Before there is one, a check says that it was not looked at.
        let early = try await plugin.run("check")
        expect(early.errors.contains("the registry in pdk config was not checked"), "\(early.transcript)")
        let published = try await plugin.run("publish")
        expect(published.status == 0, "\(published.transcript)")
        expect(published.errors.contains("registry ../registry (pdk config)"), "\(published.transcript)")
        expect(try await kit.done("list").contains("guard"))
        let check = try await plugin.run("check")
        expect(!check.errors.contains("not looked at") && check.status == 0, "\(check.transcript)")
        // The trust root of the configuration, in place of one's own, and not where another is named.
        try await kit.done("keygen", "other")
        try Disk.write(Scratch.path("trust/mykey.pub"), try Disk.read(kit.keysFolder + "/mykey.pub"))
        try Disk.write(Scratch.path("strangers/other.pub"), try Disk.read(kit.keysFolder + "/other.pub"))
        try await kit.done("config", "set", "trust_root", "trust")
        let installed = try await kit.document("install", "guard", "--dest", "plugins")
        expect(installed["verified"] == .bool(true) && installed["signer"]?.string == "mykey")
        expect(
            try await kit.refusal("install", "guard", "--dest", "p2", "--trust-root", "strangers").code
                == "signature-invalid")
        try await kit.done("config", "set", "trust_root", "strangers")
        expect(try await kit.refusal("verify", "plugins/guard.wasm").code == "signature-invalid")
        expect(try await kit.document("trust", "list")["keys"]?.elements.first?["label"]?.string == "other")
        let unchecked = try await kit.document("verify", "plugins/guard.wasm", "--no-trust-root")
        expect(unchecked["verified"] == .bool(false))
        try await kit.done("yank", "guard", "0.1.0", "--reason", "test")
        try await kit.done("registry", "verify", "--no-trust-root")
        // One that is not there is an error, and not the same as none.
        try await kit.done("config", "set", "trust_root", "nowhere")
        expect(try await kit.refusal("verify", "plugins/guard.wasm").code == "trust-root-invalid")
        // Written by hand, a path is relative to the file; `~` is the shell's.
        try Disk.write(path, "registry: ../../../registry\n")
        expect(try await kit.done("list").contains("guard"))
        try Disk.write(path, "registry: ~/registry\n")
        expect(try await kit.refusal("list").code == "invalid-configuration")
    }

    @Test func aLongTextIsCutInAnErrorAndKeptOutOfTheFile() async throws {
        let long = String(repeating: "x", count: 100_000)
        for words in [
            ["config", "set", "registry", long], ["list", "--registry", long], ["list", "--dest", long],
            ["uninstall", long, "--dest", "."], ["trust", "remove", long], ["key", "show", long],
        ] {
            for format in [[], ["--json"]] {
                let result = try await kit.run(words + format)
                expect(result.status == 1 || result.status == 2)
                expect((result.output + result.errors).utf8.count < 2000, "\(words[0])")
            }
        }
        expect(!Disk.exists(path))
        let most = "https://example.org/" + String(repeating: "x", count: 4076)
        expect(try await kit.run("config", "set", "registry", most).status == 0)
        expect(try await kit.done("config", "get", "registry") == most + "\n")
    }

    @Test func aPasswordIsNotShown() async throws {
        let address = "https://ada:secret@example.org/r"
        for format in [[], ["--json"]] {
            // No command would take it: it is refused where it is set, and hidden where somebody has written it.
            let set = try await kit.run(["config", "set", "registry", address] + format)
            expect(set.status == 2 && !(set.output + set.errors).contains("secret"), "\(set.transcript)")
            expect((set.output + set.errors).contains("~/.netrc"), "\(set.transcript)")
            expect(try await kit.run(["config", "set", "registry", "https://example.org/r"] + format).status == 0)
            try Disk.write(path, "registry: \(address)\n")
            let listed = try await kit.done(["config", "list"] + format)
            expect(!listed.contains("secret") && listed.contains("ada:…@example.org/r"))
            let refused = try await kit.run(["list", "--dest", address] + format)
            expect(refused.status == 1 && !(refused.output + refused.errors).contains("secret"))
        }
        expect(try await kit.done("config", "get", "registry") == address + "\n")
    }

    @Test func aFileThatIsTooLargeOrNoTextIsRefusedWithItsName() async throws {
        for bytes in [
            Array("#".utf8) + [UInt8](repeating: 0x78, count: 70_000), Array("registry: ".utf8) + [0xFF, 0x0A],
        ] {
            try Disk.write(path, bytes)
            let refused = try await kit.refusal("config", "list")
            expect(refused.code == "invalid-configuration" && refused.message.contains(path), "\(refused)")
            expect(!refused.help.isEmpty)
        }
        try Disk.write(path, "registry: /r\n")
        expect(try await kit.done("config", "list") == "registry = /r\n")
    }
}
