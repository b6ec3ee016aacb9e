internal import Authoring

/// PDK106: list elsewhere.
package enum ListElsewhere: RuleDefinition {
    package static let rule = Rule(
        "PDK106", "list-elsewhere", .error,
        prevents: #"The host reads a list from the first place its key occurs, even in a comment or a description."#,
        fix: #"Do not write `hooks:` or `permissions:` in comments or values above the list."#,
        example: .yaml(
            found: #"""
                # The hooks: see the manual.
                hooks:
                  - pre_query
                """#,
            fixed: #"""
                # See the manual.
                hooks:
                  - pre_query
                """#))

    static func findings(in reading: ManifestReading) -> [Finding] {
        reading.lists.compactMap { list in
            guard case .elsewhere(let line) = list.flaw else { return nil }
            return reading.finding(
                rule, "the host reads the \(list.key) from here, where the text '\(list.key):' first occurs", line,
                help: "do not write '\(list.key):' in comments or values above the list")
        }
    }
}
