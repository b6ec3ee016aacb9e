internal import Authoring
internal import Basics
internal import Contract

/// PDK104: comment in value.
package enum CommentInValue: RuleDefinition {
    package static let rule = Rule(
        "PDK104", "comment-in-value", .error,
        prevents: #"The host reads a comment after a value as part of the value."#,
        fix: #"Put the comment on a separate line."#,
        example: .yaml(
            found: #"""
                description: Masks columns # for the billing team
                """#,
            fixed: #"""
                # For the billing team.
                description: Masks columns
                """#))

    static func findings(in reading: ManifestReading) -> [Finding] {
        reading.fields.compactMap { field in
            guard case .comment(let comment, let read) = field.flaw else { return nil }
            return reading.finding(
                rule, "the host reads the comment '\(comment.printable)' as part of the \(field.key)", read.line,
                help: "put the comment on a separate line")
        }
    }
}
