extension RuleBook {
    /// PDK422: incomplete check.
    package static let incompleteCheck = Rule(
        "PDK422", "incomplete-check", .error, canBeSuppressed: false,
        prevents: #"A rule that could not run has found nothing."#,
        fix: #"Correct what the other findings name, or make the hook faster, and check again."#,
        about: #"All calls of a check together may take 60 seconds, and compiling 30."#)
}
