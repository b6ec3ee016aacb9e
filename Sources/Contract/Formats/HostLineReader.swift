internal import Basics

/// What host 1.5 gets out of a `plugin.yaml`, which it reads line by line and not as YAML (host contract, section 5).
///
/// The kit compares this with what a YAML parser reads, so that nobody ships a manifest that means two things.
package struct HostLineReader: Sendable {
    /// A field the host sets, with the place of the line that set it last.
    package struct Field: Sendable, Equatable {
        package let value: String
        /// The line, from 1.
        package let line: Int
        /// How many spaces or tabs stand before the key.
        package let indentation: Int
        /// How many lines set this field.
        package let count: Int
    }

    /// An item below `hooks:` or `permissions:` as the host reads it.
    package struct Item: Sendable, Equatable {
        package let text: String
        /// The line, from 1.
        package let line: Int
    }

    /// A list as the host reads it.
    package struct List: Sendable, Equatable {
        /// The line where the text `hooks:` or `permissions:` first occurs, from 1.
        package let line: Int
        /// What stands on that line before the text.
        package let before: String
        /// What stands on that line after the text.
        package let after: String
        /// The items of the lines that begin with `-` below; blank lines among them count for nothing.
        package let items: [Item]
        /// The line that ends the list, where it is a comment with items below it, from 1.
        package let commentLine: Int?
    }

    /// The keys that are set wherever they stand.
    package static let fieldNames = ["name", "version", "description", "author", "license"]

    /// The fields the host sets, by key.
    package let fields: [String: Field]
    /// The list of hooks, nil where the text `hooks:` does not occur.
    package let hooks: List?
    /// The list of permissions, nil where the text `permissions:` does not occur.
    package let permissions: List?

    /// Reads `text` as the host does.
    package init(reading text: String) {
        let lines = Self.lines(of: text)
        var found: [String: Field] = [:]
        for (index, line) in lines.enumerated() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let key = String(Self.trim(line[..<colon]))
            guard Self.fieldNames.contains(key) else { continue }
            found[key] = Field(
                value: String(Self.unquote(Self.trim(line[line.index(after: colon)...]))), line: index + 1,
                indentation: line.prefix { $0 == " " || $0 == "\t" }.count, count: (found[key]?.count ?? 0) + 1)
        }
        fields = found
        hooks = Self.list("hooks:", in: lines)
        permissions = Self.list("permissions:", in: lines)
    }

    /// A line as scalars: what a Swift text takes for one character, the host takes apart.
    private typealias Line = Substring.UnicodeScalarView

    private static func list(_ key: String, in lines: [Line]) -> List? {
        for (index, line) in lines.enumerated() {
            guard let range = line.firstPlace(of: key.unicodeScalars) else { continue }
            var items: [Item] = [], comment: Int?, hasMore = false
            for (below, line) in lines[(index + 1)...].enumerated() {
                let text = trim(line)
                if text.first == "-" {
                    if comment != nil {
                        hasMore = true
                        break
                    }
                    items.append(Item(text: String(trim(text.drop { $0 == "-" })), line: index + below + 2))
                } else if text.first == "#", comment == nil {
                    comment = index + below + 2
                } else if !text.isEmpty, text.first != "#" {
                    break
                }
            }
            return List(
                line: index + 1, before: String(line[..<range.lowerBound]),
                after: String(trim(line[range.upperBound...])), items: items,
                commentLine: hasMore ? comment : nil)
        }
        return nil
    }

    private static func lines(of text: String) -> [Line] {
        text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.last == "\r" ? line.dropLast() : line
        }
    }

    private static func trim(_ line: Line) -> Line {
        var line = line.drop { $0.properties.isWhitespace }
        while let last = line.last, last.properties.isWhitespace { line.removeLast() }
        return line
    }

    private static func unquote(_ line: Line) -> Line {
        var rest = line
        for quote in ["\"", "'"] as [Unicode.Scalar] {
            rest = rest.drop { $0 == quote }
            while rest.last == quote { rest.removeLast() }
        }
        return rest
    }
}
