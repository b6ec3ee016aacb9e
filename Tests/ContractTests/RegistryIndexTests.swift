import Contract
import TestSupport
import Testing

@Suite struct RegistryIndexTests {
    private static func entry(_ name: String, _ version: String) -> IndexEntry {
        var entry = IndexEntry(
            PluginMetadata(name: name), artifact: "artifacts/\(name)/\(version)/\(name).wasm",
            sha256: String(repeating: "ab", count: 32))
        entry.metadata.version = version
        return entry
    }

    private static func versions(_ index: RegistryIndex, of name: String) -> [String] {
        index.entries(named: name).map(\.version)
    }

    @Test func newestReleaseFirst() throws {
        var random = SeededNumbers(seed: 31)
        let expected = [
            "10.0.0", "2.0.0", "1.10.0", "1.9.0", "1.0.0+b", "1.0.0", "0.1.0", "11.0.0-rc.1", "3.0.0-rc.10",
            "3.0.0-rc.2",
            "3.0.0-alpha",
        ]
        for _ in 0..<40 {
            var index = try RegistryIndex.empty
            for version in expected.shuffled(using: &random) {
                index = try index.adding(Self.entry("other", version)).adding(Self.entry("mine", version))
            }
            expect(Self.versions(index, of: "mine"), is: expected)
            expect(Self.versions(index, of: "other"), is: expected)
            expect(index.count, is: 2 * expected.count)
        }
    }

    @Test func withdrawnVersionsComeLast() throws {
        var withdrawn = Self.entry("x", "2.0.0")
        withdrawn.yanked = "broken"
        let index = try RegistryIndex.empty.adding(withdrawn).adding(Self.entry("x", "1.0.0-rc.1"))
            .adding(Self.entry("x", "1.0.0"))
        expect(Self.versions(index, of: "x"), is: ["1.0.0", "1.0.0-rc.1", "2.0.0"])
    }

    /// An index as other tools might write it: any order, any white space, fields that only they know.
    private static func foreignIndex(_ random: inout SeededNumbers) -> String {
        let entries = (0..<Int.random(in: 0..<6, using: &random)).map { _ -> JSONValue in
            let entry = Self.entry(random.pick(["x", "y", "z"]), random.pick(["1.0.0", "2.0.0", "", "1.0-rc", "zzz"]))
            guard case .object(let members) = entry.json else { return .null }
            let extra = JSONValue.Member("x-\(RandomJSON.string(&random))", RandomJSON.value(depth: 2, &random))
            return .object((members + [extra]).shuffled(using: &random))
        }
        let members = [
            JSONValue.Member("plugins", .array(entries)), JSONValue.Member("schema_version", .string("1")),
            JSONValue.Member("x-notes", RandomJSON.value(depth: 2, &random)),
        ]
        let index = JSONValue.object(members.shuffled(using: &random))
        return random.once(in: 3) ? index.prettyText() : RandomJSON.spell(index, &random)
    }

    @Test(arguments: [41, 42, 43] as [UInt64])
    func everyOtherByteStays(seed: UInt64) throws {
        var random = SeededNumbers(seed: seed)
        for _ in 0..<150 {
            let old = Array(Self.foreignIndex(&random).utf8)
            let index = try RegistryIndex(reading: old)
            var entry = Self.entry(random.pick(["x", "y", "new"]), random.pick(["1.5.0", "0.1.0", "3.0.0-rc.1"]))
            entry.metadata.description = RandomJSON.string(&random)
            let larger = try index.adding(entry)
            let new = larger.bytes
            // The old bytes are a beginning and an end of the new ones; what lies between is one entry and its comma.
            let head = zip(old, new).prefix { $0 == $1 }.count
            let tail = min(old.count - head, zip(old.reversed(), new.reversed()).prefix { $0 == $1 }.count)
            expect(head + tail, is: old.count)
            let added = new[head..<(new.count - tail)]
            expect(added.count, is: new.count - old.count)
            expect(larger.count, is: index.count + 1)
            // All entries but the new one are there in their order, with every field that only others know.
            expect(try rest(of: larger, without: entry), is: try plugins(index))
            expect(larger.entries.contains(entry))
        }
    }

    private func plugins(_ index: RegistryIndex) throws -> [String] {
        try JSONDocument(parsing: index.bytes).root["plugins"]?.elements.map(\.text) ?? []
    }

    private func rest(of index: RegistryIndex, without entry: IndexEntry) throws -> [String] {
        var texts = try plugins(index)
        let place = try #require(index.entries.firstIndex(of: entry))
        texts.remove(at: place)
        return texts
    }

    @Test(arguments: [
        "{\"plugins\":[]}", "{\"plugins\":[ ]}", "{ \"plugins\" : [\n\n  ] , \"x\":[] }\n", "{\"plugins\":[\t]}",
        "{\"other\":[[]],\"plugins\":[],\"schema_version\":\"1\"}",
    ])
    func emptyLists(text: String) throws {
        let index = try RegistryIndex(reading: Array(text.utf8))
        let entry = Self.entry("x", "1.0.0")
        expect(try index.adding(entry).entries, is: [entry])
    }

    @Test func anIndexOnOneLineKeepsItsBytes() throws {
        let one = "{\"name\":\"x\",\"version\":\"1.0.0\",\"artifact\":\"a\",\"sha256\":\"b\",\"x-more\":[1e0]}"
        let index = try RegistryIndex(reading: Array("{\"plugins\":[\(one)],\"schema_version\":\"1\"}".utf8))
        for version in ["0.9.0", "2.0.0"] {
            let text = String(decoding: try index.adding(Self.entry("x", version)).bytes, as: UTF8.self)
            expect(text.contains(one) && text.hasSuffix("],\"schema_version\":\"1\"}"))
        }
    }

    @Test func allFieldsComeBack() throws {
        var entry = Self.entry("x", "1.0.0")
        entry.metadata.description = "\"quoted\" \u{1B} é"
        entry.signature = "c2ln"
        entry.metadata.hooks = ["pre_query"]
        entry.metadata.permissions = []
        entry.metadata.author = "A"
        entry.metadata.license = "Apache-2.0"
        entry.size = 12
        entry.publishedAt = "2026-04-26T12:00:00Z"
        entry.yanked = ""
        expect(try RegistryIndex.empty.adding(entry).entries, is: [entry])
    }

    @Test(
        arguments: [
            ("true", ""), ("\"why\"", "why"), ("false", nil), ("null", nil), ("{\"reason\":\"x\"}", ""), ("1", ""),
            ("[]", ""),
        ] as [(String, String?)])
    func withdrawn(spelled: String, meant: String?) throws {
        let text = "{\"plugins\":[{\"name\":\"x\",\"artifact\":\"a\",\"sha256\":\"b\",\"yanked\":\(spelled)}]}"
        expect(try RegistryIndex(reading: Array(text.utf8)).entries.first?.yanked, is: meant)
    }

    @Test func optionalFieldsOfOtherTypesAreNotSaid() throws {
        let text = """
            {"plugins":[{"name":"x","artifact":"a","sha256":"b","signature":null,"hooks":"pre_query",
            "permissions":[1],"author":1,"license":[],"size":"big","published_at":false,"version":"1.0.0"}]}
            """
        var expected = IndexEntry(PluginMetadata(name: "x"), artifact: "a", sha256: "b")
        expected.metadata.version = "1.0.0"
        expect(try RegistryIndex(reading: Array(text.utf8)).entries, is: [expected])
    }

    @Test func namesAreFoundExactly() throws {
        let text = """
            {"plugins":[{"name":"K","artifact":"a","sha256":"b"},{"name":"\\u004b","artifact":"escaped","sha256":"b"},
            {"name":"\\u212a","artifact":"kelvin","sha256":"b"},{"name":"k","artifact":"c","sha256":"b"}]}
            """
        let index = try RegistryIndex(reading: Array(text.utf8))
        expect(index.entries(named: "K").map(\.artifact), is: ["a", "escaped"])
        expect(index.entries(named: "").isEmpty)
    }
}
