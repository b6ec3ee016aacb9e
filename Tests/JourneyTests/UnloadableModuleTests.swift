import Contract
import Foundation
import JourneySupport
import TestSupport
import Testing

/// What no host can load, in every place where it may come from: refused where it is no core module, else warned of.
@Suite(.scratchFolder)
struct UnloadableModuleTests {
    private static let header = Wasm.header
    /// Files that are no core modules.
    static let others: [(String, [UInt8])] = [
        ("component", [0x00, 0x61, 0x73, 0x6D, 0x0D, 0, 1, 0]), ("half a header", [0x00, 0x61, 0x73, 0x6D]),
        ("another version", [0x00, 0x61, 0x73, 0x6D, 2, 0, 0, 0]), ("text", Array("hello".utf8)),
    ]
    /// Modules whose body no host can read.
    static let broken: [(String, [UInt8])] = [
        ("trailing byte", header + [0x78]), ("truncated", header + [1, 5, 1]),
        ("code is missing", header + [1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0]),
    ]
    private let kit = Kit()

    /// Packs a module as another tool would, unsigned.
    private func pack(_ module: [UInt8]) async throws {
        try Scratch.write("plugin.wasm", module)
        let script = """
            import gzip, hashlib, io, json, tarfile
            module = open('plugin.wasm', 'rb').read()
            manifest = {"schema_version": "1.0", "name": "guard", "version": "1.0.0", "description": "", "license": "MIT",
                "hooks": ["pre_query"], "wasm_sha256": hashlib.sha256(module).hexdigest(), "signature_sha256": None,
                "signature_algorithm": None, "packed_at": "2026-04-26T12:00:00Z"}
            out = io.BytesIO()
            tar = tarfile.open(fileobj=out, mode='w', format=tarfile.USTAR_FORMAT)
            for name, data in (("manifest.json", json.dumps(manifest).encode()), ("plugin.wasm", module)):
                info = tarfile.TarInfo(name)
                info.size = len(data)
                tar.addfile(info, io.BytesIO(data))
            tar.close()
            open('x.tar.gz', 'wb').write(gzip.compress(out.getvalue()))
            """
        let made = try await Program("python3").run(["-c", script])
        try #require(made.status == 0, "\(made.transcript)")
    }

    /// A registry of one module, written by another tool.
    private func registry(_ module: [UInt8]) async throws {
        try Disk.write(Scratch.path("registry/guard.wasm"), module)
        let digest = try await Program("sha256sum").run(["registry/guard.wasm"]).output.prefix(64)
        try Disk.write(
            Scratch.path("registry/index.json"),
            #"{"schema_version":"1","plugins":[{"name":"guard","version":"1.0.0","description":"","#
                + #""artifact":"guard.wasm","sha256":"\#(digest)","hooks":["pre_query"]}]}"#)
    }

    @Test(arguments: others)
    func isRefusedEverywhere(_ name: String, _ module: [UInt8]) async throws {
        try await pack(module)
        try await registry(module)
        for arguments in [
            ["verify", "x.tar.gz"], ["install", "x.tar.gz", "--dest", "plugins"],
            ["install", "guard", "--registry", "registry", "--dest", "plugins"],
            ["mirror", "registry", "copy", "--create"], ["registry", "verify", "registry"],
        ] {
            let result = try await kit.run(arguments)
            expect(result.status == 1, "\(result.transcript)")
            let said = result.output + result.errors
            let word = name == "component" ? "is a WebAssembly component" : "is not a WebAssembly module"
            expect(said.contains(word), "\(arguments): \(result.transcript)")
        }
        expect(!Disk.exists(Scratch.path("plugins/guard.wasm")))
        // One that lies in a plugins folder all the same.
        try Disk.write(Scratch.path("there/guard.wasm"), module)
        try Disk.write(Scratch.path("there/guard.json"), #"{"name":"guard","version":"1.0.0","hooks":["pre_query"]}"#)
        let audit = try await kit.run("audit", "there", "--registry", "registry")
        expect(audit.status == 1 && audit.output.contains("not-loadable"), "\(audit.transcript)")
    }

    @Test(arguments: broken)
    func isWarnedOf(_ name: String, _ module: [UInt8]) async throws {
        try await pack(module)
        try await registry(module)
        for arguments in [
            ["verify", "x.tar.gz"], ["inspect", "x.tar.gz"], ["install", "x.tar.gz", "--dest", "plugins"],
            ["install", "guard", "--registry", "registry", "--dest", "other"],
            ["install", "guard", "--registry", "registry", "--dest", "other"],
        ] {
            let result = try await kit.run(arguments)
            expect(result.status == 0 && result.errors.contains("hosts cannot load"), "\(result.transcript)")
        }
        let audit = try await kit.run("audit", "other", "--registry", "registry")
        expect(audit.status == 1 && audit.output.contains("not-loadable"), "\(audit.transcript)")
        let registry = try await kit.run("registry", "verify", "registry")
        expect(registry.status == 1 && registry.output.contains("hosts cannot load"), "\(registry.transcript)")
    }

    /// What was not examined is never called fine.
    @Test func largeModulesAreNotExaminedAndThatIsSaid() async throws {
        let zeros = [UInt8](repeating: 0, count: 65 << 20)
        try await registry(Self.header + Wasm.section(0, [1, UInt8(ascii: "a")] + zeros))
        for arguments in [
            ["install", "guard", "--registry", "registry", "--dest", "plugins"], ["verify", "plugins/guard.wasm"],
            ["registry", "verify", "registry"], ["audit", "plugins", "--registry", "registry"],
        ] {
            let result = try await kit.run(arguments)
            expect(result.transcript.contains("larger than 64 MiB"), "\(arguments): \(result.transcript)")
            // Of an audit, that it is unsigned.
            expect(result.status == (arguments[0] == "audit" ? 1 : 0), "\(result.transcript)")
        }
    }

    /// What Kotlin and others compile to is valid elsewhere.
    @Test(
        arguments: [[0x5F, 0x01, 0x7F, 0x00], [0x4E, 0x01, 0x50, 0x00, 0x5F, 0x00], [0x60, 0x01, 0x6E, 0x00]]
            as [[UInt8]])
    func garbageCollectedTypesAreNamed(type: [UInt8]) async throws {
        let module = Wasm.header + Wasm.section(1, [1] + type)
        try Scratch.write("kotlin.wasm", module)
        try await pack(module)
        for arguments in [["inspect", "kotlin.wasm"], ["verify", "kotlin.wasm"], ["verify", "x.tar.gz"]] {
            let result = try await kit.run(arguments)
            expect(result.errors.contains("not accepted by this host (gc)"), "\(result.transcript)")
            expect(!result.errors.contains("not a valid"), "\(result.transcript)")
        }
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        try Disk.write(plugin.folder + "/dist/guard.wasm", module)
        let check = try await plugin.run("check")
        expect(check.output.contains("not accepted by this host (gc)"), "\(check.transcript)")
        expect(check.output.contains("without garbage-collected types"), "\(check.transcript)")
    }

    @Test func aWholeModuleIsNotWarnedOf() async throws {
        let module = Wasm.header + Wasm.section(0, Wasm.name("t"))
        try await pack(module)
        try await registry(module)
        for arguments in [
            ["verify", "x.tar.gz"], ["inspect", "x.tar.gz"], ["install", "x.tar.gz", "--dest", "plugins"],
            ["install", "guard", "--registry", "registry", "--dest", "other"], ["registry", "verify", "registry"],
        ] {
            let result = try await kit.run(arguments)
            expect(result.status == 0 && !result.errors.contains("cannot load"), "\(result.transcript)")
        }
        let audit = try await kit.run("audit", "other", "--registry", "registry")
        expect(!audit.output.contains("not-loadable"), "\(audit.transcript)")
    }

    /// A mistyped file is nothing that a build would put there.
    @Test func aMistypedFileIsNoSuchFile() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        for arguments in [
            ["sign", "gaurd.wasm"], ["verify", "gaurd.wasm"], ["inspect", "gaurd.wasm"],
            ["run", "pre_query", "--query", "q", "--wasm", "gaurd.wasm"],
            ["bench", "pre_query", "--wasm", "gaurd.wasm"],
            ["pack", "--wasm", "gaurd.wasm", "--name", "a", "--version", "1.0.0", "--out", "a.tar.gz"],
            ["publish", "gaurd.tar.gz", "registry"],
        ] {
            let result = try await plugin.run(arguments)
            expect(result.status == 1 && result.errors.contains("no such file"), "\(result.transcript)")
            expect(!result.errors.contains("pdk build"), "\(result.transcript)")
        }
        try Disk.remove(plugin.folder + "/dist")
        let unbuilt = try await plugin.run("sign")
        expect(unbuilt.status == 1 && unbuilt.errors.contains("pdk build"), "\(unbuilt.transcript)")
    }

    /// A module says what it is in a section that cannot be read: hosts load it, and inspecting it says so.
    @Test func unreadableManifest() async throws {
        let name = Array("pdk.manifest".utf8), text = Array("{".utf8)
        let body = [UInt8(name.count)] + name + text
        try Scratch.write("odd.wasm", Self.header + [0, UInt8(body.count)] + body)
        let odd = try await kit.run("inspect", "odd.wasm")
        expect(
            odd.status == 0 && odd.errors.contains("odd.wasm: the section pdk.manifest is not a manifest"),
            "\(odd.transcript)")
        try Scratch.write("plain.wasm", Self.header)
        let plain = try await kit.run("inspect", "plain.wasm")
        expect(plain.status == 0 && plain.errors.isEmpty, "\(plain.transcript)")
    }
}
