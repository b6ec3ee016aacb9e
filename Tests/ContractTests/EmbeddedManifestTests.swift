import TestSupport
import Testing
import WebAssembly

@testable import Contract

struct EmbeddedManifestTests {
    private static let code = Wasm.section(1, of: [Wasm.function([], [])])

    private static var example: PluginMetadata {
        var manifest = PluginMetadata(name: "guard", version: "1.2.0-rc.1", hooks: ["pre_query", "route"])
        manifest.permissions = ["kv_read"]
        manifest.maximumMemory = "16MB"
        return manifest
    }

    private func read(_ module: [UInt8]) throws -> PluginMetadata? { try EmbeddedManifest.read(atStartOf: module) }

    @Test func itIsTheModulesFirstSectionAndIsReadBack() throws {
        let module = try EmbeddedManifest.write(Self.example, into: Wasm.module(Self.code))
        let json =
            #"{"name":"guard","version":"1.2.0-rc.1","hooks":["pre_query","route"],"permissions":["kv_read"],"#
            + #""resources":{"max_memory":"16MB"}}"#
        expect(module, is: Wasm.module(Wasm.custom("pdk.manifest", Array(json.utf8)), Self.code))
        expect(try read(module), is: Self.example)
        expect(try WebAssemblyModule(reading: module).sections.map(\.name), is: ["pdk.manifest", nil])
    }

    @Test func itTakesThePlaceOfTheOneThatIsThere() throws {
        let once = try EmbeddedManifest.write(Self.example, into: Wasm.module(Self.code))
        expect(try EmbeddedManifest.write(Self.example, into: once), is: once)
        let other = PluginMetadata(name: "guard", version: "2.0.0", hooks: [], permissions: [])
        let again = try EmbeddedManifest.write(other, into: once)
        expect(again, is: (try EmbeddedManifest.write(other, into: Wasm.module(Self.code))))
        expect(try read(again), is: other)
    }

    @Test func modulesThatBeginOtherwiseHaveNone() throws {
        let later = Wasm.module(Self.code, Wasm.custom("pdk.manifest", Array("{}".utf8)))
        for module in [
            Wasm.header, Wasm.module(Self.code), Wasm.module(Wasm.custom("name", [])), later,
            Wasm.module(Wasm.custom("pdk.manifests", [])), Wasm.header + [0], Wasm.header + [0, 0x80],
            Wasm.header + [0, 200, 12] + Array("pdk.mani".utf8), [], [0x00, 0x61],
        ] {
            expect(try read(module) == nil, "\(module)")
        }
    }

    @Test(arguments: [
        "", "[]", "{}", "{", #"{"name":"a"}"#, #"{"name":"a","version":"1"}"#, #"{"name":"a","version":1,"hooks":[]}"#,
        #"{"name":"a","version":"1","hooks":"pre_query"}"#, #"{"name":"a","version":"1","hooks":[1]}"#,
        #"{"name":"a","version":"1","hooks":[],"permissions":null}"#,
        #"{"name":"a","version":"1","hooks":[],"resources":{"max_memory":16}}"#,
        #"{"name":"a","version":"1","hooks":[]} x"#, "{\"name\":\"\u{0}\",\"version\":\"1\",\"hooks\":[]}",
    ])
    func aSectionThatIsNoManifestIsRefused(text: String) {
        let error = #expect(throws: ManifestError.self) {
            try EmbeddedManifest.read(atStartOf: Wasm.module(Wasm.custom("pdk.manifest", Array(text.utf8))))
        }
        expect(error?.message.hasPrefix("the section pdk.manifest is not a manifest: "), is: true)
    }

    @Test func whatIsCutOffOrTooLargeIsRefused() throws {
        let module = try EmbeddedManifest.write(Self.example, into: Wasm.header)
        // Header, section id, a size of two bytes, and the name.
        for length in (8 + 1 + 2 + 13)..<module.count {
            #expect(throws: ManifestError.self, "\(length)") {
                try EmbeddedManifest.read(atStartOf: Array(module[..<length]))
            }
        }
        var large = Self.example
        large.permissions = Array(repeating: "x", count: EmbeddedManifest.maximumBytes / 4)
        #expect(throws: ManifestError.self) { try EmbeddedManifest.write(large, into: Wasm.header) }
        let padded = Array(repeating: UInt8(ascii: " "), count: EmbeddedManifest.maximumBytes + 1)
        #expect(throws: ManifestError.self) {
            try EmbeddedManifest.read(atStartOf: Wasm.module(Wasm.custom("pdk.manifest", padded)))
        }
        #expect(throws: ManifestError.self) {
            try EmbeddedManifest.write(Self.example, into: [0x00, 0x61, 0x73, 0x6D])
        }
    }

    /// The first `headBytes` tell all there is to tell, and the largest manifest still fits into them.
    @Test func theHeadIsEnough() throws {
        var large = PluginMetadata(name: "a", version: "1", hooks: [], permissions: [])
        let fixed = EmbeddedManifest.json(large).compactText.utf8.count
        large.version = String(repeating: "1", count: EmbeddedManifest.maximumBytes - fixed + 1)
        let module = try EmbeddedManifest.write(large, into: Wasm.module(Self.code))
        expect(module.count > EmbeddedManifest.headBytes)
        expect(try read(Array(module.prefix(EmbeddedManifest.headBytes))), is: large)
    }

    /// Whatever bytes come, the reader answers, and what it reads writes the same manifest again.
    @Test func anyBytesAreAnswered() throws {
        var numbers = SeededNumbers(seed: 31)
        let module = try EmbeddedManifest.write(Self.example, into: Wasm.module(Self.code))
        var count = 0
        for _ in 0..<20_000 {
            var changed = module
            for _ in 0..<Int.random(in: 1...3, using: &numbers) {
                changed[Int.random(in: 0..<changed.count, using: &numbers)] = numbers.bytes(1)[0]
            }
            if numbers.once(in: 3) {
                changed = Array(changed.prefix(Int.random(in: 0...changed.count, using: &numbers)))
            }
            guard let manifest = try? EmbeddedManifest.read(atStartOf: changed) else { continue }
            expect(try read(EmbeddedManifest.write(manifest, into: changed)), is: manifest)
            count += 1
        }
        expect(count > 100)
    }

    // MARK: what others claim of it

    private static func claims(_ change: (inout PluginMetadata) -> Void) -> PluginMetadata {
        var metadata = PluginMetadata(name: "guard", version: "1.2.0-rc.1")
        change(&metadata)
        return metadata
    }

    @Test func silenceAndOtherSpellingsAreNoContradiction() {
        for claims in [
            Self.claims { $0.version = "" }, Self.claims { $0.hooks = ["routing", "prequery"] },
            Self.claims { $0.permissions = ["kv_read", "kv_read"] }, Self.claims { $0.maximumMemory = "16384 kb" },
            Self.example,
        ] {
            expect(claims.contradiction(with: Self.example) == nil, "\(claims)")
        }
    }

    @Test func eachFieldIsCompared() {
        let cases: [(PluginMetadata, String, String, String)] = [
            (Self.claims { $0.name = "other" }, "name", "other", "guard"),
            (Self.claims { $0.version = "1.2.0" }, "version", "1.2.0", "1.2.0-rc.1"),
            (Self.claims { $0.hooks = [] }, "hooks", "none", "pre_query, route"),
            (Self.claims { $0.hooks = ["pre_query"] }, "hooks", "pre_query", "pre_query, route"),
            (Self.claims { $0.permissions = ["kv_read", "network"] }, "permissions", "kv_read, network", "kv_read"),
            (Self.claims { $0.minimumMemory = "1MB" }, "min_memory", "1MB", "none"),
            (Self.claims { $0.maximumMemory = "1MB" }, "max_memory", "1MB", "16MB"),
        ]
        for (claims, field, claimed, embedded) in cases {
            expect(
                claims.contradiction(with: Self.example),
                is: PluginMetadata.Contradiction(field: field, claimed: claimed, embedded: embedded))
        }
    }
}
