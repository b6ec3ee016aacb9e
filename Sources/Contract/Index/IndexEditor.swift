/// Collects what a change of one plugin in an index has to know, and then says which bytes change.
///
/// It is a visitor of `IndexScanner`; everything but the entries of that one name stays where it is.
package struct IndexEditor: IndexVisitor, Sendable {
    /// An entry and where it stands.
    package struct Placed: Sendable {
        package let entry: IndexEntry
        package let list: IndexList
        package let range: Range<Int>
        /// Where the entry before it in its array ends, nil for the first.
        let previousEnd: Int?
        let text: [UInt8]
    }

    /// The most entries that are named beside those of the plugin.
    private static let maximumOthers = 10

    private let name: [UInt8]
    private let folder: [UInt8]?
    /// The entries of the plugin in the order of the file, those of `plugins` and of `yanked`.
    package private(set) var entries: [Placed] = []
    /// Names that differ from this one by case only; at most 10.
    package private(set) var namesOfOtherCase: [String] = []
    /// Entries of any name whose module lies in the folder; at most 10.
    package private(set) var holdersOfFolder: [IndexEntry] = []

    /// Gets ready for a plugin; `folder` is the path of a folder in the registry, such as `artifacts/x/1.0.0`.
    package init(name: PluginName, folder: String? = nil) {
        self.name = Array(name.description.utf8)
        self.folder = folder.map { Array(($0 + "/").utf8) }
    }

    package func wants(_ name: RawSpan, isEscaped: Bool, in list: IndexList) -> Bool {
        folder != nil || isEscaped || Self.isSameButForCase(name, self.name)
    }

    private static func isSameButForCase(_ text: RawSpan, _ name: [UInt8]) -> Bool {
        guard text.byteCount == name.count else { return false }
        return name.indices.allSatisfy { lowercased(text.byte($0)) == lowercased(name[$0]) }
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    package mutating func visit(_ entry: ScannedEntry, _ text: RawSpan) {
        if entry.isText(.name, name, text) {
            entries.append(
                Placed(
                    entry: entry.decodedWhole(text), list: entry.list, range: entry.range,
                    previousEnd: entry.previousEnd,
                    text: (0..<text.byteCount).map { text.byte($0) }))
        } else if namesOfOtherCase.count < Self.maximumOthers, entry.mayHaveLength(.name, name.count) {
            let other = entry.bytes(.name, text)
            if unsafe Self.isSameButForCase(other.span.bytes, name) {
                let shown = String(decoding: other, as: UTF8.self)
                if !namesOfOtherCase.contains(shown) { namesOfOtherCase.append(shown) }
            }
        }
        if let folder, holdersOfFolder.count < Self.maximumOthers, entry.contains(.artifact, folder, text) {
            holdersOfFolder.append(entry.decoded(text))
        }
    }
}

extension IndexEditor {
    /// The changes that set members of the outermost object and nothing else.
    package static func splices(setting members: [JSONValue.Member], in outline: IndexOutline) -> [IndexSplice] {
        IndexSplice.sorted(IndexStyle(outline).setting(members, in: outline))
    }

    /// The changes that put one more entry in: newest release first among those of its name.
    ///
    /// `members` of the outermost object are set, too, such as `serial`; new ones stand before `plugins`.
    package func splices(
        adding entry: IndexEntry, to outline: IndexOutline, setting members: [JSONValue.Member] = []
    ) -> [IndexSplice] {
        let style = IndexStyle(outline)
        return IndexSplice.sorted(
            [insertion(of: entry, style.text(entry.json, level: 2), in: outline, excluding: nil)]
                + style.setting(members, in: outline))
    }

    /// The changes that move a version from `plugins` to `yanked`, which hosts do not read; nil when it is not offered.
    package func splices(
        withdrawing version: String, because reason: String, at time: String? = nil, in outline: IndexOutline,
        setting members: [JSONValue.Member] = []
    ) -> [IndexSplice]? {
        guard let placed = entries.first(where: { $0.list == .plugins && Self.isVersion($0, version) }) else {
            return nil
        }
        let style = IndexStyle(outline)
        let target = withdrawn(style.entry(placed, yanked: reason, at: time), in: outline)
        return IndexSplice.sorted([removal(of: placed, in: outline), target] + style.setting(members, in: outline))
    }

    /// The changes that add an entry which no host has been offered here to `yanked`.
    package func splices(
        addingWithdrawn entry: IndexEntry, to outline: IndexOutline, setting members: [JSONValue.Member] = []
    ) -> [IndexSplice] {
        let style = IndexStyle(outline)
        return IndexSplice.sorted(
            [withdrawn(style.text(entry.json, level: 2), in: outline)] + style.setting(members, in: outline))
    }

    /// The change that puts the text of an entry behind those in `yanked`.
    private func withdrawn(_ text: [UInt8], in outline: IndexOutline) -> IndexSplice {
        let style = IndexStyle(outline), target: IndexSplice
        if let end = outline.yanked.lastEnd {
            target = IndexSplice(end..<end, style.comma(level: 2) + text)
        } else {
            let list = style.array(text)
            if let member = outline["yanked"] {
                target = IndexSplice(member.range, list)
            } else {
                let end = outline.members.last?.range.upperBound ?? 0
                target = IndexSplice(end..<end, style.comma(level: 1) + style.member("yanked", list))
            }
        }
        return target
    }

    /// The changes that offer a withdrawn version again; nil when it has not been withdrawn.
    package func splices(
        restoring version: String, in outline: IndexOutline, setting members: [JSONValue.Member] = []
    ) -> [IndexSplice]? {
        guard
            let placed = entries.first(where: {
                ($0.list == .yanked || $0.entry.yanked != nil) && Self.isVersion($0, version)
            })
        else { return nil }
        let style = IndexStyle(outline)
        var entry = placed.entry
        entry.yanked = nil
        entry.yankedAt = nil
        let text = style.entry(placed, yanked: nil, at: nil)
        let settings = style.setting(members, in: outline)
        if placed.list == .plugins, !entries.contains(where: { $0.list == .plugins && $0.range != placed.range }) {
            return IndexSplice.sorted([IndexSplice(placed.range, text)] + settings)
        }
        return IndexSplice.sorted(
            [
                removal(of: placed, in: outline), insertion(of: entry, text, in: outline, excluding: placed.range),
            ] + settings)
    }

    private static func isVersion(_ placed: Placed, _ version: String) -> Bool {
        placed.entry.version.utf8.elementsEqual(version.utf8)
    }

    private func insertion(
        of entry: IndexEntry, _ text: [UInt8], in outline: IndexOutline, excluding range: Range<Int>?
    ) -> IndexSplice {
        let style = IndexStyle(outline)
        let others = entries.filter { $0.list == .plugins && $0.range != range }, rank = entry.rank
        if let place = others.first(where: { $0.entry.rank < rank })?.range.lowerBound {
            return IndexSplice(place..<place, text + style.comma(level: 2))
        }
        if let end = others.last?.range.upperBound ?? outline.plugins.lastEnd {
            return IndexSplice(end..<end, style.comma(level: 2) + text)
        }
        let start = (outline["plugins"]?.range.lowerBound ?? 0) + 1
        return IndexSplice(start..<start, style.line(level: 2) + text + style.line(level: 1))
    }

    /// The change that takes an entry out with its comma.
    private func removal(of placed: Placed, in outline: IndexOutline) -> IndexSplice {
        if let previousEnd = placed.previousEnd { return IndexSplice(previousEnd..<placed.range.upperBound, []) }
        let list = placed.list == .plugins ? outline.plugins : outline.yanked
        return IndexSplice(placed.range.lowerBound..<(list.secondStart ?? placed.range.upperBound), [])
    }
}

/// How an index is written: with lines or without, and how they end.
struct IndexStyle {
    private let outline: IndexOutline

    init(_ outline: IndexOutline) { self.outline = outline }

    /// A line break and the indentation of a level; nothing in an index on one line.
    func line(level: Int) -> [UInt8] {
        guard outline.hasLines else { return [] }
        return Array(((outline.hasCRLF ? "\r\n" : "\n") + String(repeating: "  ", count: level)).utf8)
    }

    func comma(level: Int) -> [UInt8] { [UInt8(ascii: ",")] + line(level: level) }

    /// A value as text, whose first line is not indented.
    func text(_ value: JSONValue, level: Int) -> [UInt8] {
        guard outline.hasLines else { return value.compactBytes }
        let text = Array(value.prettyText(level: level).utf8)
        guard outline.hasCRLF else { return text }
        return Array(
            text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).joined(
                separator: Array("\r\n".utf8)))
    }

    func member(_ name: String, _ value: [UInt8]) -> [UInt8] {
        JSONValue.string(name).compactBytes + Array((outline.hasLines ? ": " : ":").utf8) + value
    }

    /// An array of one entry.
    func array(_ entry: [UInt8]) -> [UInt8] {
        [UInt8(ascii: "[")] + line(level: 2) + entry + line(level: 1) + [UInt8(ascii: "]")]
    }

    /// The changes that set members of the outermost object.
    func setting(_ members: [JSONValue.Member], in outline: IndexOutline) -> [IndexSplice] {
        let start = outline["plugins"]?.start ?? 0
        return members.map { new in
            let value = text(new.value, level: 1)
            if let old = outline[new.name] { return IndexSplice(old.range, value) }
            return IndexSplice(start..<start, member(new.name, value) + comma(level: 1))
        }
    }

    /// The text of an entry with another reason of its withdrawal, or without one; all else stays as it is spelled.
    func entry(_ placed: IndexEditor.Placed, yanked: String?, at time: String?) -> [UInt8] {
        let added = [("yanked", yanked), ("yanked_at", time)].compactMap { name, text in
            text.map { member(name, JSONValue.string($0).compactBytes) }
        }
        let limits = JSONLimits(toleratesUnpairedSurrogates: true)
        func members(_ bytes: [UInt8]) -> [(name: JSONNode, value: JSONNode)]? {
            (try? JSONDocument(parsing: bytes, limits: limits))?.root.members
        }
        guard placed.text.first == UInt8(ascii: "{"), members(placed.text) != nil else {
            var entry = placed.entry
            entry.yanked = yanked
            entry.yankedAt = time
            return text(entry.json, level: 2)
        }
        var bytes = placed.text
        // One at a time: what comes behind is at another place then.
        while let all = members(bytes),
            let index = all.lastIndex(where: { $0.name.isString("yanked") || $0.name.isString("yanked_at") })
        {
            let start = index > 0 ? all[index - 1].value.range.upperBound : all[index].name.range.lowerBound
            let end =
                index > 0 || index + 1 == all.count
                ? all[index].value.range.upperBound : all[index + 1].name.range.lowerBound
            bytes.removeSubrange(start..<end)
        }
        guard !added.isEmpty else { return bytes }
        // Every entry has members that stay: a name, an artifact and a digest.
        guard let end = members(bytes)?.last?.value.range.upperBound else { return bytes }
        let isOnLines = placed.text.contains(UInt8(ascii: "\n"))
        let separator = isOnLines ? comma(level: 3) : Array(", ".utf8)
        bytes.insert(contentsOf: added.flatMap { separator + $0 }, at: end)
        return bytes
    }
}
