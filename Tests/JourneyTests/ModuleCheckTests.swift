import Contract
import JourneySupport
import TestSupport
import Testing

/// A module that clang makes, and what `pdk check` says of it.
struct ModuleCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let source: String
    let flags: [String]
    let hooks: [String]
    let permissions: [String]
    /// The rules of the module's interface that find something, sorted.
    let findings: [String]

    init(
        _ title: String, _ findings: [String], _ source: String, flags: [String] = [],
        hooks: [String] = ["pre_query"], permissions: [String] = []
    ) {
        testDescription = title
        self.source = source
        self.flags = flags
        self.hooks = hooks
        self.permissions = permissions
        self.findings = findings
    }

    private static let alloc = "EXPORT(alloc) int a(int n) { static char heap[64]; return (int)(long)&heap[n & 63]; }\n"
    private static let dealloc = "EXPORT(dealloc) void d(int p, int n) { }\n"
    private static let memory = alloc + dealloc
    private static let hook = "EXPORT(pre_query) long long q(int p, int n) { return 0; }\n"
    private static let observer = "EXPORT(post_query) void o(int p, int n) { }\n"

    /// Each rule of the interface, and beside it what must not be found.
    static let all = [
        ModuleCase("nothing", [], memory + hook),
        ModuleCase(
            "a result hook that observes", [], memory + hook.replacing("pre", with: "post"), hooks: ["post_query"]),
        ModuleCase("no hook is declared, which is a finding of the manifest", [], memory + hook, hooks: []),
        ModuleCase("an observer", [], memory + observer, hooks: ["post_query"]),
        ModuleCase("a hook under its alias", [], memory + hook, hooks: ["prequery"]),
        ModuleCase(
            "a hook whose export has another name", [],
            memory + "EXPORT(custom_hook) long long c(int p, int n) { return 0; }\n", hooks: ["custom"]),
        ModuleCase(
            "all four imports", [],
            memory
                + hook.replacing(
                    "return 0",
                    with: "return kv_get(p, n, p, n) + kv_set(p, n, p, n) + kv_delete(p, n) + sha256_hex(p, n, p)"),
            permissions: ["kv_read", "kv_write", "cryptography"]),

        ModuleCase("no alloc", ["PDK203"], dealloc + hook),
        ModuleCase("no dealloc", ["PDK203"], alloc + hook),
        ModuleCase("a memory of another's", ["PDK203", "PDK208"], memory + hook, flags: ["-Wl,--import-memory"]),
        ModuleCase(
            "an alloc that is a global", ["PDK203"], dealloc + hook + "int alloc = 1;\n", flags: ["-Wl,--export=alloc"]),
        ModuleCase(
            "an alloc of 64 bits", ["PDK204"], memory.replacing("int a(int n)", with: "int a(long long n)") + hook),
        ModuleCase("an alloc of nothing", ["PDK204"], dealloc + hook + "EXPORT(alloc) void a(int n) { }\n"),
        ModuleCase(
            "a dealloc without the size", ["PDK204"], memory.replacing("d(int p, int n)", with: "d(int p)") + hook),
        ModuleCase(
            "a dealloc that answers", ["PDK204"], alloc + hook + "EXPORT(dealloc) int d(int p, int n) { return 0; }\n"),

        ModuleCase("a declared hook that is not there", ["PDK205"], memory + hook, hooks: ["pre_query", "route"]),
        ModuleCase(
            "a hook under its manifest name", ["PDK205"], memory + hook.replacing("pre_query", with: "custom"),
            hooks: ["custom"]),
        ModuleCase("a hook that returns 32 bits", ["PDK206"], memory + hook.replacing("long long", with: "int")),
        ModuleCase("a hook with a pointer only", ["PDK206"], memory + hook.replacing("int p, int n", with: "int p")),
        ModuleCase(
            "a hook with a result pointer", ["PDK206"],
            memory + hook.replacing("int p, int n", with: "int r, int p, int n")),
        ModuleCase("a hook that cannot decide", ["PDK206"], memory + observer.replacing("post", with: "pre")),
        ModuleCase(
            "an observer that returns 32 bits", ["PDK206"],
            memory + observer.replacing("void o(int p, int n) { }", with: "int o(int p, int n) { return 0; }"),
            hooks: ["post_query"]),
        ModuleCase("a hook that returns a float", ["PDK206"], memory + hook.replacing("long long", with: "double")),
        ModuleCase("a hook nobody calls", ["PDK207"], memory + hook + observer),

        ModuleCase(
            "a function no host has", ["PDK208"], memory + hook.replacing("return 0", with: "return nobody(p)"),
            flags: ["-Wl,--allow-undefined"]),
        ModuleCase("WASI", ["PDK208"], memory + hook.replacing("return 0", with: "return wasi_exit(p)")),
        ModuleCase(
            "a host function of another module", ["PDK208"],
            memory + hook.replacing("return 0", with: "return other_get(p, n, p, n)")),
        ModuleCase(
            "a host function with fewer parameters", ["PDK209"],
            memory + hook.replacing("return 0", with: "return short_get(p, n)"), permissions: ["kv_read"]),
        ModuleCase(
            "a host function without a result", ["PDK209"],
            memory + hook.replacing("return 0", with: "void_set(p, n, p, n); return 0"), permissions: ["kv_write"]),
        ModuleCase("a host function that is a global", ["PDK209"], memory + hook, permissions: ["kv_read"]),

        ModuleCase(
            "65 MiB of data", [],
            memory + "static char big[65 << 20];\n"
                + hook.replacing("return 0", with: "big[n] = (char)p; return big[p]")),
        ModuleCase("64 MiB and one page", [], memory + hook, flags: ["-Wl,--initial-memory=67174400"]),
        ModuleCase("64 MiB", [], memory + hook, flags: ["-Wl,--initial-memory=67108864"]),
        ModuleCase(
            "shared memory", ["PDK210"], memory + hook,
            flags: ["-matomics", "-mbulk-memory", "-Wl,--shared-memory,--max-memory=1048576"]),
        ModuleCase("64-bit memory", ["PDK210"], memory + hook, flags: ["--target=wasm64-unknown-unknown"]),

        ModuleCase(
            "permissions that are not declared", ["PDK211", "PDK211"],
            memory + hook.replacing("return 0", with: "return kv_get(p, n, p, n) + sha256_hex(p, n, p)")),
        ModuleCase(
            "permissions that nothing needs", ["PDK212", "PDK212"], memory + hook,
            permissions: ["kv_read", "crypto", "metrics"]),
    ]

    private static let head = """
        #define EXPORT(name) __attribute__((export_name(#name)))
        #define IMPORT(from, name) __attribute__((import_module(from), import_name(name)))
        IMPORT("env", "kv_get") int kv_get(int, int, int, int);
        IMPORT("env", "kv_set") int kv_set(int, int, int, int);
        IMPORT("env", "kv_delete") int kv_delete(int, int);
        IMPORT("env", "sha256_hex") int sha256_hex(int, int, int);
        IMPORT("host", "kv_get") int other_get(int, int, int, int);
        IMPORT("env", "kv_get") int short_get(int, int);
        IMPORT("env", "kv_set") void void_set(int, int, int, int);
        IMPORT("wasi_snapshot_preview1", "proc_exit") int wasi_exit(int);
        int nobody(int);

        """

    /// Compiles the module to `path`.
    func compile(to path: String) async throws {
        try Disk.write(Scratch.path("m.c"), Self.head + source)
        let arguments =
            ["--target=wasm32-unknown-unknown", "-Xclang", "-O1", "-ffreestanding", "-nostdlib", "-Wl,--no-entry"]
            + flags
            + ["-o", path, Scratch.path("m.c")]
        let result = try await Program("clang").run(arguments)
        try #require(result.status == 0, "\(result.transcript)")
        guard testDescription == "a host function that is a global" else { return }
        // No compiler makes this: an import section with one immutable i32 global, put behind the type section.
        var bytes = try Disk.read(path)
        let section: [UInt8] = [2, 15, 1, 3] + Array("env".utf8) + [6] + Array("kv_get".utf8) + [3, 0x7F, 0]
        bytes.insert(contentsOf: section, at: 10 + Int(bytes[9]))
        try Disk.write(path, bytes)
    }
}

/// The rules of the module's interface and of the release, through the real binary.
@Suite(.scratchFolder)
struct ModuleCheckTests {
    let kit = Kit()

    @Test(arguments: ModuleCase.all)
    func everyWrongInterfaceIsFound(module: ModuleCase) async throws {
        try Disk.write(
            Scratch.path("plugin.yaml"),
            """
            name: guard
            version: 0.1.0
            description: What it does
            license: Apache-2.0
            hooks:
            \(module.hooks.map { "  - \($0)\n" }.joined())permissions:
            \(module.permissions.map { "  - \($0)\n" }.joined())
            """)
        try Disk.makeFolder(Scratch.path("dist"))
        try await module.compile(to: Scratch.path("dist/guard.wasm"))
        let result = try await kit.run("check", "--json")
        let findings = try JSONValue.parse(result.output)["findings"]?.elements ?? []
        let interface = findings.filter { $0["rule"]?.string?.hasPrefix("PDK2") == true }
        expect(interface.compactMap { $0["rule"]?.string }.sorted() == module.findings, "\(result.transcript)")
        expect(interface.allSatisfy { $0["file"]?.string == Scratch.path("dist/guard.wasm") })
        let hasErrors = findings.contains { $0["severity"]?.string == "error" }
        expect(result.status == (hasErrors ? 1 : 0), "\(result.transcript)")
    }

    @Test func whatIsNoModuleIsAFinding() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit, isSigned: false)
        let path = plugin.folder + "/dist/guard.wasm"
        let whole = try Disk.read(path)
        for bytes in [[], Array("text".utf8), Array(whole.prefix(whole.count - 1)), whole + [9]] {
            try Disk.write(path, bytes)
            let rules = try await plugin.document("check", status: 1)["findings"]?.elements.map { $0["rule"]?.string }
            expect(rules == ["PDK202", "PDK306"])
        }
        try Disk.remove(path)
        let rules = try await plugin.document("check", status: 1)["findings"]?.elements.map { $0["rule"]?.string }
        expect(rules == ["PDK201"])
    }

    @Test func theReleaseIsChecked() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        let manifest = try Disk.text(plugin.folder + "/plugin.yaml"), path = plugin.folder + "/plugin.yaml"
        let registry = Scratch.path("registry")
        func rules(_ options: String...) async throws -> [String] {
            let result = try await plugin.run(["check", "--json"] + options)
            let findings = try JSONValue.parse(result.output)["findings"]?.elements ?? []
            let isFailure = findings.contains { $0["severity"]?.string == "error" }
            expect(result.status == (isFailure ? 1 : 0), "\(result.transcript)")
            return findings.compactMap { finding in
                finding["rule"]?.string.map { $0 + (finding["line"]?.int.map { ":\($0)" } ?? "") }
            }
        }
        expect(try await rules() == [])
        try await plugin.done("publish", registry)
        expect(try await rules("--registry", registry) == [])

        try Disk.write(path, manifest.replacing("version: 0.1.0", with: "version: 0.1"))
        expect(try await rules() == ["PDK301:2", "PDK309"])
        let lines = manifest.split(separator: "\n").filter {
            !$0.hasPrefix("description:") && !$0.hasPrefix("license:")
        }
        try Disk.write(path, lines.joined(separator: "\n"))
        expect(try await rules() == ["PDK303", "PDK304"])
        try Disk.write(path, manifest.replacing("version: 0.1.0", with: "version: 0.0.9"))
        expect(try await rules("--registry", registry) == ["PDK308:2", "PDK309"])
        try Disk.write(path, manifest)

        let module = plugin.folder + "/dist/guard.wasm", signature = plugin.folder + "/dist/guard.sig"
        try Disk.write(module, try Disk.read(module) + [0, 2, 1, 0x78])
        expect(try await rules("--registry", registry) == ["PDK302:2", "PDK305"])
        try Disk.write(signature, "not base64\n")
        expect(try await rules() == ["PDK305"])
        try Disk.remove(signature)
        expect(try await rules() == ["PDK306"])
        try await plugin.done("sign")
        expect(try await rules() == [])
        // Without a place to try it out, nobody can say that it can be published.
        let lost = try await plugin.with("TMPDIR", "/proc/nowhere").document("check", status: 1)
        expect(lost["findings"]?.elements.map { $0["rule"]?.string } == ["PDK307"])
    }

    @Test func sourcesNewerThanTheModuleAreSaid() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        expect(try await plugin.run("check").errors.isEmpty)
        let source = plugin.folder + "/plugin.c"
        try Disk.write(source, try Disk.text(source) + "\n")
        let stale = "warning: plugin.c has changed since dist/guard.wasm was built; run pdk build\n"
        expect(try await plugin.run("check").errors == stale)
        try await plugin.done("build")
        // What the kit's own verbs write for others to read is no source.
        try Disk.write(
            plugin.folder + "/report.xml", "<?xml version=\"1.0\"?>\n<testsuite name=\"guard\">\n</testsuite>\n")
        try Disk.write(
            plugin.folder + "/before.json", "{\n  \"hook\": \"pre_query\",\n  \"calls\": 1,\n  \"latency_ns\": {}\n}\n")
        expect(try await plugin.run("check").errors.isEmpty)
    }

    @Test func theTextNamesRuleFileAndLine() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        try Disk.edit(plugin.folder + "/plugin.yaml", "- pre_query", "- pre_query # all")
        let result = try await plugin.run("check")
        expect(result.status == 1 && result.errors.isEmpty)
        expect(
            result.output.hasPrefix("error[PDK108] plugin.yaml:7: the host does not accept the item "),
            "\(result.transcript)")
        expect(result.output.contains("\n  help: "))
        expect(result.output.hasSuffix("guard v0.1.0: 1 error, 0 warnings\n"))
    }
}
