import Contract
import JourneySupport
import TestSupport
import Testing

/// `pdk build` where it fails, and what it says.
@Suite(.scratchFolder)
struct BuildTests {
    let kit = Kit()

    @Test func theReportSaysWhatWasBuilt() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit, isSigned: false)
        let report = try await plugin.document("build")
        let module = plugin.folder + "/dist/guard.wasm"
        expect(report["module"]?.string == module)
        expect(report["size"]?.int == (try Disk.read(module).count))
        expect(report["hooks"]?.texts == ["pre_query"])
        expect(report["missing_hooks"]?.texts == [])
        expect(report["imports"]?.texts == [])
    }

    /// Nothing is said to be building that cannot be built.
    @Test func aMissingCompilerIsSaidBeforeTheBuildStarts() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit, isSigned: false)
        let words = try await plugin.with("PATH", Scratch.path("empty")).run("build")
        expect(words.status == 1)
        expect(
            words.errors.hasPrefix("error: cannot build guard: no clang in PATH\nhelp: apt-get install "),
            "\(words.transcript)")
        let built = try await plugin.run("build")
        expect(built.errors.hasPrefix("building guard: clang "), "\(built.transcript)")
    }

    /// From a folder below the plugin's, too.
    @Test func theManifestIsFoundUpwards() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit, isSigned: false)
        try Disk.remove(plugin.folder + "/dist")
        try await plugin.inside(plugin.folder + "/sdk").done("build")
        expect(Disk.exists(plugin.folder + "/dist/guard.wasm"))
        expect(try await kit.refusal("build").code == "no-plugin-folder")
    }

    @Test func aFailedBuildShowsTheCompilerAndKeepsTheOldModule() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        let before = try Disk.tree(plugin.folder + "/dist")
        try Disk.write(plugin.folder + "/plugin.c", "int broken( { return; }\n")
        let words = try await plugin.run("build")
        expect(words.status == 1)
        expect(words.errors.contains("plugin.c:1:13: error: "), "\(words.transcript)")
        expect(words.errors.contains("error: the build of guard failed with exit status 1: clang "))
        expect(words.errors.contains("(dist/guard.wasm is from an earlier build)\n"), "\(words.transcript)")
        expect(words.output.isEmpty)
        let refusal = try await plugin.refusal("build")
        expect(refusal.code == "build-failed")
        expect(refusal.output.hasPrefix("plugin.c:1:13: error: "), "\(refusal.output)")
        expect(try Disk.tree(plugin.folder + "/dist") == before)
    }

    /// What an interrupted build has moved away comes back.
    @Test func anInterruptedBuildLosesNothing() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit, isSigned: false)
        try await plugin.done("build")
        let output = plugin.folder + "/plugin.wasm", built = try Disk.read(output)
        try Disk.edit(plugin.folder + "/plugin.yaml", "command: clang", "command: exit 3; clang")
        try Disk.write(output + ".before", built)
        try Disk.remove(output)
        expect(try await plugin.refusal("build").code == "build-failed")
        expect(try Disk.read(output) == built && !Disk.exists(output + ".before"))
        // One that was written again is the newer.
        try Disk.write(output + ".before", "older")
        expect(try await plugin.refusal("build").code == "build-failed")
        expect(try Disk.read(output) == built && !Disk.exists(output + ".before"))
    }

    @Test func verboseShowsTheCompilerAsItComes() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit, isSigned: false)
        try Disk.edit(plugin.folder + "/plugin.yaml", "command: clang", "command: echo said here >&2; clang")
        let quiet = try await plugin.run("build")
        expect(quiet.status == 0 && !quiet.errors.contains("\nsaid here\n"), "\(quiet.transcript)")
        let loud = try await plugin.run("build", "-v")
        expect(loud.status == 0 && loud.errors.contains("\nsaid here\n"), "\(loud.transcript)")
        // What a compiler warns of is said in any case.
        let source = try Disk.text(plugin.folder + "/plugin.c")
        try Disk.write(plugin.folder + "/plugin.c", source + "\nstatic int unused;\n")
        let warned = try await plugin.run("build")
        expect(
            warned.status == 0 && warned.errors.contains("warning: unused variable 'unused'"), "\(warned.transcript)")
        expect(try await plugin.document("build")["output"]?.string?.contains("unused variable") == true)
        try Disk.write(plugin.folder + "/plugin.c", source)
        expect(try await plugin.document("build")["output"]?.string, is: "")
        // A failure says it once.
        try Disk.edit(plugin.folder + "/plugin.yaml", "clang --target", "false; clang --bad")
        try Disk.edit(plugin.folder + "/plugin.yaml", "-o plugin.wasm plugin.o guest.o sql.o", "; exit 3")
        let failed = try await plugin.run("build", "--verbose")
        expect(failed.status == 1)
        expect(failed.errors.split(separator: "\n").count { $0 == "said here" } == 1, "\(failed.transcript)")
        expect(failed.errors.contains("failed with exit status 3"))
    }

    /// Said before the build, with what to type.
    @Test(arguments: [
        ("swift", "https://www.swift.org/install"), ("rust", "apt-get install -y cargo rustc libstd-rust-dev-wasm32"),
        ("c", "apt-get install -y clang lld"), ("cpp", "apt-get install -y clang lld"),
        ("wat", "apt-get install -y wabt"), ("zig", "https://ziglang.org/download"),
    ])
    func aMissingCompilerIsSaidBeforeTheBuild(template: String, help: String) async throws {
        try await kit.done("new", "guard", "--template", template, "--author", "A. Author")
        let plugin = kit.inside(Scratch.path("guard")).with("PATH", "/nowhere:" + Scratch.path("bin"))
        let refusal = try await plugin.refusal("build")
        expect(refusal.code == "no-toolchain")
        expect(refusal.message.hasPrefix("cannot build guard: "))
        expect(refusal.help.contains(help), "\(refusal)")
        expect(!Disk.exists(plugin.folder + "/dist"))
    }

    @Test(arguments: [
        ("true", "no-module", "wrote no module to"), ("echo text > plugin.wasm", "not-a-module", "does not begin with"),
        ("printf '' > plugin.wasm", "not-a-module", "does not begin with"),
        ("printf '\\0asm' > plugin.wasm", "malformed-module", "is not a valid WebAssembly module"),
        ("mkdir plugin.wasm", "failed", "plugin.wasm"), ("kill -9 $$", "build-failed", "signal 9"),
    ])
    func whatIsNoModuleIsNotTaken(command: String, code: String, message: String) async throws {
        let manifest = """
            name: guard
            version: 0.1.0
            hooks:
              - pre_query
            build:
              command: \(command)
              wasm: plugin.wasm
            """
        try Disk.write(Scratch.path("plugin.yaml"), manifest)
        try Disk.write(Scratch.path("dist/guard.wasm"), "old")
        let refusal = try await kit.refusal("build")
        expect(refusal.code == code)
        expect(refusal.message.contains(message), "\(refusal)")
        expect(try Disk.text(Scratch.path("dist/guard.wasm")) == "old")
        expect(try Disk.names(Scratch.path("dist")) == ["guard.wasm"])
    }

    @Test(arguments: [
        ("", "no-build"), ("build:\n  command: make", "no-build"), ("build:\n  wasm: a.wasm", "no-build"),
        ("build:\n  toolchain: cobol\n  command: x\n  wasm: a.wasm", "unknown-toolchain"),
        ("build: make", "invalid-manifest"), ("build:\n  command: [make]", "invalid-manifest"),
    ])
    func aManifestWithoutAUsableBuildIsRefused(build: String, code: String) async throws {
        try Disk.write(Scratch.path("plugin.yaml"), "name: guard\nversion: 0.1.0\n\(build)\n")
        expect(try await kit.refusal("build").code == code)
    }

    /// The shell's command sees no terminal and no input, and the plugin's folder is where it runs.
    @Test func theCommandRunsInThePluginsFolder() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit, isSigned: false)
        try Disk.edit(plugin.folder + "/plugin.yaml", "command: clang", "command: pwd > where; cat > input; clang")
        let result = try await plugin.inside(plugin.folder + "/sdk").run("build", input: "typed")
        expect(result.status == 0, "\(result.transcript)")
        expect(try Disk.text(plugin.folder + "/where") == plugin.folder + "\n")
        expect(try Disk.text(plugin.folder + "/input").isEmpty)
    }

    @Test func aDeclaredHookThatIsMissingIsAWarning() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit, isSigned: false)
        try Disk.edit(plugin.folder + "/plugin.yaml", "  - pre_query\n", "  - pre_query\n  - route\n")
        let result = try await plugin.run("build")
        expect(result.status == 0)
        expect(result.errors.contains("warning: the manifest declares the hook 'route', but the module does not"))
    }

    @Test func doctorSaysWhatIsMissing() async throws {
        let lonely = kit.with("PATH", "/nowhere")
        let report = try await lonely.document("doctor", status: 1)
        expect(report["toolchains"]?.elements.map { $0["id"]?.string } == ["swift", "rust", "c", "cpp", "zig", "wat"])
        expect(report["toolchains"]?.elements.allSatisfy { $0["usable"] == .bool(false) } == true)
        expect(report["toolchains"]?.elements.allSatisfy { $0["fix"]?.string?.isEmpty == false } == true)
        let here = try await kit.document("doctor")
        expect(here["toolchains"]?.elements.allSatisfy { $0["usable"] == .bool(true) } == true, "\(here)")
    }
}
