/// PDK502: broken cases.
package enum BrokenCases: RuleDefinition {
    package static let rule = Rule(
        "PDK502", "broken-cases", .error,
        prevents: #"Case files that cannot be read test nothing."#,
        fix: #"Fix the file; the message names the line."#)

    static func findings(in cases: CaseReading) -> [Finding] {
        guard let failure = cases.failure else { return [] }
        return [Finding(rule, failure.message, help: failure.help, file: cases.folder)]
    }
}
