import Contract
import JourneySupport
import TestSupport
import Testing

/// `pdk init`: what is there already comes into the kit, and what is left out is said.
@Suite(.scratchFolder)
struct InitTests {
    let kit = Kit()

    /// A `plugin.toml` as the field's catalogue has it, beside a module.
    @Test func aCatalogueEntryIsTakenAndWhatIsDroppedIsSaid() async throws {
        let guardFolder = try await Workshop.shared.guardPlugin()
        try Disk.write(Scratch.path("old/old.wasm"), try Disk.read(guardFolder + "/dist/guard.wasm"))
        try Disk.write(
            Scratch.path("old/plugin.toml"),
            """
            [plugin]
            name = "old-guard"
            version = "1.2.0"
            description = "Guards a table"
            author = "A. Author"
            license = "MIT"
            hooks = ["pre_query", "on_connect", "before_sleep"]
            priority = 10
            homepage = "https://example.org"

            [plugin.config]
            limit = 5

            """)
        let old = kit.inside(Scratch.path("old"))
        expect(try await old.refusal("init").code == "no-terminal")
        expect(!Disk.exists(Scratch.path("old/plugin.yaml")))
        let before = try Disk.read(Scratch.path("old/plugin.toml"))
        let text = try await old.done("init", "--defaults")
        expect(
            text.contains("left out: priority: ignored by the host, which calls plugins in the order of its folder"),
            "\(text)")
        for words in [
            "config: ", "hooks: on_connect: the host never calls it",
            "hooks: before_sleep: unknown to the host",
            "homepage: plugin.yaml has no such field", "plugin.toml: the host does not read it",
        ] { expect(text.contains("left out: " + words), "\(text)") }
        expect(
            try Disk.text(Scratch.path("old/plugin.yaml"))
                == "name: old-guard\nversion: 1.2.0\ndescription: Guards a table\nauthor: A. Author\nlicense: MIT\nhooks:\n  - pre_query\n"
                + "build:\n  command: mkdir -p build && cp -- old.wasm build/plugin.wasm\n  wasm: build/plugin.wasm\n"
                + "  sources:\n    - old.wasm\n"
        )
        expect(try Disk.read(Scratch.path("old/plugin.toml")) == before)
        expect(try await old.document("check")["errors"]?.int == 0)
        expect(try await old.refusal("init", "--defaults").code == "already-exists")
    }

    /// A module says what it is, and goes through the kit's own build from then on.
    @Test func aModuleAloneIsBuiltFromThenOn() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        let signed = try Disk.read(plugin.folder + "/dist/guard.wasm")
        try Disk.write(Scratch.path("alone/its module.wasm"), signed)
        let alone = kit.inside(Scratch.path("alone"))
        let text = try await alone.done("init", "--defaults")
        expect(text.contains("copied its module.wasm -> dist/guard.wasm; run pdk build when it changes"), "\(text)")
        let manifest = try Disk.text(alone.folder + "/plugin.yaml")
        expect(manifest.hasPrefix("name: guard\nversion: 0.1.0\n"), "\(manifest)")
        expect(try await alone.document("check")["errors"]?.int, is: 0)
        // Another module in its place: that is noticed, and built.
        var other = signed
        other += [0, 2, 1, UInt8(ascii: "x")]
        try Disk.write(alone.folder + "/its module.wasm", other)
        let stale = try await alone.run("run", "pre_query", "--query", "SELECT 1")
        expect(
            stale.status == 0 && stale.errors.contains("its module.wasm has changed since dist/guard.wasm was built"),
            "\(stale.transcript)")
        try await alone.done("build")
        expect(try Disk.read(alone.folder + "/dist/guard.wasm") == other)
        expect(try Disk.read(alone.folder + "/its module.wasm") == other)
        let fresh = try await alone.run("bench", "pre_query", "--seconds", "0.01")
        expect(fresh.status == 0 && !fresh.errors.contains("has changed"), "\(fresh.transcript)")
    }

    /// What a module imports needs its permissions; what a crate takes from outside of its folder is a source.
    @Test func permissionsAndSourcesAreFound() async throws {
        try await kit.done("new", "counter", "--template", "c", "--hook", "post_query")
        let counter = kit.inside(Scratch.path("counter"))
        try await counter.done("build")
        try Disk.write(Scratch.path("bare/a.wasm"), try Disk.read(counter.folder + "/dist/counter.wasm"))
        let bare = kit.inside(Scratch.path("bare"))
        try await bare.done("init", "--defaults")
        let manifest = try Disk.text(bare.folder + "/plugin.yaml")
        expect(manifest.contains("hooks:\n  - post_query\npermissions:\n  - kv_read\n  - kv_write\n"), "\(manifest)")

        try Disk.write(Scratch.path("sdk/Cargo.toml"), "[package]\nname = \"sdk\"\n")
        try Disk.write(Scratch.path("crate/inner/Cargo.toml"), "[package]\nname = \"inner\"\n")
        try Disk.write(Scratch.path("crate/src/lib.rs"), "route!(choose);\n")
        for (dependency, sources) in [
            ("inner = { path = \"./inner\" }", nil),
            ("sdk = { version = \"1\", path = \"../sdk\" }", "  sources:\n    - Cargo.toml\n    - src\n    - ../sdk\n"),
        ] {
            try Disk.write(
                Scratch.path("crate/Cargo.toml"),
                "[package]\nname = \"c\"\nversion = \"1.0.0\"\n[dependencies]\n\(dependency)\n")
            let crate = kit.inside(Scratch.path("crate"))
            try await crate.done("init", "--defaults")
            let manifest = try Disk.text(crate.folder + "/plugin.yaml")
            expect(manifest.contains("hooks:\n  - route\n"), "\(manifest)")
            expect(sources.map { manifest.hasSuffix($0) } ?? !manifest.contains("sources"), "\(manifest)")
            try Disk.remove(crate.folder + "/plugin.yaml")
            try Disk.remove(crate.folder + "/cases")
        }
    }

    /// What cannot be taken writes nothing, and the file that is wrong is named.
    @Test func whatIsNoPluginLeavesTheFolderAsItIs() async throws {
        try Disk.write(Scratch.path("junk/a.wasm"), "not a module at all")
        let junk = try await kit.inside(Scratch.path("junk")).refusal("init", "--defaults")
        expect(junk.message.contains("a.wasm is not a WebAssembly module"), "\(junk)")
        expect(try Disk.names(Scratch.path("junk")) == ["a.wasm"])

        let module = try Disk.read(try await Workshop.shared.guardPlugin() + "/dist/guard.wasm")
        try Disk.write(Scratch.path("named/a.wasm"), module)
        try Disk.write(
            Scratch.path("named/plugin.toml"), "name = \"a guard\"\npermissions = [\"kv_read\", \"x: y #z\"]\n")
        let named = kit.inside(Scratch.path("named"))
        let refusal = try await named.refusal("init", "--defaults")
        expect(refusal.code == "invalid-name" && refusal.message.contains("/named/plugin.toml"), "\(refusal)")
        expect(try Disk.names(Scratch.path("named")).sorted() == ["a.wasm", "plugin.toml"])
        try await named.done("init", "--defaults", "--name", "good")
        let manifest = try Disk.text(Scratch.path("named/plugin.yaml"))
        expect(manifest.contains("permissions:\n  - kv_read\n  - \"x: y #z\"\n"), "\(manifest)")
    }

    /// Projects as their tools make them: the build, the module and the hook are found, and it builds.
    @Test func projectsAreFound() async throws {
        let c = """
            static unsigned char memory[65536];
            static unsigned used;
            __attribute__((export_name("alloc"))) void *alloc(int size) { used += size; return memory + used - size; }
            __attribute__((export_name("dealloc"))) void dealloc(void *at, int size) { (void)at, (void)size; }
            __attribute__((export_name("route"))) long long route(int at, int size) { (void)at, (void)size; return 0; }

            """
        try Disk.write(Scratch.path("c project/router.c"), c)
        let project = kit.inside(Scratch.path("c project"))
        let report = try await project.document("init", "--defaults", "--name", "router")
        expect(report["name"]?.string == "router" && report["found"]?.string == "C files", "\(report)")
        expect(try Disk.text(Scratch.path("c project/plugin.yaml")).contains("hooks:\n  - route\n"))
        try await project.done("build")
        expect(try await project.document("inspect", "dist/router.wasm")["hooks"]?.texts == ["route"])

        try Disk.write(
            Scratch.path("crate/Cargo.toml"),
            "[package]\nname = \"my-crate\"\nversion = \"0.3.0\"\nlicense = \"MIT\"\n[lib]\ncrate-type = [\"cdylib\"]\n"
        )
        try Disk.write(
            Scratch.path("crate/src/lib.rs"),
            """
            #[no_mangle] pub extern "C" fn alloc(_: i32) -> i32 { 1024 }
            #[no_mangle] pub extern "C" fn dealloc(_: i32, _: i32) {}
            #[no_mangle] pub extern "C" fn pre_query(_: i32, _: i32) -> i64 { 0 }

            """)
        let crate = kit.inside(Scratch.path("crate"))
        let found = try await crate.document("init", "--defaults")
        expect(found["name"]?.string == "my-crate" && found["found"]?.string == "a cargo project", "\(found)")
        let manifest = try Disk.text(Scratch.path("crate/plugin.yaml"))
        expect(manifest.contains("version: 0.3.0\n") && manifest.contains("license: MIT\n"), "\(manifest)")
        try await crate.done("build")
        expect(Disk.exists(Scratch.path("crate/dist/my-crate.wasm")))

        // A Swift package's name and program are in its manifest; a folder's name becomes one for a plugin.
        try Disk.write(
            Scratch.path("swift/Package.swift"),
            "let package = Package(\n    name: \"My Guard\",\n    targets: [.executableTarget(name: \"Guard\")])\n")
        try await kit.inside(Scratch.path("swift")).done("init", "--defaults")
        let package = try Disk.text(Scratch.path("swift/plugin.yaml"))
        expect(package.contains("name: My-Guard\n") && package.contains("/release/Guard.wasm\n"), "\(package)")
        // The product is what is built; what can be no file's name is not taken over.
        for (program, module) in [
            (".executable(name: \"shield\", targets: [\"Guard\"])", "shield"),
            (".executable(name: \"../../x\")", "Guard2"),
            (".executable(name: \"a: # b\nbuild: x\")", "Guard2"),
        ] {
            let folder = Scratch.path("swift \(module) \(program.utf8.count)")
            try Disk.write(
                folder + "/Package.swift",
                "let package = Package(name: \"guard2\", products: [\(program)],\n"
                    + "    targets: [.executableTarget(name: \"Guard\")])\n")
            try await kit.inside(folder).done("init", "--defaults")
            let manifest = try Disk.text(folder + "/plugin.yaml")
            expect(manifest.contains("/release/\(module).wasm\n"), "\(manifest)")
        }
        try Disk.write(Scratch.path("some C files/guard.c"), "long long pre_query(int p, int n) { return 0; }\n")
        let files = kit.inside(Scratch.path("some C files"))
        expect(try await files.done("init", "--defaults").contains("wrote plugin.yaml for some-C-files"))
        try Disk.remove(files.folder + "/plugin.yaml")
        let odd = try await files.refusal("init", "--defaults", "--name", "some files")
        expect(odd.code == "invalid-name" && odd.help.contains("--name"), "\(odd)")

        // Names that YAML would read as something else are in quotes.
        try Disk.write(Scratch.path("odd/it's #1: a.c"), c)
        let odder = kit.inside(Scratch.path("odd"))
        try await odder.done("init", "--defaults")
        try await odder.done("build")
        expect(Disk.exists(Scratch.path("odd/dist/odd.wasm")))

        // A workspace is no plugin; its member is.
        try Disk.write(Scratch.path("workspace/Cargo.toml"), "[workspace]\nmembers = [\"crate\"]\n")
        let workspace = try await kit.inside(Scratch.path("workspace")).refusal("init", "--defaults")
        expect(workspace.code == "nothing-to-init" && workspace.help.contains("member"), "\(workspace)")
        expect(try Disk.names(Scratch.path("workspace")) == ["Cargo.toml"])

        try Disk.makeFolder(Scratch.path("empty"))
        expect(try await kit.inside(Scratch.path("empty")).refusal("init", "--defaults").code == "nothing-to-init")
    }

    /// What a workspace, a makefile and a package of several programs say; what nothing says is called a guess.
    @Test func whatIsSaidElsewhereIsFound() async throws {
        let hook = "#[no_mangle] pub extern \"C\" fn route(_: i32, _: i32) -> i64 { 0 }\n"
        try Disk.write(
            Scratch.path("ws/Cargo.toml"),
            "[workspace]\nmembers = [\"in/*\"]\n[workspace.package]\nversion = \"4.5.6\"\nlicense = \"MIT\"\n")
        for (name, lines) in [
            ("dotted", "version.workspace = true\nlicense.workspace = true\n"),
            ("inline", "version = { workspace = true }\nlicense = {workspace = true}\n"),
        ] {
            let folder = Scratch.path("ws/in/" + name)
            try Disk.write(
                folder + "/Cargo.toml", "[package]\nname = \"\(name)\"\n\(lines)[lib]\ncrate-type = [\"cdylib\"]\n")
            try Disk.write(folder + "/src/lib.rs", hook)
            let report = try await kit.inside(folder).document("init", "--defaults")
            let manifest = report["manifest"]?.string ?? ""
            expect(manifest.contains("version: 4.5.6\n") && manifest.contains("license: MIT\n"), "\(manifest)")
            expect(report["guessed"]?.texts == [])
        }
        let c = "long long route(int p, int n) { return 0; }\n"
        try Disk.write(Scratch.path("made/a.c"), c)
        try Disk.write(
            Scratch.path("made/Makefile"),
            "CC = clang\nall: out/a.wasm\n$(X).wasm: b\nout/a.wasm : a.c\n\t$(CC) -o $@ $<\n")
        try await kit.inside(Scratch.path("made")).done("init", "--defaults")
        let made = try Disk.text(Scratch.path("made/plugin.yaml"))
        expect(made.contains("command: make out/a.wasm\n  wasm: out/a.wasm\n"), "\(made)")
        expect(made.contains("    - a.c\n    - Makefile\n"))

        for (folder, files, words) in [
            ("unmade", ["a.c": c, "Makefile": "all:\n\tcc a.c\n../x.wasm: a.c\n"], "Makefile names no .wasm file"),
            ("hookless", ["a.c": "int x;\n"], "hooks: no file here names one; plugin.yaml has pre_query"),
            (
                "binary", ["Cargo.toml": "[package]\nname = \"b\"\nversion = \"1.0.0\"\n", "src/lib.rs": hook],
                "crate-type = [\"cdylib\"]"
            ),
            (
                "programs",
                [
                    "Package.swift":
                        "Package(name: \"p\", products: [.executable(name: \"A\"), .executable(name: \"B\")])\n"
                ],
                "the package has other programs, B;"
            ),
        ] {
            for (path, text) in files { try Disk.write(Scratch.path(folder + "/" + path), text) }
            let report = try await kit.inside(Scratch.path(folder)).done("init", "--defaults")
            expect(report.contains("  guessed: ") && report.contains(words), "\(report)")
        }
        let module = try Disk.read(try await Workshop.shared.guardPlugin() + "/dist/guard.wasm")
        try Disk.write(Scratch.path("cut/a.wasm"), Array(module.prefix(module.count / 2)))
        let cut = try await kit.inside(Scratch.path("cut")).refusal("init", "--defaults")
        expect(cut.message.contains("/cut/a.wasm is not a complete WebAssembly module"), "\(cut)")
        expect(try Disk.names(Scratch.path("cut")) == ["a.wasm"])
    }

    /// A skeleton inside somebody's cargo workspace and git repository still builds, whatever the workspace's members are.
    @Test func aSkeletonInAWorkspaceBuilds() async throws {
        let home = Scratch.path("a workspace")
        try Disk.write(home + "/Cargo.toml", "[workspace]\nmembers = [\"old\"]\n")
        try Disk.write(home + "/old/Cargo.toml", "[package]\nname = \"old\"\nversion = \"0.1.0\"\n")
        try Disk.write(home + "/old/src/lib.rs", "")
        try Disk.write(
            home + "/.cargo/config.toml",
            "[build]\ntarget-dir = \"\(Scratch.path("elsewhere"))\"\n[profile.release]\nopt-level = 0\nlto = \"off\"\n")
        _ = try await Program("git", environment: ["HOME": home], folder: home).run(["init", "-q"])
        let inside = kit.inside(home)
        try await inside.done("new", "inner", "--template", "rust")
        try await inside.inside(home + "/inner").done("build")
        expect(Disk.exists(home + "/inner/dist/inner.wasm"))
        try Disk.write(home + "/Cargo.toml", "[workspace]\nmembers = [\"*\"]\nexclude = []\n")
        try await inside.done("new", "other", "--template", "rust")
        try await inside.inside(home + "/other").done("build")
        try await inside.done("new", "plain", "--template", "c")
        try await inside.inside(home + "/plain").done("build")
    }
}
