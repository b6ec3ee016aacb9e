/// A place in a text: line and column from 1, the byte offset from 0; columns count bytes.
package struct TextPlace: Sendable, Equatable, CustomStringConvertible {
    package let line: Int
    package let column: Int
    package let offset: Int

    package init(line: Int, column: Int, offset: Int) {
        self.line = line
        self.column = column
        self.offset = offset
    }

    /// Where a text begins.
    package static let start = TextPlace(line: 1, column: 1, offset: 0)

    /// The place that many bytes into a text; lines end with a line feed.
    package init(of offset: Int, in bytes: [UInt8]) {
        self = TextPlace.start.moved(to: min(offset, bytes.count), in: bytes)
    }

    /// The place at another offset of the same text; only the bytes between the two are read.
    package func moved(to other: Int, in bytes: [UInt8]) -> TextPlace {
        let newline = UInt8(ascii: "\n")
        let passed = bytes[min(offset, other)..<max(offset, other)]
        let breaks = passed.count { $0 == newline }
        guard breaks > 0 else { return TextPlace(line: line, column: column + other - offset, offset: other) }
        let lineStart = bytes[..<other].lastIndex(of: newline).map { $0 + 1 } ?? 0
        return TextPlace(
            line: other < offset ? line - breaks : line + breaks, column: other - lineStart + 1, offset: other)
    }

    /// As `line 3, column 5`.
    package var description: String { "line \(line), column \(column)" }
}
