import Contract
import Foundation
import JourneySupport
import TestSupport
import Testing

/// Ways into a registry for what others have made: packed plugins, a vendor's files, and whole registries.
@Suite(.scratchFolder)
struct MirrorTests {
    let kit = Kit()

    private var key: String { kit.keysFolder + "/mykey.pub" }
    /// Somebody who has neither keys nor trust.
    private var stranger: Kit {
        var kit = kit
        kit.home = Scratch.path("stranger")
        return kit
    }

    private func packed() async throws -> (plugin: Kit, file: String) {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        try await plugin.done("pack")
        return (plugin, plugin.folder + "/dist/guard-0.1.0.tar.gz")
    }

    @Test func aPackedPluginIsPublished() async throws {
        let (plugin, file) = try await packed()
        let published = try await kit.run("publish", file, "registry")
        expect(published.status == 0, "\(published.transcript)")
        expect(published.output.contains("published guard v0.1.0") && published.output.contains("by 'mykey'"))
        expect(published.errors.contains("not checked: the build record and the plugin's cases"))
        let installed = try await kit.document(
            "install", "guard", "--registry", "registry", "--dest", "plugins", "--trust-root", kit.keysFolder)
        expect(installed["verified"] == .bool(true))
        expect(try Scratch.read("plugins/guard.wasm") == Disk.read(plugin.folder + "/dist/guard.wasm"))
        // The module says what a packed manifest does not: they are one release, however they came in.
        let again = try await kit.document("publish", file, "registry", "--skip-existing")
        expect(again["already_published"] == .bool(true))
        expect(try await kit.refusal("publish", file, "registry").code == "already-published")
        expect(
            try await plugin.document("publish", "../registry", "--skip-existing")["already_published"] == .bool(true))
        // With the registry of the configuration; told by its contents and not by its name.
        try Disk.copy(file, to: Scratch.path("download (1)"))
        try await kit.done("config", "set", "registry", "elsewhere")
        try await kit.done("publish", "download (1)")
        expect(Scratch.exists("elsewhere/index.json"))
        let dry = try await kit.document("publish", file, "third", "--create", "--dry-run")
        expect(dry["dry_run"] == .bool(true) && !Scratch.exists("third/index.json"))
    }

    @Test func whatCannotBeVerifiedIsNotPublished() async throws {
        let (plugin, file) = try await packed()
        let unknown = try await stranger.refusal("publish", file, "registry")
        expect(
            unknown.code == "signature-invalid" && unknown.message.contains("no key to check it with"), "\(unknown)")
        expect(unknown.help.contains("--public-key"))
        try await kit.done("keygen", "other")
        let wrong = try await kit.refusal(
            "publish", file, "registry", "--public-key", kit.keysFolder + "/other.pub")
        expect(wrong.code == "signature-invalid" && wrong.message.contains("'other'"), "\(wrong)")
        try Disk.write(Scratch.path("trust/acme.pub"), try Disk.read(kit.keysFolder + "/other.pub"))
        expect(
            try await stranger.refusal("publish", file, "registry", "--trust-root", "trust").code == "signature-invalid"
        )
        expect(try await kit.refusal("publish", file, "registry", "--public-key", file).code != "")
        expect(try await kit.refusal("publish", "gone.tar.gz", "registry").code == "artifact-unavailable")
        expect(try await kit.refusal("publish", plugin.folder + "/plugin.yaml", "registry").code == "pack-malformed")
        var bytes = try Disk.read(file)
        bytes[bytes.count / 2] ^= 1
        try Disk.write(Scratch.path("damaged.tar.gz"), bytes)
        expect(try await kit.refusal("publish", "damaged.tar.gz", "registry").code == "pack-malformed")
        // One that nobody has signed.
        try Disk.remove(plugin.folder + "/dist/guard.sig")
        try await plugin.done("pack")
        expect(try await kit.refusal("publish", file, "registry").code == "no-signature")
        expect(!Scratch.exists("registry/index.json"))
        for words in [["publish", "a", "b", "c"], ["publish", file, "r", "--public-key", ""]] {
            expect(try await kit.run(words).status == 2)
        }
    }

    @Test func aVendorsFilesArePublished() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit), dist = plugin.folder + "/dist"
        let files = ["--wasm", dist + "/guard.wasm", "--sig", dist + "/guard.sig", "--public-key", key]
        func publish(_ manifest: String, _ more: String...) async throws -> Program.Result {
            try await stranger.run(["publish"] + files + ["--manifest", manifest, "--json"] + more)
        }
        let first = try await publish(plugin.folder + "/plugin.yaml", "registry")
        expect(first.status == 0, "\(first.transcript)")
        expect(try JSONValue.parse(first.output)["signer"]?.string == "mykey")
        let verified = try await kit.run("registry", "verify", "registry", "--trust-root", kit.keysFolder)
        expect(verified.status == 0, "\(verified.transcript)")
        // The installed manifest is the same release.
        try await kit.done("install", "guard", "--registry", "registry", "--dest", "plugins")
        let second = try await publish(Scratch.path("plugins/guard.json"), "registry", "--skip-existing")
        expect(second.status == 0, "\(second.transcript)")
        // A manifest that the signed module contradicts, and ones that are none.
        for (name, text, code) in [
            ("other.yaml", "name: guard\nversion: 9.9.9\nhooks:\n  - pre_query\n", "release-mismatch"),
            ("mute.json", #"{"name": "guard", "version": "0.1.0", "hooks": []}"#, "release-mismatch"),
            ("bad.json", #"{"name": "guard", "version": 1, "hooks": []}"#, "invalid-manifest"),
            ("none.yaml", "hooks: []\n", "invalid-manifest"),
        ] {
            try Scratch.write(name, text)
            let refused = try await publish(Scratch.path(name), "second", "--create")
            expect(try JSONValue.parse(refused.output)["error"]?["code"]?.string == code, "\(refused.transcript)")
        }
        try Scratch.write("bad.sig", "garbage")
        let garbage = try await stranger.refusal(
            "publish", "--wasm", dist + "/guard.wasm", "--sig", "bad.sig", "--manifest", plugin.folder + "/plugin.yaml",
            "--public-key", key, "second", "--create")
        expect(garbage.code == "malformed-signature")
        expect(!Scratch.exists("second/index.json"))
        for words in [
            ["--wasm", "x", "r"], ["--wasm", "x", "--sig", "y", "r"], ["--public-key", key, "r"],
            ["--wasm", "x", "--sig", "y", "--manifest", "z", "a", "b"],
        ] {
            let result = try await stranger.run(["publish"] + words)
            expect(result.status == 2, "\(result.transcript)")
        }
    }

    /// A host verifies the module itself: so does minisign's older form, and its newer one is refused by its name.
    @Test func aVendorsMinisignSignatureIsTakenWhereHostsCanVerifyIt() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        let made = try await Program("sh").run([
            "-ec",
            """
            cp "$1/dist/guard.wasm" .
            minisign -G -W -p m.pub -s m.key
            minisign -S -s m.key -m guard.wasm
            minisign -S -l -s m.key -m guard.wasm -x legacy.minisig
            """, "sh", plugin.folder,
        ])
        try #require(made.status == 0, "\(made.transcript)")
        let files = ["--wasm", "guard.wasm", "--manifest", plugin.folder + "/plugin.yaml", "--public-key", "m.pub"]
        func publish(_ signature: String) async throws -> Program.Result {
            try await kit.run(["publish"] + files + ["--sig", signature, "registry", "--json"])
        }
        func refusal(_ signature: String) async throws -> (code: String, message: String, help: String) {
            let error = try JSONValue.parse(await publish(signature).output)["error"]
            return (error?["code"]?.string ?? "", error?["message"]?.string ?? "", error?["help"]?.string ?? "")
        }
        let hashed = try await refusal("guard.wasm.minisig")
        expect(hashed.code == "malformed-signature" && hashed.message.contains("minisign's, over a hash"), "\(hashed)")
        expect(hashed.help.contains("pdk sign"), "\(hashed)")
        let text = try Scratch.text("legacy.minisig").split(separator: "\n")
        try Scratch.write("signify.sig", text[..<2].joined(separator: "\n") + "\n")
        let signify = try await refusal("signify.sig")
        expect(signify.code == "malformed-signature" && signify.message.contains("signify"), "\(signify)")
        expect(!Scratch.exists("registry/index.json"))
        let done = try await publish("legacy.minisig")
        expect(done.status == 0, "\(done.transcript)")
        try await kit.done("trust", "add", "m.pub", "--label", "mini")
        try await kit.done("install", "guard", "--registry", "registry", "--dest", "plugins")
    }

    /// The rules that need no source look at what others have made, too.
    @Test func theGatesLookAtForeignModules() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        try Scratch.write("m.yaml", "name: empty\nversion: 1.0.0\nhooks:\n  - pre_query\n")
        try Disk.write(Scratch.path("empty.wasm"), [0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00])
        try await kit.done("sign", "empty.wasm")
        let refused = try await kit.refusal(
            "publish", "--wasm", "empty.wasm", "--sig", "empty.sig", "--manifest", "m.yaml", "registry")
        expect(refused.code == "check-failed", "\(refused)")
        let without = try await plugin.with("PDK_WASMTIME", "/nowhere.so").run(
            "publish", "--wasm", "dist/guard.wasm", "--sig", "dist/guard.sig", "--manifest", "plugin.yaml",
            "../registry")
        expect(without.status == 1 && without.errors.contains("--no-engine"), "\(without.transcript)")
    }

    // MARK: Mirrors

    private func release(_ version: String, of plugin: Kit, to registry: String) async throws {
        try plugin.setVersion(version)
        try await plugin.done("sign", "--no-build-check")
        try await plugin.done("publish", "--no-test", "--no-build-check", "--no-engine", registry)
    }

    private func source() async throws -> (plugin: Kit, registry: String) {
        let plugin = try await Workshop.shared.copyOfGuard(kit).with("PDK_WASMTIME", "/nowhere.so")
        let registry = Scratch.path("source")
        for version in ["0.1.0", "0.2.0", "0.3.0"] { try await release(version, of: plugin, to: registry) }
        try await kit.done("yank", "guard", "0.3.0", "--registry", registry, "--reason", "bad \u{1B}[31m")
        return (plugin, registry)
    }

    @Test func aRegistryIsMirrored() async throws {
        let (plugin, source) = try await source()
        let dry = try await kit.run("mirror", "source", "copies", "--dry-run")
        expect(dry.status == 0 && dry.output.contains("3 to copy") && !Scratch.exists("copies"), "\(dry.transcript)")
        // Nobody means the registry that is copied by a name beside it.
        expect(try await kit.run("mirror", "source", "source2").status == 0)
        let first = try await kit.run("mirror", "source", "copies", "--trust-root", kit.keysFolder)
        expect(first.status == 0 && first.errors.isEmpty, "\(first.transcript)")
        expect(
            first.output.contains("copied guard v0.3.0 (withdrawn: bad \\u{1b}[31m)  signature: verified by 'mykey'"))
        expect(first.output.hasSuffix("3 copied, 0 already there, 0 refused\n"))
        let index = try JSONValue.parse(try Scratch.text("copies/index.json"))
        let original = try JSONValue.parse(try Disk.text(source + "/index.json"))
        expect(index["plugins"] == original["plugins"] && index["yanked"] == original["yanked"])
        expect(try Disk.tree(Scratch.path("copies/artifacts")) == Disk.tree(source + "/artifacts"))
        expect(try Disk.text(Scratch.path("copies/plugins/gu/ar/guard.json")).contains("0.2.0"))
        try await kit.done("registry", "verify", "copies", "--trust-root", kit.keysFolder)

        // Again: nothing happens. Then what is new, and what was withdrawn meanwhile.
        let before = try Disk.tree(Scratch.path("copies"))
        let second = try await kit.document("mirror", "source", "copies")
        expect(second["present"] == .number("3") && second["copied"] == .number("0"))
        expect(try Disk.tree(Scratch.path("copies")) == before)
        try await release("0.4.0", of: plugin, to: source)
        try await kit.done("yank", "guard", "0.1.0", "--registry", source, "--reason", "old")
        try await kit.done("yank", "guard", "0.3.0", "--registry", source, "--undo")
        let third = try await kit.run("mirror", "source", "copies", "guard")
        expect(third.status == 0, "\(third.transcript)")
        expect(third.output.contains("withdrew guard v0.1.0 (old)") && third.output.contains("copied guard v0.4.0\n"))
        // Who runs a mirror may have had reasons of their own.
        expect(third.output.contains("guard v0.3.0: it stays withdrawn in "))
        expect(third.errors.contains("signatures of 1 of the releases were not checked: there is no trust root"))
        let offered = try await kit.document("info", "guard", "--registry", "copies")
        expect(offered["newest"]?.string == "0.4.0")
    }

    @Test func aDifferentReleaseIsNeverOverwritten() async throws {
        let (_, source) = try await source()
        // Another plugin of the same name and version, by another publisher.
        var other = kit
        other.home = Scratch.path("other home")
        other.folder = Scratch.path("elsewhere")
        try Disk.makeFolder(other.folder)
        let plugin = try await Workshop.shared.copyOfGuard(other).with("PDK_WASMTIME", "/nowhere.so")
        try await release("0.2.0", of: plugin, to: Scratch.path("copies"))
        let before = try Scratch.read("copies/artifacts/guard/0.2.0/guard.wasm")
        let result = try await kit.run("mirror", "source", "copies")
        expect(result.status == 1, "\(result.transcript)")
        expect(result.output.contains("refused guard v0.2.0: ") && result.output.contains("must not change"))
        // The others are there.
        expect(result.output.hasSuffix("2 copied, 0 already there, 1 refused\n"), "\(result.transcript)")
        expect(try Scratch.read("copies/artifacts/guard/0.2.0/guard.wasm") == before)
        // A copy that was changed since is not called the same.
        try await kit.done("mirror", source, "fresh", "--create")
        try Disk.write(Scratch.path("fresh/artifacts/guard/0.1.0/guard.wasm"), [0, 0x61, 0x73, 0x6D])
        let damaged = try await kit.run("mirror", source, "fresh")
        expect(damaged.status == 1 && damaged.output.contains("was changed: its sha256 is"), "\(damaged.transcript)")
    }

    @Test func whatDoesNotVerifyIsNotCopied() async throws {
        let (_, source) = try await source()
        try await kit.done("keygen", "stranger")
        try Disk.write(Scratch.path("strangers/x.pub"), try Disk.read(kit.keysFolder + "/stranger.pub"))
        let unknown = try await kit.run("mirror", "source", "one", "--create", "--trust-root", "strangers")
        expect(unknown.status == 1 && unknown.output.contains("3 refused"), "\(unknown.transcript)")
        expect(!Scratch.exists("one/index.json"))
        // One's own trust root is for what one installs: a mirror may hold more, and says so.
        let own = kit.with("PDK_HOME", Scratch.path("own"))
        try await own.done("trust", "add", kit.keysFolder + "/stranger.pub")
        let wider = try await own.run("mirror", "source", "wider", "--create")
        expect(
            wider.status == 0 && wider.errors.contains("no key of the trust root signed them"), "\(wider.transcript)")
        let required = try await kit.run(
            "mirror", "source", "two", "--create", "--trust-root", "strangers", "--require-signature")
        expect(required.status == 1 && required.output.contains("3 refused"), "\(required.transcript)")
        expect(!Scratch.exists("two/index.json"))
        // A signature of a key that is known, over other bytes.
        try Disk.edit(source + "/index.json", "\"version\": \"0.2.0\"", "\"version\": \"0.2.1\"")
        let renamed = try await kit.run("mirror", "source", "three", "--create", "--trust-root", kit.keysFolder)
        expect(renamed.status == 1 && renamed.output.contains("release mismatch"), "\(renamed.transcript)")
        try Disk.write(source + "/artifacts/guard/0.1.0/guard.wasm", [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0])
        try Disk.remove(source + "/artifacts/guard/0.3.0/guard.wasm")
        let broken = try await kit.run("mirror", "source", "four", "--create")
        expect(broken.status == 1 && broken.output.contains("0 copied") && broken.output.contains("3 refused"))
        expect(broken.output.contains("sha256 mismatch") && broken.output.contains("no such file"))
        expect(!Scratch.exists("four/index.json") && !Scratch.exists("four/artifacts"))
        expect(try await kit.refusal("mirror", "source", "four", "nope").code == "no-plugin")
        expect(try await kit.refusal("mirror", "source", "source").code == "not-a-registry")
        expect(try await kit.refusal("mirror", "source", "https://127.0.0.1:1/x").code == "registry-on-the-web")
        expect(try await kit.refusal("mirror", "nowhere", "four").code == "index-unavailable")
        expect(try await kit.run("mirror", "source").status == 2)
    }

    @Test func aWebRegistryIsMirrored() async throws {
        let (_, source) = try await source()
        try await WebServer.serving(source) { server in
            let kit = kit.with("SSL_CERT_FILE", server.certificate)
            let mirrored = try await kit.run("mirror", server.address, "copies", "--trust-root", kit.keysFolder)
            expect(mirrored.status == 0, "\(mirrored.transcript)")
            expect(mirrored.output.hasSuffix("3 copied, 0 already there, 0 refused\n"), "\(mirrored.transcript)")
            // What is there is not fetched again.
            let asked = try await server.requests {
                try await kit.done("mirror", server.address, "copies")
            }
            expect(asked == ["304 /index.json", "404 /advisories/index.json"])
            // A module of another server wants the operator's word, and a signature.
            try Disk.edit(
                source + "/index.json", "\"artifacts/guard/0.1.0", "\"https://localhost:1/artifacts/guard/0.1.0")
            let foreign = try await kit.run("mirror", server.address, "others", "--create")
            expect(foreign.status == 1 && foreign.output.contains("not on the server of its index"))
        }
        expect(try Disk.tree(Scratch.path("copies/artifacts")) == Disk.tree(source + "/artifacts"))
    }

    /// Runs a mirror in `folder` that gets a signal while it copies the second module; its exit status.
    private func mirror(_ source: String, to target: String, _ signal: Int32, trapping: String = "") async throws -> Int
    {
        func staged() throws -> [String] {
            guard Scratch.exists(target) else { return [] }
            return try Disk.names(Scratch.path(target)).filter { $0.hasPrefix(".pdk-publish-") }
        }
        // Stopped where it opens the module, and slow to read it, so that the signal comes while it is copied.
        let mirror = try kit.tool("/usr/bin/strace").start([
            "-f", "-qq", "-o", "/dev/null", "-P", source + "/artifacts/guard/0.2.0/guard.wasm", "-e",
            "trace=openat,read", "-e", "inject=openat:signal=STOP:when=1", "-e", "inject=read:delay_enter=5000000",
            "/bin/sh", "-c", "\(trapping) echo $$ > pid; exec \"$1\" mirror source \"$2\" --create --json > report",
            "sh", kit.program, target,
        ])
        while mirror.isRunning, try staged().count < 2 { try await Task.sleep(for: .milliseconds(50)) }
        let process = try #require(pid_t(Scratch.text("pid").filter(\.isNumber)))
        kill(process, signal)
        while mirror.isRunning {
            kill(process, SIGCONT)
            try await Task.sleep(for: .milliseconds(50))
        }
        return mirror.wait()
    }

    /// Ctrl-C keeps the releases that are whole, and leaves nothing of the one that was being copied.
    @Test func aMirrorThatIsInterruptedClearsUp() async throws {
        let (_, source) = try await source()
        // The end of a terminal ends nothing that `nohup` has started.
        expect(try await mirror(source, to: "kept", SIGHUP, trapping: "trap '' HUP;") == 0)
        expect(try Disk.tree(Scratch.path("kept/artifacts")) == Disk.tree(source + "/artifacts"))
        expect(try await mirror(source, to: "copies", SIGINT) == 130)
        expect(try JSONValue.parse(Scratch.text("report"))["error"]?["code"]?.string == "interrupted")
        expect(try Disk.names(Scratch.path("copies")).filter { $0.hasPrefix(".pdk") } == [])
        // Several are copied at once: the others may be whole by then.
        let place = "copies/artifacts/guard", copied = Scratch.exists(place) ? try Disk.names(Scratch.path(place)) : []
        expect(Set(copied).isSubset(of: ["0.1.0", "0.3.0"]), "\(copied)")
        if !copied.isEmpty { try await kit.done("registry", "verify", "copies", "--trust-root", kit.keysFolder) }
        let rest = "\(3 - copied.count) copied, \(copied.count) already there"
        expect(try await kit.done("mirror", "source", "copies", "--create").contains(rest))
        expect(try Disk.tree(Scratch.path("copies/artifacts")) == Disk.tree(source + "/artifacts"))
    }

    /// Killed at any moment, the same command goes on, and readers see whole releases only.
    @Test func aMirrorThatIsKilledGoesOn() async throws {
        _ = try await source()
        for round in 0..<6 {
            let target = "copies \(round)", calls = round < 3 ? "renameat,renameat2" : "fsync"
            let killed = try kit.tool("/usr/bin/strace").start([
                "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(calls)",
                "-e", "inject=\(calls):signal=KILL:when=\(round % 3 + 1)", kit.program, "mirror", "source",
                target,
                "--create",
            ])
            expect(killed.wait() == -9, "\(round)")
            if Scratch.exists(target + "/index.json") {
                try await kit.done("registry", "verify", target, "--trust-root", kit.keysFolder)
            }
            let done = try await kit.run("mirror", "source", target, "--create")
            expect(done.status == 0, "\(round): \(done.transcript)")
            try await kit.done("registry", "verify", target, "--trust-root", kit.keysFolder)
            expect(
                try Disk.tree(Scratch.path(target + "/artifacts")) == Disk.tree(Scratch.path("source/artifacts")))
            let hidden = try Disk.names(Scratch.path(target)).filter { $0.hasPrefix(".pdk") }
            expect(hidden.isEmpty, "\(round): \(hidden)")
        }
    }
}
