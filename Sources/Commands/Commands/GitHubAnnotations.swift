internal import Checking
internal import Operations

/// What `pdk check` found as workflow commands of GitHub Actions, which it shows beside the lines of the files.
///
/// Workflow commands are `::COMMAND KEY=VALUE,…::MESSAGE`; `%`, line ends and, in values, `:` and `,` are percent-encoded
/// (GitHub Docs, "Workflow commands for GitHub Actions"; actions/toolkit, `command.ts`).
struct GitHubAnnotations {
    let report: CheckPlugin.Report
    let paths: ReportPaths

    /// One line a finding; a suppressed one is a notice.
    var lines: [Text] {
        report.findings.map { finding in
            let command = finding.suppressedBecause != nil ? "notice" : finding.severity.rawValue
            var properties = ["file=\(Self.value(paths.relative(finding.file)))"]
            if let line = finding.line { properties.append("line=\(max(1, line))") }
            properties.append("title=\(Self.value("\(finding.rule.id) \(finding.rule.name)"))")
            let more =
                finding.suppressedBecause.map { "suppressed because: \($0)" } ?? finding.help.map { "help: \($0)" }
            let message = finding.message + (more.map { "\n\($0)" } ?? "")
            return Text("::\(command) \(properties.joined(separator: ","))::\(Self.data(message))")
        }
    }

    private static func data(_ text: String) -> String { escape(text, ["%", "\r", "\n"]) }

    private static func value(_ text: String) -> String { escape(text, ["%", "\r", "\n", ":", ","]) }

    /// By scalars: a carriage return and a line feed are one character.
    private static func escape(_ text: String, _ special: [Unicode.Scalar]) -> String {
        text.unicodeScalars.map { scalar in
            guard special.contains(scalar) else { return String(scalar) }
            let digits = String(scalar.value, radix: 16, uppercase: true)
            return "%" + (digits.utf8.count < 2 ? "0" : "") + digits
        }.joined()
    }
}
