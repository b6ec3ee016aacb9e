internal import Basics
package import Contract

/// `.pdk/template.yaml` of a plugin: the template it was made from, and the answers it was rendered with.
package struct TemplateRecord: Sendable, Equatable {
    /// The path in a plugin's folder.
    package static let path = ".pdk/template.yaml"

    package var template: String
    package var version: String
    package var commit: String?
    /// The version of pdk that rendered it.
    package var kit: String
    package var answers: [(name: String, text: String)]
    package var hooks: [String]
    /// The template's id; nil in a record of an older pdk.
    package var id: String?
    /// The number of the last of the template's migrations that the plugin has; 0 for none.
    package var migration = 0

    package static func == (left: TemplateRecord, right: TemplateRecord) -> Bool { left.text == right.text }

    package init(_ template: PluginTemplate, _ values: SkeletonValues, kit: String) {
        self.template = template.origin
        version = template.description.version
        commit = template.commit
        self.kit = kit
        hooks = values.hooks.map(\.name)
        id = template.id
        migration = template.description.migrations.last?.number ?? 0
        answers =
            [
                ("name", values.name), ("description", values.description), ("author", values.author),
                ("license", values.license),
            ] + values.answers
    }

    /// The file's text; strings are in JSON's double quotes, which YAML reads the same.
    package var text: String {
        func quoted(_ text: String) -> String { JSONValue.string(text).compactText }
        var lines = [
            "# Written by pdk new and read by pdk upgrade. Keep it under version control.",
            "template: \(quoted(template))", "version: \(quoted(version))",
        ]
        if let id { lines.append("id: \(quoted(id))") }
        if migration > 0 { lines.append("migration: \(migration)") }
        if let commit { lines.append("commit: \(quoted(commit))") }
        lines += ["pdk: \(quoted(kit))", "hooks: [\(hooks.map(quoted).joined(separator: ", "))]", "answers:"]
        lines += answers.map { "  \($0.name): \(quoted($0.text))" }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Reads a record of at most 64 KiB.
    package init(reading text: String) throws(ManifestError) {
        template = ""
        version = ""
        kit = ""
        answers = []
        hooks = []
        for (key, value) in try YAMLMapping(parsing: text, limit: 64 << 10, what: "the record").entries {
            switch key.text {
            case "template": template = try YAMLMapping.text(value, "template")
            case "version": version = try YAMLMapping.text(value, "version")
            case "id": id = try YAMLMapping.text(value, "id")
            case "migration": migration = Int(try YAMLMapping.text(value, "migration")) ?? 0
            case "commit": commit = try YAMLMapping.text(value, "commit")
            case "pdk": kit = try YAMLMapping.text(value, "pdk")
            case "hooks": hooks = try YAMLMapping.scalars(value, "hooks").map(\.text)
            case "answers":
                for (name, value) in try YAMLMapping(value, "answers").entries {
                    answers.append((name.text, try YAMLMapping.text(value, name.text)))
                }
            // What a later pdk records is not this one's business.
            default: break
            }
        }
        guard !template.isEmpty else { throw ManifestError(message: "the record names no template", line: nil) }
    }
}
