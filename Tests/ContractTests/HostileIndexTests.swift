import Contract
import TestSupport
import Testing

@Suite struct HostileIndexTests {
    private static func entry(_ members: String) -> String {
        "{\"plugins\":[{\"name\":\"a\",\"artifact\":\"a\",\"sha256\":\"b\"},{\(members)}]}"
    }

    static let indexes: [(text: String, offset: Int, message: String)] = [
        ("[]", 0, "index is not a JSON object"), ("null", 0, "index is not a JSON object"),
        ("{}", 0, "index has no plugins array"), ("{\"plugins\":{}}", 11, "plugins is not an array"),
        ("{\"plugins\":null}", 11, "plugins is not an array"),
        ("{\"schema_version\":1,\"plugins\":[]}", 18, "schema_version is not a string"),
        ("{\"plugins\":[],\"plugins\":[]}", 14, "index gives plugins twice"),
        ("{\"plugins\":[],\"\\u0070lugins\":[]}", 14, "index gives plugins twice"),
        (
            "{\"schema_version\":\"1\",\"schema_version\":\"1\",\"plugins\":[]}", 22,
            "index gives schema_version twice"
        ),
        ("{\"plugins\":[1]}", 12, "entry 1 of the index is not an object"),
        ("{\"plugins\":[[]]}", 12, "entry 1 of the index has no name"),
    ]

    /// The offset is counted from the second entry's `{`, which is at byte 53.
    static let entries: [(members: String, offset: Int, message: String)] = [
        ("", 0, "entry 2 of the index has no name"),
        ("\"name\":\"x\",\"sha256\":\"b\"", 0, "entry 2 of the index has no artifact"),
        ("\"name\":\"x\",\"artifact\":\"b\"", 0, "entry 2 of the index has no sha256"),
        ("\"artifact\":\"x\",\"sha256\":\"b\"", 0, "entry 2 of the index has no name"),
        ("\"name\":1", 8, "name of entry 2 is not a string"), ("\"name\":null", 8, "name of entry 2 is not a string"),
        ("\"version\":1.0", 11, "version of entry 2 is not a string"),
        ("\"description\":null", 15, "description of entry 2 is not a string"),
        ("\"artifact\":[\"a\"]", 12, "artifact of entry 2 is not a string"),
        ("\"sha256\":{}", 10, "sha256 of entry 2 is not a string"),
        ("\"signature\":false", 13, "signature of entry 2 is not a string"),
        ("\"name\":\"x\",\"name\":\"x\"", 12, "entry 2 gives name twice"),
        ("\"name\":\"x\",\"n\\u0061me\":\"y\"", 12, "entry 2 gives name twice"),
        ("\"version\":\"1\",\"version\":\"2\"", 15, "entry 2 gives version twice"),
        ("\"description\":\"1\",\"description\":\"2\"", 19, "entry 2 gives description twice"),
        ("\"artifact\":\"1\",\"artifact\":\"2\"", 16, "entry 2 gives artifact twice"),
        ("\"sha256\":\"1\",\"sha256\":\"2\"", 14, "entry 2 gives sha256 twice"),
        ("\"signature\":\"1\",\"signature\":\"2\"", 17, "entry 2 gives signature twice"),
        ("\"signature\":null,\"signature\":\"2\"", 18, "entry 2 gives signature twice"),
        ("\"signature\":\"1\",\"signature\":null", 17, "entry 2 gives signature twice"),
    ]

    @Test(arguments: indexes)
    func aMalformedIndexIsRefusedWhereItIsWrong(text: String, offset: Int, message: String) {
        #expect(throws: JSONError(message, offset: offset)) { try RegistryIndex(reading: Array(text.utf8)) }
    }

    @Test(arguments: entries)
    func aMalformedEntryIsRefusedWhereItIsWrong(members: String, offset: Int, message: String) {
        #expect(throws: JSONError(message, offset: 53 + offset)) {
            try RegistryIndex(reading: Array(Self.entry(members).utf8))
        }
    }

    /// The host ignores fields that it does not know, whatever they hold: at the top and in entries.
    @Test(arguments: [
        #""x":"\ud800""#, #""\udc00":1"#, #""x":{"plugins":[{"name":1}],"\ud83d":["\udfff",null]}"#, #""x":[],"x":{}"#,
        #""schema":"2","Plugins":null"#,
    ])
    func ignoredFieldsMayHoldAnything(members: String) throws {
        let entry = #"{"name":"a","artifact":"a","sha256":"b"}"#
        for text in [
            "{\(members),\"plugins\":[\(entry)]}", "{\"plugins\":[\(entry)],\(members)}",
            "{\"plugins\":[\(entry.dropLast()),\(members)}]}",
        ] {
            let index = try RegistryIndex(reading: Array(text.utf8))
            expect(index.entries(named: "a").map(\.artifact), is: ["a"], "\(text)")
        }
    }

    @Test func anIndexOverTheLimitIsRefused() throws {
        let bytes = try RegistryIndex.empty.bytes
        _ = try RegistryIndex(reading: bytes, maximumBytes: bytes.count)
        #expect(throws: JSONError.self) { try RegistryIndex(reading: bytes, maximumBytes: bytes.count - 1) }
    }

    @Test(arguments: [51, 52] as [UInt64])
    func mutationsNeverTrap(seed: UInt64) throws {
        var random = SeededNumbers(seed: seed)
        var entry = IndexEntry(PluginMetadata(name: "x"), artifact: "x.wasm", sha256: String(repeating: "0", count: 64))
        entry.metadata.version = "1.0.0"
        entry.metadata.hooks = ["pre_query"]
        let good = try RegistryIndex.empty.adding(entry).bytes
        var taken = 0, refused = 0
        for _ in 0..<3000 {
            guard let index = try? RegistryIndex(reading: RandomJSON.mutate(good, &random)) else {
                refused += 1
                continue
            }
            taken += 1
            let larger = try index.adding(entry)
            expect(larger.count, is: index.count + 1)
        }
        expect(taken > 100 && refused > 100)
    }
}
