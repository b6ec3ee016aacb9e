internal import Authoring
internal import Basics
internal import Contract
internal import Running

/// What the cases of a release took when they passed.
package struct PassedCases: Sendable, Equatable {
    /// How many there are.
    let count: Int
    /// Fuel of the most expensive call, in units.
    let mostFuel: Int
    /// The fuel that the host allows a call, in units.
    let allowedFuel: Int
}

/// What a plugin's own cases say before it is released.
enum CaseGate {
    /// Runs the plugin's cases if they are wanted; gives what they took, and what the author should know of them.
    ///
    /// Errors: those of `run`.
    static func outcome(
        _ cases: PublishPlugin.Cases, of project: PluginProject, allowsNoEngine: Bool, in context: Context
    ) async throws -> (passed: PassedCases?, notes: [String]) {
        switch cases {
        case .run: try await run(project, allowsNoEngine: allowsNoEngine, in: context)
        case .skipped: (nil, ["the plugin's cases were not run (--no-test)"])
        case .passedAlready(let passed): (passed, [])
        }
    }

    /// Runs the plugin's cases; a failing one stops the publish, and that there are none is said.
    ///
    /// Errors: `cases-failed`, and `no-engine` unless that is all right.
    private static func run(
        _ project: PluginProject, allowsNoEngine: Bool, in context: Context
    ) async throws -> (passed: PassedCases?, notes: [String]) {
        guard try !CaseFiles.read(of: project).isEmpty else {
            return (nil, ["the plugin has no cases in \(project.folder)/cases, so none were run"])
        }
        let report: TestPlugin.Report
        do {
            report = try await TestPlugin(project: project, filter: nil, in: context).run()
        } catch let error as Problem where error.code == .noEngine && allowsNoEngine {
            return (nil, ["the plugin's cases were not run (--no-engine)"])
        }
        guard let failed = report.results.first(where: { !$0.hasPassed }) else {
            let most = report.results.map(\.mostFuel).max() ?? 0
            let passed = PassedCases(
                count: report.results.count, mostFuel: Int(clamping: most),
                allowedFuel: Int(clamping: project.profile.limits.fuel))
            return (passed, [])
        }
        let first = failed.failures.first.map { ": \($0.what): expected \($0.expected), got \($0.got)" } ?? ""
        throw Problem(
            .casesFailed,
            "\(project.name) is not published: \(report.failedCount) of its cases failed, the first is '\(failed.name.printable)'"
                + String(first.prefix(300)).printable,
            help: "pdk test shows them; --no-test publishes without running cases")
    }
}
