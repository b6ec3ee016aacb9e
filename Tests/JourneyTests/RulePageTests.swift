import Checking
import Contract
internal import Foundation
import TestSupport
import Testing

/// Docs/rules.md: each example is found by its rule, and its mended form is not.
@Suite(.scratchFolder)
struct RulePageTests {
    /// A rule's section of the page.
    struct Section: Sendable, CustomTestStringConvertible {
        let rule: String
        let text: String
        var testDescription: String { rule }

        /// The first block of `language` before the line `Mended:`, or after it.
        func block(_ language: String, isMended: Bool) -> String? {
            let halves = text.components(separatedBy: "\nMended:\n")
            guard halves.count == 2 else { return nil }
            let blocks = halves[isMended ? 1 : 0].components(separatedBy: "```\(language)\n").dropFirst()
            return blocks.first?.components(separatedBy: "\n```").first.map { $0 + "\n" }
        }

        var isTried: Bool { text.contains("\nMended:\n") }
    }

    static let sections: [Section] = {
        // A page that cannot be read has no sections, which `pageHasExamples` finds.
        let page = (try? String(contentsOfFile: BuiltProduct.repository + "/Docs/rules.md", encoding: .utf8)) ?? ""
        return page.components(separatedBy: "\n### ").dropFirst().map { part in
            Section(rule: String(part.prefix { $0 != " " }), text: part)
        }
    }()

    @Test func pageHasExamples() {
        #expect(Self.sections.filter(\.isTried).count > 35)
    }

    @Test func severitiesAreThoseOfTheRuleBook() throws {
        let book = try String(
            contentsOfFile: BuiltProduct.repository + "/Sources/Operations/Check/RuleBook.swift", encoding: .utf8)
        let rules = book.matches(of: /"(PDK[0-9]{3})", "[a-z0-9-]+", \.(error|warning)(, canBeSilenced: false)?/)
        try #require(rules.count == Self.sections.count)
        for rule in rules {
            let begin = "\(rule.2.capitalized)\(rule.3 == nil ? "" : "; cannot be silenced"). "
            let section = try #require(Self.sections.first { $0.rule == rule.1 })
            #expect(section.text.contains("\n\n" + begin), "\(rule.1) should begin with: \(begin)")
        }
    }

    @Test(arguments: sections.filter(\.isTried))
    func exampleIsFoundAndMended(section: Section) async throws {
        let found = try await check(section, isMended: false), mended = try await check(section, isMended: true)
        #expect(found.contains(section.rule), "the example gives \(found)")
        #expect(!mended.contains(section.rule), "the mended form still gives \(mended)")
    }

    /// The rules that `pdk check` finds in an example.
    private func check(_ section: Section, isMended: Bool) async throws -> [String] {
        let folder = Scratch.path(isMended ? "mended" : "found")
        try FileManager.default.createDirectory(atPath: folder + "/dist", withIntermediateDirectories: true)
        let shown = section.block("yaml", isMended: isMended) ?? ""
        var manifest = ""
        for (key, line) in [("name", "name: guard\n"), ("version", "version: 1.0.0\n")]
        where !("\n" + shown).contains("\n\(key):") {
            manifest += line
        }
        manifest += shown
        if !("\n" + shown).contains("\nhooks:") { manifest += "hooks:\n  - pre_query\n" }
        try manifest.write(toFile: folder + "/plugin.yaml", atomically: true, encoding: .utf8)
        if let code = section.block("c", isMended: isMended) { try await compile(code, into: folder) }
        let engine = BuiltProduct.repository + "/.build-engine/libwasmtime.so"
        let program = Program(
            BuiltProduct.pdk, environment: ["PDK_HOME": Scratch.path("home"), "PDK_WASMTIME": engine], folder: folder)
        let result = try await program.run(["check", "--json"])
        let report = try JSONDocument(parsing: result.output).root
        let findings = try #require(report["findings"]?.elements, "\(result.transcript)")
        return findings.filter { $0["silenced"] == nil }.compactMap { $0["rule"]?.string }
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
