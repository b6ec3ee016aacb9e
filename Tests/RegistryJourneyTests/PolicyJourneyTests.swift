import Basics
import Contract
import Foundation
import JourneySupport
import TestSupport
import Testing

/// Policies and trust on first use, with the real program: each refusal with its good twin.
@Suite(.scratchFolder) struct PolicyJourneyTests {
    private let kit = Kit().with("PDK_WASMTIME", "/nowhere.so")
    private var registry: String { Scratch.path("the registry") }
    private var trust: String { kit.home + "/.config/pdk/trust" }
    private var plugins: String { Scratch.path("the plugins") }

    /// A plugin `guard`, two keys, and a trust root of both.
    private func prepare() async throws -> Kit {
        try await kit.done("keygen", "mykey")
        try await kit.done("keygen", "second")
        for label in ["mykey", "second"] { try await kit.done("trust", "add", kit.keysFolder + "/\(label).pub") }
        return try await Workshop.shared.copyOfGuard(kit, isSigned: false).with("PDK_WASMTIME", "/nowhere.so")
    }

    private func release(_ version: String, by key: String = "mykey", of plugin: Kit) async throws {
        try plugin.setVersion(version)
        try await plugin.done("sign", "--no-build-check", "--key", key)
        try await plugin.done(
            "publish", "--no-test", "--no-engine", "--no-build-check", registry, "--key", key, "--accept-new-key")
    }

    private var place: [String] { ["--registry", registry, "--dest", plugins] }

    private func install(_ words: String...) async throws -> Program.Result {
        try await kit.run(["install", "guard"] + place + words)
    }

    private func policy(_ text: String) throws { try Disk.write(trust + "/policy.yaml", "version: 1\n" + text + "\n") }

    // MARK: Trust on first use

    @Test func anUpdateByAnotherKeyMustBeMeant() async throws {
        let plugin = try await prepare()
        try await release("0.1.0", of: plugin)
        expect(try await install().status == 0)
        try await release("0.2.0", of: plugin)
        expect(try await install().status == 0)
        try await release("0.3.0", by: "second", of: plugin)
        let before = try Disk.tree(plugins)
        let refused = try await kit.refusal("install", "guard", place[0], place[1], place[2], place[3])
        expect(refused.code == "new-key" && refused.help.contains("--accept-new-key"), "\(refused)")
        expect(refused.message.contains("'second'") && refused.message.contains("'mykey'"))
        expect(try Disk.tree(plugins) == before)
        // What is installed already, and damaged, is installed again without a question.
        try Disk.write(plugins + "/guard.wasm", try Disk.read(plugins + "/guard.wasm") + [0])
        expect(try await install("--version", "0.2.0").status == 0)
        let taken = try await install("--accept-new-key")
        expect(taken.status == 0 && taken.output.contains("verified by 'second'"), "\(taken.transcript)")
        // A packed plugin of the old key is held to the same.
        try await plugin.done("sign", "--no-build-check", "--key", "mykey")
        try await plugin.done("pack", "--no-build-check")
        let file = plugin.folder + "/dist/guard-0.3.0.tar.gz"
        expect(try await kit.refusal("install", file, "--dest", plugins).code == "new-key")
        expect(try await kit.run("install", file, "--dest", plugins, "--accept-new-key").status == 0)
    }

    @Test func aKeyThatIsGoneFromTheTrustRootIsAnotherKey() async throws {
        let plugin = try await prepare()
        try await release("0.1.0", of: plugin)
        expect(try await install().status == 0)
        try await release("0.2.0", by: "second", of: plugin)
        try await kit.done("trust", "remove", "mykey")
        expect(
            try await kit.refusal("install", "guard", place[0], place[1], place[2], place[3]).message.contains(
                "the one in pdk.lock"))
    }

    @Test func aRotationIsFollowed() async throws {
        let plugin = try await prepare()
        try await release("0.1.0", of: plugin)
        expect(try await install().status == 0)
        try await kit.done("key", "rotate", "mykey", "--label", "third")
        try await release("0.2.0", by: "third", of: plugin)
        // Trusted by its file alone, the new key is another one.
        try await kit.done("trust", "add", kit.keysFolder + "/third.pub")
        expect(try await install().status == 1)
        try await kit.done("trust", "remove", "third")
        try await kit.done("trust", "add", kit.keysFolder + "/third.rotation")
        expect(Disk.exists(trust + "/third.rotation"))
        try policy("rotations: ignore")
        expect(try await install().status == 1)
        // A thief of the old key can make a statement, too.
        try policy("keys:\n  mykey:\n    revoked: true")
        expect(try await install().status == 1)
        try policy("names:\n  - match: guard\n    keys: [mykey]")
        expect(try await install().status == 0)
        try Disk.remove(trust + "/policy.yaml")
        expect(try await install().output.contains("unchanged"))
    }

    @Test func anUnsignedReleaseDoesNotTakeTheSignedOnesPlace() async throws {
        let plugin = try await prepare()
        try await release("0.1.0", of: plugin)
        expect(try await install("--no-trust-root").status == 0)
        try await release("0.2.0", of: plugin)
        let text = try Disk.text(registry + "/index.json")
        let index = try JSONValue.parse(text)
        let signature = try #require(index["plugins"]?.elements.first?["signature"]?.string)
        try Disk.remove(registry + "/plugins")
        try Disk.edit(registry + "/index.json", "\"signature\": \"\(signature)\",", "")
        let refused = try await kit.refusal(
            "install", "guard", "--no-trust-root", place[0], place[1], place[2], place[3])
        expect(refused.code == "no-signature" && refused.help.contains("--accept-new-key"), "\(refused)")
        expect(try await install("--no-trust-root", "--accept-new-key").status == 0)
        // Over an unsigned one anything goes.
        try Disk.write(registry + "/index.json", text)
        expect(try await install("--no-trust-root").status == 0)
    }

    // MARK: Policies

    @Test(arguments: [
        ("min_age: 48h", "min_age", "min_age: 0h"), ("origins: [/elsewhere]", "origins", "origins: [/]"),
        ("names:\n  - match: other-*", "names", "names:\n  - match: gu*"),
        ("names:\n  - match: guard\n    keys: [second]", "keys", "names:\n  - match: guard\n    keys: [mykey]"),
        ("names:\n  - match: '*'\n    lowest: 0.1.1", "lowest", "names:\n  - match: '*'\n    lowest: 0.1.0"),
        ("keys:\n  mykey:\n    not_after: 2020-01-01", "not_after", "keys:\n  mykey:\n    not_after: 2099-01-01"),
        (
            "keys:\n  mykey:\n    revoked: {since: 2020-01-01}", "revoked",
            "keys:\n  mykey:\n    revoked: {since: 2099-01-01}"
        ), ("unembedded: refuse", "none", "unembedded: allow"),
    ])
    func aRuleRefusesAndItsTwinDoesNot(rule: String, name: String, twin: String) async throws {
        let plugin = try await prepare()
        try await release("0.1.0", of: plugin)
        try policy(twin)
        let good = try await install()
        expect(good.status == 0 && good.output.contains("verified by 'mykey'"), "\(good.transcript)")
        try policy(rule)
        guard name != "none" else {
            expect(try await install().status == 0)
            return
        }
        let line = 1 + rule.split(separator: "\n").count
        for words in [["install", "guard"] + place, ["install", "guard@0.1.0", "--downgrade"] + place] {
            let result = try await kit.run(words + ["--json"])
            let error = try JSONValue.parse(result.output)["error"]
            expect(result.status == 1 && error?["code"]?.string == "policy-refused", "\(result.transcript)")
            let message = error?["message"]?.string ?? ""
            expect(message.contains("(\(name), "), "\(message)")
            let lines = (2...line).map { "policy.yaml:\($0))" }
            expect(lines.contains { message.contains($0) }, "\(message)")
        }
        // What is installed is held to all but its age and origin.
        let isForInstalls = ["min_age", "origins"].contains(name)
        expect(try await kit.run("verify", plugins).status == (isForInstalls ? 0 : 1))
        expect(try await kit.run("verify", plugins + "/guard.wasm").status == (isForInstalls ? 0 : 1))
        expect(try await kit.run("verify", plugins, "--no-trust-root").status == 0)
    }

    @Test func newPermissionsMustBeMeant() async throws {
        let plugin = try await prepare()
        try await release("0.1.0", of: plugin)
        try await expect(install().status == 0)
        try Disk.edit(plugin.folder + "/plugin.yaml", "build:", "permissions:\n  - kv_write\nbuild:")
        try await release("0.2.0", of: plugin)
        try policy("new_permissions: refuse")
        let refused = try await kit.refusal("install", "guard", place[0], place[1], place[2], place[3])
        expect(refused.code == "policy-refused" && refused.message.contains("kv_write"), "\(refused)")
        expect(refused.message.contains("policy.yaml:2") && refused.help.contains("--allow-new-permissions"))
        expect(try await install("--allow-new-permissions").status == 0)
        expect(try await install("--version", "0.1.0").status == 0)
        // Without the rule the flag is needed, too: for an install, an update and what a lock names.
        try Disk.remove(trust + "/policy.yaml")
        let old = try Disk.tree(plugins)
        func isRefused(_ words: [String], _ comment: Comment) async throws {
            let result = try await kit.run(words + ["--json"])
            let error = try JSONValue.parse(result.output)["error"]
            expect(result.status == 1 && error?["code"]?.string == "new-permissions", "\(result.transcript)")
            expect(error?["message"]?.string?.contains("kv_write") == true, comment)
            expect(error?["help"]?.string?.contains("--allow-new-permissions") == true, comment)
            expect(try Disk.tree(plugins) == old, comment)
        }
        let update = ["update", "guard", "--yes", "--dest", plugins]
        try await isRefused(["install", "guard"] + place, "install")
        try await isRefused(update, "update")
        let shown = try await kit.run("update", "--dry-run", "--dest", plugins)
        expect(shown.status == 0 && shown.output.contains("permissions: +kv_write"), "\(shown.transcript)")
        expect(shown.output.contains("--allow-new-permissions"), "\(shown.transcript)")
        let all = try await kit.run("update", "--yes", "--dest", plugins)
        expect(all.status == 1 && all.output.contains("held back guard"), "\(all.transcript)")
        expect(try Disk.tree(plugins) == old)
        expect(try await kit.run(update + ["--allow-new-permissions"]).status == 0)
        let lock = try Disk.read(plugins + "/pdk.lock")
        for (path, bytes) in old where !path.hasSuffix("/") { try Disk.write(plugins + "/" + path, bytes) }
        try Disk.write(plugins + "/pdk.lock", lock)
        let locked = ["install", "guard", "--locked", "--dest", plugins]
        let refusal = try await kit.run(locked + ["--json"])
        expect(refusal.status == 1 && refusal.output.contains("new-permissions"), "\(refusal.transcript)")
        expect(try await kit.run(locked + ["--allow-new-permissions"]).status == 0)
        // A policy can allow them once for all; then it is said.
        expect(try await install("--version", "0.1.0").status == 0)
        try policy("new_permissions: allow")
        let warned = try await install()
        expect(warned.status == 0 && warned.errors.contains("asks for permissions"), "\(warned.transcript)")
        expect(warned.errors.contains("kv_write"))
    }

    /// A policy may demand that the signature covers the commit that a module was built from.
    @Test func aStatementOfTheSourcesMayBeDemanded() async throws {
        let plugin = try await prepare()
        func git(_ arguments: String...) async throws {
            let who = ["-c", "user.name=a", "-c", "user.email=a@b.invalid", "-c", "commit.gpgsign=false"]
            let result = try await Program("git").run(["-C", plugin.folder] + who + arguments)
            try #require(result.status == 0, "\(result.transcript)")
        }
        func refused(_ arguments: [String]) async throws -> Bool {
            let result = try await kit.run(arguments + ["--json"])
            let text = result.output
            return result.status == 1 && text.contains("policy-refused") && text.contains("unstated, ")
                && text.contains("policy.yaml:2") && text.contains("covers no statement of the commit")
        }
        // Signed outside of a repository.
        try await release("0.1.0", of: plugin)
        try policy("unstated: refuse")
        expect(try await kit.run("trust", "check").status == 0)
        expect(try await refused(["install", "guard"] + place))
        expect(try await refused(["verify", plugin.folder + "/dist/guard.wasm"]))
        try policy("unstated: allow")
        expect(try await install().status == 0)
        try policy("unstated: refuse")
        let audited = try await kit.run("audit", plugins, "--registry", registry)
        expect(audited.status == 1 && audited.output.contains("unstated"), "\(audited.transcript)")
        // Signed beside changes that no commit has.
        try await git("init", "-q")
        try await git("remote", "add", "origin", "https://someone:secret@example.com/guard.git")
        try await git("add", ".")
        try await git("commit", "-qm", "first")
        try await release("0.2.0", of: plugin)
        expect(try await refused(["install", "guard"] + place))
        let dirty = try await kit.document("inspect", plugin.folder + "/dist/guard.wasm")
        expect(dirty["manifest"]?["build"]?["revision"]?.string?.hasSuffix("-dirty") == true)
        // Signed as committed: the release, the packed plugin and the installed one have the statement.
        try plugin.setVersion("0.3.0")
        try await git("commit", "-qam", "third")
        // A file with another time and the same bytes is no change.
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1e9)], ofItemAtPath: plugin.folder + "/plugin.c")
        try await release("0.3.0", of: plugin)
        expect(try await install().status == 0)
        expect(try await kit.run("verify", plugins + "/guard.wasm").status == 0)
        expect(try await kit.run("audit", plugins, "--registry", registry).status == 0)
        try await plugin.done("pack", "--no-build-check", "--out", Scratch.path("guard.tar.gz"))
        let packed = ["install", Scratch.path("guard.tar.gz"), "--dest", Scratch.path("others")]
        expect(try await kit.run(packed).status == 0)
        let build = try await kit.document("inspect", plugins + "/guard.wasm")["manifest"]?["build"]
        expect(build?["source"]?.string == "https://example.com/guard.git" && build?["toolchain"]?.string == "c")
        expect(build?["revision"]?.string?.utf8.count == 40 && build?["tool"]?.string?.hasPrefix("pdk ") == true)
        let shown = try await kit.done("inspect", plugins + "/guard.wasm")
        expect(shown.contains("  built from: ") && shown.contains(" of https://example.com/guard.git, by pdk "))
    }

    /// A newer release that an update would not get is no reason to call what is installed outdated.
    @Test func aReleaseThatThePolicyRefusesMakesNothingOutdated() async throws {
        let plugin = try await prepare()
        try await release("0.1.0", of: plugin)
        expect(try await install().status == 0)
        try await release("0.2.0", by: "second", of: plugin)
        let audit = ["audit", plugins, "--registry", registry]
        try policy("names:\n  - match: guard\n    keys: [mykey, second]")
        let outdated = try await kit.run(audit)
        expect(outdated.status == 1 && outdated.output.contains("is outdated: v0.2.0"), "\(outdated.transcript)")
        try policy("names:\n  - match: guard\n    keys: [mykey]")
        let refused = try await kit.run(audit)
        expect(refused.status == 0 && !refused.output.contains("outdated"), "\(refused.transcript)")
        expect(
            refused.errors.contains("warning: guard v0.2.0 is passed over (keys, "), "\(refused.transcript)")
        expect(refused.errors.contains("is not one of those that may sign it"), "\(refused.transcript)")
        // Permissions that the policy does not let an update ask for.
        try Disk.edit(plugin.folder + "/plugin.yaml", "build:", "permissions:\n  - kv_write\nbuild:")
        try await release("0.3.0", of: plugin)
        try policy("new_permissions: refuse")
        let asking = try await kit.run(audit)
        expect(asking.status == 0 && asking.errors.contains("asks for kv_write"), "\(asking.transcript)")
        try policy("new_permissions: allow")
        expect(try await kit.run(audit).output.contains("is outdated: v0.3.0"))
    }

    /// Where a plugin may come from, and that its registry has to be signed, counts for every command that takes something.
    @Test func originsAndRegistriesCountEverywhere() async throws {
        let plugin = try await prepare()
        try await release("0.1.0", of: plugin)
        expect(try await install().status == 0)
        try await release("0.2.0", of: plugin)
        let module = try Disk.read(plugins + "/guard.wasm")
        func results(_ target: String) async throws -> [Program.Result] {
            try Disk.remove(plugins + "/guard.wasm")
            let locked = try await kit.run("install", "--dest", plugins)
            try Disk.write(plugins + "/guard.wasm", module)
            return [
                locked, try await kit.run("update", "--dry-run", "--dest", plugins),
                try await kit.run("audit", plugins),
                try await kit.run("mirror", registry, Scratch.path(target), "--create"),
            ]
        }
        func refused(_ words: String, _ results: [Program.Result]) {
            for result in results {
                expect(result.status == 1 && (result.output + result.errors).contains(words), "\(result.transcript)")
            }
        }
        func fine(_ results: [Program.Result]) {
            for (number, result) in results.enumerated() {
                // The audit tells of the newer release, and of nothing else.
                let isAudit = number == 2
                expect(result.status == (isAudit ? 1 : 0), "\(result.transcript)")
                if isAudit { expect(result.output.contains("1 finding\n"), "\(result.transcript)") }
            }
        }
        try policy("origins: [/elsewhere]")
        refused("(origins, ", try await results("mirror 1"))
        expect(!Disk.exists(Scratch.path("mirror 1/index.json")))
        try policy("origins: [/]")
        fine(try await results("mirror 2"))
        let readers = [
            ["list", "--registry", registry], ["info", "guard", "--registry", registry],
            ["search", "guard", "--registry", registry], ["outdated", "--dest", plugins],
        ]
        try await kit.done("keygen", "keeper")
        let key = try Disk.text(kit.keysFolder + "/keeper.pub").filter { !$0.isWhitespace }
        try policy("registries:\n  - location: \(registry)\n    key: \(key)")
        refused("has no signature", try await results("mirror 3"))
        for reader in readers {
            let result = try await kit.run(reader)
            expect(result.status == 1 && (result.output + result.errors).contains("has no signature"), "\(reader)")
        }
        try await kit.done("registry", "sign", registry, "--key", "keeper")
        fine(try await results("mirror 4"))
        for reader in readers { try await kit.done(reader) }
    }

    @Test func aMalformedPolicyRefusesAndExplainsItself() async throws {
        let plugin = try await prepare()
        try await release("0.1.0", of: plugin)
        expect(try await install().status == 0)
        try policy("min_age: soon")
        for words in [
            ["install", "guard"] + place, ["verify", plugins], ["policy", "explain", "guard"],
            ["verify", plugins, "--trust-root", trust],
        ] {
            let result = try await kit.run(words + ["--json"])
            let error = try JSONValue.parse(result.output)["error"]
            expect(result.status == 1 && error?["code"]?.string == "invalid-policy", "\(result.transcript)")
            expect(error?["message"]?.string?.contains("policy.yaml:2") == true)
        }
        expect(try await kit.run("trust", "check").output.contains("policy.yaml:2"))
        try policy("names:\n  - match: guard\n    keys: [nobody]")
        let check = try await kit.run("trust", "check")
        expect(
            check.status == 1 && check.output.contains("line 4: the trust root has no key 'nobody'"),
            "\(check.transcript)")
        try policy("names:\n  - match: guard\n    keys: [mykey]")
        expect(try await kit.run("trust", "check").status == 0)
        expect(try await kit.run("verify", plugins).status == 0)
    }

    /// The example on the page, as it stands there.
    @Test func theExampleOfThePageIsRight() async throws {
        let page = try String(contentsOfFile: BuiltProduct.repository + "/Docs/policy.md", encoding: .utf8)
        let text = try #require(page.split(separator: "```yaml\n").dropFirst().first?.split(separator: "```").first)
        try await kit.done("keygen", "acme")
        try await kit.done("keygen", "lab")
        for label in ["acme", "lab"] { try await kit.done("trust", "add", kit.keysFolder + "/\(label).pub") }
        try Disk.write(trust + "/policy.yaml", String(text))
        try await kit.done("trust", "check")
        let acme = try await kit.document("policy", "explain", "acme-guard")
        expect(acme["pattern"]?.string == "acme-*" && acme["refused"] == .bool(false))
        let rules = (acme["rules"]?.elements ?? []).reduce(into: [String: JSONValue]()) {
            $0[$1["rule"]?.string ?? ""] = $1
        }
        expect(rules["lowest"]?["says"]?.string == "v1.2.0" && rules["min_age"]?["says"]?.string == "48h")
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (name, rule) in rules {
            guard let line = rule["line"]?.int else { continue }
            expect(lines[line - 1].contains("\(name):"), "\(name) is not in line \(line)")
        }
        let keys = acme["keys"]?.elements.map { "\($0["label"]?.string ?? "") \($0["accepted"] == .bool(true))" }
        expect(keys == ["acme true", "lab false"])
        expect(try await kit.document("policy", "explain", "other")["refused"] == .bool(true))
        let lab = try await kit.done("policy", "explain", "lab-x")
        expect(
            lab.contains("unsigned: allowed") && lab.contains("laptop stolen") && lab.contains("min_age: 0h"), "\(lab)")
        expect(try await kit.refusal("policy", "explain", "a/b").code == "invalid-name")
        expect(try await kit.document("schema", "policy")["$schema"]?.string?.contains("2020-12") == true)
    }

    /// Every key that the schema knows is one that the reader takes, and the other way round.
    @Test func theSchemaAndTheReaderAgree() async throws {
        try await kit.done("keygen", "acme")
        try await kit.done("trust", "add", kit.keysFolder + "/acme.pub")
        let schema = try await kit.document("schema", "policy")
        try policy("nothing: 1")
        let message = try await kit.refusal("policy", "explain", "x").message
        let known = try #require(message.split(separator: "expected: ").last).split(separator: ", ").map(String.init)
        expect(Set(schema["properties"]?.names ?? []) == Set(known), "\(message)")
        try policy("names:\n  - match: a\n    nothing: 1")
        let inside = try await kit.refusal("policy", "explain", "x").message
        let names = try #require(inside.split(separator: "expected: ").last).split(separator: ", ").map(String.init)
        expect(Set(schema["properties"]?["names"]?["items"]?["properties"]?.names ?? []) == Set(names), "\(inside)")
    }

    @Test func aRefusalNamesTheCommandThatExplainsIt() async throws {
        let plugin = try await prepare()
        try await release("0.1.0", of: plugin)
        try policy("lowest: 1.0.0")
        let refused = try await kit.refusal("install", "guard", place[0], place[1], place[2], place[3])
        expect(refused.help.hasPrefix("pdk policy explain guard --trust-root '\(trust)' "), "\(refused)")
        expect(try await kit.done("policy", "explain", "guard", "--trust-root", trust).contains("lowest: v1.0.0"))
        try policy("lowest: 0.1.0")
        expect(try await install().status == 0)
    }

    @Test func theRuleAgainstUnsignedReleasesIsNamed() async throws {
        _ = try await prepare()
        let unsigned = FakeRegistry("unsigned")
        try await unsigned.write(["guard 0.1.0"])
        let words = ["install", "guard", "--registry", unsigned.path, "--dest", plugins]
        let silent = try await kit.run(words)
        expect(silent.status == 1 && silent.errors.hasPrefix("error: no signature for guard v0.1.0\n"))
        try policy("unsigned: refuse")
        let refused = try await kit.run(words)
        expect(refused.status == 1 && refused.errors.contains("no signature for guard v0.1.0"))
        expect(refused.errors.contains("(unsigned, \(trust)/policy.yaml:2)"), "\(refused.transcript)")
        try policy("unsigned: allow")
        expect(try await kit.run(words).status == 0)
    }

    @Test func aPolicyByAnotherNameIsNotPassedOver() async throws {
        let plugin = try await prepare()
        try await release("0.1.0", of: plugin)
        expect(try await kit.run("trust", "check").status == 0)
        try Disk.write(trust + "/policy.yml", "version: 1\nlowest: 9.0.0\n")
        let checked = try await kit.run("trust", "check")
        expect(checked.status == 1 && checked.output.contains("policy.yml"), "\(checked.transcript)")
        let installed = try await install()
        expect(installed.status == 0 && installed.errors.contains("policy.yml is not used"), "\(installed.transcript)")
        try policy("lowest: 0.1.0")
        expect(try await kit.run("trust", "check").status == 0)
    }

    @Test func originsCountForARegistryOnTheWeb() async throws {
        let plugin = try await prepare()
        try await release("0.1.0", of: plugin)
        try await WebServer.serving(registry) { server in
            let kit = kit.with("SSL_CERT_FILE", server.certificate)
            let words = ["install", "guard", "--registry", server.address, "--dest", plugins]
            try policy("origins:\n  - https://plugins.example.org")
            let refused = try await kit.run(words)
            expect(refused.status == 1 && refused.errors.contains("policy.yaml:2"), "\(refused.transcript)")
            // A plugin's own index names its module with ../../.., which leads to the same server's folder.
            try policy("origins:\n  - \(server.address)")
            let taken = try await kit.run(words)
            expect(taken.status == 0, "\(taken.transcript)")
            try policy("origins:\n  - \(server.address)/plugins")
            expect(try await kit.run(words + ["--version", "0.1.0"]).status == 1)
        }
    }

    /// Publishes everything that there is in the year 2020.
    private func age() throws {
        for path in ["/index.json", "/plugins/gu/ar/guard.json"] {
            let text = try Disk.text(registry + path)
            let old = text.replacing(/"published_at": "[^"]*"/, with: "\"published_at\": \"2020-01-01T00:00:00Z\"")
            try Disk.write(registry + path, old)
        }
    }

    /// Nobody who asks for no version is refused for a release of today: the newest that is old enough is taken.
    @Test func theNewestThatIsOldEnoughIsTaken() async throws {
        let plugin = try await prepare()
        try await release("0.1.0", of: plugin)
        try age()
        try await release("0.2.0", of: plugin)
        try policy("min_age: 48h")
        let first = try await install()
        expect(first.status == 0 && first.output.contains("installed guard v0.1.0"), "\(first.transcript)")
        expect(first.errors.contains("warning: guard v0.2.0 is passed over (min_age, "), "\(first.transcript)")
        expect(first.errors.contains("policy.yaml:2): it was published"), "\(first.transcript)")
        let exact = try await kit.refusal(
            "install", "guard@0.2.0", place[0], place[1], place[2], place[3])
        expect(exact.code == "policy-refused" && exact.message.contains("min_age"), "\(exact)")
        let range = try await kit.run(["install", "guard@^0.1", "--json"] + place)
        expect(range.status == 0 && !range.output.contains("passed over"), "\(range.transcript)")
        let wide = try await kit.run(["install", "guard@>=0.1", "--json"] + place)
        expect(wide.status == 0 && wide.output.contains("passed over"), "\(wide.transcript)")
        let narrow = try await kit.refusal("install", "guard@^0.2", place[0], place[1], place[2], place[3])
        expect(narrow.code == "policy-refused" && narrow.message.contains("v0.2.0 (min_age"), "\(narrow)")

        func row() async throws -> JSONValue? {
            try await kit.document("outdated", "--dest", plugins, status: 0).elements.first
        }
        let held = try await row()
        expect(held?["wanted"]?.string == "0.1.0" && held?["newest"]?.string == "0.2.0", "\(held?.compactText ?? "")")
        expect(held?["passed_over"]?["version"]?.string == "0.2.0")
        expect(try await kit.done("outdated", "--dest", plugins).contains("note: guard v0.2.0 is passed over"))
        for words in [["update", "--yes"], ["update", "guard", "--yes"], ["update", "--dry-run"]] {
            let stays = try await kit.run(words + ["--dest", plugins])
            expect(stays.status == 0 && stays.output.contains("guard stays at 0.1.0: "), "\(stays.transcript)")
            expect(stays.output.contains("guard v0.2.0 is passed over (min_age"), "\(stays.transcript)")
        }
        let audit = try await kit.run("audit", plugins, "--registry", registry, "--json")
        expect(audit.status == 0 && !audit.output.contains("\"outdated\""), "\(audit.transcript)")

        // When it is old enough, it is taken, and the next one is passed over.
        try age()
        try await release("0.3.0", of: plugin)
        let updated = try await kit.run("update", "--yes", "--dest", plugins)
        expect(updated.status == 0 && updated.output.contains("updated guard v0.2.0"), "\(updated.transcript)")
        expect(updated.output.contains("note: guard v0.3.0 is passed over"), "\(updated.transcript)")

        // Nobody is led down by it, and without the rule the newest is taken.
        try policy("min_age: 0h")
        let newest = try await install()
        expect(newest.status == 0 && newest.output.contains("v0.3.0"), "\(newest.transcript)")
        expect(!newest.errors.contains("passed over"))
        try policy("min_age: 48h")
        let down = try await kit.refusal("install", "guard", place[0], place[1], place[2], place[3])
        expect(down.code == "downgrade" && down.message.contains("guard v0.3.0 is passed over"), "\(down)")
        expect(try await install("--downgrade").output.contains("0.3.0 -> 0.2.0"))
        // None is old enough: what is installed stays, and nothing is installed anew.
        try policy("min_age: 5000w")
        expect(try await kit.run("update", "--yes", "--dest", plugins).status == 0)
        expect(
            try await kit.refusal("install", "guard", place[0], place[1], place[2], place[3]).code == "policy-refused")
    }

    /// A mirror that runs every night leaves what is too young for a later night, and says so once.
    @Test func aMirrorLeavesWhatIsTooYoungForLater() async throws {
        let plugin = try await prepare()
        try await release("0.1.0", of: plugin)
        try age()
        for version in ["0.2.0", "0.3.0"] { try await release(version, of: plugin) }
        try policy("min_age: 48h")
        let mirror = ["mirror", registry, "copy"]
        func versions() async throws -> [String] {
            try await kit.document("list", "--registry", "copy").elements.compactMap { $0["version"]?.string }
        }
        let dry = try await kit.run(mirror + ["--dry-run"])
        expect(dry.status == 0 && dry.output.contains("1 to copy, 0 already there, 2 skipped"), "\(dry.transcript)")
        let first = try await kit.run(mirror)
        expect(first.status == 0 && first.output.contains("copied guard v0.1.0"), "\(first.transcript)")
        expect(
            first.errors.contains("warning: 2 releases are passed over for now, too young for the policy (min_age, "))
        expect(first.errors.contains("policy.yaml:2): guard v0.2.0, guard v0.3.0\n"), "\(first.transcript)")
        expect(try await versions() == ["0.1.0"])
        let document = try await kit.document("mirror", registry, "copy")
        expect(document["skipped"]?.int == 2 && document["refused"]?.int == 0, "\(document.compactText)")
        // Later they are old enough.
        try age()
        let later = try await kit.run(mirror)
        expect(later.status == 0 && !later.errors.contains("passed over"), "\(later.transcript)")
        expect(try await versions() == ["0.3.0", "0.2.0", "0.1.0"])
        // Of one that nobody knows the age of, no night is late enough.
        try await release("0.4.0", of: plugin)
        let text = try Disk.text(registry + "/index.json")
        try Disk.write(
            registry + "/index.json", text.replacing(/"published_at": "[^"]*"/, with: "\"published_at\": \"\""))
        let unknown = try await kit.run("mirror", registry, "other", "--create")
        expect(unknown.status == 1 && unknown.output.contains("it is not known when it was published"))
    }

    /// A policy that speaks of a key by its label may refuse everything once the key is gone: that is said at once.
    @Test func theRemovalOfAKeyThatThePolicyNamesIsSaid() async throws {
        _ = try await prepare()
        func remove() async throws -> String {
            let removed = try await kit.run("trust", "remove", "second")
            expect(removed.status == 0, "\(removed.transcript)")
            try await kit.done("trust", "add", kit.keysFolder + "/second.pub")
            return removed.errors
        }
        for rule in ["names:\n  - match: guard\n    keys: [second]", "keys:\n  second:\n    revoked: true"] {
            try policy(rule)
            let said = try await remove()
            expect(said.hasPrefix("warning: ") && said.contains("the trust root has no key 'second'"), "\(said)")
        }
        try policy("min_age: 0h")
        expect(try await remove() == "")
        // A statement that is not followed is a finding, too.
        try await kit.done("key", "rotate", "mykey", "--label", "third")
        try await kit.done("trust", "add", kit.keysFolder + "/third.rotation")
        try await kit.done("trust", "check")
        try Disk.edit(trust + "/third.rotation", "label: third", "label: other")
        let checked = try await kit.run("trust", "check")
        expect(checked.status == 1 && checked.output.contains("third.rotation: it is not followed: "))
    }
}
