internal import Authoring
internal import Basics
internal import Contract

/// PDK118: bad suppression.
package enum BadSuppression: RuleDefinition {
    package static let rule = Rule(
        "PDK118", "bad-suppression", .error, canBeSuppressed: false,
        prevents: #"A suppression must name a rule that can be suppressed, and give a reason."#,
        fix: #"Name a rule that can be suppressed, and add `reason:` with a sentence for later readers."#,
        example: .yaml(
            found: #"""
                check:
                  suppress:
                    - rule: PDK114
                """#,
            fixed: #"""
                check:
                  suppress:
                    - rule: PDK114
                      reason: it reports to the metrics server of our own network
                """#))

    static func findings(in reading: ManifestReading) -> [Finding] {
        reading.manifest.suppressions.compactMap { suppression in
            guard let suppressed = RuleBook.rule(suppression.rule) else {
                return reading.finding(
                    rule, "there is no rule '\(suppression.rule.printable)' to suppress", suppression.line,
                    help: "give a rule by its id, such as \(DangerousPermission.rule.id)")
            }
            guard suppressed.canBeSuppressed else {
                return reading.finding(
                    rule, "\(suppressed.id) cannot be suppressed", suppression.line, help: "fix what it finds")
            }
            guard suppression.reason.isEmpty else { return nil }
            return reading.finding(
                rule, "the suppression of \(suppressed.id) gives no reason", suppression.line,
                help: "add reason: with a sentence for later readers")
        }
    }
}
