/// One value of a JSON document, decoded when read.
package struct JSONNode: Sendable {
    /// What a value is.
    package enum Kind: UInt8, Sendable { case null, `true`, `false`, number, string, array, object }

    let document: JSONDocument
    let index: Int

    private var node: JSONDocument.Node { document.nodes[index] }

    /// What this value is.
    package var kind: Kind { node.kind }
    /// Where this value stands in the text, as byte offsets.
    package var range: Range<Int> { Int(node.start)..<Int(node.end) }

    /// The truth value, nil for any other value.
    package var bool: Bool? {
        switch kind {
        case .true: true
        case .false: false
        default: nil
        }
    }

    /// The whole number, nil for any other value and outside 64 bits.
    package var int: Int? { kind == .number ? Int(text) : nil }

    /// The text of a string, nil for any other value.
    package var string: String? {
        guard kind == .string else { return nil }
        guard node.isEscaped else {
            return String(decoding: document.bytes[(range.lowerBound + 1)..<(range.upperBound - 1)], as: UTF8.self)
        }
        return String(decoding: unsafe JSONStringText.decode(document.bytes.span.bytes, range), as: UTF8.self)
    }

    /// The characters of this value as they stand in the document.
    package var text: String { String(decoding: document.bytes[range], as: UTF8.self) }

    /// The elements of an array; none for any other value.
    package var elements: [JSONNode] {
        guard kind == .array else { return [] }
        return children.map { JSONNode(document: document, index: $0) }
    }

    /// The members of an object in their order; none for any other value.
    package var members: [(name: JSONNode, value: JSONNode)] {
        guard kind == .object else { return [] }
        let all = children
        return stride(from: 0, to: all.count - 1, by: 2).map {
            (JSONNode(document: document, index: all[$0]), JSONNode(document: document, index: all[$0 + 1]))
        }
    }

    /// The value of the first member called `name`.
    package subscript(name: String) -> JSONNode? {
        var found: JSONNode?
        _ = allMembers { key, value in
            guard key.isString(name) else { return true }
            found = value
            return false
        }
        return found
    }

    /// Whether every member of an object satisfies `predicate`, asked in their order up to the first that does not.
    func allMembers(_ predicate: (_ name: JSONNode, _ value: JSONNode) -> Bool) -> Bool {
        guard kind == .object else { return true }
        let end = Int(node.next)
        var child = index + 1
        while child < end {
            let value = Int(document.nodes[child].next)
            if !predicate(JSONNode(document: document, index: child), JSONNode(document: document, index: value)) {
                return false
            }
            child = Int(document.nodes[value].next)
        }
        return true
    }

    /// Whether this is the string `other`, without decoding where possible.
    package func isString(_ other: String) -> Bool {
        guard kind == .string else { return false }
        if node.isEscaped { return string.map { Array($0.utf8) == Array(other.utf8) } ?? false }
        let inside = (range.lowerBound + 1)..<(range.upperBound - 1)
        return document.bytes[inside].elementsEqual(other.utf8)
    }

    private var children: [Int] {
        var found: [Int] = []
        var child = index + 1
        while child < Int(node.next) {
            found.append(child)
            child = Int(document.nodes[child].next)
        }
        return found
    }

    /// The UTF-16 unit that four hexadecimal digits spell.
    static func hexUnit(_ bytes: [UInt8], at start: Int) -> UInt32? {
        guard start + 4 <= bytes.count else { return nil }
        var unit: UInt32 = 0
        for byte in bytes[start..<start + 4] {
            guard let digit = JSONBytes.hexDigit(byte) else { return nil }
            unit = unit << 4 | digit
        }
        return unit
    }
}
