import Contract
import PluginRegistry
import TestSupport
import Testing

@Suite(.scratchFolder) struct FindTests {
    private func registry(_ entries: [(version: String, yanked: Bool)]) throws -> RegistryContents {
        let plugins = entries.map { entry in
            JSONValue.object([
                "name": .string("x"), "version": .string(entry.version), "artifact": .string("x.wasm"),
                "sha256": .string(""), "yanked": entry.yanked ? .string("broken") : nil,
            ])
        }
        try Scratch.write("index.json", JSONValue.object(["plugins": .array(plugins)]).compactText)
        return try Registry(RegistryLocation("index.json", currentFolder: Scratch.folder)).blockingLoad()
    }

    @Test func theNewestReleaseIsFoundInAnyOrder() throws {
        var random = SeededNumbers(seed: 81)
        let all = [
            ("1.0.0", false), ("1.9.0", false), ("1.10.0", false), ("2.0.0", true), ("1.11.0-rc.1", false), ("", false),
            ("nightly", false),
        ]
        for _ in 0..<20 {
            let registry = try registry(all.shuffled(using: &random))
            expect(try registry.find("x").version, is: "1.10.0")
            expect(try registry.find("x", includingPreReleases: true).version, is: "1.11.0-rc.1")
            for (version, yanked) in all {
                let found = try registry.find("x", version: version)
                expect(found.version == version && (found.yanked != nil) == yanked)
            }
        }
    }

    @Test func onlyTheExactVersionIsFound() throws {
        let registry = try registry([("1.0.0", false), ("1.0.0+\u{212A}", false)])
        for version in ["1.0", "v1.0.0", "1.0.0 ", "01.0.0", "latest", "", "1.0.0+K"] {
            let error = #expect(throws: RegistryError.self) { try registry.find("x", version: version) }
            expect(error?.kind, is: .noVersion)
            expect(error?.message.hasPrefix("no plugin 'x' at version '\(version)' in registry"), is: true)
        }
    }

    @Test func withoutAReleaseTheVersionsAreNamed() throws {
        let registry = try registry([("1.0.0", true), ("2.0.0-rc.1", false)])
        let error = #expect(throws: RegistryError.self) { try registry.find("x") }
        expect(error?.kind, is: .noVersion)
        expect(error?.help?.contains("1.0.0 (yanked), 2.0.0-rc.1"), is: true)
        expect(try registry.find("x", includingPreReleases: true).version, is: "2.0.0-rc.1")
        expect(registry.entries.map(\.version), is: ["1.0.0", "2.0.0-rc.1"])
        let unknown = #expect(throws: RegistryError.self) { try registry.find("y") }
        expect(unknown?.kind, is: .noPlugin)
        expect(unknown?.message.hasPrefix("no plugin 'y' in registry"), is: true)
        expect(registry.entries(named: "y").isEmpty)
    }

    @Test func theFirstOfEqualVersionsCounts() throws {
        expect(
            try registry([("1.0.0+b", false), ("1.0.0+a", false), ("1.0.0+c", false)]).find("x").version, is: "1.0.0+b")
    }

    @Test(arguments: ["", "..", "a/b", "a b", "x\u{1B}[31m", String(repeating: "n", count: 129)])
    func invalidNamesAreRefused(name: String) throws {
        let error = #expect(throws: RegistryError.self) { try registry([("1.0.0", false)]).find(name) }
        expect(error?.kind, is: .invalidName)
        expect(error?.message.hasPrefix("invalid plugin name '"), is: true)
        expect(error?.message.contains("\u{1B}"), is: false)
    }
}
