internal import Authoring
internal import Basics
internal import Contract

extension ForeignRelease {
    /// The text of a `plugin.yaml` that says what the release's manifest does; `notes` gets what hosts cannot read.
    ///
    /// Errors: `invalid-version`, `unrepresentable-value`.
    mutating func manifestText() throws -> String {
        let lines =
            try fieldLines() + listLines("hooks", metadata.hooks)
            + listLines("permissions", metadata.permissions) + limitLines()
        return lines.joined(separator: "\n") + "\n"
    }

    private mutating func fieldLines() throws -> [String] {
        var lines: [String] = []
        for (key, text) in [
            ("name", metadata.name), ("version", metadata.version), ("description", metadata.description),
            ("author", metadata.author ?? ""), ("license", metadata.license ?? ""),
        ] where !text.isEmpty {
            if let spelled = ManifestSpelling.spell(text, for: key) {
                lines.append("\(key): \(spelled)")
            } else if key == "version" {
                throw Problem(
                    .invalidVersion, "\(subject): '\(text.printable)' is not a semantic version",
                    help: "ask its publisher for a release with a version such as 1.2.3")
            } else {
                notes.append("the \(key) was left out: hosts cannot read it as written")
            }
        }
        return lines
    }

    private func listLines(_ key: String, _ texts: [String]?) throws -> [String] {
        guard let texts, !texts.isEmpty else { return [] }
        return try ["\(key):"]
            + texts.map { text in
                "  - " + (try spelled(text, for: "name", "\(key) holds"))
            }
    }

    private func limitLines() throws -> [String] {
        let limits = [("min_memory", metadata.minimumMemory), ("max_memory", metadata.maximumMemory)]
        let lines = try limits.compactMap { key, text in
            try text.map { "  \(key): " + (try spelled($0, for: key, "\(key) is")) }
        }
        return lines.isEmpty ? [] : ["resources:"] + lines
    }

    private func spelled(_ text: String, for key: String, _ what: String) throws -> String {
        if let spelled = ManifestSpelling.spell(text, for: key) { return spelled }
        throw Problem(
            .unrepresentableValue, "\(subject): \(what) '\(text.printable)'",
            help: "ask its publisher for a release that hosts can read")
    }
}
