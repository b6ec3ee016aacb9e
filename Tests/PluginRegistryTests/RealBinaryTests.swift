import Contract
import Files
import PluginRegistry
import TestSupport
import Testing

/// What only shows in processes of their own: memory, umask, two at once.
@Suite(.scratchFolder) struct RealBinaryTests {
    @Test func largeModulesTakeLittleMemory() async throws {
        let publisher = try await Publisher("acme")
        var registry = try TestRegistry()
        try await registry.publish(
            "mask", module: TestRegistry.module() + [UInt8](repeating: 7, count: 64 << 20), signer: publisher)
        let script = """
            import resource, subprocess, sys
            status = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
            print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
            sys.exit(status)
            """
        let result = try await Program("python3", environment: ["HOME": Scratch.folder]).run([
            "-c", script, BuiltProduct.pdk, "install", "mask", "--registry", "registry", "--dest", "plugins",
            "--trust-root", "trust",
        ])
        try #require(result.status == 0, "\(result.transcript)")
        let kibibytes = try #require(Int(result.output.split(separator: "\n").joined()))
        expect(kibibytes < 40 << 10)
        expect(try Scratch.read("plugins/mask.wasm").count, is: (64 << 20) + 18)
    }

    /// What the host's own user must read is readable whatever the umask is; only its write bits count.
    @Test(arguments: [("027", 0o644), ("077", 0o644), ("000", 0o644)])
    func modesFollowTheUmask(umask: String, mode: Int) async throws {
        var registry = try TestRegistry()
        try await registry.publish("mask")
        let script = "umask \(umask); exec \"$1\" install mask --registry registry --dest plugins"
        let result = try await Program("sh", environment: ["HOME": Scratch.folder]).run([
            "-c", script, "sh", BuiltProduct.pdk,
        ])
        try #require(result.status == 0, "\(result.transcript)")
        for name in ["mask.wasm", "mask.json"] { expect(try Scratch.mode("plugins/" + name), is: mode) }
    }

    /// A refusal leaves nothing of the folder that was made for the install, and everything of one that was there.
    @Test func aFailedInstallLeavesNoFolder() async throws {
        var registry = try TestRegistry()
        try await registry.publish("mask")
        let path = Scratch.path("registry/mask-1.0.0.wasm")
        let bytes = try Scratch.read("registry/mask-1.0.0.wasm")
        try WholeFiles.replace(path, with: bytes + [0])
        func install(_ folder: String) async throws -> Program.Result {
            try await Program(BuiltProduct.pdk, environment: ["HOME": Scratch.folder]).run([
                "install", "mask", "--registry", "registry", "--dest", folder,
            ])
        }
        try Scratch.makeFolder("there")
        for folder in ["new", "a/b/c", "there", "there/new"] {
            let result = try await install(folder)
            expect(result.status == 1 && result.errors.contains("sha256 mismatch"), "\(result.transcript)")
        }
        for folder in ["new", "a", "there/new"] { expect(try FileStatus.of(Scratch.path(folder)) == nil) }
        expect(try FileStatus.of(Scratch.path("there")) != nil)
        try WholeFiles.replace(path, with: bytes)
        expect(try await install("a/b/c").status, is: 0)
        expect(try Scratch.read("a/b/c/mask.wasm"), is: bytes)
    }

    @Test func installsAtTheSameTimeEndInOneOfThem() async throws {
        let publisher = try await Publisher("acme")
        var registry = try TestRegistry()
        let filling = String(repeating: "x", count: 2 << 20)
        for version in ["1.0.0", "2.0.0"] {
            try await registry.publish(
                "mask", version, module: TestRegistry.module(version + filling), signer: publisher)
        }
        let root = try TrustRoot.load(folder: Scratch.path("trust"))
        for _ in 0..<3 {
            try await withThrowingTaskGroup(of: Program.Result.self) { group in
                for version in ["1.0.0", "2.0.0", "1.0.0", "2.0.0"] {
                    group.addTask {
                        try await Program(BuiltProduct.pdk, environment: ["HOME": Scratch.folder]).run([
                            "install", "mask", "--registry", "registry", "--dest", "plugins", "--version", version,
                        ])
                    }
                }
                for try await result in group { expect(result.status, is: 0, "\(result.transcript)") }
            }
            // Module and signature are of one version, and so is the manifest.
            expect(
                try ModuleInspection.blockingInspect(Scratch.path("plugins/mask.wasm"), trust: .root(root)).signer,
                is: "acme")
            let manifest = try JSONDocument(parsing: try Scratch.read("plugins/mask.json")).root
            let version = try #require(manifest["version"]?.string)
            expect(try Scratch.read("plugins/mask.wasm"), is: TestRegistry.module(version + filling))
            expect(Scratch.names(in: "plugins"), is: ["mask.json", "mask.sig", "mask.wasm", "pdk.lock"])
        }
    }
}
