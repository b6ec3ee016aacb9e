internal import Contract
internal import Operations

/// What `pdk audit` found, for code scanning; every kind of finding is a rule.
struct AuditSARIF {
    let report: AuditFolder.Report
    /// Makes paths relative to the folder.
    let paths: ReportPaths

    var json: JSONValue {
        let kinds = AuditFinding.Kind.allCases
        return SARIFDocument(
            category: "pdk audit/", rules: kinds.map(Self.descriptor),
            results: report.findings.map { result($0, kinds) }
        ).json
    }

    private static func descriptor(_ kind: AuditFinding.Kind) -> JSONValue {
        .object([
            "id": .string(id(kind)), "name": .string(kind.rawValue),
            "shortDescription": SARIFDocument.message(kind.meaning),
            "defaultConfiguration": .object(["level": .string(level(kind))]),
        ])
    }

    private func result(_ finding: AuditFinding, _ kinds: [AuditFinding.Kind]) -> JSONValue {
        .object([
            "ruleId": .string(Self.id(finding.kind)),
            "ruleIndex": kinds.firstIndex(of: finding.kind).map(JSONValue.int),
            "level": .string(Self.level(finding.kind)),
            "message": SARIFDocument.message(finding.message, help: finding.help),
            "locations": SARIFDocument.locations(
                // A finding about a registry has its address.
                finding.file.contains("://") ? finding.file : paths.reference(finding.file)),
            "properties": finding.plugin.map { .object(["plugin": .string($0)]) },
        ])
    }

    private static func id(_ kind: AuditFinding.Kind) -> String { "audit/\(kind.rawValue)" }

    private static func level(_ kind: AuditFinding.Kind) -> String { kind.isError ? "error" : "warning" }
}
