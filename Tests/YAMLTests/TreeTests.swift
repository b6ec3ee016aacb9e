import Basics
import TestSupport
import Testing
import YAML

/// The tree of a text: places, limits, and what is refused.
struct TreeTests {
    private static func read(_ text: String, _ limits: YAMLLimits = YAMLLimits()) throws(YAMLError) -> YAMLNode? {
        try YAMLNode.read(Array(text.utf8), limits: limits)
    }

    /// All values in their order, keys too.
    private static func all(_ node: YAMLNode) -> [YAMLNode] {
        switch node.kind {
        case .scalar: [node]
        case .sequence(let items): [node] + items.flatMap(all)
        case .mapping(let pairs): [node] + pairs.flatMap { all($0.key) + all($0.value) }
        }
    }

    @Test func everyValueHasItsPlace() throws {
        let root = try #require(try Self.read("é: 'é'\r\nb:\n  - x\n  - {c: \"d\"}\n"))
        let places = Self.all(root).map(\.place)
        expect(
            places.map { "\($0.line):\($0.column):\($0.offset)" },
            is: [
                "1:1:0", "1:1:0", "1:5:4", "2:1:10", "3:3:15", "3:5:17", "4:5:23", "4:6:24", "4:9:27",
            ])
    }

    @Test(arguments: ["", "# comment\n", "\n\n"]) func nothingIsNothing(text: String) throws {
        expect(try Self.read(text) == nil)
    }

    @Test(arguments: [
        ("a: &x 1", "anchors and aliases ('x') are not supported; write the value out", "line 1, column 4"),
        ("a: *x", "anchors and aliases ('x') are not supported; write the value out", "line 1, column 4"),
        ("&x [a]", "anchors and aliases ('x') are not supported; write the value out", "line 1, column 1"),
        ("- &x {a: b}", "anchors and aliases ('x') are not supported; write the value out", "line 1, column 3"),
        ("a: 1\nb: 2\n\"a\": 3", "the key 'a' is given twice", "line 3, column 1"),
        ("{a: {b: 1, b: 2}}", "the key 'b' is given twice", "line 1, column 12"),
        ("a: 1\n---\nb: 2", "the file contains more than one document", "line 2, column 1"),
        ("a: 'open", "found unexpected end of stream while scanning a quoted scalar", "line 1, column 9"),
        (
            "a: \"x\ny: 1\nz", "found unexpected end of stream while scanning a quoted scalar that begins on line 1",
            "line 3, column 2"
        ),
        ("a: b: c", "mapping values are not allowed in this context", "line 1, column 5"),
        ("a: \u{0}", "control characters are not allowed (0)", "line 1, column 4"),
        ("a:\n b: \u{1b}", "control characters are not allowed (1B)", "line 2, column 5"),
        (
            "é: [1\n", "did not find expected ',' or ']' while parsing a flow sequence that begins on line 1",
            "line 2, column 1"
        ),
    ])
    func isRefusedWithItsPlace(text: String, message: String, place: String) throws {
        let error = try #require(throws: YAMLError.self) { _ = try Self.read(text) }
        expect(error.message, is: message)
        expect(error.place?.description, is: place)
    }

    @Test func bytesThatAreNotUTF8AreRefused() throws {
        let error = try #require(throws: YAMLError.self) { _ = try YAMLNode.read(Array("a: b\nc: ".utf8) + [0xFF]) }
        expect(error.message == "invalid leading UTF-8 octet (FF)" && error.place?.offset == 8)
        let mark = try #require(throws: YAMLError.self) { _ = try Self.read("\u{FEFF}a: b") }
        expect(mark.message, is: "the file begins with a byte order mark, which would become part of the first key")
    }

    /// Keys that Unicode calls equivalent are two.
    @Test func keysAreComparedByTheirBytes() throws {
        let root = try #require(try Self.read("\u{E9}: 1\ne\u{301}: 2\n"))
        expect(Self.all(root).count, is: 5)
    }

    @Test(arguments: [
        Repeated("[", 100_000), Repeated("{a: ", 100_000), Repeated("[\n", 100_000), Repeated("- ", 100_000),
        Repeated("? ", 100_000), Repeated("? - ", 100_000), Repeated("!!seq [", 900),
        Repeated("[\"]\",", 100_000), Repeated("[ # ]\n", 100_000), Repeated(": ", 100_000, after: "a"),
    ])
    func deepNestingIsRefused(repeated: Repeated) throws {
        #expect(throws: YAMLError.self) { _ = try Self.read(repeated.text) }
    }

    @Test func theLimitsCountWhatIsRead() throws {
        let deep = { (count: Int) in String(repeating: "[", count: count) + String(repeating: "]", count: count) }
        expect(try Self.read(deep(128)) != nil)
        let error = try #require(throws: YAMLError.self) { _ = try Self.read(deep(129)) }
        expect(error.kind == .limit && error.message == "values nest deeper than 128" && error.place?.column == 129)
        // Brackets in texts do not nest.
        expect(try Self.read(String(repeating: "- \"[[[[[[[[{{{{{{{{\"\n", count: 1000)) != nil)
        // Neither does indentation alone.
        let indented = (0..<127).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
        expect(try Self.read(indented) != nil)
        expect(try Self.read("[a, b, c]", YAMLLimits(nodes: 4)) != nil)
        let many = try #require(throws: YAMLError.self) { _ = try Self.read("[a, b, c]", YAMLLimits(nodes: 3)) }
        expect(many.message, is: "the file contains more than 3 values")
        expect(try Self.read("[a, b]", YAMLLimits(bytes: 6)) != nil)
        let long = try #require(throws: YAMLError.self) { _ = try Self.read("[a, b]", YAMLLimits(bytes: 5)) }
        expect(long.message == "the file is longer than 5 bytes" && long.place == nil)
    }

    /// libyaml reads directives in time that grows with their square.
    @Test func manyDirectivesAreRefused() throws {
        let text = (0..<80_000).map { "%TAG !a\($0)! x\n" }.joined() + "---\na: b\n"
        let error = try #require(throws: YAMLError.self) { _ = try Self.read(text, YAMLLimits(bytes: 4 << 20)) }
        expect(error.message, is: "more than 100 lines begin with '%'")
    }

    /// Large files of plain contents are read: many values, one long text, long lines, many lines.
    @Test(arguments: [
        Repeated("- {name: n, hook: pre_query, input: {query: 'SELECT *a, &b FROM [x]'}}\n", 40_000),
        Repeated("word ", 700_000, after: "text: >\n  "), Repeated("  'é' \"*a\"\n", 250_000, after: "text: |\n"),
        Repeated("x, ", 300_000, after: "[", before: "]"), Repeated("# a comment\n", 300_000, before: "a: b\n"),
        Repeated("-\n", 100_000), Repeated("\\u00e9", 500_000, after: "\"", before: "\""),
        Repeated("\n", 3_000_000, before: "a: b\n"),
    ])
    func largeFilesAreRead(repeated: Repeated) throws {
        expect(try Self.read(repeated.text, YAMLLimits(bytes: 4 << 20)) != nil)
    }

    /// Damaged texts are read or refused, and every place lies in the text.
    @Test(arguments: [21, 22, 23, 24] as [UInt64]) func damagedTextsNeverTrap(seed: UInt64) {
        var random = RandomYAML(seed: seed)
        var read = 0, refused = 0, wrong: [TextPlace] = []
        for _ in 0..<1500 {
            let text = random.damaged()
            do throws(YAMLError) {
                guard let root = try YAMLNode.read(text) else { continue }
                read += 1
                var last = 0
                for place in Self.all(root).map(\.place) {
                    let isInOrder = last <= place.offset && place.offset <= text.count
                    if !isInOrder || place != TextPlace(of: place.offset, in: text) { wrong.append(place) }
                    last = place.offset
                }
            } catch {
                refused += 1
                if let place = error.place, place != TextPlace(of: place.offset, in: text) { wrong.append(place) }
            }
        }
        expect(wrong.isEmpty)
        expect(read > 150 && refused > 150, "\(read) read, \(refused) refused")
    }
}
