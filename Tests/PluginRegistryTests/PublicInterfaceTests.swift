import Basics
import Contract
import PluginRegistry
import TestSupport
import Testing

/// What a Swift host outside of this package can write and do; it sees only what is public.
@Suite(.scratchFolder) struct PublicInterfaceTests {
    /// The rooms that the library is made of.
    private static let rooms = [
        "PluginRegistry", "Trust", "Contract", "WebAssembly", "Basics", "Ed25519", "LibCrypto", "Archives", "Gzip",
        "Transfers",
        "Files",
    ]

    private static var products: String {
        "/" + BuiltProduct.pdk.split(separator: "/").dropLast().joined(separator: "/")
    }

    private func compile(_ arguments: [String]) async throws -> Program.Result {
        // The C modules come along as they do when a package depends on this one.
        let folders =
            ["CSodium", "CLibCrypto/include", "CCurl", "CArchive", "CKernel", "CZlib", "CYAML"]
            .map {
                BuiltProduct.repository + "/Sources/" + $0
            }
            + [Self.products + "/Modules"]
        return try await Program("swiftc", environment: ["HOME": Scratch.folder]).run(
            folders.flatMap { ["-I", $0] } + [
                "-swift-version", "6", "-warnings-as-errors", "-module-cache-path", Scratch.path("cache"),
                "-Xcc", "-fmodule-map-file=\(Self.products)/CTemplates.build/module.modulemap",
            ] + arguments)
    }

    private func files(below folder: String) async throws -> [String] {
        try await Program("find").run([folder, "-type", "f"]).output.split(separator: "\n").map(String.init)
    }

    private static func name(of path: String) -> String { path.split(separator: "/").last.map(String.init) ?? "" }

    /// A registry of three plugins, one of them damaged, and a packed one.
    private func prepare() async throws {
        let publisher = try await Publisher("acme")
        var registry = try TestRegistry()
        try await registry.publish("mask", "9.0.0", signer: publisher)
        try await registry.publish("mask", "10.0.0", module: TestRegistry.module("ten"), signer: publisher)
        try await registry.publish(
            "guard", signer: publisher, fields: ["permissions": .strings(["kv_read"])])
        try await registry.publish("damaged", fields: ["sha256": .string(String(repeating: "0", count: 64))])
        try Scratch.write("module.wasm", TestRegistry.module("packed"))
        var metadata = PluginMetadata(name: "packed", version: "1.0.0")
        metadata.hooks = ["pre_query"]
        let signature = Array(try await publisher.sign("module.wasm").utf8)
        try Scratch.write(
            "packed.tar.gz",
            PackedPlugin.archive(
                metadata, module: TestRegistry.module("packed"), signature: signature, packedAt: Timestamp(seconds: 0)))
    }

    /// The host in Tests/EmbeddingHost is compiled against the built library, linked with it, and run.
    @Test func aHostUsesAllOfIt() async throws {
        try await prepare()
        var objects: [String] = []
        for room in Self.rooms {
            // A build folder keeps the objects of sources that are gone.
            let sources = Set(
                try await files(below: BuiltProduct.repository + "/Sources/\(room)").map { Self.name(of: $0) + ".o" }
            ).union(["embedded_resources.swift.o"])
            objects += try await files(below: Self.products + "/\(room).build").filter {
                sources.contains(Self.name(of: $0))
            }
        }
        try #require(objects.count >= Self.rooms.count)
        let source = BuiltProduct.repository + "/Tests/EmbeddingHost/Sources/EmbeddingHost/Host.swift"
        let built = try await compile(
            ["-parse-as-library", source, "-o", Scratch.path("host"), "-lsodium", "-lcrypto", "-lz"] + objects)
        try #require(built.status == 0, "\(built.transcript)")
        let run = try await Program(Scratch.path("host")).run([Scratch.folder])
        expect(run.status, is: 0, "\(run.transcript)")
        expect(
            run.output,
            is: """
                offers mask 10.0.0 true ["pre_query"] mask-10.0.0.wasm
                offers mask 9.0.0 true ["pre_query"] mask-9.0.0.wasm
                offers guard 1.0.0 true ["pre_query"] guard-1.0.0.wasm
                offers damaged 1.0.0 false ["pre_query"] damaged-1.0.0.wasm
                counted 4 2 2
                compares true
                installed guard 1.0.0 verified by acme true
                installed mask 10.0.0 verified by acme true
                progress ["index", "module guard v1.0.0", "module mask v10.0.0"]
                has guard 1.0.0 ["pre_query"] ["kv_read"] verified by acme
                has mask 10.0.0 ["pre_query"] [] verified by acme
                removed true false ["mask"]
                unchecked not checked true
                unpacked packed verified by acme
                refused index-malformed true
                refused trust-root-invalid
                refused sha256-mismatch damaged true
                fetched web 1
                cancelled true

                """, "\(run.transcript)")
        // Without Foundation, whose share of a program is larger than all the rest.
        let symbols = try await Program("sh").run(["-c", "nm -C host | grep -c ' FoundationEssentials' || true"])
        expect(symbols.output, is: "0\n")
    }

    /// The Swift on the pages is Swift of this version.
    @Test func theProgramsOfThePagesCompile() async throws {
        let pages = try await files(below: BuiltProduct.repository + "/Docs").filter { $0.hasSuffix(".md") }
        var count = 0
        for page in pages + [BuiltProduct.repository + "/README.md"] {
            let lines = try await Program("cat").run([page]).output.split(
                separator: "\n", omittingEmptySubsequences: false)
            for (place, line) in lines.enumerated() where line.hasPrefix("    import Plugin") {
                let block = lines[place...].prefix { $0.isEmpty || $0.hasPrefix("    ") }
                try Scratch.write("main.swift", block.map { $0.dropFirst(4) }.joined(separator: "\n") + "\n")
                let result = try await compile(["-typecheck", Scratch.path("main.swift")])
                expect(result.status == 0, "\(page):\(place + 1): \(result.transcript)")
                count += 1
            }
        }
        expect(count, is: 3)
    }

    /// Nobody but the library makes what is installed, and nothing else is installed.
    @Test func onlyTheCheckMakesWhatIsInstalled() async throws {
        try Scratch.write(
            "Host.swift",
            """
            import PluginRegistry
            func a(_ e: RegistryEntry, _ f: PluginsFolder) async throws { _ = try await f.install(e) }
            func b(_ e: RegistryEntry) { _ = FetchedModule(entry: e) }
            func c(_ m: FetchedModule) { _ = m.takeFile() }
            func d(_ p: PackedPlugin) { _ = CheckedPackedPlugin(plugin: p) }
            func e(_ p: PackedPlugin) { _ = p.unverifiedModule }
            """)
        let result = try await compile(["-typecheck", Scratch.path("Host.swift")])
        for reason in [
            "'FetchedModule' initializer is inaccessible", "'takeFile' is inaccessible",
            "'CheckedPackedPlugin' initializer is inaccessible", "'unverifiedModule' is inaccessible",
        ] {
            expect(result.errors.contains(reason), "\(result.transcript)")
        }
    }
}
