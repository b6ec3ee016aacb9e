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
        /// The items of the lines that begin with `-` right below.
        package let items: [Item]
        /// Item lines that come after a blank or a comment line, where readers may already have stopped.
        package let itemsAfterGap: [Item]
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
            let key = Self.trim(line[..<colon])
            guard Self.fieldNames.contains(key) else { continue }
            found[key] = Field(
                value: Self.unquote(Self.trim(line[line.index(after: colon)...])), line: index + 1,
                indentation: line.prefix { $0 == " " || $0 == "\t" }.count, count: (found[key]?.count ?? 0) + 1)
        }
        fields = found
        hooks = Self.list("hooks:", in: lines)
        permissions = Self.list("permissions:", in: lines)
    }

    private static func list(_ key: String, in lines: [Substring]) -> List? {
        for (index, line) in lines.enumerated() {
            guard let range = line.firstRange(of: key) else { continue }
            var items: [Item] = [], late: [Item] = [], gap = false
            for (below, line) in lines[(index + 1)...].enumerated() {
                let text = trim(line)
                if text.hasPrefix("-") {
                    let item = Item(text: trim(text.drop { $0 == "-" }), line: index + below + 2)
                    if gap { late.append(item) } else { items.append(item) }
                } else if text.isEmpty || text.hasPrefix("#") {
                    gap = true
                } else {
                    break
                }
            }
            return List(
                line: index + 1, before: String(line[..<range.lowerBound]), after: trim(line[range.upperBound...]),
                items: items, itemsAfterGap: late)
        }
        return nil
    }

    private static func lines(of text: String) -> [Substring] {
        // A Swift character may be "\r\n", so lines are cut in the scalar view.
        text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            Substring(line.last == "\r" ? line.dropLast() : line)
        }
    }

    private static func trim(_ text: Substring) -> String {
        var scalars = text.unicodeScalars[...]
        while let first = scalars.first, first.properties.isWhitespace { scalars.removeFirst() }
        while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
        return String(Substring(scalars))
    }

    private static func trim(_ text: String) -> String { trim(text[...]) }

    private static func unquote(_ text: String) -> String {
        var rest = text[...]
        for quote in ["\"", "'"] as [Character] {
            while rest.first == quote { rest.removeFirst() }
            while rest.last == quote { rest.removeLast() }
        }
        return String(rest)
    }
}
