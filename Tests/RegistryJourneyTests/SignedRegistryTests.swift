import Basics
import Contract
import Foundation
import JourneySupport
import TestSupport
import Testing

/// Signed registries with the real program: what is signed, what is staged, and what readers refuse.
@Suite(.scratchFolder) struct SignedRegistryTests {
    /// Who keeps the registry, and has its key.
    private let keeper = Kit(home: Scratch.path("keeper")).with("PDK_WASMTIME", "/nowhere.so")
    /// Who publishes plugins.
    private let author = Kit(home: Scratch.path("author")).with("PDK_WASMTIME", "/nowhere.so")
    /// Who installs them.
    private let operator_ = Kit(home: Scratch.path("operator"))
    private var registry: String { Scratch.path("the registry") }
    private var index: String { registry + "/index.json" }
    private var own: String { registry + "/plugins/gu/ar/guard.json" }

    private func release(_ version: String, of plugin: Kit, _ words: String...) async throws -> JSONValue {
        try plugin.setVersion(version)
        try await plugin.done("sign", "--no-build-check")
        let result = try await plugin.run(
            ["publish", "--no-test", "--no-engine", "--no-build-check", registry, "--json"] + words)
        try #require(result.status == 0, "\(result.transcript)")
        return try JSONValue.parse(result.output)
    }

    /// A signed registry, and an author of `guard` with one release in it.
    private func prepare() async throws -> Kit {
        try await keeper.done("keygen", "registry")
        try await keeper.done("registry", "init", registry, "--key", "registry")
        let plugin = try await Workshop.shared.copyOfGuard(author, isSigned: false).with("PDK_WASMTIME", "/nowhere.so")
        try await author.done("keygen", "mykey")
        try await operator_.done("trust", "add", author.keysFolder + "/mykey.pub")
        _ = try await release("0.1.0", of: plugin)
        try await keeper.done("registry", "sign", registry)
        return plugin
    }

    private var place: [String] { ["--registry", registry, "--dest", Scratch.path("plugins")] }

    private func install(_ words: String...) async throws -> Program.Result {
        try await operator_.run(["install", "guard"] + place + words)
    }

    private func refusal(_ command: [String]) async throws -> String {
        let result = try await operator_.run(command + ["--json"])
        expect(result.status == 1, "\(result.transcript)")
        let error = try JSONValue.parse(result.output)["error"]
        expect(error?["code"]?.string == "index-untrusted", "\(result.transcript)")
        expect(error?["help"]?.string?.contains("registry forget") == true)
        return error?["message"]?.string ?? ""
    }

    /// What openssl says of a signature over the exact bytes.
    private func isSigned(_ file: String) async throws -> Bool {
        let script = """
            set -e
            { printf '\\060\\052\\060\\005\\006\\003\\053\\145\\160\\003\\041\\000'; base64 -d "$2"; } > key.der
            base64 -d "$1.sig" > raw.sig
            openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey key.der -in "$1" -sigfile raw.sig
            """
        return try await Program("sh").run(["-c", script, "sh", file, keeper.keysFolder + "/registry.pub"]).status == 0
    }

    private func areSigned() async throws -> Bool {
        guard try await isSigned(index) else { return false }
        return try await isSigned(own)
    }

    @Test func theIndexIsSignedInTheSameTransaction() async throws {
        try await keeper.done("keygen", "registry")
        let made = try await keeper.document("registry", "init", registry, "--key", "registry")
        expect(made["signed"] == .bool(true) && made["key_id"]?.string?.count == 16)
        expect(try await isSigned(index))
        expect(try await keeper.refusal("registry", "init", registry, "--key", "registry").code == "already-exists")
        // The keeper publishes and withdraws: all is signed at once.
        let plugin = try await Workshop.shared.copyOfGuard(keeper).with("PDK_WASMTIME", "/nowhere.so")
        expect(try await release("0.1.0", of: plugin)["staged"] == .null)
        expect(try await areSigned())
        try await keeper.done("yank", "guard", "0.1.0", "--registry", registry, "--reason", "leaks")
        expect(try await areSigned())
        expect(!Disk.exists(index + ".sig.next"))
        let signed = try await keeper.document("registry", "sign", registry, "--expires", "30d")
        expect(signed["serial"]?.int == 4 && signed["expires"]?.string != nil, "\(signed.compactText)")
        expect(try await areSigned())
        expect(try Disk.text(own).contains("\"expires\""))
        expect(try await keeper.document("registry", "gc", registry)["paths"]?.elements.isEmpty == true)
        expect(try await keeper.run("registry", "verify", registry).status == 0)
    }

    /// What somebody else wrote into the index does not get the registry's signature by the next change.
    @Test func whatWasChangedIsNotSignedUnasked() async throws {
        _ = try await prepare()
        try await keeper.done("registry", "verify", registry)
        let before = try Disk.read(index)
        try Disk.edit(index, "\"description\": \"", "\"description\": \"evil ")
        let changed = try Disk.read(index)
        let signing = try await keeper.refusal("registry", "sign", registry)
        let yanking = try await keeper.refusal("yank", "guard", "0.1.0", "--registry", registry, "--reason", "leaks")
        for refused in [signing, yanking] {
            expect(refused.code == "index-untrusted" && refused.help.contains("--accept-changes"), "\(refused)")
        }
        expect(try Disk.read(index) == changed)
        let verified = try await keeper.run("registry", "verify", registry)
        expect(
            verified.status == 1 && verified.output.contains("does not match its signature"), "\(verified.transcript)")
        // As it was: all goes on. Meant: the keeper says so.
        try Disk.write(index, before)
        try await keeper.done("registry", "sign", registry)
        try Disk.edit(index, "\"description\": \"", "\"description\": \"meant ")
        try await keeper.done("registry", "sign", registry, "--accept-changes")
        expect(try await areSigned())
    }

    @Test func aPublisherWithoutTheKeyStages() async throws {
        let plugin = try await prepare()
        expect(try await install().status == 0)
        let before = try Disk.read(index)
        let staged = try await release("0.2.0", of: plugin)
        expect(staged["staged"]?.string?.hasSuffix("staged/guard/0.2.0") == true, "\(staged.compactText)")
        expect(try Disk.read(index) == before && Disk.exists(registry + "/staged/guard/0.2.0/request.json"))
        expect(try await install().output.contains("guard v0.1.0"))
        let shown = try await keeper.document("registry", "sign", registry, "--dry-run")
        expect(shown["staged"]?.elements.first?["outcome"]?.string == "staged", "\(shown.compactText)")
        expect(try Disk.read(index) == before)
        let taken = try await keeper.done("registry", "sign", registry)
        expect(taken.contains("taken publish guard 0.2.0"), "\(taken)")
        expect(try await install().output.contains("guard v0.2.0"))
        expect(!Disk.exists(registry + "/staged/guard/0.2.0/request.json"))
        // Withdrawing goes the same way.
        let yank = try await author.document("yank", "guard", "0.2.0", "--registry", registry, "--reason", "leaks")
        expect(yank["staged"]?.string == "staged/guard/0.2.0.yank", "\(yank.compactText)")
        expect(try await operator_.done("list", "--registry", registry).contains("yanked") == false)
        expect(try await keeper.done("registry", "sign", registry).contains("taken yank guard 0.2.0 (leaks)"))
        expect(try await operator_.done("list", "--registry", registry).contains("(yanked: leaks)"))
    }

    /// The keeper takes nothing that is not what it says, and throws away what is not wanted.
    @Test func stagedReleasesAreVerified() async throws {
        let plugin = try await prepare()
        _ = try await release("0.2.0", of: plugin)
        let module = registry + "/staged/guard/0.2.0/guard.wasm", bytes = try Disk.read(module)
        try Disk.write(module, bytes + [0])
        let changed = try await keeper.run("registry", "sign", registry)
        expect(changed.status == 1 && changed.output.contains("sha256 mismatch"), "\(changed.transcript)")
        try Disk.write(module, bytes)
        try Disk.write(
            registry + "/staged/guard/9.9.9/request.json", try Disk.read(registry + "/staged/guard/0.2.0/request.json"))
        let moved = try await keeper.run("registry", "sign", registry)
        expect(moved.status == 1 && moved.output.contains("in the wrong folder"), "\(moved.transcript)")
        expect(moved.output.contains("taken publish guard 0.2.0"))
        try Disk.remove(registry + "/staged/guard/9.9.9")
        // Another key than that of the releases before.
        try await author.done("keygen", "second")
        try Disk.edit(plugin.folder + "/plugin.yaml", "version: 0.2.0", "version: 0.3.0")
        try await plugin.done("sign", "--no-build-check", "--key", "second")
        try await plugin.done(
            "publish", "--no-test", "--no-engine", "--no-build-check", registry, "--key", "second", "--accept-new-key")
        expect(try await keeper.run("registry", "sign", registry).output.contains("another key"))
        expect(
            try await keeper.done("registry", "sign", registry, "--reject", "guard@0.3.0").contains("rejected publish"))
        expect(
            try await keeper.document("registry", "sign", registry, "--dry-run")["staged"]?.elements.isEmpty == true)
        // Nobody else signs it.
        expect(try await author.refusal("registry", "sign", registry).code == "registry-signed")
        expect(try await author.refusal("registry", "sign", registry, "--key", "second").code == "invalid-key")
    }

    // MARK: Attacks

    @Test func whatIsNotSignedIsRefused() async throws {
        let plugin = try await prepare()
        expect(try await install().status == 0)
        let good = try Disk.tree(registry)
        func restore() throws {
            for (path, bytes) in good where !path.hasSuffix("/") { try Disk.write(registry + "/" + path, bytes) }
        }
        for command in [["install", "guard"] + place, ["list", "--registry", registry]] {
            try Disk.remove(index + ".sig")
            try Disk.remove(own)
            expect(try await refusal(command).contains("has no signature"))
            // An index that says nothing of a signature is no way around it.
            let bare = try Disk.text(index).split(separator: "\n").filter { !$0.contains("registry_") }
            try Disk.write(index, bare.joined(separator: "\n"))
            expect(try await refusal(command).contains("has no signature"))
            try restore()
            try Disk.remove(own)
            try Disk.edit(index, "A plugin", "B plugin")
            expect(try await refusal(command).contains("was changed after it was signed"))
            try restore()
            try Disk.remove(own)
            try Disk.write(index, try Disk.read(index).dropLast(2))
            let truncated = try await operator_.run(command)
            expect(truncated.status == 1, "\(truncated.transcript)")
            try restore()
            expect(try await operator_.run(command).status == 0)
        }
        _ = plugin
    }

    @Test func anOldIndexIsRefused() async throws {
        let plugin = try await prepare()
        let old = try Disk.tree(registry)
        _ = try await release("0.2.0", of: plugin)
        try await keeper.done("registry", "sign", registry)
        let new = try Disk.tree(registry)
        func put(_ tree: [String: [UInt8]], _ isPart: (String) -> Bool) throws {
            for (path, bytes) in tree where !path.hasSuffix("/") && isPart(path) {
                try Disk.write(registry + "/" + path, bytes)
            }
        }
        // Never seen before, even an old one is taken: there is nothing to compare it with.
        try put(old) { $0.hasPrefix("index") || $0.hasPrefix("plugins") }
        expect(try await install("--dry").status == 2)
        expect(try await install().output.contains("guard v0.1.0"))
        try put(new) { _ in true }
        expect(try await install().output.contains("guard v0.2.0"))
        expect(try await operator_.run("list", "--registry", registry).status == 0)
        try put(old) { $0.hasPrefix("index") || $0.hasPrefix("plugins") }
        expect(try await refusal(["install", "guard@0.1.0"] + place).contains("it is an old index"))
        expect(try await refusal(["list", "--registry", registry]).contains("it is an old index"))
        // An old index of the plugin alone: the whole one decides.
        try put(new) { $0.hasPrefix("index") }
        expect(try await install().output.contains("guard v0.2.0"))
        try put(old) { $0.hasPrefix("index") || $0.hasPrefix("plugins") }
        let forgotten = try await operator_.document("registry", "forget", registry)
        expect(forgotten["forgotten"] == .bool(true))
        expect(try await install("--downgrade").output.contains("guard v0.1.0"))
    }

    @Test func theIndexOfAnotherRegistryIsRefused() async throws {
        let plugin = try await prepare()
        expect(try await install().status == 0)
        let other = Scratch.path("other")
        try await keeper.done("registry", "init", other, "--key", "registry")
        for _ in 0..<5 { try await keeper.done("registry", "sign", other) }
        try Disk.remove(own)
        for name in ["index.json", "index.json.sig"] {
            try Disk.write(registry + "/" + name, try Disk.read(other + "/" + name))
        }
        expect(try await refusal(["install", "guard"] + place).contains("another registry"))
        // Another key: the registry was made anew.
        try Disk.remove(registry)
        try await author.done("registry", "init", registry, "--key", "mykey")
        expect(try await refusal(["list", "--registry", registry]).contains("its signature is not by the key"))
        try await operator_.done("registry", "forget", registry)
        expect(try await operator_.run("list", "--registry", registry).status == 0)
        _ = plugin
    }

    /// A plugin's own index, with its signature, is no whole index.
    @Test func aPluginsIndexIsNotTheWholeOne() async throws {
        _ = try await prepare()
        for ending in ["", ".sig"] { try Disk.write(index + ending, try Disk.read(own + ending)) }
        expect(try await refusal(["list", "--registry", registry]).contains("of the plugin 'guard'"))
    }

    @Test func anExpiredIndexIsRefused() async throws {
        _ = try await prepare()
        expect(try await keeper.run("registry", "sign", registry, "--expires", "soon").status == 2)
        try await keeper.done("registry", "sign", registry, "--expires", "1h")
        expect(try await install().status == 0)
        // Signed by the real key, with a time that has passed.
        let text = try Disk.text(index)
        let expires = try #require(try JSONValue.parse(text)["expires"]?.string)
        try Disk.write(index, text.replacing(expires, with: "2020-01-01T00:00:00Z"))
        try await sign(index)
        try Disk.remove(own)
        expect(try await refusal(["install", "guard"] + place).contains("expired at 2020-01-01"))
        try await keeper.done("registry", "sign", registry, "--expires", "1h")
        expect(try await install().status == 0)
    }

    private func sign(_ file: String) async throws {
        let script = """
            openssl pkeyutl -sign -rawin -inkey "$2" -in "$1" -out raw && base64 -w 0 raw > "$1.sig"
            """
        let made = try await Program("sh").run(["-c", script, "sh", file, keeper.keysFolder + "/registry.pem"])
        try #require(made.status == 0, "\(made.transcript)")
    }

    /// The policy says that a registry is signed before anybody has seen it.
    @Test func thePolicyDemandsASignature() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(author, isSigned: false).with("PDK_WASMTIME", "/nowhere.so")
        try await author.done("keygen", "mykey")
        try await keeper.done("keygen", "registry")
        try await operator_.done("trust", "add", author.keysFolder + "/mykey.pub")
        _ = try await release("0.1.0", of: plugin)
        expect(try await install().status == 0)
        let key = try Disk.text(keeper.keysFolder + "/registry.pub").filter { !$0.isWhitespace }
        try Disk.write(
            operator_.home + "/.config/pdk/trust/policy.yaml",
            "version: 1\nregistries:\n  - location: \(registry)\n    key: \(key)\n")
        expect(try await refusal(["install", "guard"] + place).contains("has no signature"))
        // An unsigned registry becomes a signed one.
        try await keeper.done("registry", "sign", registry, "--key", "registry")
        expect(try await areSigned())
        expect(try await install().status == 0)
        expect(try await release("0.2.0", of: plugin)["staged"]?.string != nil)
    }

    @Test func unsignedRegistriesGoOn() async throws {
        try await keeper.done("registry", "init", registry)
        let plugin = try await Workshop.shared.copyOfGuard(author).with("PDK_WASMTIME", "/nowhere.so")
        expect(try await release("0.1.0", of: plugin)["staged"] == .null)
        expect(try await operator_.run(["install", "guard"] + place).status == 0)
        expect(!Disk.exists(operator_.home + "/.config/pdk/registries"))
        expect(try Disk.names(registry) == ["artifacts", "index.json", "plugins"])
    }

    /// A plugin's own index is refused when it is old, and the whole one, which has not been read yet, must not take its
    /// place: its serial cannot be lower than one that was seen in a plugin's own.
    @Test func anOldWholeIndexIsNoWayAroundAPluginsOwn() async throws {
        let plugin = try await prepare()
        expect(try await install().status == 0)
        let old = Scratch.path("old")
        try Disk.copy(registry, to: old)
        _ = try await release("0.2.0", of: plugin)
        try await keeper.done("registry", "sign", registry)
        let newest = try await install()
        expect(newest.output.contains("installed guard v0.2.0"), "\(newest.transcript)")
        let new = Scratch.path("new")
        try Disk.copy(registry, to: new)
        try Disk.remove(registry)
        try Disk.copy(old, to: registry)
        expect(try await refusal(["install", "guard", "--downgrade"] + place).contains("it is an old index"))
        for command in [["list"], ["info", "guard"], ["search", "guard"]] {
            expect(try await refusal(command + ["--registry", registry]).contains("it is an old index"))
        }
        let verified = try await operator_.run("registry", "verify", registry)
        expect(verified.status == 1 && verified.output.contains("it is an old index"), "\(verified.transcript)")
        try Disk.remove(registry)
        try Disk.copy(new, to: registry)
        expect(try await install().status == 0)
        expect(try await operator_.run("registry", "verify", registry).status == 0)
        // A plugin's own index has a signature of its own, which is checked too.
        try Disk.remove(own + ".sig")
        let unsigned = try await operator_.run("registry", "verify", registry)
        expect(unsigned.status == 1 && unsigned.output.contains("guard.json: it does not match its signature"))
    }

    @Test func onlyWhatIsStagedIsRejected() async throws {
        let plugin = try await prepare()
        let refused = try await keeper.refusal("registry", "sign", registry, "--reject", "guard@9.9.9")
        expect(refused.code == "no-version" && refused.message.contains("nothing is staged as guard@9.9.9"))
        _ = try await release("0.2.0", of: plugin)
        // A request that cannot be read is rejected by its place.
        try Disk.write(registry + "/staged/guard/0.2.0/request.json", "{")
        expect(try await keeper.run("registry", "sign", registry).status == 1)
        let rejected = try await keeper.run("registry", "sign", registry, "--reject", "guard@0.2.0")
        expect(rejected.status == 0 && rejected.output.contains("rejected"), "\(rejected.transcript)")
        expect(try await keeper.run("registry", "sign", registry).status == 0)
    }

    /// A version may end as the folders of withdrawals do.
    @Test func everyStagedVersionCanBeNamed() async throws {
        let plugin = try await prepare()
        _ = try await release("0.2.0", of: plugin)
        let folder = registry + "/staged/guard/", index = try Disk.read(self.index)
        for version in ["0.2.0-rc.yank", "0.2.0-rc.undo"] {
            let request = try Disk.text(folder + "0.2.0/request.json").replacing("\"0.2.0\"", with: "\"\(version)\"")
            try Disk.write(folder + version + "/request.json", request)
            try Disk.write(folder + version + "/guard.wasm", try Disk.read(folder + "0.2.0/guard.wasm"))
        }
        // A withdrawal of 0.2.0-rc does not lie where the release 0.2.0-rc.yank does.
        let yank = #"{"name": "guard", "version": "0.2.0-rc", "yank": "leaks"}"#
        try Disk.write(folder + "0.2.0-rc~yank/request.json", yank)
        let other = try await keeper.refusal("registry", "sign", registry, "--reject", "guard@0.2.0-r")
        expect(other.code == "no-version" && other.help.contains("staged: guard@"), "\(other)")
        for version in ["0.2.0", "0.2.0-rc", "0.2.0-rc.undo", "0.2.0-rc.yank"] {
            expect(other.help.contains("guard@\(version)"), "\(other)")
        }
        let rejected = try await keeper.run(
            "registry", "sign", registry, "--reject", "guard@0.2.0-rc", "--reject", "guard@0.2.0-rc.undo", "--reject",
            "guard@0.2.0", "--reject", "guard@0.2.0-rc.yank")
        expect(rejected.status == 0 && !rejected.output.contains("taken"), "\(rejected.transcript)")
        expect(rejected.output.contains("rejected yank guard 0.2.0-rc (leaks)"), "\(rejected.transcript)")
        expect(rejected.output.contains("rejected publish guard 0.2.0-rc.yank"), "\(rejected.transcript)")
        expect(try !Disk.exists(registry + "/staged") && !Disk.text(self.index).contains("0.2.0"))
        expect(try Disk.read(self.index) != index)
        let nothing = try await keeper.refusal("registry", "sign", registry, "--reject", "guard@0.2.0")
        expect(nothing.help.contains("nothing is staged"), "\(nothing)")
    }

    /// Who has seen the whole index is not shown an older one of a plugin, though it was never read before.
    @Test func anOwnIndexIsNoOlderThanTheWholeOne() async throws {
        let plugin = try await prepare()
        let old = [try Disk.read(own), try Disk.read(own + ".sig")]
        _ = try await release("0.2.0", of: plugin)
        try await keeper.done("registry", "sign", registry)
        let new = [try Disk.read(own), try Disk.read(own + ".sig")]
        func put(_ files: [[UInt8]]) throws {
            for (path, bytes) in zip([own, own + ".sig"], files) { try Disk.write(path, bytes) }
        }
        try await operator_.done("list", "--registry", registry)
        try put(old)
        let refused = try await install()
        expect(refused.status == 0 && refused.output.contains("guard v0.2.0"), "\(refused.transcript)")

        // Other plugins have been changed since: the plugin's own index is as old as its last change, and good.
        try put(new)
        let serial = try #require(try JSONValue.parse(Disk.text(index))["serial"]?.int)
        try Disk.edit(index, "\"serial\": \(serial)", "\"serial\": \(serial + 7)")
        try await Parties().sign(index)
        try await operator_.done("list", "--registry", registry)
        // What the whole one said of it is remembered: it is read alone, as by somebody who has never seen the whole one.
        let whole = try Disk.read(index)
        try Disk.write(index, "{")
        expect(try await install().output.contains("unchanged"))
        let folder = operator_.home + "/.config/pdk/registries"
        let notes = try #require(try Disk.names(folder).first { $0.hasSuffix(".seen") })
        // Without what was remembered, the whole one decides; once, as its answer is remembered.
        try Disk.write(folder + "/" + notes, Array(try Disk.read(folder + "/" + notes).dropLast(20)))
        expect(try await install().status == 1)
        try Disk.write(index, whole)
        expect(try await install().output.contains("unchanged"))
        try Disk.write(index, "{")
        expect(try await install().status == 0)
        let other = Kit(home: Scratch.path("another"))
        expect(try await other.run(["install", "guard", "--no-trust-root"] + place).status == 0)
        try put(old)
        expect(try await install().status == 1)
        try Disk.write(index, whole)
        expect(try await install().output.contains("unchanged"))
    }
}
