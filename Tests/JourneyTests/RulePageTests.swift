import Checking
import Contract
import Foundation
import TestSupport
import Testing

/// Docs/rules.md: each example is found by its rule, and its fixed form is not.
@Suite(.scratchFolder)
struct RulePageTests {
    @Test func mostRulesHaveAnExample() {
        expect(RuleBook.all.filter { $0.example != nil }.count > 40)
        for rule in RuleBook.all { expect(rule.fix.hasSuffix(".") && rule.prevents.hasSuffix("."), "\(rule.id)") }
    }

    /// The page is what the rules say of themselves.
    @Test func thePageIsUpToDate() throws {
        let page = try String(contentsOfFile: BuiltProduct.repository + "/Docs/rules.md", encoding: .utf8)
        expect(page == RuleBook.page.joined(separator: "\n") + "\n", "Docs/rules.md is out of date; run: make docs")
        let host = try String(contentsOfFile: BuiltProduct.repository + "/Docs/host.md", encoding: .utf8)
        expect(
            host == HostProfile.standard.page.joined(separator: "\n") + "\n",
            "Docs/host.md is out of date; run: make docs")
    }

    @Test func aRuleIsExplained() async throws {
        for name in ["PDK404", "pdk404", "out-of-fuel"] {
            let result = try await Program(BuiltProduct.pdk).run(["explain", name])
            expect(result.status == 0 && result.output.hasPrefix("### PDK404 out-of-fuel\n"), "\(result.transcript)")
            expect(result.output.contains("\nFix: ") && result.output.contains("\nFixed:\n"))
        }
        let json = try await Program(BuiltProduct.pdk).run(["explain", "PDK305", "--json"])
        let rule = try JSONDocument(parsing: json.output).root
        expect(rule["can_be_suppressed"]?.bool == false && rule["severity"]?.string == "error")
        let unknown = try await Program(BuiltProduct.pdk).run(["explain", "out-of-feul"])
        expect(unknown.status == 1 && unknown.errors.contains("did you mean: pdk explain out-of-fuel"))
        expect(try await Program(BuiltProduct.pdk).run(["explain"]).status == 2)
    }

    @Test(arguments: RuleBook.all.filter { $0.example != nil }.map(\.id))
    func exampleIsFoundAndFixed(id: String) async throws {
        let example = try #require(RuleBook.rule(id)?.example)
        let found = try await check(example.found, in: "found"), fixed = try await check(example.fixed, in: "fixed")
        expect(found.contains(id), "the example gives \(found)")
        expect(!fixed.contains(id), "the fixed form still gives \(fixed)")
    }

    /// The rules that `pdk check` finds in an example.
    private func check(_ blocks: [Rule.Example.Block], in name: String) async throws -> [String] {
        let folder = Scratch.path(name)
        try FileManager.default.createDirectory(atPath: folder + "/dist", withIntermediateDirectories: true)
        let shown = blocks.first { $0.language == .yaml }.map { $0.text + "\n" } ?? ""
        var manifest = ""
        for (key, line) in [("name", "name: guard\n"), ("version", "version: 1.0.0\n")]
        where !("\n" + shown).contains("\n\(key):") {
            manifest += line
        }
        manifest += shown
        if !("\n" + shown).contains("\nhooks:") { manifest += "hooks:\n  - pre_query\n" }
        try manifest.write(toFile: folder + "/plugin.yaml", atomically: true, encoding: .utf8)
        if let code = blocks.first(where: { $0.language == .c }) { try await compile(code.text + "\n", into: folder) }
        let engine = BuiltProduct.repository + "/.build-engine/libwasmtime.so"
        let program = Program(
            BuiltProduct.pdk, environment: ["PDK_HOME": Scratch.path("home"), "PDK_WASMTIME": engine], folder: folder)
        let result = try await program.run(["check", "--json"])
        let report = try JSONDocument(parsing: result.output).root
        let findings = try #require(report["findings"]?.elements, "\(result.transcript)")
        return findings.filter { $0["suppressed"] == nil }.compactMap { $0["rule"]?.string }
    }

    private func compile(_ code: String, into folder: String) async throws {
        let hasAllocator = code.contains(" *alloc(")
        try (Self.prelude + (hasAllocator ? "" : Self.allocator) + code)
            .write(toFile: folder + "/plugin.c", atomically: true, encoding: .utf8)
        let result = try await Program("clang", folder: folder).run([
            "--target=wasm32-unknown-unknown", "-std=c11", "-O1", "-ffreestanding", "-fno-builtin", "-nostdlib",
            "-Wl,--no-entry,--stack-first", "-o", "dist/guard.wasm", "plugin.c",
        ])
        try #require(result.status == 0, "\(result.transcript)")
    }

    private static let prelude = """
        typedef unsigned int u32;
        typedef unsigned long long u64;
        #define EXPORT(name) __attribute__((export_name(#name)))
        #define IMPORT(name) __attribute__((import_module("env"), import_name(#name)))
        static inline u64 answer(const char *text) {
            u32 size = 0;
            while (text[size]) size++;
            return (u64)(u32)text << 32 | size;
        }
        static inline void *grow(u32 size) {
            u32 pages = __builtin_wasm_memory_grow(0, size / 65536 + 1);
            if (pages == (u32)-1) __builtin_trap();
            return (void *)(pages * 65536);
        }

        """

    private static let allocator = """
        EXPORT(alloc) void *alloc(u32 size) { return grow(size); }
        EXPORT(dealloc) void dealloc(void *pointer, u32 size) {}

        """
}
