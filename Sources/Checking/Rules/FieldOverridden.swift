internal import Authoring
internal import Basics
internal import Contract

/// PDK103: field overridden.
package enum FieldOverridden: RuleDefinition {
    package static let rule = Rule(
        "PDK103", "field-overridden", .error,
        prevents: #"""
            The host sets a field from every line with its key, however indented: a nested or later one replaces \#
            it.
            """#,
        fix: #"Give the nested key another name."#,
        example: .yaml(
            found: #"""
                version: 1.0.0
                resources:
                  version: 2
                """#,
            fixed: #"""
                version: 1.0.0
                resources:
                  min_memory: 2MB
                """#))

    static func findings(in reading: ManifestReading) -> [Finding] {
        reading.fields.compactMap { field in
            switch field.flaw {
            case .nested(let read):
                reading.finding(
                    rule,
                    "the host reads the nested '\(field.key): \(read.value.printable)' as the plugin's \(field.key)",
                    read.line, help: "give the nested key another name, or add \(field.key): at the top")
            case .overridden(let read, let written):
                reading.finding(
                    rule,
                    "the host reads '\(read.value.printable)' on line \(read.line) as the plugin's \(field.key), not '\(written.text.printable)'",
                    read.line, help: "rename the nested key: the host sets \(field.key) from every line with that key")
            default: nil
            }
        }
    }
}
