internal import Arguments
internal import Authoring
internal import Checking
internal import Contract
internal import Operations
internal import PluginRegistry

struct CheckCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Find what the host would refuse, or accept and never run.")

    @Option(name: .long, help: "The registry the plugin is to be published in.")
    var registry: String?

    @OptionGroup var key: KeyOption
    @OptionGroup var host: HostOption
    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let location = try registry.map(session.registry)
        let project = try host.project(session)
        let registry = try location.map {
            try Registry($0, network: session.network(console)).blockingContents(of: project.name)
        }
        let report = try await CheckPlugin(
            project: project, registry: registry, key: key.source(session), now: session.now,
            scratch: session.scratch,
            engine: session.engine, hasRoundTrip: true
        ).run()
        return Outcome(
            text: report.findings.flatMap { $0.text(session) } + [report.summary], isData: true, json: report.json,
            warnings: try project.staleWarnings(), status: report.errorCount == 0 ? .done : .failed)
    }
}

extension Finding {
    /// `error[PDK109] plugin.yaml:8: message` and the help below.
    func text(_ session: Session) -> [Text] {
        let severity: Text =
            suppressedBecause != nil
            ? Text("suppressed", .dim) : rule.severity == .error ? Text("error", .red) : Text("warning", .yellow)
        let file = session.shown(file)
        let place = line.map { "\(file):\($0)" } ?? file
        let head: Text = severity + "[\(rule.id)] \(place, .bold): \(message)"
        if let reason = suppressedBecause { return [head, "  because: \(reason)"] }
        return [head] + (help.map { ["  \("help", .green): \($0)"] } ?? [])
    }

    var json: JSONValue {
        .object([
            "rule": .string(rule.id), "name": .string(rule.name), "severity": .string(rule.severity.rawValue),
            "message": .string(message), "help": help.map(JSONValue.string), "file": .string(file),
            "line": line.map(JSONValue.int), "suppressed": suppressedBecause.map(JSONValue.string),
        ])
    }
}

extension CheckPlugin.Report {
    var summary: Text {
        let suppressed = suppressedCount > 0 ? ", \(suppressedCount) suppressed" : ""
        return
            "\(name) v\(version): \(Self.count(errorCount, "error")), \(Self.count(warningCount, "warning"))\(suppressed)"
    }

    private static func count(_ number: Int, _ what: String) -> String { "\(number) \(what)\(number == 1 ? "" : "s")" }

    var json: JSONValue {
        .object([
            "name": .string(name), "version": .string(version), "errors": .int(errorCount),
            "warnings": .int(warningCount),
            "findings": .array(findings.map(\.json)),
        ])
    }
}
