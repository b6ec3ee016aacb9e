import Contract
import JourneySupport
import TestSupport
import Testing

/// Which module is signed, packed and published: only the one that the current sources were built into.
@Suite(.scratchFolder)
struct BuildRecordTests {
    let kit = Kit()

    private func plugin() async throws -> Kit {
        let plugin = try await Workshop.shared.copyOfGuard(kit, isSigned: false)
        try await plugin.done("keygen", "mykey")
        return plugin
    }

    private func appendToSource(_ plugin: Kit, _ text: String = "\n// changed\n") throws {
        let source = plugin.folder + "/plugin.c"
        try Disk.write(source, try Disk.text(source) + text)
    }

    @Test(arguments: [["sign"], ["pack"]])
    func changedSourcesAreRefused(command: [String]) async throws {
        let plugin = try await plugin()
        try appendToSource(plugin)
        let refusal = try await plugin.refusal(command[0])
        expect(refusal.code == "stale-module" && refusal.message.contains("plugin.c has changed"), "\(refusal)")
        expect(refusal.help.contains("pdk build"))
        let forced = try await plugin.run(command[0], "--no-build-check")
        expect(forced.status == 0, "\(forced.transcript)")
        try await plugin.done("build")
        try await plugin.done(command[0])
    }

    @Test func aRaisedVersionNeedsABuildAndAnotherDescriptionDoesNot() async throws {
        let plugin = try await plugin()
        try Disk.edit(plugin.folder + "/plugin.yaml", "description: ", "description: new ")
        try await plugin.done("sign")
        try Disk.edit(plugin.folder + "/plugin.yaml", "version: 0.1.0", "version: 0.2.0")
        let refusal = try await plugin.refusal("sign")
        expect(refusal.code == "stale-module" && refusal.message.contains("from 0.1.0 to 0.2.0"), "\(refusal)")
        expect(try await plugin.refusal("pack").code == "stale-module")
        try await plugin.done("build")
        try await plugin.done("sign")
        try await plugin.done("pack")
    }

    /// Times alone say nothing: a copy, a checkout or a touch changes them.
    @Test func touchedSourcesAndOtherFilesAreFine() async throws {
        let plugin = try await plugin()
        try appendToSource(plugin, "")
        for name in ["notes.txt", "store.json", "cases/more.yaml", "README.md", "Docs/page.html"] {
            try Disk.write(plugin.folder + "/" + name, "hook: pre_query\n")
        }
        try Disk.remove(plugin.folder + "/cases/more.yaml")
        try await plugin.done("sign")
        expect(try await plugin.run("check").errors.isEmpty)
    }

    @Test func newAndRemovedSourcesCount() async throws {
        let plugin = try await plugin()
        try Disk.write(plugin.folder + "/sdk/extra.inc", "1\n")
        expect(try await plugin.refusal("sign").message.contains("sdk/extra.inc is new"))
        try Disk.remove(plugin.folder + "/sdk/extra.inc")
        try await plugin.done("sign")
    }

    /// A source outside of the folder counts when a link leads to it.
    @Test func linkedSourcesAreFollowed() async throws {
        let plugin = try await plugin()
        try Disk.write(Scratch.path("shared/list.h"), "#define A 1\n")
        try Disk.link(plugin.folder + "/sdk/shared", to: Scratch.path("shared"))
        try await plugin.done("build")
        try await plugin.done("sign")
        try Disk.write(Scratch.path("shared/list.h"), "#define A 2\n")
        expect(try await plugin.refusal("sign").message.contains("sdk/shared/list.h has changed"))
    }

    @Test func declaredSourcesAreTheOnlyOnes() async throws {
        let plugin = try await plugin()
        try Disk.edit(
            plugin.folder + "/plugin.yaml", "  wasm: plugin.wasm", "  wasm: plugin.wasm\n  sources: [rules.txt, sdk]")
        expect(try await plugin.refusal("sign").code == "missing-source")
        try Disk.write(plugin.folder + "/rules.txt", "a\n")
        try await plugin.done("build")
        try appendToSource(plugin)
        try await plugin.done("sign")
        try Disk.write(plugin.folder + "/rules.txt", "b\n")
        expect(try await plugin.refusal("sign").message.contains("rules.txt has changed"))
    }

    /// A module that was put there by hand has no record: its time only warns.
    @Test func withoutARecordTimesWarn() async throws {
        let plugin = try await plugin()
        try Disk.remove(plugin.folder + "/dist/build.json")
        try appendToSource(plugin)
        let signed = try await plugin.run("sign")
        expect(signed.status == 0, "\(signed.transcript)")
        expect(
            signed.errors == "warning: plugin.c has changed since dist/guard.wasm was built; run pdk build\n")
    }

    @Test func aRenamedPluginKeepsItsModule() async throws {
        let plugin = try await plugin()
        try Disk.edit(plugin.folder + "/plugin.yaml", "name: guard", "name: sentry")
        try await plugin.done("sign")
        expect(try Disk.names(plugin.folder + "/dist").filter { $0.hasSuffix(".wasm") } == ["sentry.wasm"])
    }

    /// The output went elsewhere: what lies at the usual place is an earlier build's.
    @Test func anOutputThatWasNotWrittenIsRefused() async throws {
        let plugin = try await plugin()
        let before = try Disk.tree(plugin.folder + "/dist")
        try appendToSource(plugin)
        try Disk.edit(plugin.folder + "/plugin.yaml", "-o plugin.wasm", "-o elsewhere.wasm")
        let refusal = try await plugin.refusal("build")
        expect(refusal.code == "module-not-written", "\(refusal)")
        expect(try Disk.tree(plugin.folder + "/dist") == before)
        expect(Disk.exists(plugin.folder + "/plugin.wasm"))
    }

    @Test func aBuildThatHadNothingToDoIsFine() async throws {
        let plugin = try await plugin()
        let line = try #require(
            try Disk.text(plugin.folder + "/plugin.yaml").split(separator: "\n").first { $0.contains("command: ") })
        let command = line.drop { $0 != "c" }.dropFirst("command: ".count)
        try Disk.write(plugin.folder + "/Makefile", "plugin.wasm: plugin.c\n\t\(command)\n")
        try Disk.edit(plugin.folder + "/plugin.yaml", String(line), "  command: make")
        for _ in 0..<3 { try await plugin.done("build") }
        try await plugin.done("sign")
    }

    /// A parent's settings must not send cargo's output elsewhere, nor variables that of any compiler.
    @Test(arguments: ["CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR", "SWIFTPM_BUILD_DIR"])
    func variablesThatMoveTheOutputAreCleared(name: String) async throws {
        let plugin = try await plugin()
        try Disk.edit(
            plugin.folder + "/plugin.yaml", "command: ", "command: test -z \"$\(name)\" && ")
        try await plugin.with(name, Scratch.path("elsewhere")).done("build")
    }

    @Test(
        arguments: [
            ("a component", [0x00, 0x61, 0x73, 0x6D, 0x0D, 0x00, 0x01, 0x00]), ("text", Array("hello".utf8)),
            ("nothing", []),
            ("half a header", [0x00, 0x61, 0x73, 0x6D]),
        ] as [(String, [UInt8])])
    func whatIsNoModuleIsNeitherSignedNorPacked(what: String, bytes: [UInt8]) async throws {
        let plugin = try await plugin()
        try Disk.write(Scratch.path("x.wasm"), bytes)
        expect(try await kit.refusal("sign", "x.wasm", "--key", "mykey").code == "not-a-module")
        expect(!Disk.exists(Scratch.path("x.sig")))
        let packed = try await kit.refusal(
            "pack", "--wasm", "x.wasm", "--name", "x", "--version", "1.0.0", "--out", "x.tar.gz")
        expect(packed.code == "not-a-module")
        try Disk.write(plugin.folder + "/dist/guard.wasm", bytes)
        expect(try await plugin.refusal("sign").code == "not-a-module")
    }

    /// The host's own tool signs and packs such a file; so do we, and say what is wrong.
    @Test func aDamagedModuleIsSignedByNameWithAWarningAndRefusedInItsFolder() async throws {
        let plugin = try await plugin()
        let module = try Disk.read(plugin.folder + "/dist/guard.wasm")
        for bytes in [Array(module.dropLast(3)), module + [0]] {
            try Disk.write(Scratch.path("x.wasm"), bytes)
            let signed = try await kit.run("sign", "x.wasm", "--key", "mykey")
            expect(signed.status == 0 && signed.errors.contains("warning: hosts cannot load"), "\(signed.transcript)")
            let packed = try await kit.run(
                "pack", "--wasm", "x.wasm", "--name", "x", "--version", "1.0.0", "--out", "x.tar.gz")
            expect(packed.status == 0 && packed.errors.contains("warning: "), "\(packed.transcript)")
            try Disk.write(plugin.folder + "/dist/guard.wasm", bytes)
            expect(try await plugin.refusal("sign").code == "malformed-module")
            expect(try await plugin.refusal("pack").code == "malformed-module")
        }
    }

    /// A build command cannot read keys that its parent was given.
    @Test func keysAreNotInTheEnvironmentThatABuildCanRead() async throws {
        let plugin = try await plugin()
        try Disk.edit(
            plugin.folder + "/plugin.yaml", "command: ",
            "command: cat /proc/$PPID/environ /proc/self/environ > seen.txt; ")
        try await plugin.with("PDK_KEY_PASSPHRASE", "open sesame").with("PDK_KEY_PEM", "-----BEGIN SECRET").done(
            "build")
        let seen = try Disk.text(plugin.folder + "/seen.txt")
        expect(seen.contains("HOME=") && !seen.contains("sesame") && !seen.contains("BEGIN SECRET"), "\(seen)")
    }
}
