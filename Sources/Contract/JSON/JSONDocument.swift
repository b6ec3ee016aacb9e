/// A JSON text that has been checked once, with the place of every value in it (RFC 8259).
///
/// Nothing is decoded until it is read, so one entry of a large index costs no more than its own bytes, and a text can be
/// added to without touching the rest of it.
package struct JSONDocument: Sendable {
    /// The text, exactly as it was given.
    package let bytes: [UInt8]
    let nodes: [Node]

    /// One value in the text.
    ///
    /// Children follow their parent; object members alternate name and value.
    struct Node {
        var kind: JSONNode.Kind
        /// Whether a string holds a backslash.
        var isEscaped = false
        var start: UInt32
        var end: UInt32 = 0
        /// The index of the first node that is not part of this value.
        var next: UInt32 = 0
    }

    /// Checks the whole text: strict RFC 8259, UTF-8, no unpaired surrogates, within `limits`.
    package init(parsing bytes: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONError) {
        guard bytes.count <= min(limits.bytes, Int(UInt32.max)) else {
            throw JSONError("JSON text is longer than \(limits.bytes) bytes", offset: limits.bytes)
        }
        do {
            _ = try UTF8Span(validating: bytes.span)
        } catch {
            throw JSONError("text is not UTF-8", offset: error.byteOffsets.lowerBound)
        }
        var parser = JSONParser(bytes: bytes, limits: limits)
        try parser.parseDocument()
        nodes = parser.nodes
        self.bytes = bytes
    }

    /// The outermost value.
    package var root: JSONNode { JSONNode(document: self, index: 0) }

    /// All strings, names of members too, in the order of the text.
    package var strings: [JSONNode] {
        nodes.indices.filter { nodes[$0].kind == .string }.map { JSONNode(document: self, index: $0) }
    }
}

extension JSONDocument {
    /// The document of a text, for values written in code.
    package init(parsing text: String, limits: JSONLimits = JSONLimits()) throws(JSONError) {
        try self.init(parsing: Array(text.utf8), limits: limits)
    }

    /// The line and column, both from 1, of a byte offset.
    package static func position(of offset: Int, in bytes: [UInt8]) -> (line: Int, column: Int) {
        let before = bytes.prefix(offset)
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let column = before.reversed().prefix { $0 != UInt8(ascii: "\n") }.count + 1
        return (line, column)
    }
}
