internal import Authoring
internal import Basics
internal import Running

/// What a plugin's own cases say before it is released.
enum CaseGate {
    /// Runs the plugin's cases if they are wanted; gives what the author should know of them.
    ///
    /// Errors: those of `run`.
    static func notes(
        _ cases: PublishPlugin.Cases, of project: PluginProject, _ engine: EngineSource, allowsNoEngine: Bool
    ) async throws -> [String] {
        switch cases {
        case .run: try await run(project, engine, allowsNoEngine: allowsNoEngine)
        case .skipped: ["the plugin's cases were not run (--no-test)"]
        case .passedAlready: []
        }
    }

    /// Runs the plugin's cases; a failing one stops the publish, and that there are none is said.
    ///
    /// Errors: `cases-failed`, and `no-engine` unless that is all right.
    private static func run(
        _ project: PluginProject, _ engine: EngineSource, allowsNoEngine: Bool
    ) async throws -> [String] {
        guard try !CaseFiles.read(of: project).isEmpty else {
            return ["the plugin has no cases in \(project.folder)/cases, so none were run"]
        }
        let report: TestPlugin.Report
        do {
            report = try await TestPlugin(project: project, source: engine, filter: nil, workers: 2).run()
        } catch let error as Problem where error.code == .noEngine && allowsNoEngine {
            return ["the plugin's cases were not run (--no-engine)"]
        }
        guard let failed = report.results.first(where: { !$0.hasPassed }) else { return [] }
        let first = failed.failures.first.map { ": \($0.what): expected \($0.expected), got \($0.got)" } ?? ""
        throw Problem(
            .casesFailed,
            "\(project.name) is not published: \(report.failedCount) of its cases failed, the first is '\(failed.name.printable)'"
                + String(first.prefix(300)).printable,
            help: "pdk test shows them; --no-test publishes without running cases")
    }
}
