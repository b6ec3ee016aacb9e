internal import Basics
package import Contract
internal import YAML

/// The text of a `config.yaml` with another value for one setting: comments, order and all else stay.
package struct ConfigurationText {
    /// The lines without their ends.
    private var lines: [[UInt8]]
    private let lineEnd: [UInt8]
    private let original: String

    package init(_ text: String) {
        original = text
        let bytes = Array(text.utf8)
        let hasReturns = zip(bytes, bytes.dropFirst()).contains { $0 == 0x0D && $1 == 0x0A }
        lineEnd = hasReturns ? [0x0D, 0x0A] : [0x0A]
        var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
            Array(line.last == 0x0D && hasReturns ? line.dropLast() : line)
        }
        if lines.last == [] { lines.removeLast() }
        self.lines = lines
    }

    /// The new text; error where the file is written in a way that cannot be changed line by line.
    package func setting(_ setting: Setting, to values: [String]) throws(ManifestError) -> String {
        let before = try Configuration(reading: original)
        var copy = self
        try copy.change(setting, to: values)
        let text = copy.lines.reduce(into: [UInt8]()) { $0 += $1 + lineEnd }
        let changed = String(decoding: text, as: UTF8.self)
        guard let after = try? Configuration(reading: changed),
            after.isSame(as: before.setting(setting, to: values))
        else { throw ManifestError(message: "\(setting.rawValue) cannot be changed line by line", line: nil) }
        return changed
    }

    private mutating func change(_ setting: Setting, to values: [String]) throws(ManifestError) {
        let limit = Configuration.maximumBytes
        let entries = try YAMLMapping.read(original, limit: limit, what: "the file")?.entries ?? []
        let spelled = values.map(Self.spelling)
        guard let at = entries.firstIndex(where: { $0.key.text.utf8.elementsEqual(setting.rawValue.utf8) }) else {
            if !values.isEmpty { lines += Self.lines(of: setting, spelled) }
            return
        }
        let range = extent(of: at, entries.map(\.key.place.line))
        guard !values.isEmpty else {
            lines.removeSubrange(range)
            return
        }
        if !setting.isList, range.count == 1, case .scalar(let scalar) = entries[at].value.kind {
            let tail = Self.comment(of: lines[range.lowerBound], behind: entries[at], scalar)
            lines[range.lowerBound] = Array("\(setting.rawValue): \(spelled[0])".utf8) + tail
        } else if setting.isList, case .sequence(let items) = entries[at].value.kind,
            let kept = itemLines(items, in: range, values, spelled)
        {
            lines.replaceSubrange(range, with: kept)
        } else {
            lines.replaceSubrange(range, with: Self.lines(of: setting, spelled))
        }
    }

    /// The lines from a key to the last one of its value; comments and blank lines behind belong to what follows.
    private func extent(of entry: Int, _ keyLines: [Int]) -> Range<Int> {
        let start = keyLines[entry] - 1
        var end = entry + 1 < keyLines.count ? keyLines[entry + 1] - 1 : lines.count
        func isRemark(_ line: [UInt8]) -> Bool {
            let first = line.first { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }
            return first == nil || first == UInt8(ascii: "#") || line.starts(with: Array("...".utf8))
        }
        while end > start + 1, isRemark(lines[end - 1]) { end -= 1 }
        return start..<max(end, start + 1)
    }

    /// The lines of a list, where every item has one of its own: those that stay as they are, new ones behind the last.
    private func itemLines(
        _ items: [YAMLNode], in range: Range<Int>, _ values: [String], _ spelled: [String]
    ) -> [[UInt8]]? {
        var places: [Int] = [], texts: [[UInt8]] = []
        for item in items {
            guard case .scalar(let scalar) = item.kind, range.contains(item.place.line - 1),
                places.last ?? range.lowerBound < item.place.line - 1
            else { return nil }
            places.append(item.place.line - 1)
            texts.append(Array(scalar.text.utf8))
        }
        guard let last = places.last else { return nil }
        let wanted = values.map { Array($0.utf8) }
        // What stays has to stand in the order in which it is wanted.
        let staying = texts.filter(wanted.contains)
        guard staying == Array(wanted.prefix(staying.count)) else { return nil }
        let indent = lines[last].prefix { $0 == 0x20 }
        let added = spelled.dropFirst(staying.count).map { Array(indent) + Array("- \($0)".utf8) }
        var kept: [[UInt8]] = []
        for line in range {
            if let item = places.firstIndex(of: line), !wanted.contains(texts[item]) {
                // Gone.
            } else {
                kept.append(lines[line])
            }
            if line == last { kept += added }
        }
        return kept
    }

    /// What stands behind a value on its line: blanks and a comment.
    private static func comment(
        of line: [UInt8], behind entry: (key: Manifest.Scalar, value: YAMLNode), _ scalar: YAMLScalar
    ) -> ArraySlice<UInt8> {
        let hash = UInt8(ascii: "#")
        var place = min(max(0, entry.value.place.column - 1), line.count)
        if scalar.style == .singleQuoted || scalar.style == .doubleQuoted {
            let quote = scalar.style == .singleQuoted ? UInt8(ascii: "'") : UInt8(ascii: "\"")
            place += 1
            while place < line.count, line[place] != quote || (place + 1 < line.count && line[place + 1] == quote) {
                let isEscape = scalar.style == .doubleQuoted && line[place] == UInt8(ascii: "\\")
                place += isEscape || line[place] == quote ? 2 : 1
            }
            place = min(place + 1, line.count)
        }
        guard
            let start = (max(1, place)..<max(1, place, line.count)).first(where: { index in
                line[index] == hash && (line[index - 1] == 0x20 || line[index - 1] == 0x09)
            })
        else { return [] }
        let blanks = line[..<start].reversed().prefix { $0 == 0x20 || $0 == 0x09 }.count
        return line[(start - blanks)...]
    }

    private static func lines(of setting: Setting, _ spelled: [String]) -> [[UInt8]] {
        guard setting.isList else { return [Array("\(setting.rawValue): \(spelled[0])".utf8)] }
        return [Array("\(setting.rawValue):".utf8)] + spelled.map { Array("  - \($0)".utf8) }
    }

    /// A text as a YAML scalar on one line: plain where nothing in it has a meaning, else in single quotes.
    private static func spelling(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "/._-:@%+=,".utf8.contains(byte)
            }
        }
        let first = text.utf8.first ?? 0
        let isWord =
            first == UInt8(ascii: "/") || first | 0x20 >= UInt8(ascii: "a") && first | 0x20 <= UInt8(ascii: "z")
        if isPlain, isWord, text.utf8.last != UInt8(ascii: ":"),
            YAMLScalar(text: text, style: .plain).value == .text(text)
        {
            return text
        }
        return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }
}
