import Contract
import TestSupport
import Testing

struct PackManifestTests {
    static let digest = String(repeating: "0123456789abcdef", count: 4)

    /// The host contract's example, with its placeholders filled.
    static let example = """
        { "schema_version": "1.0", "name": "colmask", "version": "0.1.0", "description": "…", "license": "MIT", \
        "hooks": ["pre_query"], "wasm_sha256": "\(digest)", "signature_sha256": null, "signature_algorithm": null, \
        "packed_at": "2026-04-26T12:00:00Z" }
        """

    private func read(_ text: String) throws -> PackManifest { try PackManifest(reading: Array(text.utf8)) }

    @Test func contractsExampleIsRead() throws {
        let manifest = try read(Self.example)
        expect(manifest.schemaVersion == "1.0" && manifest.name == "colmask" && manifest.version == "0.1.0")
        expect(manifest.description == "…" && manifest.license == "MIT" && manifest.hooks == ["pre_query"])
        expect(manifest.moduleDigest.description == Self.digest && manifest.signatureDigest == nil)
        expect(manifest.packedAt, is: "2026-04-26T12:00:00Z")
    }

    @Test func whatIsWrittenIsTheContractsTextAndIsReadBack() throws {
        let digest = try #require(SHA256Digest(hex: Self.digest))
        var manifest = PackManifest(
            PluginMetadata(name: "colmask", version: "0.1.0"), moduleDigest: digest,
            packedAt: "2026-04-26T12:00:00Z")
        manifest.description = "says \"no\"\n"
        manifest.license = ""
        manifest.hooks = ["pre_query", "route"]
        manifest.signatureDigest = digest
        expect(
            manifest.text,
            is: """
                {
                  "schema_version": "1.0",
                  "name": "colmask",
                  "version": "0.1.0",
                  "description": "says \\"no\\"\\n",
                  "license": "",
                  "hooks": [
                    "pre_query",
                    "route"
                  ],
                  "wasm_sha256": "\(Self.digest)",
                  "signature_sha256": "\(Self.digest)",
                  "signature_algorithm": "ed25519",
                  "packed_at": "2026-04-26T12:00:00Z"
                }

                """)
        expect(try read(manifest.text), is: manifest)
        manifest.signatureDigest = nil
        expect(manifest.text.contains("\"signature_sha256\": null,\n  \"signature_algorithm\": null,"))
        expect(try read(manifest.text), is: manifest)
    }

    @Test(
        arguments: [
            ("\"schema_version\": \"1.0\"", "\"schema_version\": \"1\""),
            ("\"schema_version\": \"1.0\"", "\"schema_version\": \"1.99.3\""),
            ("\"schema_version\": \"1.0\"", "\"later\": {\"a\": [1]}, \"schema_version\": \"1.1\""),
            ("\"signature_sha256\": null, ", ""),
            ("\"signature_algorithm\": null, ", ""),
            ("\"hooks\": [\"pre_query\"]", "\"hooks\": []"),
            ("\"description\"", "\"\\u0064escription\""),
        ])
    func variantIsTaken(part: String, other: String) throws {
        expect(Self.example.contains(part))
        _ = try read(Self.example.replacing(part, with: other))
    }

    /// What is put in the place of what, what the error says, and the text that stands at the error's offset.
    static let malformed: [(String, String, String, String)] = [
        ("\"1.0\"", "\"2.0\"", "schema_version '2.0'", "\"2.0\""),
        ("\"1.0\"", "\"10\"", "schema_version '10'", "\"10\""),
        ("\"1.0\"", "\"01.0\"", "schema_version", "\"01.0\""),
        ("\"1.0\"", "\"\"", "schema_version", "\"\""),
        ("\"1.0\"", "\" 1.0\"", "schema_version", "\" 1.0\""),
        ("\"1.0\"", "\"1\\u0301.0\"", "schema_version", "\"1\\u0301"),
        ("\"1.0\"", "1.0", "schema_version of the manifest is not a string", "1.0,"),
        ("\"colmask\"", "\"../colmask\"", "invalid plugin name", "\"../"),
        ("\"colmask\"", "\"\"", "invalid plugin name", "\"\""),
        ("\"colmask\"", "\"a\\u001b[2J\"", "invalid plugin name: 'a\\u{1b}[2J'", "\"a"),
        ("\"colmask\"", "null", "name of the manifest is not a string", "null"),
        ("[\"pre_query\"]", "\"pre_query\"", "hooks of the manifest is not an array", "\"pre_query\""),
        ("[\"pre_query\"]", "[\"pre_query\", 1]", "a hook of the manifest is not a string", "1]"),
        ("[\"pre_query\"]", "null", "hooks of the manifest is not an array", "null"),
        (digest, digest.uppercased(), "sha256 mismatch: wasm_sha256", "\"0123456789ABC"),
        (digest, String(digest.dropLast()), "wasm_sha256 is not 64", "\"0123"),
        (digest, digest + "00", "wasm_sha256 is not 64", "\"0123"),
        (digest, "", "wasm_sha256 is not 64", "\"\""),
        ("_sha256\": null", "_sha256\": \"AB\"", "signature_sha256 is not 64", "\"AB\""),
        ("_algorithm\": null", "_algorithm\": \"rsa\"", "signature_algorithm is not ed25519", "\"rsa\""),
        ("_algorithm\": null", "_algorithm\": 1", "signature_algorithm of the manifest is not a string", "1,"),
        ("\"license\"", "\"name\"", "gives name twice", "\"name\": \"MIT\""),
        ("\"license\"", "\"hooks\"", "is not an array", "\"MIT\""),
    ]

    @Test(arguments: malformed)
    func malformedIsRefusedWithItsPlace(part: String, other: String, message: String, place: String) throws {
        let text = Self.example.replacing(part, with: other, maxReplacements: 1)
        expect(text != Self.example)
        let error = #expect(throws: JSONError.self) { try read(text) }
        expect(error?.message.contains(message), is: true, "\(String(describing: error))")
        let rest = String(decoding: Array(text.utf8).dropFirst(error?.offset ?? 0), as: UTF8.self)
        expect(rest.hasPrefix(place), "\(String(describing: error)): \(rest.prefix(20))")
    }

    @Test(
        arguments: [
            "schema_version", "name", "version", "description", "license", "hooks", "wasm_sha256",
        ])
    func everyFieldTheHostRequiresIsRequired(field: String) throws {
        let text = Self.example.replacing("\"\(field)\":", with: "\"other\":")
        let error = #expect(throws: JSONError.self) { try read(text) }
        expect(error?.message, is: "the manifest has no \(field)")
    }

    @Test func theTimeIsNotRequired() throws {
        let manifest = try read(Self.example.replacing("\"packed_at\":", with: "\"other\":"))
        expect(manifest.packedAt.isEmpty && manifest.name == "colmask")
    }

    @Test func textsThatAreNoObjectAreRefused() {
        for text in ["", "[]", "null", "\"a\"", "{", Self.example + "x", "\u{FEFF}" + Self.example] {
            #expect(throws: JSONError.self, "\(text)") { try read(text) }
        }
        let long = Self.example + String(repeating: " ", count: 1 << 20)
        #expect(throws: JSONError.self) { try read(long) }
    }

    @Test func changedTextsGiveAnErrorInsideTheTextOrAManifestThatIsReadBack() throws {
        var random = SeededNumbers(seed: 4)
        let bytes = Array(Self.example.utf8)
        var read = 0
        for _ in 0..<3_000 {
            var changed = bytes
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 0..<changed.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: changed[place] = .random(in: 0...255, using: &random)
                case 1: changed.remove(at: place)
                default: changed.insert(random.pick(bytes), at: place)
                }
            }
            do {
                let manifest = try PackManifest(reading: changed)
                read += 1
                expect(PluginName(manifest.name) != nil)
                expect(try PackManifest(reading: Array(manifest.text.utf8)).hooks, is: manifest.hooks)
            } catch {
                expect((0...changed.count).contains(error.offset))
            }
        }
        expect(read > 100)
    }
}
