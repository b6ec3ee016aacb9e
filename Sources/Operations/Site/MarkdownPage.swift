internal import Basics

/// A README as HTML: the usual Markdown, and nothing of it that a browser would run or fetch.
///
/// HTML in it is shown as text, images are shown as their words, and links lead to http, https and mailto alone.
struct MarkdownPage {
    /// The longest text that is rendered: 256 KiB.
    static let maximumBytes = 256 << 10
    /// The longest paragraph in which anything is looked for.
    private static let maximumInlineBytes = 16 << 10
    /// The most lines of it.
    private static let maximumLines = 20_000

    private var lines: ArraySlice<String>
    private var blocks: [Markup] = []

    /// The text of a file; headings begin at the level `level`.
    static func html(_ text: String, level: Int) -> Markup {
        var page = MarkdownPage(
            lines: text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
                .prefix(maximumLines).map(String.init)[...])
        page.read(level)
        return Markup(page.blocks)
    }

    private init(lines: ArraySlice<String>) { self.lines = lines }

    private mutating func read(_ level: Int) {
        // A screen reader's outline has no gaps, whatever the text skips.
        var last = level - 1
        while let line = lines.first {
            let text = line.drop { $0 == " " || $0 == "\t" }
            if text.isEmpty {
                lines.removeFirst()
            } else if text.hasPrefix("```") || text.hasPrefix("~~~") {
                fence(String(text.prefix(3)))
            } else if line.hasPrefix("    ") || line.hasPrefix("\t") {
                block { $0.hasPrefix("    ") || $0.hasPrefix("\t") || $0.allSatisfy(\.isWhitespace) }
            } else if let heading = Self.heading(text) {
                lines.removeFirst()
                last = min(6, level + heading.depth - 1, last + 1)
                let tag = Markup(stringLiteral: "h\(last)")
                blocks.append("<\(tag)>\(Self.inline(heading.text))</\(tag)>\n")
            } else if text.allSatisfy({ "-*_= ".contains($0) }), text.count >= 3 {
                lines.removeFirst()
                blocks.append("<hr>\n")
            } else if text.hasPrefix("|") {
                table()
            } else if text.hasPrefix(">") {
                quote()
            } else if Self.item(text) != nil {
                list()
            } else {
                paragraph()
            }
        }
    }

    private mutating func fence(_ mark: String) {
        lines.removeFirst()
        let content = lines.prefix { !$0.drop { $0 == " " }.hasPrefix(mark) }
        lines = lines.dropFirst(content.count + 1)
        pre(content)
    }

    private mutating func block(while isInside: (String) -> Bool) {
        let content = lines.prefix(while: isInside)
        lines = lines.dropFirst(content.count)
        pre(content.map { String($0.dropFirst($0.hasPrefix("\t") ? 1 : 4)) }[...])
    }

    private mutating func pre(_ content: ArraySlice<String>) {
        let text = content.map(Markup.escaped).joined(separator: "\n")
        blocks.append("<pre tabindex=\"0\"><code>\(Markup(stringLiteral: text))</code></pre>\n")
    }

    private static func heading(_ text: Substring) -> (depth: Int, text: String)? {
        let depth = text.prefix { $0 == "#" }.count
        guard (1...6).contains(depth), text.dropFirst(depth).first?.isWhitespace ?? true else { return nil }
        var title = text.dropFirst(depth).drop(while: \.isWhitespace)
        while title.last == "#" || title.last?.isWhitespace ?? false { title = title.dropLast() }
        return (depth, String(title))
    }

    /// The text of an item of a list, and whether the list is numbered.
    private static func item(_ text: Substring) -> (text: Substring, isNumbered: Bool)? {
        if let first = text.first, "-*+".contains(first), text.dropFirst().first?.isWhitespace ?? false {
            return (text.dropFirst(2), false)
        }
        let digits = text.prefix { $0.isASCII && $0.isNumber }, rest = text.dropFirst(digits.count)
        guard (1...9).contains(digits.count), rest.first == "." || rest.first == ")", rest.dropFirst().first == " "
        else {
            return nil
        }
        return (rest.dropFirst(2), true)
    }

    private mutating func list() {
        let isNumbered = lines.first.flatMap { Self.item($0.drop { $0 == " " }) }?.isNumbered ?? false
        var items: [String] = []
        while let line = lines.first, !line.allSatisfy(\.isWhitespace) {
            let text = line.drop { $0 == " " || $0 == "\t" }
            if let item = Self.item(text) {
                items.append(String(item.text))
            } else if !items.isEmpty, line.first == " " {
                items[items.count - 1] += " " + text
            } else {
                break
            }
            lines.removeFirst()
        }
        let tag: Markup = isNumbered ? "ol" : "ul"
        blocks.append("<\(tag)>\(items.map { "<li>\(Self.inline($0))</li>" as Markup })</\(tag)>\n")
    }

    /// Whether a line is the one below a table's head.
    private static func isTableLine(_ line: String) -> Bool {
        line.contains("-") && line.allSatisfy { "|:- \t".contains($0) }
    }

    private mutating func table() {
        let rows = lines.prefix { $0.drop { $0 == " " }.hasPrefix("|") }
        lines = lines.dropFirst(rows.count)
        func cells(_ row: String) -> [Substring] {
            row.drop { $0 == " " }.dropFirst().split(separator: "|", omittingEmptySubsequences: false).dropLast()
                .map { cell in
                    let text = cell.drop(while: \.isWhitespace)
                    return text[..<(text.lastIndex { !$0.isWhitespace }.map(text.index(after:)) ?? text.startIndex)]
                }
        }
        let head = rows.dropFirst().first.map(Self.isTableLine) ?? false
        let body = rows.dropFirst(head ? 2 : 0).filter { !Self.isTableLine($0) }.map { row in
            "<tr>\(cells(row).map { "<td>\(Self.inline(String($0)))</td>" as Markup })</tr>" as Markup
        }
        let title: Markup =
            head
            ? "<thead><tr>\(cells(rows[rows.startIndex]).map { "<th scope=\"col\">\(Self.inline(String($0)))</th>" as Markup })</tr></thead>"
            : ""
        blocks.append(
            "<div class=\"wide\" role=\"region\" aria-label=\"Table\" tabindex=\"0\"><table>\(title)<tbody>\(body)</tbody></table></div>\n"
        )
    }

    private mutating func quote() {
        var text: [String] = []
        while let line = lines.first, line.drop(while: { $0 == " " }).hasPrefix(">") {
            text.append(String(line.drop { $0 == " " }.dropFirst().drop { $0 == " " }))
            lines.removeFirst()
        }
        blocks.append("<blockquote><p>\(Self.inline(text.joined(separator: " ")))</p></blockquote>\n")
    }

    private mutating func paragraph() {
        var text: [String] = []
        while let line = lines.first, !line.allSatisfy(\.isWhitespace) {
            let start = line.drop { $0 == " " }
            if !text.isEmpty {
                if start.allSatisfy({ $0 == "=" || $0 == "-" }), start.count >= 3 {
                    lines.removeFirst()
                    blocks.append("<p><strong>\(Self.inline(text.joined(separator: " ")))</strong></p>\n")
                    return
                }
                if start.hasPrefix("|"), lines.dropFirst().first.map(Self.isTableLine) ?? false { break }
                if start.hasPrefix("```") || start.hasPrefix("#") || start.hasPrefix(">") || Self.item(start) != nil {
                    break
                }
            }
            text.append(String(start))
            lines.removeFirst()
        }
        blocks.append("<p>\(Self.inline(text.joined(separator: " ")))</p>\n")
    }

    // MARK: Inside of a line

    /// Code, emphasis, links and images of a text; everything else as it stands.
    static func inline(_ text: String) -> Markup {
        guard text.utf8.count <= maximumInlineBytes else { return "\(text)" }
        var parts: [Markup] = [], plain = "", rest = text[...], open: [String] = []
        func flush() {
            if !plain.isEmpty { parts.append("\(plain)") }
            plain = ""
        }
        while let character = rest.first {
            if character == "\\", let next = rest.dropFirst().first, next.isPunctuation || next.isSymbol {
                plain.append(next)
                rest = rest.dropFirst(2)
            } else if character == "`", let end = rest.dropFirst().firstIndex(of: "`") {
                flush()
                parts.append("<code>\(String(rest[rest.index(after: rest.startIndex)..<end]))</code>")
                rest = rest[rest.index(after: end)...]
            } else if character == "!", let link = link(rest.dropFirst()) {
                flush()
                parts.append("<span class=\"image\">\(link.text.isEmpty ? "image" : link.text)</span>")
                rest = link.rest
            } else if character == "[", let link = link(rest) {
                flush()
                parts.append(anchor(link.text, link.target))
                rest = link.rest
            } else if rest.hasPrefix("**"), open.contains("strong") || rest.dropFirst(2).contains("**") {
                flush()
                parts.append(toggle("strong", &open))
                rest = rest.dropFirst(2)
            } else if character == "*",
                open.contains("em") || rest.dropFirst().first?.isWhitespace == false && rest.dropFirst().contains("*")
            {
                flush()
                parts.append(toggle("em", &open))
                rest = rest.dropFirst()
            } else if character == "<" || character == "h", let address = address(rest) {
                flush()
                parts.append(anchor(address.text, address.text))
                rest = address.rest
            } else {
                plain.append(character)
                rest = rest.dropFirst()
            }
        }
        flush()
        for name in open.reversed() { parts.append(Markup(stringLiteral: "</\(name)>")) }
        return Markup(parts)
    }

    /// Opens an element, or closes it and what is open inside of it.
    private static func toggle(_ name: String, _ open: inout [String]) -> Markup {
        guard let place = open.firstIndex(of: name) else {
            open.append(name)
            return Markup(stringLiteral: "<\(name)>")
        }
        let closed = open[place...].reversed().map { "</\($0)>" }
        open.removeSubrange(place...)
        return Markup(stringLiteral: closed.joined())
    }

    /// `[text](target "title")`, with `rest` behind it.
    private static func link(_ text: Substring) -> (text: String, target: String, rest: Substring)? {
        guard text.first == "[", let end = partner(text.prefix(500), "[", "]") else { return nil }
        let behind = text[text.index(after: end)...]
        guard behind.first == "(", let close = partner(behind.prefix(1000), "(", ")") else { return nil }
        let inside = behind[behind.index(after: behind.startIndex)..<close]
        var words = text[text.index(after: text.startIndex)..<end]
        // A linked image is shown as its words, as others are.
        if words.hasPrefix("!["), let close = partner(words.dropFirst(), "[", "]") {
            words = words[words.index(words.startIndex, offsetBy: 2)..<close]
        }
        return (String(words), String(inside.prefix { !$0.isWhitespace }), behind[behind.index(after: close)...])
    }

    /// The bracket that closes the one at the beginning of a text.
    private static func partner(_ text: Substring, _ open: Character, _ close: Character) -> Substring.Index? {
        var depth = 0
        for place in text.indices {
            if text[place] == open { depth += 1 }
            if text[place] == close { depth -= 1 }
            if depth == 0 { return place }
            // What is nested deeper is no link, and costs nothing.
            if depth > 4 { return nil }
        }
        return nil
    }

    /// An address that stands in the text, alone or between angle brackets.
    private static func address(_ text: Substring) -> (text: String, rest: Substring)? {
        let isQuoted = text.first == "<", start = isQuoted ? text.dropFirst() : text
        guard start.hasPrefix("https://") || start.hasPrefix("http://") else { return nil }
        var found = start.prefix { !$0.isWhitespace && !"<>\"'`|".contains($0) }
        if isQuoted {
            guard start.dropFirst(found.count).first == ">" else { return nil }
            return (String(found), start.dropFirst(found.count + 1))
        }
        while let last = found.last, ".,;:!?)]".contains(last) { found = found.dropLast() }
        return (String(found), start.dropFirst(found.count))
    }

    /// A link, where it leads to http, https or mailto; else its text alone.
    private static func anchor(_ text: String, _ target: String) -> Markup {
        let lower = target.lowercased()
        guard ["https://", "http://", "mailto:"].contains(where: lower.hasPrefix),
            target.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { return "\(text)" }
        return "<a href=\"\(target)\" rel=\"nofollow noopener noreferrer\">\(text)</a>"
    }
}
