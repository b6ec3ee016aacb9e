internal import Arguments
internal import Authoring
internal import Checking
internal import Contract
internal import Operations
internal import PluginRegistry

/// How `pdk check` writes what it found.
enum CheckFormat: String, ExpressibleByArgument, CaseIterable, Sendable { case text, json, sarif, github }

struct CheckCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Find what the host would refuse, or accept but never run.",
        discussion: """
            --format sarif writes SARIF 2.1.0, for code scanning; --format github writes workflow commands, which \
            GitHub Actions shows next to the lines. File paths are relative to $GITHUB_WORKSPACE if the plugin is \
            inside it, else to the plugin's folder.
            """)

    @Option(name: .long, help: "The format of the findings: text, json, sarif or github. (default: text)")
    var format: CheckFormat?

    @OptionGroup var registry: RegistryOption
    @OptionGroup var store: StoreOption
    @OptionGroup var key: KeyOption
    @OptionGroup var host: HostOption
    @OptionGroup var globals: GlobalOptions

    var settings: OutputSettings { globals.settings(format: format?.rawValue) }

    func validate() throws { try globals.refuseSecondFormat(format?.rawValue) }

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let location = try registry.locationIfAny(session), context = session.context(console, store)
        let project = try host.project(session)
        var contents: RegistryContents?, warnings = try BuildState.warnings(of: project).map { Text($0) }
        if let location {
            do {
                contents = try Registry(location, network: context.network).blockingContents(
                    of: project.name.description)
            } catch let error as RegistryError where registry.registry == nil && error.kind == .indexUnavailable {
                // A default that is not there yet must not stand in the way of a check; nor is it called checked.
                warnings.append("the registry in pdk config was not checked: \(error.message)")
            }
        }
        let report = try await CheckPlugin(
            project: project, registry: contents, key: key.source(session), extent: .roundTrip, in: context
        ).run()
        let paths = ReportPaths(project: project.folder, workspace: session.variable("GITHUB_WORKSPACE"))
        let text: [Text] =
            switch format ?? .text {
            case .text, .json, .sarif: report.findings.flatMap { $0.text(session) } + [report.summary]
            case .github: GitHubAnnotations(report: report, paths: paths).lines + [report.summary]
            }
        return Outcome(
            text: text, isData: true, document: format == .sarif ? SARIFReport(report: report, paths: paths).json : nil,
            json: report.json, warnings: warnings,
            status: report.errorCount == 0 ? .done : .failed)
    }
}

extension Finding {
    /// `error[PDK109] plugin.yaml:8: message` and the help below.
    func text(_ session: Session) -> [Text] {
        let severity: Text =
            suppressedBecause != nil
            ? Text("suppressed", .dim) : self.severity == .error ? Text("error", .red) : Text("warning", .yellow)
        let file = session.shown(file)
        let place = line.map { "\(file):\($0)" } ?? file
        // A finding about one call has no file.
        let head: Text =
            severity + (file.isEmpty ? "[\(rule.id)]: \(message)" : "[\(rule.id)] \(place, .bold): \(message)")
        if let reason = suppressedBecause { return [head, "  because: \(reason)"] }
        return [head] + (help.map { ["  \("help", .green): \($0)"] } ?? [])
    }

    var json: JSONValue {
        .object([
            "rule": .string(rule.id), "name": .string(rule.name), "severity": .string(severity.rawValue),
            "message": .string(message), "help": help.map(JSONValue.string), "file": .string(file),
            "line": line.map(JSONValue.int), "suppressed": suppressedBecause.map(JSONValue.string),
        ])
    }
}

extension CheckPlugin.Report {
    var summary: Text {
        let suppressed = suppressedCount > 0 ? ", \(suppressedCount) suppressed" : ""
        return
            "\(name) v\(version): \(Measure.count(errorCount, "error")), \(Measure.count(warningCount, "warning"))\(suppressed)"
    }

    var json: JSONValue {
        .object([
            "name": .string(name), "version": .string(version), "errors": .int(errorCount),
            "warnings": .int(warningCount),
            "findings": .array(findings.map(\.json)),
        ])
    }
}
