extension RuleBook {
    /// PDK502: broken cases.
    package static let brokenCases = Rule(
        "PDK502", "broken-cases", .error,
        prevents: #"Cases that cannot be read test nothing."#,
        fix: #"Correct the file; the message names the line."#)
}
