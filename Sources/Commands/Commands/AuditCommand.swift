internal import Arguments
internal import Contract
internal import Operations
internal import PluginRegistry
internal import Trust

/// How `pdk audit` writes what it found.
enum AuditFormat: String, ExpressibleByArgument, CaseIterable, Sendable { case text, json, sarif }

struct AuditCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Find problems with the plugins in a folder.",
        discussion: """
            Finds changed, unsigned, withdrawn, outdated and unknown plugins, manifests that the host reads instead, what the trust root's policy refuses, and advisories in the registry. The exit status is 1 if anything is found or could not be checked. Without a trust root, signatures are not checked, and the output says so.
            """)

    @Argument(help: "The host's plugins folder.")
    var folder: String

    @Option(name: .long, help: "The registry to compare with. (default: the ones that pdk.lock names)")
    var registry: String?

    @Option(name: .long, help: "The format of the findings: text, json or sarif. (default: text)")
    var format: AuditFormat?

    @OptionGroup var store: StoreOption
    @OptionGroup var trust: TrustOption
    @OptionGroup var globals: GlobalOptions

    var settings: OutputSettings { globals.settings(format: format?.rawValue) }

    func validate() throws {
        if folder.isEmpty { throw ValidationError("Give a folder, not an empty text.") }
        try globals.refuseSecondFormat(format?.rawValue)
    }

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let trustRoot = Trust(try trust.load(session))
        let report = try AuditFolder(
            session.offers(folder, registry, store, console, demanding: trustRoot, options: trust)
        ).run()
        var text: [Text] = report.findings.flatMap(Self.lines)
        let count = report.findings.count
        text.append(
            "\(Measure.count(report.plugins, "plugin")), \(Measure.count(report.advisories, "advisory", plural: "advisories")): \(Measure.count(count, "finding"))"
        )
        if report.areAdvisoriesRead {
            console.note(
                "note: advisories are not signed; anyone who can change the registry's files can change or remove them")
        }
        if !report.areSignaturesChecked { text.append("signatures: not checked (no trust root)") }
        return Outcome(
            text: text, isData: true,
            document: format == .sarif
                ? AuditSARIF(report: report, paths: ReportPaths(base: session.path(folder))).json : nil,
            json: json(report, session), warnings: report.warnings.unique.map { Text($0) },
            status: report.findings.isEmpty ? .done : .failed)
    }

    private static func lines(_ finding: AuditFinding) -> [Text] {
        let severity: Text = finding.kind.isError ? Text("error", .red) : Text("warning", .yellow)
        return [severity + "[\(finding.kind.rawValue)] \(finding.message)"]
            + (finding.help.map { ["  \("help", .green): \($0)"] } ?? [])
    }

    private func json(_ report: AuditFolder.Report, _ session: Session) -> JSONValue {
        .object([
            "folder": .string(session.path(folder)), "plugins": .int(report.plugins),
            "advisories": .int(report.advisories), "signatures_checked": .bool(report.areSignaturesChecked),
            "advisories_signed": .bool(false),
            "findings": .array(
                report.findings.map { finding in
                    .object([
                        "rule": .string(finding.kind.rawValue), "kind": .string(finding.kind.rawValue),
                        "severity": .string(finding.kind.isError ? "error" : "warning"),
                        "plugin": .string(orNull: finding.plugin),
                        "version": .string(orNull: finding.version),
                        "message": .string(finding.message), "help": finding.help.map(JSONValue.string),
                        "file": .string(finding.file), "advisory": finding.advisory.map(JSONValue.string),
                    ])
                }), "warnings": .strings(report.warnings),
        ])
    }
}
