import Contract
import TestSupport
import Testing

/// Takes every entry of a list, and how they were cut into blocks makes no difference.
struct AllEntries: IndexVisitor {
    var list = IndexList.plugins
    private(set) var entries: [IndexEntry] = []
    private(set) var ranges: [Range<Int>] = []

    func wants(_ name: RawSpan, isEscaped: Bool, in list: IndexList) -> Bool { list == self.list }

    mutating func visit(_ entry: ScannedEntry, _ text: RawSpan) {
        entries.append(entry.decoded(text))
        ranges.append(entry.range)
    }
}

/// What scanning a text in blocks of one size came to.
struct Scanned: Equatable {
    var entries: [IndexEntry] = []
    var ranges: [Range<Int>] = []
    var count = 0
    var error: JSONError?

    init(_ bytes: [UInt8], block: Int, list: IndexList = .plugins, limits: IndexLimits = IndexLimits()) throws {
        var scanner = IndexScanner(AllEntries(list: list), limits: limits)
        do {
            for start in stride(from: 0, to: bytes.count, by: block) {
                try unsafe scanner.update(bytes[start..<min(start + block, bytes.count)].span.bytes)
            }
            count = try scanner.finish().count
            entries = scanner.visitor.entries
            ranges = scanner.visitor.ranges
        } catch let error as JSONError {
            self.error = error
        }
    }
}

@Suite struct IndexScannerTests {
    private static func index(_ entries: String) -> [UInt8] { Array("{\"plugins\":[\(entries)]}".utf8) }

    private static let two =
        "{\"name\":\"a\",\"artifact\":\"x\",\"sha256\":\"1\"},{\"name\":\"b\",\"artifact\":\"y\",\"sha256\":\"2\"}"

    @Test(arguments: [1, 2, 3, 7, 8, 64, 1000])
    func blocksMakeNoDifference(block: Int) throws {
        let bytes = Self.index(Self.two)
        let scanned = try Scanned(bytes, block: block)
        expect(scanned.entries.map(\.name), is: ["a", "b"])
        expect(scanned.ranges.map { String(decoding: bytes[$0], as: UTF8.self) }.joined(separator: ","), is: Self.two)
        expect(scanned.count == 2 && scanned.error == nil)
    }

    /// Many entries whose members come and go, so that pieces of text are remembered, met again and not met.
    @Test(arguments: [61, 62, 63, 64] as [UInt64])
    func agreesWithTheStrictReader(seed: UInt64) throws {
        var random = SeededNumbers(seed: seed)
        for _ in 0..<60 {
            let members = RandomIndex.members(&random)
            let text = RandomIndex.text(members, &random)
            let bytes = Array(text.utf8)
            let block = random.pick([1, 5, 17, 100, 1 << 20])
            let scanned = try Scanned(bytes, block: block)
            expect(scanned.error == nil, "\(text)")
            expect(scanned.entries, is: members.map(RandomIndex.meaning), "\(text)")
        }
    }

    /// A text is taken when the strict reader takes it and the host's rules hold, and otherwise refused: whatever the blocks.
    @Test(arguments: [71, 72, 73, 74] as [UInt64])
    func brokenTextsAreRefusedAlike(seed: UInt64) throws {
        var random = SeededNumbers(seed: seed)
        var taken = 0, refused = 0
        for _ in 0..<400 {
            let text = RandomIndex.text(RandomIndex.members(&random), &random)
            let bytes = RandomJSON.mutate(Array(text.utf8), &random)
            let whole = try Scanned(bytes, block: 1 << 20)
            let small = try Scanned(bytes, block: random.pick([1, 3, 9, 31]))
            expect(whole, is: small, "\(String(decoding: bytes, as: UTF8.self).debugDescription)")
            let expected = RandomIndex.strictEntries(bytes)
            expect(
                (whole.error == nil), is: (expected != nil),
                "\(String(decoding: bytes, as: UTF8.self).debugDescription)")
            if whole.error == nil { taken += 1 } else { refused += 1 }
            if let error = whole.error { expect((0...bytes.count).contains(error.offset)) }
            if let expected { expect(whole.entries.map(\.name), is: expected) }
        }
        expect(taken > 40 && refused > 40)
    }

    /// An entry may be an array of the host's fields in their order (host contract, section 1).
    @Test func entriesMayBeArrays() throws {
        let scanned = try Scanned(
            Self.index(
                "[\"a\",\"1.0.0\",\"d\",\"x\",\"5\"],[\"b\",\"\",\"\",\"y\",\"6\",null],[\"c\",\"1\",\"\",\"z\",\"7\",\"c2ln\"]"
            ),
            block: 9)
        expect(scanned.entries.map(\.name), is: ["a", "b", "c"])
        expect(scanned.entries.map(\.signature), is: [nil, nil, "c2ln"])
        expect(scanned.entries[0].artifact == "x" && scanned.entries[0].sha256 == "5")
    }

    @Test(arguments: [
        ("[\"a\",\"1\",\"d\",\"x\"]", 12, "entry 1 of the index has no sha256"),
        ("[\"a\",\"1\",\"d\",\"x\",\"5\",null,1]", 38, "entry 1 of the index has more than 6 fields"),
        ("[\"a\",1]", 17, "version of entry 1 is not a string"),
        ("[\"a\" 1]", 17, "neither ',' nor a closing bracket follows the value"),
    ])
    func malformedArrays(entry: String, offset: Int, message: String) throws {
        expect(try Scanned(Self.index(entry), block: 5).error, is: JSONError(message, offset: offset))
    }

    /// What a file is that is no index, by name.
    @Test(
        arguments: [
            ([0xEF, 0xBB, 0xBF] + Array("{}".utf8), "index begins with a byte order mark, which JSON must not have"),
            (
                Array("\n<!DOCTYPE html><html>".utf8),
                "index is an HTML page, such as a login or error page of a web server"
            ),
            ([0xFF, 0xFE, 0x7B, 0x00], "index is UTF-16 text; JSON is UTF-8"),
            ([0x1F, 0x8B, 8], "index is compressed (gzip)"),
            ([], "index is empty"), (Array(" \n".utf8), "index is empty"),
            (Array("{\"plugins\":[".utf8), "index is incomplete"),
            (Array("{\"plugins\":[]}x".utf8), "unexpected text after the JSON value"),
        ] as [([UInt8], String)])
    func whatIsNoIndexIsNamed(bytes: [UInt8], message: String) throws {
        for block in [1, 100] { expect(try Scanned(bytes, block: block).error?.message, is: message) }
    }

    /// Unpaired surrogates: tolerated in what the host ignores, refused in what it reads.
    @Test func unpairedSurrogates() throws {
        let entry = { (member: String) in "{\"name\":\"a\",\"artifact\":\"x\",\"sha256\":\"1\",\(member)}" }
        for ignored in ["\"x\":\"\\ud800\"", "\"\\ud800\":1", "\"author\":\"\\udc00\"", "\"x\":[{\"y\":\"\\ud800x\"}]"]
        {
            expect(try Scanned(Self.index(entry(ignored)), block: 3).error == nil)
        }
        for read in ["\"version\":\"\\ud800\"", "\"description\":\"\\udc00\"", "\"signature\":\"\\ud800\\n\""] {
            expect(try Scanned(Self.index(entry(read)), block: 3).error?.message, is: "unpaired surrogate in a string")
        }
    }

    @Test func whatIsWithdrawnIsAListOfItsOwn() throws {
        let text =
            "{\"yanked\":[{\"name\":\"w\",\"artifact\":\"x\",\"sha256\":\"1\"},1,{\"name\":5},[[]]],\"plugins\":[\(Self.two)]}"
        expect(try Scanned(Array(text.utf8), block: 6, list: .yanked).entries.map(\.name), is: ["w"])
        expect(try Scanned(Array(text.utf8), block: 6).entries.map(\.name), is: ["a", "b"])
        let broken = "{\"yanked\":[{\"name\":5,}],\"plugins\":[]}"
        expect(
            try Scanned(Array(broken.utf8), block: 6).error, is: JSONError("object has no member name here", offset: 21)
        )
    }

    /// Deep nesting is refused, wide and long values are not, and none of them takes memory.
    @Test func sizes() throws {
        let deep = { (depth: Int) in
            Array(
                "{\"x\":\(String(repeating: "[", count: depth))\(String(repeating: "]", count: depth)),\"plugins\":[]}"
                    .utf8)
        }
        expect(try Scanned(deep(127), block: 50).error == nil)
        expect(try Scanned(deep(128), block: 50).error?.message, is: "JSON nests deeper than 128 levels")
        let wide = Array(
            "{\"x\":[\(String(repeating: "[{\"k\":[1,\"v\"]},null],", count: 20_000))0],\"plugins\":[]}".utf8)
        expect(try Scanned(wide, block: 4096).error == nil)
        let long = Self.index(
            "{\"name\":\"a\",\"artifact\":\"x\",\"sha256\":\"1\",\"description\":\"\(String(repeating: "é\\n", count: 100_000))\"}"
        )
        expect(try Scanned(long, block: 4096).entries.first?.description.count, is: 200_000)
        let limits = IndexLimits(bytes: 1 << 20, entryBytes: 1000)
        let limited = try Scanned(long, block: 4096, limits: limits)
        expect(limited.error?.message, is: "a part of the index is longer than 1000 bytes")
        expect(try Scanned(long, block: 4096, limits: IndexLimits(bytes: 100)).error?.offset, is: 100)
    }

    /// More shapes than are remembered, and more members than fit a piece, are still read.
    @Test func everNewShapes() throws {
        let entries = (0..<3000).map { number in
            "{\"x\(number)\":\(number),\"name\":\"n\(number)\",\"\(String(repeating: "k", count: 200))\":1,\"artifact\":\"a\",\"sha256\":\"1\"}"
        }
        let scanned = try Scanned(Self.index(entries.joined(separator: ",")), block: 1000)
        expect(scanned.entries.map(\.name), is: (0..<3000).map { "n\($0)" })
    }

    /// A remembered piece that ends before a number is also met before blanks, a string, null.
    @Test func piecesThatAreBeginningsOfOthers() throws {
        let entry = { (signature: String) in
            "{\"name\":\"a\",\"artifact\":\"x\",\"sha256\":\"1\",\"size\":1,\"signature\":\(signature)}"
        }
        let scanned = try Scanned(
            Self.index(
                [" null", "null", "  \"a\"", "\"b\"", " \"c\"", "null", "\"\\u0064\""].map(entry).joined(separator: ",")
            ), block: 1 << 20)
        expect(scanned.entries.map(\.signature), is: [nil, nil, "a", "b", "c", nil, "d"])
        let refused = try Scanned(Self.index([entry("null"), entry("5")].joined(separator: ",")), block: 1 << 20)
        expect(refused.error?.message, is: "signature of entry 2 is not a string")
    }
}
