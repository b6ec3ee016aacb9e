import Contract
import JourneySupport
import TestSupport
import Testing

/// An OCI registry that lies, and the real program that has to do with it; each lie stands beside the truth.
@Suite(.scratchFolder) struct HostileOCIRegistryTests {
    private static let publishing = ["publish", "--no-test", "--no-build-check"]

    /// A registry with two releases of `guard`, the author's kit and the plugin.
    private func prepare(_ rules: String = "") async throws -> (liar: LyingRegistry, kit: Kit, plugin: Kit) {
        let liar = try await LyingRegistry(), kit = Kit()
        try liar.lie(also: rules)
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        for version in ["0.1.0", "0.2.0"] {
            try await Parties.setVersion(version, of: plugin)
            try await plugin.done(Self.publishing + [liar.registry])
        }
        try await liar.keep()
        return (liar, kit, plugin)
    }

    /// Tries to install; the error, or nil where it was installed, of which nothing is left then.
    private func refusal(_ kit: Kit, _ liar: LyingRegistry) async throws -> Kit.Refusal? {
        let result = try await kit.run(
            "install", "guard", "--registry", liar.registry, "--dest", Scratch.path("plugins"), "--trust-root",
            kit.keysFolder, "--json")
        if result.status == 0 {
            try Disk.remove(Scratch.path("plugins"))
            return nil
        }
        expect(result.status == 1, "\(result.transcript)")
        expect(!Disk.exists(Scratch.path("plugins/guard.wasm")))
        return try Kit.Refusal(of: result)
    }

    @Test func answersThatAreNotWhatWasAskedFor() async throws {
        let (liar, kit, _) = try await prepare()
        defer { liar.end() }
        let none = "sha256:" + String(repeating: "0", count: 64), next = #"; rel=\"next\""]]}"#
        let manifest = #"{"match": "GET .*/manifests/0.2.0", "#, tags = #"{"match": "GET .*/tags/list", "#
        let older = #""body of": "/v2/team/p/guard/manifests/0.1.0""#
        for (rule, words) in [
            (manifest + older + "}", "sha256 mismatch for guard v0.2.0"),
            (
                manifest + older + #", "headers": [["Docker-Content-Digest", "\#(none)"]]}"#,
                "sha256 mismatch for the manifest 0.2.0"
            ),
            (manifest + #""body": "x", "repeat": 9000000}"#, "larger than the limit"),
            (manifest + #""body": "x", "announce": 1099511627776}"#, "larger than the limit"),
            (manifest + #""body": "[", "repeat": 100000}"#, "nests deeper"),
            (manifest + #""body": "{}", "announce": 100}"#, "the answer was interrupted"),
            (#"{"match": "GET .*guard/blobs/", "body": "x", "announce": 15049}"#, "the answer was interrupted"),
            (manifest + #""headers": [["X-A", "a"], ["X-B", "%LONG%"]]}"#, "headers are too large"),
            (tags + #""body": "{\"tags\": [\"a\"]}", "headers": [["Link", "<%PATH%?last=%N%>"# + next, "does not end"),
            (tags + #""body": "{\"tags\": []}", "headers": [["Link", "<%PATH%?last=%N%>"# + next, "does not end"),
            (tags + #""body": "{\"tags\": []}", "headers": [["Link", "<%OTHER%/t>"# + next, "on another server"),
            (tags + #""body": "{\"tags\": [\"../../x\", \"a\\u001bb\"]}"}"#, "is malformed"),
            (tags + #""body": "x", "repeat": 9000000}"#, "larger than the limit"),
            (#"{"match": "GET .*guard/manifests", "status": 429, "headers": [["Retry-After", "9999999999999"]]}"#, ""),
        ] {
            // A line of headers may be long itself.
            try liar.lie(
                rule.replacing("%LONG%", with: String(repeating: "y", count: 65_000)).replacing(
                    #"["X-A", "a"]"#,
                    with: Array(repeating: #"["X-A", "%LONG%"]"#, count: 5).joined(separator: ", ")
                        .replacing("%LONG%", with: String(repeating: "y", count: 65_000))))
            _ = try liar.requests()
            let refused = try await refusal(kit, liar)
            expect(refused?.message.contains(words) ?? words.isEmpty, "\(rule): \(String(describing: refused))")
            let requests = try liar.requests()
            expect(requests.count <= 12, "\(rule)")
            expect(requests.allSatisfy { $0["server"]?.string == "here" }, "\(rule)")
        }
        try liar.lie()
        expect(try await refusal(kit, liar) == nil)
    }

    @Test func manifestsThatLie() async throws {
        let (liar, kit, _) = try await prepare()
        defer { liar.end() }
        let release = try await liar.manifest("/guard", "0.2.0"), index = try await liar.manifest("/guard", "index")
        let size = try #require(
            try JSONValue.parse(release)["layers"]?.elements.first?["size"]?.int)
        let layer = try #require(try JSONValue.parse(release)["layers"]?.elements.first).compactText
        func number(_ size: String) -> String { layer.replacing("\"size\":\(size)", with: "\"size\":") }
        let sized = { (other: Int) in
            release.replacing("\"size\":\(size)", with: "\"size\":\(other)")
        }
        for (manifest, words) in [
            (sized(size - 1), "another size than its manifest says"), (sized(size + 1), "another size"),
            (sized(0), "another size"), (sized(1 << 60), "larger than the limit"), (sized(-1), "is not a manifest"),
            // What a tool calls a file is its own business: the index names the plugin, and the digest is right.
            (release.replacing("\"guard.wasm\"", with: "\"../../../guard.wasm\""), ""),
            (release.replacing("\"guard.wasm\"", with: "\"/etc/passwd\""), ""),
            (release.replacing("\"config\":{", with: "\"config\":{\"urls\":[\"http://127.0.0.1:1/\"],"), ""),
            (
                release.replacing(
                    "\"size\":\(size)",
                    with: "\"size\":\(size),\"urls\":[\"http://127.0.0.1:1/\"],\"data\":\"AAAA\""), ""
            ),
        ] {
            try #require(manifest != release)
            try await liar.put(manifest, "/guard", "0.2.0")
            let refused = try await refusal(kit, liar)
            expect(refused?.message.contains(words) ?? words.isEmpty, "\(manifest): \(String(describing: refused))")
            try await liar.rewind()
        }
        // A plugin's own index that cannot be read is passed over for the whole one.
        for title in ["../index.json", "/etc/passwd", ""] {
            try await liar.put(index.replacing("\"index.json\"", with: "\"\(title)\""), "/guard", "index")
            expect(try await refusal(kit, liar) == nil)
        }
        try await liar.rewind()
        expect(try await refusal(kit, liar) == nil)
        expect(try Disk.names(Scratch.folder).allSatisfy { !$0.hasPrefix("guard.") && $0 != "README.md" })
    }

    /// With the referrers API and without: README and changelog are found, and what else is said to refer is not gone by.
    @Test(arguments: [true, false]) func referrers(isThere: Bool) async throws {
        let (liar, kit, _) = try await prepare(isThere ? "" : ", \"referrers\": false")
        defer { liar.end() }
        let tags = try liar.requests().filter { $0["request"]?.string?.contains("manifests/sha256-") == true }
        expect(tags.isEmpty == isThere)
        let info = ["info", "guard", "--registry", liar.registry]
        expect(try await kit.done(info).contains("Changelog of guard"))
        guard isThere else { return }
        let subject = try #require(
            try liar.requests().compactMap { $0["request"]?.string }.first { $0.contains("/referrers/") })
        let digest = String(subject.split(separator: "/").last?.prefix { $0 != "?" } ?? "")
        let release = try await liar.manifest("/guard", "0.2.0")
        let kind = "application/vnd.oci.image.index.v1+json", ours = "application/vnd.pdk.release.documents.v1"
        func documents(_ title: String, of subject: String, as type: String) async throws -> String {
            let layer = try await liar.put(blob: "evil words", type: "text/markdown", title: title, "/guard")
            let text = """
                {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "artifactType": "\(type)",
                "config": {"mediaType": "application/vnd.oci.empty.v1+json", "digest": "\(digest)", "size": 2},
                "layers": [\(layer)], "subject": {"mediaType": "x/y", "digest": "\(subject)", "size": \(release.utf8.count)}}
                """
            try await liar.put(text, "/guard", "documents")
            let head = try await Program("curl").run([
                "-sI", "--noproxy", "*", "http://\(liar.host)/v2/team/p/guard/manifests/documents",
            ])
            let found = head.output.split(whereSeparator: \.isNewline).first { $0.hasPrefix("Docker-Content-Digest") }
            return """
                {"mediaType": "application/vnd.oci.image.manifest.v1+json", "artifactType": "\(ours)",
                "digest": "\(found?.split(separator: " ").last ?? "")", "size": \(text.utf8.count)}
                """
        }
        let none = "sha256:" + String(repeating: "1", count: 64)
        for (list, isRead) in [
            (try await documents("CHANGELOG.md", of: digest, as: ours), true),
            (try await documents("CHANGELOG.md", of: none, as: ours), false),
            (try await documents("../CHANGELOG.md", of: digest, as: ours), false),
            (
                try await documents("CHANGELOG.md", of: digest, as: "a/b").replacing(ours, with: "a/b"), false
            ),
            (
                (0..<3000).map { number in
                    let digits = String(number, radix: 16)
                    let digest = String(repeating: "0", count: 64 - digits.count) + digits
                    return """
                        {"mediaType": "a/b", "artifactType": "\(ours)", "digest": "sha256:\(digest)", "size": 9}
                        """
                }.joined(separator: ", "), false
            ),
        ] {
            let body = JSONValue.string("{\"schemaVersion\": 2, \"mediaType\": \"\(kind)\", \"manifests\": [\(list)]}")
            try liar.lie(
                """
                {"match": "GET .*/referrers/", "body": \(body.compactText),
                "headers": [["Content-Type", "\(kind)"], ["Link", "<%PATH%?n=%N%>; rel=\\"next\\""]]}
                """)
            _ = try liar.requests()
            expect(try await kit.done(info).contains("evil words") == isRead, "\(list.prefix(300))")
            expect(try liar.requests().count < 60)
        }
    }

    /// Whatever a registry says of where to go on, a login goes nowhere else, and is never shown.
    @Test func loginsStayAtHome() async throws {
        let (liar, kit, plugin) = try await prepare()
        defer { liar.end() }
        try Disk.write(
            Scratch.path("auth.json"), #"{"auths": {"\#(liar.host)": {"username": "u", "password": "correct horse"}}}"#)
        func asked(_ kit: Kit) -> Kit { kit.with("REGISTRY_AUTH_FILE", Scratch.path("auth.json")) }
        let ask =
            #"{"match": " /v2/", "status": 401, "times": 1, "headers": [["WWW-Authenticate", "Basic realm=\"x\""]]}"#
        func redirect(_ match: String, _ target: String) -> String {
            #"{"match": "\#(match)", "status": 307, "headers": [["Location", "\#(target)"]]}"#
        }
        // On the registry itself a redirect is followed, with the login.
        try liar.lie(ask, redirect("GET .*/manifests/0.2.0$", "%PATH%?again"))
        _ = try liar.requests()
        expect(try await refusal(asked(kit), liar) == nil)
        expect(try liar.requests().count { $0["request"]?.string?.hasSuffix("?again") == true } == 1)
        for (rule, words) in [
            (redirect("GET .*/manifests/", "%OTHER%/m"), "a redirect to another server is not followed"),
            (redirect("GET .*/manifests/", "http://u:p@127.0.0.1:1/m?secret"), "not followed"),
            (redirect("GET .*/manifests/", "%PATH%?%N%"), "not followed"),
            (redirect("GET .*/blobs/", "%OTHER%/b"), "which the registry keeps at"),
            (redirect("GET .*/blobs/", "ftp://127.0.0.1/b"), "only http and https"),
        ] {
            try liar.lie(ask, rule)
            let refused = try await refusal(asked(kit), liar)
            expect(refused?.message.contains(words) == true, "\(rule): \(String(describing: refused))")
            expect(refused?.message.contains("correct") == false && refused?.message.contains("secret") == false)
            expect(refused?.message.contains("u:p") == false)
        }
        try await Parties.setVersion("0.3.0", of: plugin)
        for (rule, words) in [
            (redirect("POST .*/blobs/uploads", "%OTHER%/u"), "not followed"),
            (redirect("PUT .*/blobs/uploads", "%OTHER%/u"), "not followed"),
            (redirect("POST .*/blobs/uploads", "%OTHER%/u").replacing("307", with: "202"), "on another server"),
            (redirect("POST .*/blobs/uploads", "//127.0.0.1:1/u").replacing("307", with: "202"), "on another server"),
            (redirect("PUT .*/manifests/", "%OTHER%/u"), "not followed"),
        ] {
            try liar.lie(ask, rule)
            let refused = try await asked(plugin).run(Self.publishing + [liar.registry])
            expect(refused.status == 1 && refused.errors.contains(words), "\(rule): \(refused.transcript)")
            expect(!refused.errors.contains("correct"))
        }
        for (realm, words) in [
            ("http://192.0.2.1/token", "logins are sent only over https"),
            ("https://u:p@127.0.0.1/token", "its token server is https://127.0.0.1/token"),
            ("http://127.0.0.1.example.org/t", "only over https"), ("file:///etc/passwd", "only over https"),
            ("", "only over https"),
            ("%HERE%/token", "does not have permission"),
        ] {
            try liar.lie(
                #"{"match": " /v2/", "status": 401, "headers": [["WWW-Authenticate", "Bearer realm=\"\#(realm)\""]]}"#,
                #"{"match": "GET /token", "body": "{\"token\": \"abc\", \"expires_in\": -1}"}"#)
            _ = try liar.requests()
            let refused = try await refusal(asked(kit), liar)
            expect(refused?.message.contains(words) == true, "\(realm): \(String(describing: refused))")
            expect(refused?.message.contains("u:p") == false && refused?.message.contains("correct") == false)
            expect(try liar.requests().count <= 12, "\(realm)")
        }
        let elsewhere = try liar.requests().filter { $0["server"]?.string == "other" }
        expect(elsewhere.allSatisfy { $0["authorization"]?.string == nil })
        // No proxy stands between a login and this machine.
        try liar.lie(ask)
        expect(try await refusal(asked(kit).with("http_proxy", "http://127.0.0.1:1"), liar) == nil)
    }

    /// Programs that keep logins, and do anything but that.
    @Test func credentialHelpers() async throws {
        let (liar, kit, _) = try await prepare()
        defer { liar.end() }
        let ask =
            #"{"match": " /v2/", "status": 401, "times": 1, "headers": [["WWW-Authenticate", "Basic realm=\"x\""]]}"#
        for (name, script) in [
            ("good", #"grep -q 127.0.0.1: && printf '{"Username": "u", "Secret": "correct horse"}'"#),
            ("rubbish", "head -c 100 /dev/urandom"), ("much", "exec yes"), ("fails", "echo 'boom \u{1B}[31m'; exit 3"),
            ("ends", "kill -9 $$"),
        ] {
            let path = Scratch.path("bin/docker-credential-\(name)")
            try Disk.write(path, "#!/bin/sh\n\(script)\n")
            try #require(try await Program("chmod").run(["755", path]).status == 0)
        }
        let path = try await Program("sh").run(["-c", "printf %s \"$PATH\""]).output
        let helped = kit.with("REGISTRY_AUTH_FILE", Scratch.path("auth.json"))
            .with("PATH", Scratch.path("bin") + ":" + path)
        for (name, words) in [
            ("good", ""), ("rubbish", "did not answer with a Username and a Secret"),
            ("much", "its output is longer than"),
            ("fails", #"docker-credential-fails failed: boom \u{1b}[31m"#), ("ends", "docker-credential-ends failed"),
            ("../good", "its name may have only letters"), ("a/b", "its name may have only letters"),
            ("none", "is not in PATH"),
        ] {
            try Disk.write(
                Scratch.path("auth.json"), "{\"credHelpers\": {\"\(liar.host)\": \"\(name)\"}}")
            try liar.lie(ask)
            let refused = try await refusal(helped, liar)
            expect(refused?.message.contains(words) ?? words.isEmpty, "\(name): \(String(describing: refused))")
            expect(refused == nil || refused?.code == "invalid-login")
        }
    }

    /// A signed index that is older than one that was seen, of another registry, or cut short, is refused.
    @Test func indexesThatAreNotTheNewest() async throws {
        let liar = try await LyingRegistry()
        defer { liar.end() }
        var parties = Parties()
        parties.registry = liar.registry
        let plugin = try await parties.prepare()
        func all() async throws -> [String] {
            [try await liar.manifest("", "index"), try await liar.manifest("/guard", "index")]
        }
        func set(_ manifests: [String]) async throws {
            try await liar.put(manifests[0], "", "index")
            try await liar.put(manifests[1], "/guard", "index")
        }
        let old = try await all()
        try await parties.release("0.2.0", of: plugin)
        let new = try await all(), user = parties.user
        expect(try await user.done("list", "--registry", liar.registry).contains("0.2.0"))
        try await set(old)
        let place = ["install", "guard", "--registry", liar.registry, "--dest", Scratch.path("plugins")]
        let rolledBack = try await user.run(place)
        expect(rolledBack.status == 1 && rolledBack.errors.contains("seen before"), "\(rolledBack.transcript)")
        // Who has seen nothing newer has no reason to refuse it.
        let stranger = Kit(home: Scratch.path("stranger"))
        expect(try await stranger.run("list", "--registry", liar.registry).status == 0)
        try await set(new)
        expect(try await user.done(place).contains("guard v0.2.0"))

        // The index of another signed registry, which is good there.
        var others = Parties()
        others.registry = liar.registry + "/others"
        others.keeper = Kit(home: Scratch.path("another keeper")).with("PDK_WASMTIME", "/nowhere.so")
        try await others.keeper.done("keygen", "registry")
        try await others.keeper.done("registry", "init", others.registry, "--key", "registry")
        let its = try await liar.manifest("/others", "index")
        try await liar.put(its, "", "index")
        let exchanged = try await user.run("list", "--registry", liar.registry)
        expect(exchanged.status == 1, "\(exchanged.transcript)")
        try await set(new)

        // Half of the text, with a digest that fits.
        let layer = try await liar.put(
            blob: "{\"schema_version\": \"1\", \"plugins\": [", type: "application/vnd.pdk.registry.index.v1+json",
            title: "index.json", "")
        let cut = """
            {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "layers": [\(layer)]}
            """
        try await liar.put(cut, "", "index")
        let halved = try await user.run("list", "--registry", liar.registry)
        expect(halved.status == 1, "\(halved.transcript)")
        try await set(new)
        expect(try await user.run("list", "--registry", liar.registry).status == 0)
    }

    /// What nothing names, and what writers have left for each other, goes after an hour; a registry may not remove anything.
    @Test func garbage() async throws {
        let (liar, kit, _) = try await prepare()
        defer { liar.end() }
        let gc = ["registry", "gc", liar.registry]
        expect(try await kit.document("registry", "gc", liar.registry)["paths"]?.elements.isEmpty == true)
        let release = try await liar.manifest("/guard", "0.2.0")
        let created = try #require(
            try JSONValue.parse(release)["annotations"]?["org.opencontainers.image.created"]?.string)
        let unnamed = release.replacing(created, with: "2020-01-01T00:00:00Z").replacing("0.2.0", with: "0.9.0")
        try await liar.put(unnamed, "/guard", "0.9.0")
        // One that names a published release takes nothing of it along.
        let old = "j-1700000000-0123456789abcdef", false_ = "j-1700000000-fedcba9876543210"
        func note(_ id: String) -> String {
            """
            {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "artifactType": "application/vnd.pdk.registry.record.v1", "annotations": {"dev.pdk.mark": "\(id)"}, "layers": []}
            """
        }
        try await liar.put(note(old), "/guard", old)
        try await liar.put(release, "/guard", false_)
        let own = try await liar.manifest("/guard", "index")
        try await liar.put(
            own.replacing("\"dev.pdk.applied\":\"", with: "\"dev.pdk.applied\":\"\(old) \(false_) "), "/guard", "index")
        // Two journals that were closed long ago, and the first one, in which somebody may still look.
        for generation in [1, 2] {
            for tag in [old, "closed"] { try await liar.put(note(tag), "/pdk.journal/g\(generation)", tag) }
        }
        let index = try await liar.manifest("", "index")
        try await liar.put(
            index.replacing("\"dev.pdk.generation\":\"0\"", with: "\"dev.pdk.generation\":\"4\""), "", "index")
        let found = [
            "artifacts/guard/0.9.0/guard.wasm", "marks/guard/\(old)", "marks/guard/\(false_)", "pdk.journal/g1/closed",
            "pdk.journal/g1/\(old)", "pdk.journal/g2/closed", "pdk.journal/g2/\(old)",
        ]
        expect(try await kit.document("registry", "gc", liar.registry)["paths"]?.texts.sorted() == found.sorted())
        try liar.lie(also: ", \"deletes\": false")
        let refused = try await kit.run(gc + ["--apply"])
        expect(refused.status == 1 && refused.errors.contains("deletion is switched off"), "\(refused.transcript)")
        try liar.lie()
        try await kit.done(gc + ["--apply"])
        expect(
            try await kit.document("registry", "gc", liar.registry)["paths"]?.texts == ["marks/guard/\(false_)"])
        let tags = try await Program("curl").run([
            "-s", "--noproxy", "*", "http://\(liar.host)/v2/team/p/guard/tags/list",
        ]).output
        expect(!tags.contains("0.9.0") && !tags.contains(old) && tags.contains("\"0.2.0\""), "\(tags)")
        expect(try await refusal(kit, liar) == nil)
    }
}
