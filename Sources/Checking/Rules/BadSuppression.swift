extension RuleBook {
    /// PDK118: bad suppression.
    package static let badSuppression = Rule(
        "PDK118", "bad-suppression", .error, canBeSuppressed: false,
        prevents: #"A suppression must name a rule that can be suppressed, and say why."#,
        fix: #"Name a rule that can be suppressed, and add `reason:` with a sentence for the next reader."#,
        example: .init(
            found: [
                .init(
                    .yaml,
                    #"""
                    check:
                      suppress:
                        - rule: PDK114
                    """#)
            ],
            fixed: [
                .init(
                    .yaml,
                    #"""
                    check:
                      suppress:
                        - rule: PDK114
                          reason: it reports to the metrics server of our own network
                    """#)
            ]))
}
