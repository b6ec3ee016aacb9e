internal import Contract
internal import Running

/// PDK422: incomplete check.
package enum IncompleteCheck: RuleDefinition {
    package static let rule = Rule(
        "PDK422", "incomplete-check", .error, canBeSuppressed: false,
        prevents: #"A rule that could not run proves nothing."#,
        fix: #"Fix the other findings, or make the hook faster, and check again."#,
        about: #"All calls of a check together may take 60 seconds, and compiling 30."#)

    static func findings(in untried: UntriedInputs) -> [Finding] {
        [
            Finding(
                rule,
                "the check took too long: '\(untried.hook.name)' was not tried with \(untried.left) of \(untried.count) inputs",
                help: "look for what makes the hook slow: pdk run \(untried.hook.name) shows its time",
                file: untried.file)
        ]
    }
}
