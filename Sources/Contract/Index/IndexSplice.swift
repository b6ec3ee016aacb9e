/// A change of an index: the bytes of `range` become `text`, and all others stay.
package struct IndexSplice: Sendable, Equatable {
    /// The bytes of the old text that go; none where something is put in.
    package let range: Range<Int>
    package let text: [UInt8]

    package init(_ range: Range<Int>, _ text: [UInt8]) {
        self.range = range
        self.text = text
    }

    /// The splices in the order of the text, what is put in before what goes.
    static func sorted(_ splices: [IndexSplice]) -> [IndexSplice] {
        splices.enumerated().sorted { left, right in
            let one = left.element.range, other = right.element.range
            return (one.lowerBound, one.upperBound, left.offset) < (other.lowerBound, other.upperBound, right.offset)
        }.map(\.element)
    }

    /// The text with the splices, which do not overlap and are in its order, made in memory.
    package static func apply(_ splices: [IndexSplice], to bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = [], at = 0
        result.reserveCapacity(bytes.count + splices.reduce(0) { $0 + $1.text.count })
        for splice in splices {
            result += bytes[at..<splice.range.lowerBound] + splice.text
            at = splice.range.upperBound
        }
        return result + bytes[at...]
    }
}
