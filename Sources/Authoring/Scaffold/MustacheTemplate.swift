package import Basics

/// A text template in the language of Mustache (specification 1.4), for text of any kind.
///
/// Variables (`{{name}}`, `{{a.b}}`, `{{.}}`), sections, inverted sections, comments, delimiters of one's own and
/// standalone lines are as the specification has them, with three differences that suit source code: nothing is escaped
/// for HTML (`{{name}}`, `{{{name}}}` and `{{&name}}` are the same), a name that nobody has given is an error and not an
/// empty text, and there are no partials and no lambdas.
package struct MustacheTemplate: Sendable {
    /// The largest template, in bytes, and how deep its sections may nest.
    package static let maximumBytes = 1 << 20
    package static let maximumDepth = 64

    let nodes: [Node]

    /// A part of a template.
    enum Node: Sendable {
        case text(String)
        case variable(Name)
        case section(Name, isInverted: Bool, [Node])
    }

    /// A name in a tag, taken apart at its dots; no parts for `.`, the value of the section itself.
    struct Name: Sendable {
        let parts: [String]
        let place: TextPlace
        var text: String { parts.isEmpty ? "." : parts.joined(separator: ".") }
    }

    /// Why a template cannot be read or rendered, and where.
    package struct Failure: Error, Equatable, CustomStringConvertible {
        package let message: String
        package let place: TextPlace

        package var description: String { "\(place): \(message)" }
    }

    /// Reads a template's text.
    package init(_ text: String) throws(Failure) {
        var parser = MustacheParser(Array(text.utf8))
        nodes = try parser.parse()
    }
}

/// One pass over a template's bytes.
private struct MustacheParser {
    private typealias Failure = MustacheTemplate.Failure
    private typealias Node = MustacheTemplate.Node
    private typealias Name = MustacheTemplate.Name

    /// A section that is open, with what stood before it.
    private struct Open {
        let name: Name
        let isInverted: Bool
        var before: [Node]
    }

    private let bytes: [UInt8]
    private var at = 0
    private var opening = Array("{{".utf8)
    private var closing = Array("}}".utf8)
    private var nodes: [Node] = []
    private var open: [Open] = []
    /// The place of the last tag.
    private var place = TextPlace.start

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func parse() throws(MustacheTemplate.Failure) -> [MustacheTemplate.Node] {
        guard bytes.count <= MustacheTemplate.maximumBytes else {
            throw failure("the template is longer than \(MustacheTemplate.maximumBytes) bytes")
        }
        while let start = find(opening, from: at) {
            let before = at
            try readTag(from: start, textFrom: before)
        }
        append(bytes[at...])
        if let section = open.last {
            throw Failure(message: "the section '\(section.name.text)' is not closed", place: section.name.place)
        }
        return nodes
    }

    /// Reads the tag at `start`, and puts the text before it where it belongs.
    private mutating func readTag(from start: Int, textFrom: Int) throws(MustacheTemplate.Failure) {
        place = place.moved(to: start, in: bytes)
        var inside = start + opening.count
        while inside < bytes.count, Self.isSpace(bytes[inside]) { inside += 1 }
        let sigil = inside < bytes.count ? bytes[inside] : 0
        var end = closing
        switch sigil {
        case UInt8(ascii: "{"): end = [UInt8(ascii: "}")] + closing
        case UInt8(ascii: "="): end = [UInt8(ascii: "=")] + closing
        default: break
        }
        let hasSigil = "{=!#^/&>".utf8.contains(sigil)
        guard let close = find(end, from: inside + (hasSigil ? 1 : 0)) else {
            throw failure("the tag is not closed")
        }
        let content = bytes[(inside + (hasSigil ? 1 : 0))..<close]
        var textEnd = start, next = close + end.count
        if hasSigil, !"{&".utf8.contains(sigil), let line = standaloneLine(start, next) { (textEnd, next) = line }
        append(bytes[textFrom..<max(textFrom, textEnd)])
        at = next
        switch sigil {
        case UInt8(ascii: "!"): break
        case UInt8(ascii: "="): try setDelimiters(content)
        case UInt8(ascii: ">"): throw failure("templates take no partials")
        case UInt8(ascii: "#"), UInt8(ascii: "^"):
            guard open.count < MustacheTemplate.maximumDepth else {
                throw failure("sections nest deeper than \(MustacheTemplate.maximumDepth)")
            }
            let name = try name(content)
            open.append(Open(name: name, isInverted: sigil == UInt8(ascii: "^"), before: nodes))
            nodes = []
        case UInt8(ascii: "/"):
            let name = try name(content)
            guard var section = open.popLast() else {
                throw failure("'\(name.text)' closes a section that is not open")
            }
            guard section.name.text == name.text else {
                throw failure("'\(name.text)' closes the section '\(section.name.text)'")
            }
            section.before.append(.section(section.name, isInverted: section.isInverted, nodes))
            nodes = section.before
        default: nodes.append(.variable(try name(content)))
        }
    }

    /// The whole line of a tag that stands alone on it: where its text begins and where the next line does.
    private func standaloneLine(_ start: Int, _ end: Int) -> (Int, Int)? {
        var first = start
        while first > 0, Self.isBlank(bytes[first - 1]) { first -= 1 }
        guard first == 0 || bytes[first - 1] == UInt8(ascii: "\n") else { return nil }
        var last = end
        while last < bytes.count, Self.isBlank(bytes[last]) { last += 1 }
        if last == bytes.count { return (first, last) }
        if bytes[last] == UInt8(ascii: "\r"), last + 1 < bytes.count { last += 1 }
        return bytes[last] == UInt8(ascii: "\n") ? (first, last + 1) : nil
    }

    private mutating func setDelimiters(_ content: ArraySlice<UInt8>) throws(MustacheTemplate.Failure) {
        let words = content.split(whereSeparator: Self.isSpace)
        guard words.count == 2, words.allSatisfy({ !$0.contains(UInt8(ascii: "=")) }) else {
            throw failure("delimiters are two words without '='")
        }
        (opening, closing) = (Array(words[0]), Array(words[1]))
    }

    private func name(_ content: ArraySlice<UInt8>) throws(MustacheTemplate.Failure) -> Name {
        let text = String(
            decoding: content.drop(while: Self.isSpace).reversed().drop(while: Self.isSpace).reversed(), as: UTF8.self)
        if text == "." { return Name(parts: [], place: place) }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(Self.isNameByte) }) else {
            throw failure("'\(text.prefix(80).description.printable)' is not a name")
        }
        return Name(parts: parts, place: place)
    }

    private mutating func append(_ text: ArraySlice<UInt8>) {
        if !text.isEmpty { nodes.append(.text(String(decoding: text, as: UTF8.self))) }
    }

    private func find(_ word: [UInt8], from start: Int) -> Int? {
        var from = start
        while from + word.count <= bytes.count {
            if bytes[from] == word[0], bytes[from..<from + word.count].elementsEqual(word) { return from }
            from += 1
        }
        return nil
    }

    private func failure(_ message: String) -> Failure { Failure(message: message, place: place) }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
