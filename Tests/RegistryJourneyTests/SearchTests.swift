import Contract
import Foundation
import JourneySupport
import TestSupport
import Testing

/// `pdk search` and `pdk info`: what a registry says of plugins, without any of their bytes.
@Suite(.scratchFolder)
struct SearchTests {
    let kit = Kit()

    private static func entry(_ name: String, _ version: String, _ more: String = "") -> String {
        """
        {"name": "\(name)", "version": "\(version)", "artifact": "artifacts/\(name).wasm", \
        "sha256": "\(String(repeating: "0", count: 64))"\(more)}
        """
    }

    private func write(_ plugins: [String], yanked: [String] = []) throws {
        try Scratch.write(
            "registry/index.json",
            "{\"plugins\": [\(plugins.joined(separator: ", "))], \"yanked\": [\(yanked.joined(separator: ", "))]}")
    }

    @Test func aWordIsFoundInNamesDescriptionsAndHooks() async throws {
        try write(
            [
                Self.entry("guard", "2.0.0", #", "description": "Blocks TRUNCATE", "hooks": ["pre_query"]"#),
                Self.entry("guard", "1.0.0", #", "description": "Once called watcher", "hooks": ["pre_query"]"#),
                Self.entry("Router", "1.0.0", #", "description": "Zählt \u00C4pfel", "hooks": ["route"]"#),
                Self.entry("old", "3.0.0", #", "description": "Blocks it", "yanked": "bad""#),
                Self.entry("old", "2.0.0", #", "description": "Blocks that""#),
                Self.entry("evil\\u001b[31m", "1\\u0007", #", "description": "blocks \u202e all""#),
            ], yanked: [Self.entry("gone", "1.0.0", #", "description": "Blocks much""#)])
        func names(_ word: String, _ more: String...) async throws -> [String] {
            try await kit.document("search", word, "--registry", "registry", status: 0).elements.map {
                ($0["name"]?.string ?? "") + " " + ($0["version"]?.string ?? "")
            }
        }
        expect(try await names("truncate") == ["guard 2.0.0"])
        expect(try await names("GUARD") == ["guard 2.0.0"])
        expect(try await names("watcher") == [])
        expect(try await names("rout") == ["Router 1.0.0"])
        expect(try await names("ROUTE") == ["Router 1.0.0"])
        expect(try await names("äpfel") == ["Router 1.0.0"])
        expect(try await names("ÄPFEL") == ["Router 1.0.0"])
        expect(try await names("pre_") == ["guard 2.0.0"])
        expect(try await names("\"") == [])
        expect(try await names("blocks") == ["guard 2.0.0", "old 2.0.0", "evil\u{1b}[31m 1\u{7}"])
        let shown = try await kit.run("search", "blocks", "--registry", "registry")
        expect(shown.status == 0 && shown.errors.isEmpty)
        expect(
            shown.output == """
                guard           2.0.0   Blocks TRUNCATE
                old             2.0.0   Blocks that
                evil\\u{1b}[31m  1\\u{7}  blocks \\u{202e} all

                """, "\(shown.transcript)")
        let none = try await kit.run("search", "xyzzy", "--registry", "registry")
        expect(none.status == 0 && none.output.isEmpty && none.errors.contains("matches 'xyzzy'"))
        expect(try await kit.document("search", "xyzzy", "--registry", "registry") == .array([]))
        let first = try await kit.run("search", "blocks", "--registry", "registry", "--limit", "1")
        expect(first.output == "guard  2.0.0  Blocks TRUNCATE\n")
        expect(first.errors == "warning: 2 more plugins found; --limit 3 shows all\n")
        for words in [["search", ""], ["search", "x", "--limit", "0"], ["search"]] {
            expect(try await kit.run(words + ["--registry", "registry"]).status == 2)
        }
        expect(try await kit.refusal("search", "x", "--registry", "nowhere").code == "index-unavailable")
        try Scratch.write("registry/index.json", "{\"plugins\": [")
        expect(try await kit.refusal("search", "x", "--registry", "registry").code == "index-malformed")
    }

    /// Forty thousand entries need no more memory than a few: little more than the program itself.
    @Test func aLargeIndexIsReadInLittleMemory() async throws {
        let hash = String(repeating: "0", count: 64)
        func index(_ count: Int) -> String {
            let entries = (0..<count).map { number in
                #"{"name":"p\#(number)","version":"1.0.0","description":"\#(number % 1000 == 7 ? "Rare" : "Usual")","#
                    + #""artifact":"a","sha256":"\#(hash)","hooks":["route"]}"#
            }
            return "{\"plugins\":[\n" + entries.joined(separator: ",\n") + "]}"
        }
        var peaks: [Int] = []
        for count in [100, 40_000] {
            try Scratch.write("registry/index.json", index(count))
            let found = try await kit.done("search", "rare", "--registry", "registry")
            expect(found.split(separator: "\n").count == (count + 992) / 1000)
            let measured = try await Program("python3", environment: ["HOME": kit.home]).run([
                "-c",
                """
                import resource, subprocess, sys
                subprocess.run([sys.argv[1], "search", "route", "--registry", "registry"], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, check=True)
                print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
                """, BuiltProduct.pdk,
            ])
            peaks.append(try #require(Int(measured.output.dropLast()), "\(measured.transcript)"))
        }
        expect(peaks[1] < peaks[0] + 8192, "KiB: \(peaks)")
    }

    @Test func everyVersionIsTold() async throws {
        try write(
            [
                Self.entry(
                    "guard", "1.10.0",
                    #", "description": "Now\u001b", "license": "MIT", "author": "A", "size": 3210"#
                        + #", "hooks": ["pre_query"], "permissions": [], "key_id": "0123456789abcdef", "signature": "x""#
                        + #", "published_at": "2026-11-22T21:28:12Z", "resources": {"max_memory": "16MB"}"#),
                Self.entry("guard", "1.9.0"), Self.entry("guard", "2.0.0-rc.1"), Self.entry("other", "9.0.0"),
            ], yanked: [Self.entry("guard", "1.9.5", #", "yanked": "lets TRUNCATE through""#)])
        let document = try await kit.document("info", "guard", "--registry", "registry")
        expect(document["newest"]?.string == "1.10.0" && document["license"]?.string == "MIT")
        let versions = document["versions"]?.elements ?? []
        expect(versions.compactMap { $0["version"]?.string } == ["2.0.0-rc.1", "1.10.0", "1.9.5", "1.9.0"])
        expect(versions[2]["yanked"]?.string == "lets TRUNCATE through" && versions[1]["yanked"] == .null)
        expect(versions[1]["key_id"]?.string == "0123456789abcdef" && versions[1]["signed"] == .bool(true))
        expect(versions[1]["permissions"] == .array([]) && versions[3]["permissions"] == .null)
        let text = try await kit.done("info", "guard", "--registry", "registry")
        expect(
            text.hasPrefix("guard: Now\\u{1b}\n  registry: registry/index.json\n  newest: 1.10.0\n2.0.0-rc.1 (pre-"))
        expect(text.contains("\n  size: 3,210 bytes\n") && text.contains("\n1.9.5 (yanked: lets TRUNCATE through)\n"))
        expect(text.contains("\n  hooks: pre_query\n  permissions: none\n  memory: at most 16MB\n"), "\(text)")
        // Only withdrawn: it is told, and none is offered.
        try write([], yanked: [Self.entry("guard", "1.0.0")])
        expect(try await kit.document("info", "guard", "--registry", "registry")["newest"] == .null)
        expect(try await kit.done("info", "guard", "--registry", "registry").contains("no release is available"))
        let missing = try await kit.refusal("info", "nope", "--registry", "registry")
        expect(missing.code == "no-plugin" && missing.help.contains("pdk search"))
        expect(try await kit.refusal("info", "../x", "--registry", "registry").code == "invalid-name")
    }

    /// A real one: published, withdrawn, and read from the plugin's own index.
    @Test func aPublishedPluginIsTold() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        try await plugin.done("publish", "../registry")
        try await kit.done("config", "set", "registry", "registry")
        let info = try await kit.document("info", "guard")
        let version = try #require(info["versions"]?.elements.first)
        expect(version["hooks"]?.texts.contains("pre_query") == true && version["size"]?.int ?? 0 > 0)
        expect(info["author"]?.string == "A. Author")
        expect(try await kit.done("search", "GUARD").hasPrefix("guard  0.1.0  "))
        try await kit.done("yank", "guard", "0.1.0", "--reason", "bad")
        expect(try await kit.done("search", "guard") == "")
        expect(try await kit.done("info", "guard").contains("0.1.0 (yanked: bad)"))
    }
}
