internal import Authoring

/// PDK112: list with gap.
package enum ListWithGap: RuleDefinition {
    package static let rule = Rule(
        "PDK112", "list-with-gap", .error,
        prevents: #"The host stops reading a list at a line that is a comment."#,
        fix: #"Put the comment above the list."#,
        example: .yaml(
            found: #"""
                hooks:
                  - pre_query
                  # and the other
                  - route
                """#,
            fixed: #"""
                # Both are called.
                hooks:
                  - pre_query
                  - route
                """#))

    static func findings(in reading: ManifestReading) -> [Finding] {
        reading.lists.compactMap { list in
            guard case .gap(let comment) = list.flaw else { return nil }
            return reading.finding(
                rule, "the host reads the \(list.key) up to this comment, and none below it", comment,
                help: "put the comment above the list")
        }
    }
}
