import Contract
import JourneySupport
import TestSupport
import Testing

/// A plugins folder with the real program: what is installed, what is newer, updates and removal.
@Suite(.scratchFolder) struct FolderTests {
    private let kit = Kit()
    private let registry = FakeRegistry("the registry")
    private var plugins: String { Scratch.path("the plugins") }
    private var place: [String] { ["--registry", registry.path, "--dest", plugins] }
    private var key: String { kit.keysFolder + "/mykey.pem" }

    /// Two plugins, one signed release each; `guard` asks for one permission.
    private func installed() async throws {
        try await kit.done("keygen", "mykey")
        try await registry.write(["guard 0.1.0 kv_read", "mask 1.1.0"], key: key)
        try await kit.done(["install", "guard", "--trust-root", kit.keysFolder] + place)
        try await kit.done(["install", "mask@^1"] + place)
    }

    /// Time goes on: newer releases, one beyond the range, and a withdrawn one.
    private func later() async throws {
        try await registry.write(
            ["mask 2.0.0", "mask 1.2.0", "guard 0.2.0 kv_write", "guard 0.1.0 kv_read"], yanked: ["mask 1.1.0 leaks"],
            hooks: ["guard 0.2.0": ["pre_query", "route"]], key: key)
    }

    @Test func whatIsInstalledIsListed() async throws {
        try await installed()
        let text = try await kit.done("list", "--dest", plugins, "--trust-root", kit.keysFolder)
        expect(text.contains("guard  0.1.0  signed by mykey  pre_query  \(registry.path)\n"), "\(text)")
        let unchecked = try await kit.done("list", "--dest", plugins)
        expect(!unchecked.contains("signed by") && unchecked.contains("not checked"), "\(unchecked)")
        let list = try await kit.document("list", "--dest", plugins, "--trust-root", kit.keysFolder).elements
        expect(list.count == 2 && list[0]["signer"]?.string == "mykey" && list[0]["verified"] == .bool(true))
        expect(list[1]["request"]?.string == "^1" && list[1]["registry"]?.string == registry.path)
        expect(list[0]["hooks"]?.texts == ["pre_query"] && list[0]["permissions"]?.texts == ["kv_read"])
        expect(list.allSatisfy { $0["problems"]?.elements.isEmpty == true })

        // Changed, missing, not locked, without a manifest.
        try Disk.write(plugins + "/guard.wasm", [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0, 1])
        try Disk.remove(plugins + "/mask.wasm")
        try Disk.write(plugins + "/stray.wasm", [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0])
        let wrong = try await kit.document("list", "--dest", plugins, "--trust-root", kit.keysFolder).elements
        let problems = wrong.map { $0["problems"]?.texts.joined(separator: "; ") ?? "" }
        expect(
            problems[0].contains("signature verification failed") && problems[0].contains("does not match pdk.lock"),
            "\(problems)")
        expect(problems[1].contains("missing") && problems[2].contains("never calls"), "\(problems)")
        // Without a lock, and with a damaged one, all else is listed.
        try Disk.write(plugins + "/pdk.lock", "{")
        let damaged = try await kit.run("list", "--dest", plugins)
        expect(damaged.status == 0 && damaged.errors.contains("pdk.lock, line 1"), "\(damaged.transcript)")
        try Disk.remove(plugins + "/pdk.lock")
        expect(try await kit.document("list", "--dest", plugins).elements.count == 2)
        expect(try await kit.refusal("list", "--dest", Scratch.path("no")).code == "destination")
        expect(!Disk.exists(Scratch.path("no")))
        expect(try await kit.run(["list"] + place).status == 2)
    }

    @Test func whatIsNewerIsShown() async throws {
        try await installed()
        expect(try await kit.done("outdated", "--dest", plugins) == "all plugins are up to date (2)\n")
        try await later()
        let before = try Disk.tree(plugins)
        let text = try await kit.done("outdated", "--dest", plugins)
        expect(text == "guard 0.1.0 -> 0.2.0 -> 0.2.0\nmask 1.1.0 (yanked: leaks) -> 1.2.0 within ^1 -> 2.0.0\n")
        let rows = try await kit.document("outdated", "--dest", plugins).elements
        expect(rows[0]["outdated"] == .bool(true) && rows[0]["yanked"] == .null)
        expect(rows[1]["wanted"]?.string == "1.2.0" && rows[1]["newest"]?.string == "2.0.0")
        expect(try Disk.tree(plugins) == before)
        // A registry that cannot be read is not the same as nothing newer.
        let elsewhere = ["--registry", Scratch.path("nowhere")]
        let failed = try await kit.run(["outdated", "--dest", plugins] + elsewhere)
        expect(
            failed.status == 1 && failed.output.contains("not checked guard: no registry index"), "\(failed.transcript)"
        )
        try Disk.remove(plugins + "/pdk.lock")
        let unknown = try await kit.run("outdated", "--dest", plugins)
        expect(unknown.status == 0 && unknown.output.contains("not checked guard: no registry is known"))
        let row = try #require(try await kit.document("outdated", "--dest", plugins).elements.first)
        expect(
            row["problem"]?.string?.contains("no registry is known") == true && row["help"]?.string != nil, "\(row)")
        expect(try await kit.done(["outdated"] + place).contains("guard 0.1.0 -> 0.2.0"))
    }

    @Test func updatesAreShownAndThenDone() async throws {
        try await installed()
        expect(try await kit.done("update", "--dest", plugins).contains("nothing to update (2)"))
        try await later()
        let before = try Disk.tree(plugins)
        let shown = try await kit.done("update", "--dest", plugins, "--dry-run", "--trust-root", kit.keysFolder)
        expect(
            shown.contains("guard 0.1.0 -> 0.2.0\n  permissions: +kv_write -kv_read\n  hooks: +route\n"), "\(shown)")
        expect(shown.contains("mask 1.1.0 -> 1.2.0\n") && !shown.contains("2.0.0"))
        // Nobody was asked.
        let refused = try await kit.refusal("update", "--dest", plugins, "--trust-root", kit.keysFolder)
        expect(refused.code == "no-terminal" && refused.help.contains("--yes"), "\(refused)")
        expect(try Disk.tree(plugins) == before)

        let one = try await kit.run("update", "mask", "--dest", plugins, "--yes")
        expect(
            one.status == 0 && one.output.contains("updated mask v1.2.0 -> \(plugins)/mask.wasm"), "\(one.transcript)")
        expect(one.output.contains("restart the host"))
        let held = try await kit.refusal(
            "update", "guard", "--dest", plugins, "--yes", "--trust-root", kit.keysFolder)
        expect(held.code == "new-permissions" && held.message.contains("kv_write"), "\(held)")
        let document = try await kit.document(
            "update", "--dest", plugins, "--yes", "--allow-new-permissions", "--trust-root", kit.keysFolder)
        let update = try #require(document["updates"]?.elements.first)
        expect(update["permissions_added"]?.texts == ["kv_write"] && update["hooks_added"]?.texts == ["route"])
        expect(update["applied"] == .bool(true) && update["signer"]?.string == "mykey")
        expect(document["current"]?.elements.first?["newer"]?.string == "2.0.0")
        let lock = try JSONValue.parse(Disk.text(plugins + "/pdk.lock"))["plugins"]?.elements ?? []
        expect(lock.map { $0["version"]?.string } == ["0.2.0", "1.2.0"] && lock[1]["request"]?.string == "^1")
        expect(try Disk.text(plugins + "/guard.json").contains("route"))
    }

    /// What was verified is not replaced by what nobody verifies, unless that is said; what is suggested keeps the trust root.
    @Test func aVerifiedPluginStaysVerified() async throws {
        try await installed()
        try await registry.write(["mask 1.1.0", "guard 0.2.0 kv_read", "guard 0.1.0 kv_read"], key: key)
        let before = try Disk.tree(plugins)
        for command in [["update", "guard", "--yes", "--dest", plugins], ["install", "guard"] + place] {
            let refusal = try await kit.refusal(command)
            expect(refusal.code == "signature-required" && refusal.message.contains("was verified"), "\(refusal)")
            expect(refusal.help.contains("--trust-root") && refusal.help.contains("--no-trust-root"), "\(refusal)")
        }
        expect(try Disk.tree(plugins) == before)
        // What is left of it beside the lock changes nothing: neither a missing signature nor a missing module does.
        let rogue = FakeRegistry("rogue")
        try await rogue.write(["guard 0.2.0 kv_read"])
        let stranger = ["install", "guard", "--registry", rogue.path, "--dest", plugins]
        for name in ["guard.sig", "guard.wasm"] {
            try Disk.remove(plugins + "/" + name)
            expect(try await kit.refusal(stranger).code == "signature-required")
        }
        for (path, bytes) in before { try Disk.write(plugins + "/" + path, bytes) }
        // The same bytes stay verified, whoever looks.
        try await kit.done(["install", "guard@0.1.0"] + place)
        let audit = try await kit.run("audit", plugins, "--trust-root", kit.keysFolder)
        let hint = "pdk update guard --dest '\(plugins)' --trust-root '\(kit.keysFolder)'"
        expect(audit.output.contains("help: \(hint)\n"), "\(audit.transcript)")
        let updated = try await kit.done(
            "update", "guard", "--yes", "--dest", plugins, "--trust-root", kit.keysFolder)
        expect(updated.contains("  signature: verified by 'mykey'\n"), "\(updated)")
        // The newest is withdrawn: what to type keeps the trust root, too.
        try await registry.write(
            ["mask 1.1.0", "guard 0.1.0 kv_read"], yanked: ["guard 0.2.0 leaks"], key: key)
        let outdated = try await kit.done("outdated", "--dest", plugins)
        expect(
            outdated.contains(
                "guard 0.2.0 (yanked: leaks): there is no newer release\n  to go back: pdk install guard@0.1.0"),
            "\(outdated)")
        let back = try await kit.done("update", "--dest", plugins, "--trust-root", kit.keysFolder)
        expect(
            back.contains("; to go back: pdk install guard@0.1.0 --registry ")
                && back.contains(" --trust-root '\(kit.keysFolder)'"), "\(back)")
        try await kit.done(["install", "guard@0.1.0", "--no-trust-root"] + place)
        let lock = try JSONValue.parse(Disk.text(plugins + "/pdk.lock"))["plugins"]?.elements ?? []
        expect(lock.first?["verified"] == .bool(false))
    }

    /// Whoever is asked may take their time: what was withdrawn meanwhile is not installed, the others are.
    @Test func whatIsWithdrawnWhileOneIsAskedIsNotInstalled() async throws {
        try await installed()
        try await later()
        let answering = kit.tool("python3")
        func update(meanwhile: String) async throws -> Program.Result {
            try await answering.run([
                BuiltProduct.repository + "/Tests/Support/answer_prompt.py", "y", meanwhile, kit.program, "update",
                "--dest", plugins, "--allow-new-permissions", "--color", "never", "--trust-root", kit.keysFolder,
            ])
        }
        let run = try await update(
            meanwhile: "'\(kit.program)' yank mask 1.2.0 --registry '\(registry.path)' --reason leaks")
        expect(run.status == 1 && run.output.contains("updated guard v0.2.0"), "\(run.transcript)")
        expect(run.output.contains("held back mask: mask 1.2.0 was withdrawn or replaced meanwhile"), "\(run.output)")
        expect(try Disk.text(plugins + "/mask.wasm").contains("1.1.0"))
        try await kit.done("yank", "mask", "1.2.0", "--registry", registry.path, "--undo")
        let again = try await update(meanwhile: "true")
        expect(again.status == 0 && again.output.contains("updated mask v1.2.0"), "\(again.transcript)")
    }

    /// What is refused is held back, and the others go on; one that is named fails.
    @Test func refusedUpdatesAreHeldBack() async throws {
        try await installed()
        try await later()
        // The newer guard is not the module that the index promises.
        try Disk.write(registry.path + "/modules/guard-0.2.0.wasm", [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0, 7])
        let before = try Disk.tree(plugins).filter { $0.key.hasPrefix("guard.") }
        let named = try await kit.refusal("update", "guard", "--dest", plugins, "--yes")
        expect(named.code == "sha256-mismatch")
        let all = try await kit.document("update", "--dest", plugins, "--yes", status: 1)
        expect(all["held"]?.elements.first?["code"]?.string == "sha256-mismatch", "\(all.compactText)")
        expect(all["updates"]?.elements.map { $0["name"]?.string } == ["mask"])
        expect(try Disk.tree(plugins).filter { $0.key.hasPrefix("guard.") } == before)
        expect(try Disk.text(plugins + "/mask.wasm").contains("1.2.0"))
        expect(try await kit.refusal("update", "nix", "--dest", plugins, "--yes").code == "not-installed")
        try Disk.write(plugins + "/pdk.lock", "{}")
        expect(try await kit.refusal("update", "--dest", plugins, "--yes").code == "lock-malformed")
    }

    /// An update by another key than before is meant, or it is held back.
    @Test func anotherKeyIsHeldBack() async throws {
        try await installed()
        try await kit.done("keygen", "second")
        try await registry.write(["mask 1.1.0", "guard 0.2.0"], key: kit.keysFolder + "/second.pem")
        let update = ["update", "--dest", plugins, "--yes", "--trust-root", kit.keysFolder]
        let held = try await kit.run(update)
        expect(
            held.status == 1 && held.output.contains("held back guard: guard v0.2.0 is signed by 'second'"),
            "\(held.transcript)")
        expect(try Disk.text(plugins + "/guard.json").contains("0.1.0"))
        let meant = try await kit.run(update + ["--accept-new-key"])
        expect(meant.status == 0 && meant.output.contains("updated guard v0.2.0"), "\(meant.transcript)")
    }

    @Test func aPluginIsUninstalledInOnePiece() async throws {
        try await installed()
        try Disk.write(plugins + "/mask.yaml", "name: mask\n")
        let before = try Disk.tree(plugins)
        let near = try await kit.refusal("uninstall", "gaurd", "--dest", plugins)
        expect(near.code == "not-installed" && near.help.contains("guard"), "\(near)")
        expect(try await kit.refusal("uninstall", "../x", "--dest", plugins).code == "invalid-name")
        expect(try await kit.refusal("uninstall", "guard", "--dest", Scratch.path("no")).code == "destination")
        expect(try Disk.tree(plugins) == before)
        let gone = try await kit.document("uninstall", "guard", "--dest", plugins)
        expect(gone["version"]?.string == "0.1.0" && gone["removed"]?.elements.count == 3)
        expect(try Disk.names(plugins) == ["mask.json", "mask.sig", "mask.wasm", "mask.yaml", "pdk.lock"])
        expect(try !Disk.text(plugins + "/pdk.lock").contains("guard"))
        let other = try await kit.run("uninstall", "mask", "--dest", plugins)
        expect(
            other.output.contains("restart the host") && other.errors.contains("mask.yaml stays"), "\(other.transcript)"
        )
        expect(try Disk.names(plugins) == ["mask.yaml", "pdk.lock"])
    }

    /// Where nothing can be written nothing is changed, and looking works.
    @Test func aReadOnlyFolderIsOnlyRead() async throws {
        try await installed()
        try await later()
        let before = try Disk.tree(plugins)
        let script = """
            mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" || exit 7
            for command in "update --yes --no-trust-root" "uninstall guard" "install guard --registry $2 --no-trust-root"; do
                "$0" $command --dest "$1" && echo "succeeded: $command"
            done
            "$0" list --dest "$1" && "$0" outdated --dest "$1" && "$0" update --dry-run --no-trust-root --dest "$1" && echo looked
            umount "$1"
            """
        try Disk.copy(registry.path, to: Scratch.path("registry"))
        let result = try await Program("unshare", environment: ["HOME": kit.home], folder: Scratch.folder).run(
            ["-m", "sh", "-c", script, kit.program, plugins, "registry"])
        try #require(result.status == 0 && result.output.contains("looked"), "\(result.transcript)")
        expect(!result.output.contains("succeeded") && result.errors.contains("read-only"), "\(result.transcript)")
        expect(try Disk.tree(plugins) == before)
    }

    /// What the host refuses, reads in place of another manifest, or loads twice is said of a folder.
    @Test func whatTheHostMakesOfManifestsIsListed() async throws {
        let folder = Scratch.path("host plugins"), kit = Kit()
        func manifest(_ name: String, _ version: String = "1.0.0") -> String {
            "name: \(name)\nversion: \(version)\nhooks:\n  - pre_query\n"
        }
        for stem in ["fine", "early", "spaced", "copy", "both", "bytes"] {
            try Disk.write(folder + "/\(stem).wasm", "\0asm\u{1}\0\0\0")
        }
        try Disk.write(folder + "/fine.yaml", manifest("fine"))
        try Disk.write(folder + "/early.yaml", manifest("early", "1.0.0-rc.1"))
        try Disk.write(folder + "/spaced.json", "{\"name\": \"a b\", \"hooks\": [\"pre_query\"]}")
        try Disk.write(folder + "/copy.yaml", manifest("fine"))
        try Disk.write(folder + "/both.yaml", manifest("both"))
        try Disk.write(folder + "/both.json", "{\"name\": \"both\", \"hooks\": [\"route\"]}")
        try Disk.write(folder + "/bytes.yaml", Array(manifest("bytes").utf8) + [0xFF])
        let listed = try JSONValue.parse(try await kit.done("list", "--dest", folder, "--json")).elements
        let problems = Dictionary(
            uniqueKeysWithValues: listed.map { plugin in
                (
                    plugin["name"]?.string ?? "",
                    plugin["problems"]?.elements.compactMap(\.string).joined(separator: "; ") ?? ""
                )
            })
        for (stem, words) in [
            ("early", "its version '1.0.0-rc.1'"), ("spaced", "its name 'a b'"), ("bytes", "it is not UTF-8"),
            ("both", "the host reads both.yaml, and not both.json"),
            ("copy", "fine.wasm has a manifest with the same name"),
            ("fine", "copy.wasm has a manifest with the same name"),
        ] {
            expect(problems[stem]?.contains(words) == true, "\(stem): \(problems[stem] ?? "none")")
        }
    }
}
