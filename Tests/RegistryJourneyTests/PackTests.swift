import Contract
import TestSupport
import Testing

/// `pdk pack`, `inspect` and `verify` of packed plugins, with the real binary and real tar and openssl.
@Suite(.scratchFolder)
struct PackTests {
    private func pdk(
        _ arguments: [String], in folder: String = Scratch.path("plugin"), _ environment: [String: String] = [:]
    ) async throws -> Program.Result {
        let own = ["HOME": Scratch.folder, "PDK_HOME": Scratch.path("home")]
        return try await Program(BuiltProduct.pdk, environment: own.merging(environment) { $1 }, folder: folder)
            .run(arguments)
    }

    /// A plugin's folder with a module that exports `pre_query` and a function of a hostile name.
    private func makePlugin() throws {
        let manifest = """
            name: mask
            version: 1.2.0
            description: Masks columns
            license: MIT
            hooks:
              - pre_query

            """
        try Scratch.write("plugin/plugin.yaml", manifest)
        try Scratch.write("plugin/dist/mask.wasm", Self.module)
    }

    private static let module: [UInt8] = {
        func section(_ id: UInt8, _ bytes: [UInt8]) -> [UInt8] { [id, UInt8(bytes.count)] + bytes }
        func export(_ name: String) -> [UInt8] { [UInt8(name.utf8.count)] + Array(name.utf8) + [0, 0] }
        let magic: [UInt8] = [0x00, 0x61, 0x73, 0x6D, 1, 0, 0, 0]
        return magic + section(1, [1, 0x60, 2, 0x7F, 0x7F, 1, 0x7E]) + section(3, [1, 0])
            + section(5, [1, 1, 2, 9]) + section(7, [2] + export("pre_query") + export("\u{1B}[2Jevil\u{202E}"))
            + section(10, [1, 4, 0, 0x42, 0, 0x0B])
    }()

    /// Signs with openssl and puts the public key into `trust/acme.pub`.
    private func sign() async throws {
        try Scratch.makeFolder("trust")
        let script = """
            openssl genpkey -algorithm ed25519 -out k.pem &&
            openssl pkey -in k.pem -pubout -outform DER | tail -c 32 | base64 > trust/acme.pub &&
            openssl pkeyutl -sign -rawin -inkey k.pem -in plugin/dist/mask.wasm -out raw &&
            base64 -w 0 raw > plugin/dist/mask.sig
            """
        let made = try await Program("sh").run(["-c", script])
        try #require(made.status == 0, "\(made.transcript)")
    }

    @Test func fromTheFolderToTheVerifiedFile() async throws {
        try makePlugin()
        try await sign()
        let packed = try await pdk(["pack"])
        expect(packed.status == 0 && packed.errors.isEmpty, "\(packed.transcript)")
        expect(packed.output.hasPrefix("packed mask v1.2.0 -> dist/mask-1.2.0.tar.gz\n"))
        let list = try await Program("tar").run(["-tzf", "plugin/dist/mask-1.2.0.tar.gz"])
        expect(list.output == "manifest.json\nplugin.wasm\nplugin.sig\n", "\(list.transcript)")
        let verified = try await pdk(["verify", "dist/mask-1.2.0.tar.gz", "--trust-root", "../trust"])
        expect(verified.status == 0 && verified.output == "OK — signed by acme\n", "\(verified.transcript)")
        let digest = try await pdk(["verify", "dist/mask-1.2.0.tar.gz"])
        expect(digest.status == 0 && digest.output.hasSuffix("  signature: not checked (no trust root)\n"))

        let manifest = try await Program("tar").run(["-xzOf", "plugin/dist/mask-1.2.0.tar.gz", "manifest.json"])
        let inspected = try await pdk(["inspect", "dist/mask-1.2.0.tar.gz", "--quiet"])
        expect(inspected.status == 0 && inspected.output == manifest.output, "\(inspected.transcript)")
        let root = try JSONDocument(parsing: inspected.output).root
        expect(root["description"]?.string == "Masks columns" && root["license"]?.string == "MIT")
        expect(root["hooks"]?.elements.compactMap(\.string) == ["pre_query"])
        let more = try JSONDocument(parsing: try await pdk(["inspect", "dist/mask-1.2.0.tar.gz", "--json"]).output).root
        expect(more["manifest"]?["name"]?.string == "mask" && more["digests_match"]?.bool == true)
        expect(more["module"]?["hooks"]?.elements.compactMap(\.string) == ["pre_query"])
    }

    @Test func hostsOwnCommandLineWorksAnywhere() async throws {
        try makePlugin()
        try await sign()
        let packed = try await pdk(
            [
                "pack", "--wasm", "plugin/dist/mask.wasm", "--name", "other", "--version", "2.0", "--description", "d",
                "--license", "L", "--hooks", "pre_query,route", "--sig", "plugin/dist/mask.sig", "--out", "o.tar.gz",
            ], in: Scratch.folder)
        expect(packed.status == 0, "\(packed.transcript)")
        expect(packed.errors == "warning: the hook 'route' is declared, but the module exports no function 'route'\n")
        let root = try JSONDocument(parsing: try await pdk(["inspect", "../o.tar.gz"]).output).root
        expect(root["name"]?.string == "other" && root["version"]?.string == "2.0")
        expect(root["hooks"]?.elements.compactMap(\.string) == ["pre_query", "route"])
        let verified = try await pdk(["verify", "../o.tar.gz", "--trust-root", "../trust"])
        expect(verified.output == "OK — signed by acme\n", "\(verified.transcript)")
        // In the folder of a plugin of another name, that plugin's manifest says nothing of this one.
        let foreign = try await pdk(
            ["pack", "--wasm", "dist/mask.wasm", "--name", "other", "--version", "2.0", "--out", "../p.tar.gz"])
        expect(foreign.status == 0, "\(foreign.transcript)")
        let bare = try JSONDocument(parsing: try await pdk(["inspect", "../p.tar.gz"]).output).root
        expect(bare["description"]?.string == "" && bare["hooks"]?.elements.isEmpty == true)
        expect(bare["signature_sha256"]?.kind == .null)
        expect(foreign.errors.contains("mask.sig was not used; to use it, give --sig"))
    }

    /// No hook is dropped without a word, however the list is written.
    @Test(arguments: ["pre_query,route", "pre_query, route", "pre_query route", " pre_query ,, route ,"])
    func everyHookOfTheListIsPacked(hooks: String) async throws {
        try makePlugin()
        let packed = try await pdk(["pack", "--hooks", hooks, "--json"])
        expect(packed.status == 0, "\(packed.transcript)")
        let report = try JSONDocument(parsing: packed.output).root
        expect(report["hooks"]?.elements.compactMap(\.string) == ["pre_query", "route"])
    }

    @Test(arguments: ["--wasm", "--name", "--version", "--out"])
    func outsideOfAPluginTheMissingOptionIsNamed(option: String) async throws {
        try makePlugin()
        let all = [("--wasm", "plugin/dist/mask.wasm"), ("--name", "x"), ("--version", "1.0.0"), ("--out", "x.tar.gz")]
        let given = all.filter { $0.0 != option }.flatMap { [$0.0, $0.1] }
        let result = try await pdk(["pack"] + given, in: Scratch.folder)
        expect(result.status == 2 && result.errors.hasPrefix("error: missing \(option):"), "\(result.transcript)")
        expect(!Scratch.exists("x.tar.gz"))
    }

    @Test func sameInputGivesTheSameFile() async throws {
        try makePlugin()
        let epoch = ["SOURCE_DATE_EPOCH": "1777204800"]
        _ = try await pdk(["pack", "--out", "../a.tar.gz"], epoch)
        _ = try await pdk(["pack", "--out", "../b.tar.gz"], epoch)
        expect(try Scratch.read("a.tar.gz") == Scratch.read("b.tar.gz"))
        let inspected = try await pdk(["inspect", "../a.tar.gz"])
        expect(inspected.output.contains("\"packed_at\": \"2026-04-26T12:00:00Z\""))
        for wrong in ["-1", "now", "1e3", "99999999999999999999", "8589934592", "1 "] {
            let result = try await pdk(["pack", "--out", "../c.tar.gz"], ["SOURCE_DATE_EPOCH": wrong])
            expect(result.status == 1 && result.errors.contains("SOURCE_DATE_EPOCH"), "\(result.transcript)")
        }
        expect(!Scratch.exists("c.tar.gz"))
    }

    @Test func staleSignatureIsNoticedWhereThereAreKeysToTry() async throws {
        try makePlugin()
        _ = try await pdk(["keygen", "acme"])
        _ = try await pdk(["sign"])
        let fresh = try await pdk(["pack"])
        expect(fresh.status == 0 && fresh.errors.isEmpty, "\(fresh.transcript)")
        try Scratch.write("plugin/dist/mask.wasm", Self.module + [0, 2, 1, 0x78])
        let stale = try await pdk(["pack"])
        expect(stale.errors.contains("it may be from an earlier build"), "\(stale.transcript)")
        let verified = try await pdk(["verify", "dist/mask-1.2.0.tar.gz", "--trust-root", "../home/keys"])
        expect(verified.status == 1 && verified.errors.contains("signature verification failed"))
    }

    @Test func changedFileIsRefusedAndShownAsSuch() async throws {
        try makePlugin()
        try await sign()
        _ = try await pdk(["pack", "--out", "../a.tar.gz"])
        let script = """
            mkdir x && tar -xzf a.tar.gz -C x && printf x >> x/plugin.wasm &&
            tar -czf b.tar.gz -C x manifest.json plugin.wasm plugin.sig && tar -czf c.tar.gz -C x .
            """
        try #require(try await Program("sh").run(["-c", script]).status == 0)
        for trust in [[], ["--trust-root", "../trust"]] {
            let result = try await pdk(["verify", "../b.tar.gz"] + trust)
            expect(result.status == 1 && result.errors.contains("sha256 mismatch"), "\(result.transcript)")
        }
        let inspected = try await pdk(["inspect", "../b.tar.gz"])
        expect(inspected.output.contains("\"mask\"") && inspected.errors.contains("sha256 mismatch"))
        let whole = try await pdk(["verify", "../c.tar.gz", "--json"])
        let error = try JSONDocument(parsing: whole.output).root["error"]
        expect(whole.status == 1 && error?["code"]?.string == "pack-malformed", "\(whole.transcript)")
    }

    @Test func moduleIsDescribedWithoutSteeringTheTerminal() async throws {
        try makePlugin()
        try await sign()
        let result = try await pdk(["inspect", "dist/mask.wasm"])
        expect(result.status == 0 && result.errors.isEmpty, "\(result.transcript)")
        for line in [
            "  size: \(Self.module.count) bytes", "  signature: dist/mask.sig (not checked; check it with: pdk verify)",
            "  hooks: pre_query", "  memory: 2 pages of 64 KiB, at most 9", "  imports: none",
            "    pre_query: function (i32, i32) -> i64", "    \\u{1b}[2Jevil\\u{202e}: function (i32, i32) -> i64",
            "    code: 6 bytes",
        ] {
            expect(result.output.split(separator: "\n").contains(Substring(line)), "\(line): \(result.output)")
        }
        let root = try JSONDocument(parsing: try await pdk(["inspect", "dist/mask.wasm", "--json"]).output).root
        expect(root["exports"]?.elements.last?["name"]?.string == "\u{1B}[2Jevil\u{202E}")
        expect(root["memories"]?.elements.first?["maximum_pages"]?.int == 9)
    }

    @Test func withoutLibarchiveTheErrorNamesThePackage() async throws {
        try makePlugin()
        _ = try await pdk(["pack"])
        try Scratch.write("lib/libarchive.so.13", "")
        for verb in [["pack"]] {
            let result = try await pdk(verb, ["LD_LIBRARY_PATH": Scratch.path("lib")])
            expect(result.status == 1 && result.errors.contains("cannot load libarchive"), "\(result.transcript)")
            expect(
                result.errors.hasSuffix("help: install the Debian package libarchive13: apt-get install libarchive13\n")
            )
        }
    }

    @Test func whatIsNeitherIsRefused() async throws {
        try makePlugin()
        try Scratch.write("text", "hello")
        try Scratch.write("cut.wasm", Array(Self.module.dropLast(3)))
        let text = try await pdk(["inspect", "../text"])
        expect(text.status == 1 && text.errors.contains("neither a WebAssembly module nor"), "\(text.transcript)")
        let cut = try await pdk(["inspect", "../cut.wasm"])
        expect(cut.status == 1 && cut.errors.contains("not a valid WebAssembly module"), "\(cut.transcript)")
        let sig = try await pdk(["verify", "x.tar.gz", "--sig", "y"])
        expect(sig.status == 2 && sig.errors.contains("--sig"), "\(sig.transcript)")
        let unbuilt = try await pdk(["pack", "--wasm", "nothing.wasm"])
        expect(unbuilt.status == 1 && unbuilt.errors.contains("no such file"), "\(unbuilt.transcript)")
        for version in ["../../x", "", "1/2", "1\n"] {
            let result = try await pdk(["pack", "--version", version])
            expect(result.status == 1 && result.errors.contains("is not a version"), "\(result.transcript)")
        }
    }
}
