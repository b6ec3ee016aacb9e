import Contract
import JourneySupport
import TestSupport
import Testing

/// Registries in an object store: SeaweedFS and moto, with every request signed and its conditions honoured.
@Suite(.scratchFolder, .serialized, .firstInLine) struct ObjectStoreTests {
    /// A signed plugin called `guard`.
    private func plugin(_ kit: Kit, _ name: String = "guard") async throws -> Kit {
        try await Workshop.shared.copyOfGuard(kit, to: name)
    }

    private static let publishing = ["publish", "--no-test", "--no-build-check"]

    @Test(arguments: ObjectStore.Maker.allCases) func aRegistryLivesInABucket(of maker: ObjectStore.Maker) async throws
    {
        let store = try await ObjectStore(maker), kit = store.kit(), registry = store.registry
        defer { store.end() }
        let plugin = try await plugin(kit)
        let first = try await plugin.document("publish", "--no-test", "--no-build-check", registry)
        expect(first["new_registry"] == .bool(true) && first["index"]?.string == registry + "/index.json")
        expect(first["module"]?.string == registry + "/artifacts/guard/0.1.0/guard.wasm")
        expect(
            try await plugin.refusal("publish", "--no-test", "--no-build-check", registry).code == "already-published")
        try await plugin.done(Self.publishing + [registry, "--skip-existing"])
        try await Parties.setVersion("0.2.0", of: plugin)
        try await plugin.done(Self.publishing + [registry])

        expect(try await kit.done("list", "--registry", registry).hasPrefix("guard  0.2.0  signed"))
        let place = ["--registry", registry, "--dest", Scratch.path("plugins"), "--trust-root", kit.keysFolder]
        expect(try await kit.done(["install", "guard"] + place).contains("installed guard v0.2.0"))
        try await kit.done("yank", "guard", "0.2.0", "--registry", registry, "--reason", "leaks")
        expect(try await kit.done(["install", "guard", "--downgrade"] + place).contains("0.2.0 -> 0.1.0"))
        try await kit.verify(registry, versions: 2, trustRoot: kit.keysFolder)

        // The pages of its catalogue say where the store is.
        try await kit.done("site", registry, Scratch.path("site"))
        let page = try Disk.text(Scratch.path("site/catalogue/guard.html"))
        expect(page.contains(" --endpoint \(store.endpoint) --dest plugins"), "\(page)")

        // A plugin's own index that somebody has removed is found, and written again.
        let object = registry.dropFirst(5) + "/plugins/gu/ar/guard.json"
        let gone = try await Program("curl").run([
            "-sS", "-f", "-X", "DELETE", "--user", "AKIDPUB:secret/with+chars=", "--aws-sigv4", "aws:amz:us-east-1:s3",
            store.endpoint + "/" + object.replacing(" ", with: "%20"),
        ])
        expect(gone.status == 0, "\(gone.transcript)")
        let missing = try await kit.run("registry", "verify", registry)
        expect(missing.status == 1 && missing.output.contains("guard.json: it is missing"), "\(missing.transcript)")
        try await kit.done("registry", "gc", registry, "--apply")
        expect(try await kit.run("registry", "verify", registry).status == 0)

        // Any client of S3 reads it as the folder that it is.
        try Disk.write(
            Scratch.path("s3cfg"),
            """
            [default]
            access_key = AKIDREAD
            secret_key = only to read
            host_base = \(store.endpoint.dropFirst(7))
            host_bucket = \(store.endpoint.dropFirst(7))
            use_https = False
            """)
        try Disk.makeFolder(Scratch.path("copy"))
        let s3cmd = try await Program("s3cmd", environment: ["HOME": Scratch.folder]).run([
            "-c", Scratch.path("s3cfg"), "--no-progress", "get", "-r", registry + "/", Scratch.path("copy/"),
        ])
        expect(s3cmd.status == 0, "\(s3cmd.transcript)")
        let files = try Disk.tree(Scratch.path("copy")).keys.filter { !$0.hasSuffix("/") }.sorted()
        expect(
            files.filter { !$0.hasSuffix(".md") && !$0.hasSuffix("about.json") } == [
                "artifacts/guard/0.1.0/guard.wasm", "artifacts/guard/0.2.0/guard.wasm", "index.json",
                "plugins/gu/ar/guard.json",
            ])
        try await kit.verify(Scratch.path("copy"), versions: 2, trustRoot: kit.keysFolder)

        // Of several who publish at once, nobody overwrites what another has done.
        var publishers: [Kit] = []
        for version in ["0.3.0", "0.4.0", "0.5.0", "0.6.0"] {
            publishers.append(try await self.plugin(kit, "guard " + version))
            try await Parties.setVersion(version, of: publishers[publishers.count - 1])
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for publisher in publishers { group.addTask { try await publisher.done(Self.publishing + [registry]) } }
            try await group.waitForAll()
        }
        try await kit.verify(registry, versions: 6, trustRoot: kit.keysFolder)
    }

    /// What a publish, an install by name and a list cost in requests does not grow.
    @Test func requestsAreFew() async throws {
        let store = try await ObjectStore(), kit = store.kit(), registry = store.registry
        defer { store.end() }
        let plugin = try await plugin(kit)
        let counts = try await Parties.costs(
            ofPublishing: ["0.1.0", "0.2.0", "0.3.0", "0.4.0"], of: plugin, to: registry, store.requests)
        expect(counts[1...].allSatisfy { $0 == 10 }, "\(counts)")
        try await kit.done(
            "install", "guard", "--registry", registry, "--dest", Scratch.path("plugins"), "--trust-root",
            kit.keysFolder)
        let install = try store.requests()
        expect(install.count == 2, "\(install.map(\.compactText))")
        expect(install.allSatisfy { $0["signed"] == .bool(true) })
        // Nothing is left of how it was made.
        let listed = try await kit.document("registry", "gc", registry)
        expect(listed["paths"]?.elements.isEmpty == true)
    }

    @Test func manyPublishAtOnce() async throws {
        let store = try await ObjectStore(), kit = store.kit(), registry = store.registry
        defer { store.end() }
        let count = 10
        try await Parties.publishAtOnce(count, by: kit, to: registry)
        _ = try store.requests()
        let installed = try await kit.document(
            "install", "guard", "--registry", registry, "--dest", Scratch.path("plugins"))
        expect(installed["version"]?.string == "0.\(count).0")
        expect(try store.requests().count == 2, "nobody has left a plugin's own index marked as being changed")
    }

    /// A publisher that is killed at any of its writes leaves a registry that reads right and can be published to.
    @Test(arguments: ["before", "after"]) func aKilledPublisherLeavesNothingWrong(when: String) async throws {
        let store = try await ObjectStore(), kit = store.kit(), registry = store.registry
        defer { store.end() }
        let plugin = try await plugin(kit)
        try await plugin.done(Self.publishing + [registry])
        var kills = 0
        for number in 1...7 {
            let version = "0.2.\(number)"
            try await Parties.setVersion(version, of: plugin)
            let killed = try await store.proxy.run(
                Self.publishing + [registry], by: plugin, killedAt: number, when)
            guard killed.status != 0 else { break }
            kills += 1
            // The index and what installs by name get agree, whatever the plugin's own index still says.
            let listed = try await kit.document("list", "--registry", registry)
            let newest = listed.elements.first?["version"]?.string
            let installed = try await kit.document(
                "install", "guard", "--registry", registry, "--dest", Scratch.path("plugins \(number)"),
                "--trust-root", kit.keysFolder)
            expect(installed["version"]?.string == newest, "\(when) write \(number)")
            try await plugin.done(Self.publishing + [registry, "--skip-existing"])
            if newest != version { try await kit.done("registry", "verify", registry) }
        }
        expect(kills == 7)
        try await Parties.setVersion("0.3.0", of: plugin)
        try await plugin.done(Self.publishing + [registry])
        try await kit.verify(registry, versions: 9, trustRoot: kit.keysFolder)
    }

    /// Answers that are lost, cut or changed, and a store that is busy for a while.
    @Test func aStoreThatDoesWrong() async throws {
        let store = try await ObjectStore(), kit = store.kit(), registry = store.registry
        defer { store.end() }
        let plugin = try await plugin(kit)
        try await plugin.done(Self.publishing + [registry])
        // Every write in turn is done without an answer: it is tried again, and found to have been done.
        for number in 1...7 {
            try await Parties.setVersion("0.2.\(number)", of: plugin)
            try store.proxy.set("{\"lose\": \(number)}")
            try await plugin.done(Self.publishing + [registry])
        }
        try store.proxy.set("{\"fail\": 503, \"times\": 2, \"only\": \"PUT\"}")
        try await Parties.setVersion("0.3.0", of: plugin)
        try await plugin.done(Self.publishing + [registry])
        try store.proxy.set("{\"fail\": 500, \"times\": 2, \"only\": \"GET\"}")
        expect(try await kit.done("list", "--registry", registry).hasPrefix("guard  0.3.0"))
        try store.proxy.set("{}")
        try await kit.verify(registry, versions: 9, trustRoot: kit.keysFolder)

        let place = ["--registry", registry, "--dest", Scratch.path("plugins"), "--trust-root", kit.keysFolder]
        func refusal(_ mode: String) async throws -> String {
            try store.proxy.set(mode)
            let result = try await kit.run(["install", "guard", "--json"] + place)
            expect(result.status == 1, "\(result.transcript)")
            return try JSONValue.parse(result.output)["error"]?["code"]?.string ?? ""
        }
        expect(try await refusal("{\"cut\": \"artifacts\"}") == "artifact-unavailable")
        expect(try await refusal("{\"lie\": \"artifacts\"}") == "sha256-mismatch")
        expect(try await refusal("{\"fail\": 500, \"times\": 100}") == "store-refused")
        // A redirect is not followed, so no key goes where it leads.
        let elsewhere = try await ObjectStore()
        defer { elsewhere.end() }
        _ = try elsewhere.requests()
        expect(try await refusal("{\"redirect\": \"\(elsewhere.endpoint)\"}") == "store-refused")
        expect(!Disk.exists(Scratch.path("plugins/guard.wasm")))
        try store.proxy.set("{}")
        try await kit.done(["install", "guard"] + place)
    }

    @Test func aWrongKeyIsSaidInWords() async throws {
        let store = try await ObjectStore(), kit = store.kit(), registry = store.registry
        defer { store.end() }
        let plugin = try await plugin(kit)
        try await plugin.done(Self.publishing + [registry])
        func list(_ kit: Kit, _ registry: String) async throws -> Kit.Refusal {
            try await kit.refusal("list", "--registry", registry)
        }
        let secret = try await list(kit.with("AWS_SECRET_ACCESS_KEY", "hidden/word"), registry)
        expect(
            secret.code == "store-refused" && secret.message.contains("the secret does not belong to the access key"))
        expect(!(secret.message + secret.help).contains("hidden/word"), "\(secret)")
        let unknown = try await list(kit.with("AWS_ACCESS_KEY_ID", "AKIDNOBODY"), registry)
        expect(unknown.message.contains("does not know the access key") && unknown.message.contains("403"))
        expect(!(unknown.message + unknown.help).contains("AKIDNOBODY"))
        let nobody = try await list(kit.with("AWS_ACCESS_KEY_ID", ""), registry)
        expect(nobody.message.contains("requires an access key"), "\(nobody)")
        let bucket = try await list(kit, "s3://no-such-bucket/x")
        expect(bucket.message.contains("no such bucket"), "\(bucket)")
        let prefix = try await list(kit, "s3://plugins/nothing")
        expect(prefix.code == "index-unavailable", "\(prefix)")
        // Who may only read reads, and publishes nothing.
        let reader = kit.with("AWS_ACCESS_KEY_ID", "AKIDREAD").with("AWS_SECRET_ACCESS_KEY", "only to read")
        expect(try await reader.done("list", "--registry", registry).contains("guard"))
        let yank = try await reader.refusal("yank", "guard", "0.1.0", "--registry", registry, "--reason", "x")
        expect(yank.code == "store-refused" && yank.message.contains("403"), "\(yank)")

        // The same key out of the files that the tools of AWS use.
        var bare = kit
        bare.environment = kit.environment.filter { !$0.key.hasPrefix("AWS_") }
        try Disk.write(
            kit.home + "/.aws/credentials",
            """
            [default]
            aws_access_key_id = AKIDNOBODY
            aws_secret_access_key = nothing
            [team a]
            aws_access_key_id = AKIDPUB
            aws_secret_access_key = secret/with+chars=
            aws_session_token = a/token+of=mine
            """)
        try Disk.write(kit.home + "/.aws/config", "[profile team a]\nregion = eu-central-1\n")
        expect(try await bare.run("list", "--registry", registry, "--endpoint", store.endpoint).status == 1)
        _ = try store.requests()
        expect(
            try await bare.with("AWS_PROFILE", "team a").run(
                "list", "--registry", registry, "--endpoint", store.endpoint
            ).errors.contains("a/token+of=mine") == false)
        expect(try store.requests().last?["token"]?.string == "a/token+of=mine")
        // A key of the environment goes before that of a profile; a profile that is not there is not passed over.
        try await kit.with("AWS_PROFILE", "team a").done("list", "--registry", registry)
        let missing = try await list(
            bare.with("AWS_PROFILE", "nobody").with("AWS_ENDPOINT_URL", store.endpoint), registry)
        expect(missing.message.contains("there is no profile 'nobody'"), "\(missing)")
        try Disk.write(kit.home + "/.aws/config", "[profile sso]\nsso_session = x\n")
        let indirect = try await list(
            bare.with("AWS_PROFILE", "sso").with("AWS_ENDPOINT_URL", store.endpoint), registry)
        expect(indirect.message.contains("requires an access key"), "\(indirect)")
        expect(indirect.help.contains("aws configure export-credentials --profile sso"), "\(indirect)")
        // Without an endpoint it is AWS.
        let elsewhere = try await list(bare.with("https_proxy", "http://127.0.0.1:1"), registry)
        expect(elsewhere.help.contains("--endpoint or AWS_ENDPOINT_URL"), "\(elsewhere)")
        let plain = store.endpoint.replacing("http:", with: "https:")
        let secure = try await kit.refusal("list", "--registry", registry, "--endpoint", plain)
        expect(secure.message.contains("the server does not speak https"), "\(secure)")
        let usage = try await kit.run("list", "--registry", registry, "--endpoint", "s3.example.org")
        expect(usage.status == 2)
        for address in [
            "s3:///x", "s3://AKID:pass@plugins/x", "s3://AKID:pass/pass@plugins/x", "oci://user:pass@127.0.0.1/x",
            "ftp://u:pass@h/x",
        ] {
            let wrong = try await kit.run("list", "--registry", address)
            expect(wrong.status == 2 && !wrong.errors.contains("pass"), "\(wrong.transcript)")
            expect(!wrong.errors.contains(".\n"), "\(wrong.transcript)")
        }
    }

    /// An index is the word of whoever may write it: it names nothing outside of its registry.
    @Test func anIndexNamesNothingElsewhere() async throws {
        let store = try await ObjectStore(), kit = store.kit(), registry = store.registry
        defer { store.end() }
        let plugin = try await plugin(kit)
        try await plugin.done(Self.publishing + [registry])
        let s3cmd = Program(
            "s3cmd", environment: ["HOME": Scratch.folder])
        let place = store.endpoint.dropFirst(7)
        let options = [
            "--access_key=AKIDPUB", "--secret_key=secret/with+chars=", "--host=\(place)", "--host-bucket=\(place)",
            "--no-ssl", "--force", "-q",
        ]
        let text = try await s3cmd.run(options + ["get", registry + "/index.json", Scratch.path("index.json")])
        try #require(text.status == 0, "\(text.transcript)")
        let index = try Disk.text(Scratch.path("index.json"))
        for (artifact, code) in [
            ("../other/guard.wasm", "index-malformed"), ("/etc/hostname", "index-malformed"),
            ("file:///etc/hostname", "index-malformed"), ("\(store.endpoint)/plugins/x.wasm", "other-origin"),
            ("artifacts/none.wasm", "artifact-unavailable"),
        ] {
            try Disk.write(
                Scratch.path("index.json"),
                index.replacing("\"artifacts/guard/0.1.0/guard.wasm\"", with: "\"\(artifact)\""))
            let put = try await s3cmd.run(options + ["put", Scratch.path("index.json"), registry + "/x/index.json"])
            try #require(put.status == 0, "\(put.transcript)")
            let refused = try await kit.refusal(
                "install", "guard", "--registry", registry + "/x", "--dest", Scratch.path("plugins"))
            expect(refused.code == code, "\(artifact): \(refused)")
        }
    }

    /// A store that overwrites what it was to keep is found out before anything is published there.
    @Test func aStoreWithoutConditionsIsRefused() async throws {
        let data = Scratch.path("data")
        try Disk.makeFolder(data + "/plugins")
        let script = """
            import socket, subprocess, sys, os
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
            open(sys.argv[1] + " new", "w").write(str(port))
            os.rename(sys.argv[1] + " new", sys.argv[1])
            os.execv(sys.argv[2], [sys.argv[2], "serve", "--host", "127.0.0.1", "--port", str(port), "--data-dir", "data"])
            """
        let server = try Program(
            "python3", environment: ["NANIO_ACCESS_KEY": "AKIDPUB", "NANIO_SECRET_KEY": "secret"]
        ).start(
            [
                "-c", script, Scratch.path("ready"), BuiltProduct.repository + "/.build-python/bin/nanio",
            ], output: "nanio output")
        defer { server.end() }
        let port = try await Scratch.port(in: Scratch.path("ready"), of: server)
        let kit = Kit().with("AWS_ACCESS_KEY_ID", "AKIDPUB").with("AWS_SECRET_ACCESS_KEY", "secret")
        let plugin = try await plugin(kit)
        let endpoint = "http://127.0.0.1:\(port)"
        // It takes a moment to listen.
        var listing = try await kit.run("list", "--registry", "s3://plugins/x", "--endpoint", endpoint)
        while listing.errors.contains("onnect") {
            try #require(server.isRunning)
            listing = try await kit.run("list", "--registry", "s3://plugins/x", "--endpoint", endpoint)
        }
        for arguments in [Self.publishing, Self.publishing + ["--dry-run"]] {
            let refused = try await plugin.run(arguments + ["s3://plugins/x", "--endpoint", endpoint])
            expect(refused.status == 1 && refused.errors.contains("If-None-Match"), "\(refused.transcript)")
        }
        expect(try Disk.tree(data).keys.allSatisfy { !$0.contains("index.json") && !$0.contains("artifacts") })
    }

    /// AWS addresses a bucket by its name in front of the store's, but one with dots in its path, for its certificate.
    @Test(arguments: [("team-plugins", "team-plugins.s3."), ("team.plugins", "s3.")])
    func bucketsOfAWSAreAddressedByName(bucket: String, beginning: String) async throws {
        let server = try Program("python3").start([
            BuiltProduct.repository + "/Tests/Support/aws_stub.py", Scratch.path("aws"),
        ])
        defer { server.end() }
        let port = try await Scratch.port(in: Scratch.path("aws/ready"), of: server)
        let kit = Kit().with("AWS_ACCESS_KEY_ID", "AKIDPUB").with("AWS_SECRET_ACCESS_KEY", "secret")
            .with("AWS_REGION", "eu-central-1").with("https_proxy", "http://127.0.0.1:\(port)")
            .with("SSL_CERT_FILE", Scratch.path("aws/ca.pem"))
        let plugin = try await plugin(kit), registry = "s3://\(bucket)/a team"
        try await plugin.done(Self.publishing + [registry])
        let place = ["--registry", registry, "--dest", Scratch.path("plugins"), "--trust-root", kit.keysFolder]
        expect(try await kit.done(["install", "guard"] + place).contains("installed guard v0.1.0"))
        let log = try Disk.text(Scratch.path("aws/log")).split(separator: "\n").map { try JSONValue.parse(String($0)) }
        expect(log.allSatisfy { $0["host"]?.string == beginning + "eu-central-1.amazonaws.com" }, "\(log)")
        let path = (beginning == "s3." ? "/\(bucket)" : "") + "/a%20team/index.json"
        expect(log.contains { $0["request"]?.string == "PUT \(path)" }, "\(log.map(\.compactText))")
        let wrong = try await kit.with("AWS_SECRET_ACCESS_KEY", "wrong").refusal("list", "--registry", registry)
        expect(wrong.message.contains("403"), "\(wrong)")
        // The one of curl comes first, as its help says.
        let other = try await kit.with("CURL_CA_BUNDLE", "/etc/ssl/certs/ca-certificates.crt")
            .refusal("list", "--registry", registry)
        expect(other.message.contains("certificate") && other.help.contains("CURL_CA_BUNDLE"), "\(other)")
        try await kit.with("CURL_CA_BUNDLE", Scratch.path("aws/ca.pem")).with("SSL_CERT_FILE", "/nowhere.pem")
            .done("list", "--registry", registry)
    }
}
