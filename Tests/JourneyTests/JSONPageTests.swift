import Contract
import Foundation
import JourneySupport
import TestSupport
import Testing

/// `Docs/json.md` and what the program prints with `--json`.
@Suite(.scratchFolder)
struct JSONPageTests {
    let kit = Kit()

    /// The keys that the page names, by command; an object or array that is named covers what is in it.
    private static func page() throws -> [String: [String: String]] {
        let text = try String(contentsOfFile: BuiltProduct.repository + "/Docs/json.md", encoding: .utf8)
        var command = "error", keys: [String: [String: String]] = [:]
        for line in text.split(separator: "\n") {
            if line.hasPrefix("## pdk ") {
                command = String(line.dropFirst(7))
                keys[command] = [:]
            } else if let match = line.wholeMatch(of: /\| `([^`]+)` \| ([^|]+) \| .+ \|/) {
                keys[command, default: [:]][String(match.output.1)] = String(match.output.2)
            }
        }
        return keys
    }

    /// The paths of all values in a document, with what they are.
    private static func paths(_ value: JSONValue, _ path: String = "") -> [(path: String, value: JSONValue)] {
        switch value {
        case .object(let members):
            let inside = members.flatMap { paths($0.value, path.isEmpty ? $0.name : path + "." + $0.name) }
            return (path.isEmpty ? [] : [(path, value)]) + inside
        case .array(let elements): return [(path, value)] + elements.flatMap { paths($0, path + "[]") }
        default: return [(path, value)]
        }
    }

    /// Whether a value is what the page says; the word `value` stands for anything.
    private static func fits(_ value: JSONValue, _ type: String) -> Bool {
        switch value {
        case .null: type.contains("null") || type.hasPrefix("value")
        case .bool: type.hasPrefix("truth value") || type.hasPrefix("value")
        case .number: type.hasPrefix("number") || type.hasPrefix("value")
        case .string: type.hasPrefix("string") || type.hasPrefix("value")
        case .array: type.hasPrefix("array") || type.hasPrefix("value")
        case .object: type.hasPrefix("object") || type.hasPrefix("value")
        }
    }

    @Test func everyKeyIsOnThePage() async throws {
        let page = try Self.page()
        var seen: [String: Set<String>] = [:]
        func check(_ command: String, _ document: JSONValue) {
            let known = page[command] ?? [:]
            for (path, value) in Self.paths(document) {
                seen[command, default: []].insert(path)
                if let type = known[path] {
                    expect(Self.fits(value, type), "pdk \(command): \(path) is no \(type): \(value)")
                    continue
                }
                // What is inside a key that is described as a whole, an array with its elements' keys, or a percentile.
                let parts = path.split(separator: ".")
                let above = (1..<max(1, parts.count)).map { parts[..<$0].joined(separator: ".") }
                let isInside = (above + [path.replacing(/\[\]$/, with: "")]).contains { name in
                    ["object", "array of", "value"].contains {
                        known[name.replacing(/\[\]$/, with: "")]?.hasPrefix($0) == true
                    }
                }
                let isAbove =
                    known.keys.contains { $0.hasPrefix(path + ".") || $0.hasPrefix(path + "[]") } || path.isEmpty
                    || path == "[]"
                let isPercentile = known[path.replacing(/\.(p50|p90|p99|max)$/, with: ".min")] != nil
                expect(isInside || isAbove || isPercentile, "Docs/json.md does not name \(path) of pdk \(command)")
            }
        }
        func run(_ kit: Kit, _ words: String..., status: Int = 0) async throws {
            let result = try await kit.run(words + ["--json"])
            expect(result.status == status, "\(words) \(result.transcript)")
            check(words[0], try JSONValue.parse(result.output))
        }
        try await run(kit, "new", "other", "--template", "c")
        try await run(kit, "new", "--list")
        try await run(kit, "doctor")
        try await run(kit, "keygen", "mykey")
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        for words in [["build"], ["sign"], ["check"], ["test"], ["pack"]] {
            let result = try await plugin.run(words + ["--json"])
            expect(result.status == 0, "\(words) \(result.transcript)")
            check(words[0], try JSONValue.parse(result.output))
        }
        try await run(plugin, "run", "pre_query", "--query", "SELECT 1")
        try await run(plugin, "publish", kit.folder + "/registry")
        let trust = kit.folder + "/trust"
        try Disk.makeFolder(trust)
        try Disk.write(trust + "/mykey.pub", try Disk.read(kit.keysFolder + "/mykey.pub"))
        try await run(kit, "list", "--registry", "registry")
        try await run(kit, "install", "guard", "--registry", "registry", "--dest", "plugins", "--trust-root", "trust")
        try await run(kit, "verify", "plugins/guard.wasm", "--trust-root", "trust")
        try await run(kit, "verify", "guard/dist/guard-0.1.0.tar.gz", "--trust-root", "trust")
        try await run(kit, "inspect", "plugins/guard.wasm")
        try await run(kit, "inspect", "guard/dist/guard-0.1.0.tar.gz")
        let bench = try await plugin.run("bench", "pre_query", "--seconds", "0.1", "--json")
        check("bench", try JSONValue.parse(bench.output))
        try Disk.write(plugin.folder + "/plugin.yaml", Array("name: x\nversion: [1\n".utf8))
        let broken = try JSONValue.parse(try await plugin.run("check", "--json").output)
        check("error", broken)
        expect(broken["error"]?["line"] == .number("3") && broken["error"]?["column"] != nil)

        // What is always there, according to the page, was there.
        for (command, keys) in page where seen[command] != nil && command != "error" {
            for (key, type) in keys where !type.contains("maybe") && !key.hasPrefix("cases[].failures") {
                expect(seen[command]?.contains(key) == true || key.contains("[]."), "pdk \(command) prints no \(key)")
            }
        }
    }

    @Test func everyCommandIsOnThePage() async throws {
        let page = try Self.page()
        let help = try JSONValue.parse(try await kit.done("--dump-help"))
        guard case .array(let commands)? = help["command"]?["subcommands"] else {
            Issue.record("no commands")
            return
        }
        for command in commands {
            let name = command["commandName"]?.string ?? ""
            expect(
                page.keys.contains { $0 == name || $0.hasPrefix(name + " ") }, "Docs/json.md has no section pdk \(name)"
            )
        }
    }
}
