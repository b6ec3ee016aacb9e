import Authoring
import Contract
import TestSupport
import Testing

/// Expects exactly this refusal.
func expectManifestError(
    _ message: String, line: Int?, sourceLocation: SourceLocation = #_sourceLocation, _ read: () throws -> Void
) {
    let error = #expect(throws: ManifestError.self, sourceLocation: sourceLocation, performing: read)
    #expect(error?.message == message && error?.line == line, sourceLocation: sourceLocation)
}

@Suite struct MalformedManifestTests {
    private static let head = "name: x\nversion: 1.0.0\n"
    private static func noAnchors(_ name: String) -> String {
        "anchors and aliases ('\(name)') are not supported; write the value out"
    }

    static let cases: [(text: String, line: Int?, message: String)] = [
        ("", nil, "the file is empty"), ("# only a comment\n", nil, "the file is empty"),
        ("just text", 1, "the manifest is not a mapping of keys to values"),
        ("- a\n- b", 1, "the manifest is not a mapping of keys to values"),
        ("hooks: []\nName: x\nversion: 1", 2, "the manifest has no name, but a key 'Name'"),
        ("name: x\nverison: 1.0.0", 2, "the manifest has no version, but a key 'verison'"),
        (
            "\u{FEFF}" + head, 1,
            "the file begins with a byte order mark, which would become part of the first key"
        ),
        ("version: 1.0.0", nil, "the manifest has no name"), ("name: x", nil, "the manifest has no version"),
        ("name:\nversion: 1.0.0", nil, "the manifest has no name"),
        ("name: x\nversion: ~", nil, "the manifest has no version"),
        ("name: [x]\nversion: 1", 1, "name is not a single text"),
        ("name: x\nversion:\n  a: 1\n", 3, "version is not a single text"),
        (head + "description: [a]", 3, "description is not a single text"),
        (head + "author: {}", 3, "author is not a single text"),
        (head + "license: {a: b}", 3, "license is not a single text"),
        (head + "hooks: pre_query", 3, "hooks is not a list"),
        (head + "hooks:\n  pre_query: true", 4, "hooks is not a list"),
        (head + "hooks:\n  - pre_query\n  - [route]", 5, "an item of hooks is not a single text"),
        (head + "permissions: kv_read", 3, "permissions is not a list"),
        (head + "permissions:\n  - a: b", 4, "an item of permissions is not a single text"),
        (head + "resources: 16MB", 3, "resources is not a mapping of keys to values"),
        (head + "resources:\n  max_memory: [1]", 4, "resources.max_memory is not a single text"),
        (head + "resources:\n  min_memory: {}", 4, "resources.min_memory is not a single text"),
        (head + "build: make", 3, "build is not a mapping of keys to values"),
        (head + "build:\n  command:\n    - make", 5, "build.command is not a single text"),
        (head + "build:\n  wasm: []", 4, "build.wasm is not a single text"),
        (head + "build:\n  toolchain: []", 4, "build.toolchain is not a single text"),
        (head + "check: []", 3, "check is not a mapping of keys to values"),
        (head + "check:\n  silence: PDK101", 4, "check.silence is not a list"),
        (head + "check:\n  silence:\n    - PDK101", 5, "an entry of check.silence is not a mapping of keys to values"),
        (head + "check:\n  silence:\n    - reason: x", 5, "an entry of check.silence has no rule"),
        (head + "check:\n  silence:\n    - rule: [x]", 5, "rule is not a single text"),
        (head + "name: y", 3, "the key 'name' is given twice"),
        (head + "build:\n  wasm: a\n  wasm: b", 5, "the key 'wasm' is given twice"),
        (head + "? [a, b]\n: c", 3, "a key of the manifest is not a single text"),
        ("name: &a x\nversion: 1.0.0", 1, noAnchors("a")), ("name: &a x\nversion: *a", 1, noAnchors("a")),
        (head + "hooks: &h [route]", 3, noAnchors("h")), (head + "build: &b {}", 3, noAnchors("b")),
        (head + "&k key: x", 3, noAnchors("k")), (head + "hooks:\n  - &a route\n  - *a", 4, noAnchors("a")),
        (head + "a: *nowhere", 3, noAnchors("nowhere")),
        (head + "a: 'open", 3, "the file is not YAML: found unexpected end of stream while scanning a quoted scalar"),
        (
            head + "\ta: b", 3,
            "the file is not YAML: found a tab character that violates indentation while scanning a plain scalar that begins on line 2"
        ),
        (
            head + "<<<<<<< yours\na: 1\n=======\na: 2\n>>>>>>> template\n", 3,
            "a merge left conflict markers: edit what stands between <<<<<<< and >>>>>>>"
        ),
        (head + "a: b: c", 3, "the file is not YAML: mapping values are not allowed in this context"),
        (
            head + "a: [b", 3,
            "the file is not YAML: did not find expected ',' or ']' while parsing a flow sequence"
        ),
        (head + "---\nname: y", 3, "the file contains more than one document"),
        (head + "a: \"\\q\"", 3, "the file is not YAML: found unknown escape character while parsing a quoted scalar"),
    ]

    @Test(arguments: cases)
    func aMalformedManifestIsRefusedWithItsLine(text: String, line: Int?, message: String) throws {
        expectManifestError(message, line: line) { _ = try Manifest(reading: text) }
        let error = try #require(throws: ManifestError.self) { try Manifest(reading: text) }
        expect(error.description, is: (line.map { "\(message) (line \($0))" } ?? message))
    }

    /// The line is where the limit is passed.
    @Test(arguments: [
        (Repeated("[", 100_000), 1), (Repeated("{b: ", 100_000, after: "a: "), 1), (Repeated("[\n", 100_000), 129),
        (Repeated("- ", 100_000, before: "a"), 1), (Repeated("? ", 100_000, before: "a"), 1),
    ])
    func deepNesting(repeated: Repeated, line: Int) {
        expectManifestError("values nest deeper than 128", line: line) { _ = try Manifest(reading: repeated.text) }
    }

    /// Aliases of aliases, 10 to the power of 9 nodes in all if they were walked through.
    @Test(arguments: ["x: *h", "? *h\n: y"])
    func aliasesOfAliasesAreRefused(last: String) {
        var text = "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
        for (below, name) in zip("abcdefg", "bcdefgh") {
            text += "\(name): &\(name) [" + Array(repeating: "*\(below)", count: 10).joined(separator: ",") + "]\n"
        }
        #expect(throws: ManifestError.self) { try Manifest(reading: Self.head + text + last) }
    }

    /// What only looks like aliases is read: commands, queries, prose.
    @Test(arguments: [
        String(repeating: "*a ", count: 100), "x & y " + String(repeating: "/*a*/ ", count: 100),
        "rm *a *b && cp *c", "x&y " + String(repeating: "*a ", count: 100),
        "&x " + String(repeating: "a*b ", count: 100),
    ])
    func whatOnlyLooksLikeAnAliasIsRead(text: String) throws {
        expect(try Manifest(reading: Self.head + "description: 'is \(text)'").description?.text, is: "is " + text)
    }

    @Test func aFileOverTheLimitIsRefused() throws {
        let fitting = Self.head + "description: "
        let text = fitting + String(repeating: "x", count: (1 << 20) - fitting.utf8.count)
        expect(try Manifest(reading: text).description?.text.count, is: (1 << 20) - fitting.utf8.count)
        expectManifestError("the file is longer than 1048576 bytes", line: nil) {
            _ = try Manifest(reading: text + "x")
        }
    }

    @Test(arguments: [61, 62, 63, 64] as [UInt64])
    func mutationsNeverTrap(seed: UInt64) {
        var random = SeededNumbers(seed: seed)
        let good = Array(
            """
            name: x
            version: 1.0.0
            description: "a: é"
            hooks:
              - pre_query # first
              - 'route'
            permissions: [kv_read]
            build: {command: make, wasm: "a b.wasm"}
            check:
              silence:
                - rule: PDK101
                  reason: |
                    long
            """.utf8)
        let likely = Array(":-?[]{},&*!|>'\"%@`#\n \t~ax\\0.\r".utf8) + [0x00, 0xC2, 0x85, 0xE2, 0x80, 0xA8, 0xFF]
        var taken = 0, refused = 0
        for _ in 0..<1200 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let at = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes.insert(random.pick(likely), at: at)
                case 1: bytes[at] = random.pick(likely)
                default: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 1...9, using: &random)))
                }
                if bytes.isEmpty { bytes = [0x20] }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            _ = HostLineReader(reading: text)
            do {
                _ = try Manifest(reading: text)
                taken += 1
            } catch {
                refused += 1
                if let line = error.line { expect((1...40).contains(line), "\(error)") }
            }
        }
        expect(taken > 50 && refused > 50)
    }
}
