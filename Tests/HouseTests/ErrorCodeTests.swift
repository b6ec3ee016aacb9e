import TestSupport
import Testing

/// The codes of errors, their page, and who uses them.
struct ErrorCodeTests {
    private static let file = "Sources/Basics/ErrorCode.swift"

    /// The cases with the sentence above each.
    private static func declared() throws -> [(name: String, code: String, meaning: String)] {
        let lines = try Repository.text(file).split(separator: "\n").map { $0.drop { $0 == " " } }
        return lines.indices.dropFirst().compactMap { index in
            guard let match = lines[index].wholeMatch(of: /case ([a-zA-Z0-9]+)( = "([a-z0-9-]+)")?/) else { return nil }
            let name = String(match.output.1)
            return (name, match.output.3.map(String.init) ?? name, String(lines[index - 1].dropFirst(4)))
        }
    }

    @Test func everyCodeIsOnThePage() throws {
        let codes = try Self.declared()
        expect(codes.count > 50)
        let rows = try Repository.text("Docs/errors.md").split(separator: "\n").filter { $0.hasPrefix("| `") }.map(
            String.init)
        expect(rows, is: codes.map { "| `\($0.code)` | \($0.meaning) |" })
        expect(codes.map(\.code), is: codes.map(\.code).sorted())
        for item in codes {
            expect(item.code.wholeMatch(of: /[a-z0-9]+(-[a-z0-9]+)*/) != nil, "\(item.code)")
            expect(item.meaning.hasSuffix("."), "\(item.code)")
        }
    }

    @Test func everyCodeIsUsed() throws {
        let sources = try Repository.files(below: "Sources", ending: ".swift").filter { $0 != Self.file }
        var used: Set<Substring> = []
        for path in sources {
            // The names behind a dot that stands behind one of ( = : {.
            let pieces = try Repository.text(path).split(separator: ".", omittingEmptySubsequences: false)
            for (before, after) in zip(pieces, pieces.dropFirst()) {
                guard let last = before.last(where: { !$0.isWhitespace }), "(=:{".contains(last) else { continue }
                used.insert(after.prefix { $0.isLetter || $0.isNumber || $0 == "_" })
            }
        }
        for item in try Self.declared() { expect(used.contains(item.name[...]), "nothing throws \(item.code)") }
    }
}
