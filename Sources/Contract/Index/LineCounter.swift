/// Where in a text of lines a place is, told in one pass.
package struct LineCounter: Sendable {
    private var line = 1
    /// The bytes since the last line break.
    private var sinceBreak = 0

    /// Starts at the beginning of a text.
    package init() {}

    /// Takes the next bytes.
    package mutating func take(_ text: RawSpan) {
        for at in 0..<text.byteCount {
            if text.byte(at) == UInt8(ascii: "\n") {
                line += 1
                sinceBreak = 0
            } else {
                sinceBreak += 1
            }
        }
    }

    /// The line and column, both from 1, of a place in the bytes that follow those taken.
    package func position(in text: RawSpan, at offset: Int) -> (line: Int, column: Int) {
        var counter = self
        counter.take(text.extracting(0..<min(offset, text.byteCount)))
        return (counter.line, counter.sinceBreak + 1)
    }
}
