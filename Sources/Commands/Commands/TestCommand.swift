internal import Arguments
internal import Checking
internal import Contract
internal import Files
internal import Operations
internal import Trust

struct TestCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Run the plugin's hook cases in the host's engine.")

    @Option(name: .long, help: "Run only cases whose name or file contains this text.")
    var filter: String?

    @Option(name: .long, help: "Write the results as JUnit XML to this file.")
    var junit: String?

    @OptionGroup var host: HostOption
    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let project = try host.project(session)
        if let junit {
            try KeyOutput.check(session.path(junit))
            if let folder = FilePaths.parent(of: session.path(junit)) { try Folder.create(folder) }
        }
        let report = try await TestPlugin(
            project: project, filter: filter, in: session.context(console)
        ).run()
        if let junit { try WholeFiles.replace(session.path(junit), with: report.junit) }
        return Outcome(
            text: globals.quiet ? report.failures : report.text, isData: true, json: report.json,
            warnings: try BuildState.warnings(of: project).map { Text($0) } + report.warnings(session),
            status: report.failedCount == 0 ? .done : .failed)
    }
}

extension TestPlugin.Report {
    /// What went wrong, and nothing where all is well.
    var failures: [Text] {
        failedCount == 0
            ? [] : results.filter { !$0.hasPassed }.flatMap(\.text) + ["\(passedCount) passed, \(failedCount) failed"]
    }

    /// A line a case, what went wrong below it, and the sum.
    var text: [Text] {
        results.flatMap(\.text) + ["\(passedCount) passed, \(failedCount) failed"]
    }

    /// What cases assume of the host, a warning each, at most ten.
    func warnings(_ session: Session) -> [Text] {
        let lines = assumptions.prefix(10).map { finding -> Text in
            "[\(finding.rule.id)] \(session.shown(finding.file)):\(finding.line ?? 1): \(finding.message)"
        }
        return assumptions.count > 10 ? lines + ["and \(assumptions.count - 10) more"] : lines
    }

    var json: JSONValue {
        .object([
            "findings": .array(assumptions.map(\.json)), "name": .string(name), "passed": .int(passedCount),
            "failed": .int(failedCount),
            "cases": .array(
                results.map { result in
                    .object([
                        "name": .string(result.name), "file": .string(result.file), "line": .int(result.line),
                        "passed": .bool(result.hasPassed), "fuel": .int(result.fuel),
                        "time_ns": .int(result.nanoseconds),
                        "failures": .array(
                            result.failures.map { failure in
                                .object([
                                    "call": failure.call.map(JSONValue.int), "what": .string(failure.what),
                                    "expected": .string(failure.expected), "got": .string(failure.got),
                                ])
                            }),
                    ])
                }),
        ])
    }
}

extension TestPlugin.Result {
    var text: [Text] {
        let details: Text = Text(" (fuel \(Measure.grouped(fuel)))", .dim)
        guard !hasPassed else { return [Text("ok    ", .green) + "  \(name)" + details] }
        return [Text("FAILED", .red) + "  \(name)  \(file):\(line)"]
            + failures.flatMap { failure -> [Text] in
                let call = failure.call.map { " of call \($0)" } ?? ""
                // Behind the cause of a trap come its frames, a line each.
                let got = failure.got.split(separator: "\n", omittingEmptySubsequences: false)
                return [
                    "          \(failure.what)\(call)", "            expected: \(failure.expected)",
                    "            got:      \(got.first ?? "")",
                ] + got.dropFirst().map { "                  \($0)" }
            }
    }
}
