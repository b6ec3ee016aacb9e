import Contract
import Foundation
import JourneySupport
import TestSupport
import Testing

/// Links in plugins' folders and registries, limits of a process, and values at the end of their range.
@Suite(.scratchFolder)
struct LinkAndLimitTests {
    private let kit = Kit()
    private var registry: String { Scratch.path("registry") }

    private func published() async throws -> Kit {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        try await plugin.done("publish", "--no-test", "--no-build-check", registry, "--create")
        return plugin
    }

    /// A plugin's folder may be a stranger's: what its README points to is not the publisher's to give away.
    @Test func whatALinkLeadsToIsNotPublished() async throws {
        try Disk.write(Scratch.path("secret"), "very secret\n")
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        for name in ["README.md", "CHANGELOG.md"] {
            if Disk.exists(plugin.folder + "/" + name) { try Disk.remove(plugin.folder + "/" + name) }
            try Disk.link(plugin.folder + "/" + name, to: Scratch.path("secret"))
        }
        let publish = try await plugin.run("publish", "--no-test", "--no-build-check", registry, "--create")
        expect(
            publish.status == 0 && publish.errors.contains("README.md is not published with the release: it is a link"),
            "\(publish.transcript)")
        let folder = registry + "/artifacts/guard/0.1.0"
        expect(try !Disk.names(folder).contains { $0.hasSuffix(".md") } && Disk.exists(folder + "/guard.wasm"))
        // Nor is it in a registry that somebody else keeps.
        try Disk.link(folder + "/CHANGELOG.md", to: Scratch.path("secret"))
        try Disk.link(folder + "/README.md", to: "../../../../secret")
        let info = try await kit.run("info", "guard", "--registry", registry)
        expect(info.status == 0 && !info.output.contains("very secret"), "\(info.transcript)")
        try await kit.done("site", registry, Scratch.path("site"))
        try await kit.done("mirror", registry, Scratch.path("copy"), "--create")
        for (path, bytes) in try Disk.tree(Scratch.path("site")) {
            expect(!String(decoding: bytes, as: UTF8.self).contains("very secret"), "\(path)")
        }
        expect(try !Disk.names(Scratch.path("copy/artifacts/guard/0.1.0")).contains("README.md"))
    }

    /// A folder that was moved to a larger disk is still the release's.
    @Test func whatEntriesReachThroughALinkIsKept() async throws {
        _ = try await published()
        try Disk.makeFolder(Scratch.path("big"))
        _ = try await Program("mv").run([registry + "/artifacts/guard", Scratch.path("big/guard")])
        try Disk.link(registry + "/artifacts/guard", to: "../../big/guard")
        try Disk.write(registry + "/artifacts/gone/1.0.0/gone.wasm", "left")
        let removed = try await kit.document("registry", "gc", registry, "--apply")
        expect(removed["paths"]?.texts == ["artifacts/gone/1.0.0/gone.wasm"], "\(removed.compactText)")
        try await kit.done("install", "guard", "--registry", registry, "--dest", Scratch.path("plugins"))
        // At the top nobody can publish through a link, so it is a fault.
        _ = try await Program("mv").run([registry + "/artifacts", Scratch.path("elsewhere")])
        try Disk.link(registry + "/artifacts", to: Scratch.path("elsewhere"))
        let found = try await kit.run("registry", "verify", registry)
        expect(found.status == 1 && found.output.contains("artifacts: it is a link"), "\(found.transcript)")
    }

    /// More plugins than a process may have open files.
    @Test func aRegistryOfManyPluginsIsSigned() async throws {
        try await kit.done("keygen", "keeper")
        let fake = FakeRegistry("many")
        try await fake.write((0..<150).map { "plugin-\($0) 1.0.0" }, key: nil)
        let limited = Program("bash", environment: ["HOME": kit.home])
        func run(_ words: String...) async throws -> Program.Result {
            try await limited.run(["-c", "ulimit -n 64; exec \"$0\" \"$@\"", kit.program] + words)
        }
        let signed = try await run("registry", "sign", fake.path, "--key", "keeper")
        expect(signed.status == 0, "\(signed.transcript)")
        try await kit.verify(fake.path, versions: 150)
        expect(try Disk.names(fake.path).filter { $0.hasSuffix(".tmp") }.isEmpty)
    }

    /// A serial that cannot be counted on stops writers with a word, and no reader.
    @Test(arguments: ["9223372036854775807", "99999999999999999999", "-1", "1.5", "\"7\"", "[]"])
    func aSerialAtTheEndIsSaid(serial: String) async throws {
        let plugin = try await published()
        let index = registry + "/index.json"
        let text = try Disk.text(index)
        let old = try #require(text.firstRange(of: #/"serial": \d+/#))
        try Disk.write(index, text.replacingCharacters(in: old, with: "\"serial\": \(serial)"))
        try await kit.done("install", "guard", "--registry", registry, "--dest", Scratch.path("plugins"))
        try await kit.done("keygen", "keeper")
        let before = try Disk.tree(registry)
        for command in [
            ["yank", "guard", "0.1.0", "--registry", registry, "--reason", "x"],
            ["registry", "sign", registry, "--key", "keeper"], ["registry", "gc", registry, "--apply"],
        ] {
            let refusal = try await kit.refusal(command)
            expect(refusal.code == "index-malformed" && refusal.message.contains("serial is not"), "\(refusal)")
        }
        try Disk.edit(plugin.folder + "/plugin.yaml", "version: 0.1.0", "version: 0.2.0")
        try await plugin.done("sign", "--no-build-check", "--key", "mykey")
        let refusal = try await plugin.refusal(
            "publish", "--no-test", "--no-build-check", registry, "--key", "mykey")
        expect(refusal.code == "index-malformed" && refusal.message.contains("line "), "\(refusal)")
        expect(try Disk.tree(registry) == before)
        let found = try await kit.run("registry", "verify", registry)
        expect(found.status == 1 && found.output.contains("nobody can publish"), "\(found.transcript)")
    }

    /// What cannot be read there must not look as if nothing were withdrawn.
    @Test(arguments: ["\"yanked\": {}", "\"yanked\": \"all\"", "\"yanked\": [], \"yanked\": []"])
    func aListOfWithdrawalsIsOne(member: String) async throws {
        _ = try await published()
        try Disk.edit(registry + "/index.json", "{", "{\(member),")
        try Disk.remove(registry + "/plugins")
        for command in [
            ["install", "guard", "--registry", registry, "--dest", Scratch.path("plugins"), "--version", "0.1.0"],
            ["registry", "verify", registry],
        ] {
            let refusal = try await kit.refusal(command)
            expect(refusal.code == "index-malformed" && refusal.message.contains("yanked"), "\(refusal)")
        }
        expect(!Disk.exists(Scratch.path("plugins")))
    }

    /// The host loads a module whose name begins with a dot, too.
    @Test func aHiddenModuleIsSeen() async throws {
        let plugin = try await published()
        let plugins = Scratch.path("plugins")
        try await kit.done("install", "guard", "--registry", registry, "--dest", plugins)
        try Disk.write(plugins + "/.evil.wasm", try Disk.read(plugin.folder + "/dist/guard.wasm"))
        try Disk.write(plugins + "/.evil.yaml", "name: evil\nversion: 1.0.0\nhooks:\n  - pre_query\n")
        let audit = try await kit.document("audit", plugins, "--registry", registry, status: 1)
        expect(
            audit["findings"]?.elements.contains { $0["plugin"]?.string?.contains("evil") == true } == true,
            "\(audit.compactText)")
        expect(try await kit.run("list", "--dest", plugins).output.contains("evil"))
        let verified = try await kit.run("verify", plugins, "--trust-root", kit.keysFolder)
        expect(verified.status == 1 && verified.output.contains(".evil.wasm"), "\(verified.transcript)")
    }

    /// A download is a module and its signature: no plugins folder, in which a manifest would be missing.
    @Test func aDownloadWithItsSignatureIsVerified() async throws {
        let plugin = try await published()
        for ending in ["wasm", "sig"] {
            try Disk.write(
                Scratch.path("download/guard." + ending), try Disk.read(plugin.folder + "/dist/guard." + ending))
        }
        let file = Scratch.path("download/guard.wasm")
        try await kit.done("verify", file, "--trust-root", kit.keysFolder)
        // With a lock beside it, it is installed, and what the host needs is missing.
        try Disk.write(Scratch.path("download/pdk.lock"), "{\"lock_version\": 1, \"plugins\": []}")
        expect(try await kit.run("verify", file, "--trust-root", kit.keysFolder).status == 1)
    }

    /// An archive of an older version is meant, and said to be one.
    @Test func anOlderArchiveIsSaid() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit), plugins = Scratch.path("plugins")
        try await plugin.done("pack", "--out", Scratch.path("old.tar.gz"))
        try Disk.edit(plugin.folder + "/plugin.yaml", "version: 0.1.0", "version: 0.2.0")
        try await plugin.done("sign", "--no-build-check")
        try await plugin.done("pack", "--out", Scratch.path("new.tar.gz"), "--no-build-check")
        let new = try await kit.run("install", Scratch.path("new.tar.gz"), "--dest", plugins)
        expect(new.status == 0 && !new.errors.contains("downgraded"), "\(new.transcript)")
        let old = try await kit.run("install", Scratch.path("old.tar.gz"), "--dest", plugins)
        expect(
            old.status == 0 && old.errors.contains("warning: guard was downgraded from v0.2.0 to v0.1.0"),
            "\(old.transcript)")
    }

    /// Who ends an install that waits for the folder's lock does not find it done.
    @Test func anInterruptedInstallInstallsNothing() async throws {
        _ = try await published()
        let plugins = Scratch.path("plugins")
        try Disk.makeFolder(plugins)
        let script = """
            exec 9>"$1/.pdk.lock"; flock 9
            "$0" install guard --registry "$2" --dest "$1" --json >report 2>errors 9>&- & process=$!
            for i in $(seq 200); do [ -s errors ] && break; sleep 0.05; done
            kill -INT $process; wait $process; echo "status $?"
            """
        let result = try await Program("bash", environment: ["HOME": kit.home], folder: Scratch.folder).run(
            ["-c", script, kit.program, plugins, registry])
        expect(result.output, is: "status 130\n", "\(result.transcript)")
        expect(try JSONValue.parse(Scratch.text("report"))["error"]?["code"]?.string, is: "interrupted")
        expect(try Disk.names(plugins), is: [".pdk.lock"])
    }

    /// Where the command line cannot be read, nothing is said to be done.
    @Test func withoutItsArgumentsNothingSucceeds() async throws {
        let script = "mount --make-rprivate / && umount -l /proc || exit 7; exec \"$0\" verify /no/such"
        let result = try await Program("unshare").run(["-m", "sh", "-c", script, kit.program])
        expect(result.status == 1 && result.errors.contains("error: "), "\(result.transcript)")
    }

    /// A key's text is neither shown nor stored where something else belongs.
    @Test func aKeysTextIsNotRepeated() async throws {
        _ = try await published()
        let line = try #require(
            Disk.text(kit.keysFolder + "/mykey.pem").split(separator: "\n").first { !$0.hasPrefix("-") })
        let search = try await kit.run("search", String(line), "--registry", registry)
        expect(!search.transcript.contains(line), "\(search.transcript)")
        let set = try await kit.run("config", "set", "registry", String(line))
        expect(set.status == 1 && !set.transcript.contains(line), "\(set.transcript)")
        expect(
            try !Disk.tree(kit.home).contains {
                !$0.key.hasSuffix(".pem") && String(decoding: $0.value, as: UTF8.self).contains(line)
            })
    }

    /// A login that is not used is said, not dropped.
    @Test func anUnusableLoginIsSaid() async throws {
        for token in ["to ken", "t\u{F6}k"] {
            let result = try await kit.with("PDK_REGISTRY_TOKEN", token).run(
                "list", "--registry", "http://127.0.0.1:1/")
            expect(result.errors.contains("warning: PDK_REGISTRY_TOKEN is not used"), "\(result.transcript)")
        }
        let missing = try await kit.with("NETRC", Scratch.path("no")).run("list", "--registry", "http://127.0.0.1:1/")
        expect(missing.errors.contains("which NETRC names, is not used"), "\(missing.transcript)")
        let ended = try await kit.with("PDK_REGISTRY_TOKEN", "token\n").run("list", "--registry", "http://127.0.0.1:1/")
        expect(!ended.errors.contains("is not used"), "\(ended.transcript)")
    }
}
