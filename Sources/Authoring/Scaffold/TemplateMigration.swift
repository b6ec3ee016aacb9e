internal import Basics
internal import Contract
internal import YAML

/// A step between two versions of a template that no merge can take: files that move, words and answers that are renamed.
///
/// It is data, as all of a template. Each has a number, and is taken once, in the order of the numbers.
package struct TemplateMigration: Sendable, Equatable {
    /// A name that becomes another.
    package struct Renaming: Sendable, Equatable {
        package let from: String
        package let to: String
    }

    /// A word that becomes another in some files and folders.
    package struct Replacement: Sendable, Equatable {
        package let from: String
        package let to: String
        /// Paths in the plugin's folder.
        package let places: [String]
    }

    /// 1 or more; higher than that of the migration before.
    package let number: Int
    /// What it does, in one sentence.
    package let summary: String
    /// Files or folders that move.
    package var moves: [Renaming] = []
    package var replacements: [Replacement] = []
    /// Variables of the template whose answers are kept under another name.
    package var answers: [Renaming] = []
    /// What the author must do by hand.
    package var note: String?

    /// The most migrations of a template, and items of a list in one.
    static let maximumCount = 200

    /// Reads the list `migrations:` of a `template.yaml`.
    static func list(_ node: YAMLNode) throws(ManifestError) -> [TemplateMigration] {
        var migrations: [TemplateMigration] = []
        for item in try YAMLMapping.items(node, "migrations", atMost: maximumCount) {
            let migration = try read(item)
            guard migration.number > migrations.last?.number ?? 0 else {
                throw ManifestError(
                    message: "the migration \(migration.number) does not have a higher number than the one before",
                    at: item.place)
            }
            migrations.append(migration)
        }
        return migrations
    }

    private static func read(_ node: YAMLNode) throws(ManifestError) -> TemplateMigration {
        let mapping = try YAMLMapping(node, "a migration")
        var number: Int?, summary = "", moves: [Renaming] = [], replacements: [Replacement] = []
        var answers: [Renaming] = [], note: String?
        for (key, value) in mapping.entries {
            switch key.text {
            case "number": number = Int(try YAMLMapping.text(value, "number"))
            case "summary": summary = try YAMLMapping.text(value, "summary")
            case "note": note = try YAMLMapping.text(value, "note")
            case "move":
                // What an older version has written may be moved away, whatever it is called.
                moves = try renamings(
                    value, "move", from: SkeletonRenderer.refusal(of:), to: SkeletonRenderer.refusal(ofNew:))
            case "answers":
                let refusal = { (name: String) in name.contains(" ") ? "it has a space" : nil }
                answers = try renamings(value, "answers", from: refusal, to: refusal)
            case "replace": replacements = try wordReplacements(value)
            default:
                throw YAMLMapping.unknown(
                    key, in: "a migration", ["number", "summary", "move", "replace", "answers", "note"])
            }
        }
        guard let number, (1...9_999).contains(number), !summary.isEmpty else {
            throw ManifestError(message: "a migration needs a number from 1 to 9999 and a summary", at: node.place)
        }
        return TemplateMigration(
            number: number, summary: summary, moves: moves, replacements: replacements, answers: answers, note: note)
    }

    private static func texts(_ node: YAMLNode, _ what: String) throws(ManifestError) -> (from: String, to: String) {
        var from = "", to = ""
        for (key, value) in try YAMLMapping(node, "an item of \(what)").entries {
            switch key.text {
            case "from": from = try YAMLMapping.text(value, "from")
            case "to": to = try YAMLMapping.text(value, "to")
            case "in" where what == "replace": break
            default:
                throw YAMLMapping.unknown(key, in: what, what == "replace" ? ["from", "to", "in"] : ["from", "to"])
            }
        }
        guard !from.isEmpty, !to.isEmpty, from.utf8.count <= 1_024, to.utf8.count <= 1_024 else {
            throw ManifestError(
                message: "an item of \(what) needs from: and to:, at most 1024 bytes each", at: node.place)
        }
        return (from, to)
    }

    private static func renamings(
        _ node: YAMLNode, _ what: String, from refusalOfOld: (String) -> String?, to refusalOfNew: (String) -> String?
    ) throws(ManifestError) -> [Renaming] {
        var renamings: [Renaming] = []
        for item in try YAMLMapping.items(node, what, atMost: maximumCount) {
            let (from, to) = try texts(item, what)
            for (text, reason) in [(from, refusalOfOld(from)), (to, refusalOfNew(to))] {
                if let reason {
                    throw ManifestError(message: "\(what): '\(text.printable)': \(reason)", at: item.place)
                }
            }
            renamings.append(Renaming(from: from, to: to))
        }
        return renamings
    }

    private static func wordReplacements(_ node: YAMLNode) throws(ManifestError) -> [Replacement] {
        var replacements: [Replacement] = []
        for item in try YAMLMapping.items(node, "replace", atMost: maximumCount) {
            let (from, to) = try texts(item, "replace")
            var places: [String] = []
            for (key, value) in try YAMLMapping(item, "an item of replace").entries where key.text == "in" {
                places = try YAMLMapping.scalars(value, "in").map(\.text)
            }
            for place in places {
                if let reason = SkeletonRenderer.refusal(of: place) {
                    throw ManifestError(message: "replace: '\(place.printable)': \(reason)", at: item.place)
                }
            }
            guard !places.isEmpty, !from.utf8.contains(UInt8(ascii: "\n")) else {
                throw ManifestError(
                    message: "an item of replace needs in:, a list of files and folders, and a from: of one line",
                    at: item.place)
            }
            replacements.append(Replacement(from: from, to: to, places: places))
        }
        return replacements
    }
}
