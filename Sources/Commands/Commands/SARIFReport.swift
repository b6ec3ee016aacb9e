internal import Checking
internal import Contract
internal import Operations

/// What `pdk check` found, in the Static Analysis Results Interchange Format (OASIS SARIF 2.1.0).
struct SARIFReport {
    let report: CheckPlugin.Report
    let paths: ReportPaths

    /// The document (section 3.13): one run, with every rule and each finding.
    var json: JSONValue {
        let rules = RuleBook.all
        return .object([
            "$schema": .string(
                "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"),
            "version": .string("2.1.0"),
            "runs": .array([
                .object([
                    "tool": .object([
                        "driver": .object([
                            "name": .string("pdk"), "version": .string(KitVersion.text),
                            "semanticVersion": .string(KitVersion.text),
                            "rules": .array(rules.map(Self.descriptor)),
                        ])
                    ]),
                    "automationDetails": .object(["id": .string("pdk check/\(report.name)/")]),
                    "columnKind": .string("unicodeCodePoints"),
                    "results": .array(report.findings.map { result($0, rules) }),
                ])
            ]),
        ])
    }

    /// A rule (section 3.49).
    private static func descriptor(_ rule: Rule) -> JSONValue {
        let help = rule.page.joined(separator: "\n")
        return .object([
            "id": .string(rule.id), "name": .string(rule.name),
            "shortDescription": message(rule.prevents),
            "fullDescription": message([rule.prevents, rule.about].compactMap(\.self).joined(separator: " ")),
            "help": .object(["text": .string("Fix: \(rule.fix)"), "markdown": .string(help)]),
            "defaultConfiguration": .object(["level": .string(rule.severity.rawValue)]),
        ])
    }

    /// A finding (section 3.27); one that is suppressed says where and why.
    private func result(_ finding: Finding, _ rules: [Rule]) -> JSONValue {
        let words = finding.message + (finding.help.map { "\nhelp: \($0)" } ?? "")
        return .object([
            "ruleId": .string(finding.rule.id),
            "ruleIndex": rules.firstIndex(of: finding.rule).map(JSONValue.int),
            "level": .string(finding.severity.rawValue), "message": Self.message(words),
            "locations": .array([
                .object([
                    "physicalLocation": .object([
                        "artifactLocation": .object(["uri": .string(paths.reference(finding.file))]),
                        "region": finding.line.map { .object(["startLine": .int(max(1, $0))]) },
                    ])
                ])
            ]),
            "suppressions": finding.suppressedBecause.map {
                .array([.object(["kind": .string("inSource"), "justification": .string($0)])])
            },
        ])
    }

    private static func message(_ text: String) -> JSONValue { .object(["text": .string(text)]) }
}
