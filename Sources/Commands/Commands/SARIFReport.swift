internal import Checking
internal import Contract
internal import Operations

/// What `pdk check` found, for code scanning.
struct SARIFReport {
    let report: CheckPlugin.Report
    let paths: ReportPaths

    var json: JSONValue {
        let rules = RuleBook.all
        return SARIFDocument(
            category: "pdk check/\(report.name)/", rules: rules.map(Self.descriptor),
            results: report.findings.map { result($0, rules) }
        ).json
    }

    private static func descriptor(_ rule: Rule) -> JSONValue {
        let help = rule.page.joined(separator: "\n")
        return .object([
            "id": .string(rule.id), "name": .string(rule.name),
            "shortDescription": SARIFDocument.message(rule.prevents),
            "fullDescription": SARIFDocument.message(
                [rule.prevents, rule.about].compactMap(\.self).joined(separator: " ")),
            "help": .object(["text": .string("Fix: \(rule.fix)"), "markdown": .string(help)]),
            "defaultConfiguration": .object(["level": .string(rule.severity.rawValue)]),
        ])
    }

    /// A finding (section 3.27); one that is suppressed says where and why.
    private func result(_ finding: Finding, _ rules: [Rule]) -> JSONValue {
        .object([
            "ruleId": .string(finding.rule.id),
            "ruleIndex": rules.firstIndex(of: finding.rule).map(JSONValue.int),
            "level": .string(finding.severity.rawValue),
            "message": SARIFDocument.message(finding.message, help: finding.help),
            "locations": SARIFDocument.locations(paths.reference(finding.file), line: finding.line),
            "suppressions": finding.suppressedBecause.map {
                .array([.object(["kind": .string("inSource"), "justification": .string($0)])])
            },
        ])
    }

}
