internal import Authoring
internal import Basics
internal import Contract

/// PDK105: field read differently.
package enum FieldReadDifferently: RuleDefinition {
    package static let rule = Rule(
        "PDK105", "field-read-differently", .error,
        prevents: #"""
            The host reads one line and strips quotes: it does not understand escapes, folded strings and \#
            multi-line values.
            """#,
        fix: #"""
            Write the value on one line, without escapes and quotes, and the key with the colon right after it.
            """#,
        about: #"""
            It finds a list by the text `hooks:` or `permissions:`: with `hooks :` or `"hooks":` it finds no list, \#
            and the plugin would load but never be called.
            """#,
        example: .yaml(
            found: #"""
                description: >
                  Masks columns
                  of some tables
                """#,
            fixed: #"""
                description: Masks columns of some tables
                """#))

    static func findings(in reading: ManifestReading) -> [Finding] {
        reading.fields.compactMap { field in
            switch field.flaw {
            case .absent(let written):
                reading.finding(
                    rule, "the host finds no \(field.key) in the manifest", written.line,
                    help: "write it on one line: \(field.key): VALUE")
            case .different(let read, let written):
                reading.finding(
                    rule,
                    "the host reads the \(field.key) as '\(read.value.printable)', not as '\(written.text.printable)'",
                    read.line, help: "write it on one line, without escapes and quotes")
            default: nil
            }
        }
            + reading.lists.compactMap { list in
                switch list.flaw {
                case .absent(let first):
                    // `hooks :` and `"hooks":` are the key to a YAML parser, and nothing to the host.
                    reading.finding(
                        rule, "the host finds no \(list.key) in the manifest", first.line,
                        help: "write the key without quotes, with the colon right after it: \(list.key):")
                case .different(let read, let line):
                    reading.finding(
                        rule,
                        "the host reads the \(list.key) as \(read.isEmpty ? "none" : read.joined(separator: ", ").printable)",
                        line, help: "write each item on its own line below '\(list.key):', as in: - NAME")
                default: nil
                }
            }
    }
}
