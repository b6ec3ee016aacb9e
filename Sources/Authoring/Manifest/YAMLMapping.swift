internal import Contract
internal import Yams

/// A YAML mapping with the lines its keys stand on; every way in is limited and strict.
struct YAMLMapping {
    let entries: [(key: Manifest.Scalar, value: Node)]
    let line: Int

    init(parsing text: String, limit: Int, what: String = "the manifest") throws(ManifestError) {
        guard text.unicodeScalars.first != "\u{FEFF}" else {
            throw ManifestError(
                message: "the file begins with a byte order mark, which is read as a part of the first key", line: 1)
        }
        guard text.utf8.count <= limit else {
            throw ManifestError(message: "the file is longer than \(limit) bytes", line: nil)
        }
        try Self.refuseDeepNesting(text)
        try Self.refuseManyAliases(text)
        let parser: Parser, node: Node?
        do {
            parser = try Parser(yaml: text)
            node = try parser.singleRoot()
        } catch let error as YamlError {
            throw Self.manifestError(error)
        } catch {
            throw ManifestError(message: "the file is not YAML", line: nil)
        }
        guard let node else { throw ManifestError(message: "the file is empty", line: nil) }
        // A node knows its anchor only as long as its parser is there.
        defer { withExtendedLifetime(parser) {} }
        try Self.refuseAnchors(node)
        try self.init(node, what)
    }

    init(_ node: Node, _ what: String) throws(ManifestError) {
        let line = node.mark?.line ?? 1
        guard case .mapping(let mapping) = node else {
            throw ManifestError(message: "\(what) is not a mapping of keys to values", line: line)
        }
        var entries: [(Manifest.Scalar, Node)] = []
        for (key, value) in mapping {
            entries.append((try Self.scalar(key, "a key of \(what)"), value))
        }
        self.entries = entries
        self.line = line
    }

    /// The text of a scalar; a null is an empty text.
    static func scalar(_ node: Node, _ what: String) throws(ManifestError) -> Manifest.Scalar {
        let line = node.mark?.line ?? 1
        guard case .scalar(let scalar) = node else {
            throw ManifestError(message: "\(what) is not a single text", line: line)
        }
        let isNull = scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
        return Manifest.Scalar(text: isNull ? "" : scalar.string, line: line)
    }

    /// The texts of a list of scalars; a null is an empty list.
    static func scalars(_ node: Node, _ what: String) throws(ManifestError) -> [Manifest.Scalar] {
        if case .scalar = node, try scalar(node, what).text.isEmpty { return [] }
        guard case .sequence(let items) = node else {
            throw ManifestError(message: "\(what) is not a list", line: node.mark?.line ?? 1)
        }
        var texts: [Manifest.Scalar] = []
        for item in items { texts.append(try scalar(item, "an item of \(what)")) }
        return texts
    }

    /// Refuses a value that is an anchor or holds one; an alias stands for its anchor's value.
    private static func refuseAnchors(_ node: Node) throws(ManifestError) {
        if isAnchored(node) { throw ManifestError(message: "anchors and aliases are not read", line: node.mark?.line) }
        switch node {
        case .mapping(let mapping):
            for (key, value) in mapping {
                try refuseAnchors(key)
                try refuseAnchors(value)
            }
        case .sequence(let sequence): for item in sequence { try refuseAnchors(item) }
        case .scalar, .alias: break
        }
    }

    private static func isAnchored(_ node: Node) -> Bool {
        switch node {
        case .alias: true
        case .scalar(let scalar): scalar.anchor != nil
        case .mapping(let mapping): mapping.anchor != nil
        case .sequence(let sequence): sequence.anchor != nil
        }
    }

    /// Refuses texts with more than 16 aliases before a parser expands them, where each may stand for all before it.
    ///
    /// Words that only look like aliases (`rm *a`) count too, but only where something looks like an anchor (`&a`).
    private static func refuseManyAliases(_ text: String) throws(ManifestError) {
        var aliases = 0, anchors = 0, line = 1, before: UInt8 = 0x0A, mark: UInt8 = 0
        for byte in text.utf8 {
            if isAnchorCharacter(byte) {
                if mark == UInt8(ascii: "*") { aliases += 1 } else if mark == UInt8(ascii: "&") { anchors += 1 }
            }
            if aliases > 16, anchors > 0 {
                throw ManifestError(message: "anchors and aliases are not read", line: line)
            }
            mark = mayStandBeforeToken(before) ? byte : 0
            before = byte
            if byte == 0x0A { line += 1 }
        }
    }

    /// Whether a new token may begin behind `byte`: a blank, a line break, a bracket, or part of a longer character.
    private static func mayStandBeforeToken(_ byte: UInt8) -> Bool {
        switch byte {
        case 0...0x20, UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: ","), UInt8(ascii: ":"), 0x80...0xFF: true
        default: false
        }
    }

    private static func isAnchorCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// Refuses texts whose brackets or dashes nest past 64 levels before a recursive parser sees them.
    ///
    /// What hides from this count (brackets in quotes) meets libyaml's own limit of 1000 levels.
    private static func refuseDeepNesting(_ text: String) throws(ManifestError) {
        var depth = 0
        for (index, line) in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .enumerated()
        {
            var compact = 0, previous: UInt8 = 0
            for byte in line {
                switch byte {
                case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
                case UInt8(ascii: "]"), UInt8(ascii: "}"): depth = max(0, depth - 1)
                case 0x20 where previous == UInt8(ascii: "-") || previous == UInt8(ascii: "?"): compact += 1
                default: break
                }
                previous = byte
            }
            let indentation = line.prefix { $0 == 0x20 }.count
            if depth > 64 || indentation > 128 || compact > 64 {
                throw ManifestError(message: "values nest too deep", line: index + 1)
            }
        }
    }

    private static func manifestError(_ error: YamlError) -> ManifestError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            ManifestError(message: "the file is not YAML: \(problem)", line: mark.line)
        case .duplicatedKeysInMapping(let duplicates, let context):
            ManifestError(
                message:
                    "the key \(duplicates.map { String(describing: $0) }.sorted().joined(separator: ", ")) is given twice",
                line: context.mark.line)
        default: ManifestError(message: "the file is not YAML", line: nil)
        }
    }
}
