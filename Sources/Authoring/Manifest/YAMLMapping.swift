internal import Basics
internal import Contract
internal import YAML

/// A YAML mapping with the lines its keys stand on.
struct YAMLMapping {
    let entries: [(key: Manifest.Scalar, value: YAMLNode)]
    let place: TextPlace
    var line: Int { place.line }

    /// The outermost mapping of a text of at most `limit` bytes; `what` names the text in errors.
    init(parsing text: String, limit: Int, what: String = "the manifest") throws(ManifestError) {
        guard let mapping = try Self.read(text, limit: limit, what: what) else {
            throw ManifestError(message: "the file is empty", at: nil)
        }
        self = mapping
    }

    /// The same; nil for a text that holds nothing but comments.
    static func read(_ text: String, limit: Int, what: String) throws(ManifestError) -> YAMLMapping? {
        let root: YAMLNode?
        do throws(YAMLError) {
            root = try YAMLNode.read(Array(text.utf8), limits: YAMLLimits(bytes: limit))
        } catch {
            if error.kind == .syntax, let place = Self.conflict(text) {
                throw ManifestError(
                    message: "a merge left conflict markers: edit what stands between <<<<<<< and >>>>>>>",
                    at: place)
            }
            let message = error.kind == .syntax ? "the file is not YAML: \(error.message)" : error.message
            throw ManifestError(message: message, at: error.place)
        }
        guard let root else { return nil }
        return try YAMLMapping(root, what)
    }

    /// Where the first conflict begins that `git merge` or `pdk upgrade` left in a text.
    private static func conflict(_ text: String) -> TextPlace? {
        var offset = 0
        for (index, line) in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .enumerated()
        {
            if line.starts(with: "<<<<<<< ".utf8) { return TextPlace(line: index + 1, column: 1, offset: offset) }
            offset += line.count + 1
        }
        return nil
    }

    init(_ node: YAMLNode, _ what: String) throws(ManifestError) {
        guard case .mapping(let pairs) = node.kind else {
            throw ManifestError(message: "\(what) is not a mapping of keys to values", at: node.place)
        }
        var entries: [(Manifest.Scalar, YAMLNode)] = []
        for pair in pairs { entries.append((try Self.key(pair.key, of: what), pair.value)) }
        self.entries = entries
        place = node.place
    }

    /// The text of a key, as it is written: a key `~` is no empty key.
    static func key(_ node: YAMLNode, of what: String) throws(ManifestError) -> Manifest.Scalar {
        guard case .scalar(let scalar) = node.kind else {
            throw ManifestError(message: "a key of \(what) is not a single text", at: node.place)
        }
        return Manifest.Scalar(text: scalar.text, place: node.place)
    }

    /// The text of a scalar, as it is written; a null is an empty text.
    static func scalar(_ node: YAMLNode, _ what: String) throws(ManifestError) -> Manifest.Scalar {
        guard case .scalar(let scalar) = node.kind else {
            throw ManifestError(message: "\(what) is not a single text", at: node.place)
        }
        return Manifest.Scalar(text: scalar.value == .null ? "" : scalar.text, place: node.place)
    }

    /// The same, as a text without its place.
    static func text(_ node: YAMLNode, _ what: String) throws(ManifestError) -> String { try scalar(node, what).text }

    /// The items of a list.
    static func items(_ node: YAMLNode, _ what: String, atMost count: Int = .max) throws(ManifestError) -> [YAMLNode] {
        guard case .sequence(let items) = node.kind, items.count <= count else {
            let limit = count == .max ? "" : " of at most \(count)"
            throw ManifestError(message: "\(what) is not a list\(limit)", at: node.place)
        }
        return items
    }

    /// A key that is not one of the known ones, in what `place` names.
    static func unknown(_ key: Manifest.Scalar, in place: String? = nil, _ known: [String]) -> ManifestError {
        let place = place.map { " in \($0)" } ?? ""
        return ManifestError(
            message: "unknown key '\(key.text.printable)'\(place); expected: \(known.joined(separator: ", "))",
            at: key.place)
    }

    /// The texts of a list of scalars; a null is an empty list.
    static func scalars(_ node: YAMLNode, _ what: String) throws(ManifestError) -> [Manifest.Scalar] {
        switch node.kind {
        case .scalar(let scalar) where scalar.value == .null: return []
        case .sequence(let items):
            var texts: [Manifest.Scalar] = []
            for item in items { texts.append(try scalar(item, "an item of \(what)")) }
            return texts
        default: throw ManifestError(message: "\(what) is not a list", at: node.place)
        }
    }
}
