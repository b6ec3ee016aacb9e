package import Authoring
internal import Basics
package import Checking
internal import Contract
internal import Engine
internal import Files
internal import Running

/// `pdk test`: the plugin's hook cases, in the host's engine.
package struct TestPlugin {
    package let project: PluginProject
    /// Only cases whose name or file holds this text; nil for all.
    package let filter: String?
    /// What it works in.
    package let context: Context

    package init(project: PluginProject, filter: String?, in context: Context) {
        self.project = project
        self.filter = filter
        self.context = context
    }

    /// What came of one case.
    package struct Result: Sendable {
        package let file: String
        package let line: Int
        package let name: String
        /// What is not as expected; empty for a case that passed.
        package let failures: [Failure]
        /// Fuel of all calls, in units.
        package let fuel: UInt64
        /// Fuel of the most expensive call, in units.
        package let mostFuel: UInt64
        /// Time of all calls, in nanoseconds.
        package let nanoseconds: UInt64
        /// What is not certain of calls that are as expected.
        package let doubts: [Finding]
        /// Whether the case passed.
        package var hasPassed: Bool { failures.isEmpty }
    }

    /// Something that is not as expected.
    package struct Failure: Sendable, Equatable {
        /// Which call, from 1; nil in a case of one call.
        package let call: Int?
        /// What was compared, such as `answer`.
        package let what: String
        package let expected: String
        package let got: String
    }

    /// What came of all of them, in the order of the files.
    package struct Report: Sendable {
        package let name: String
        package let results: [Result]
        /// What cases assume of the host without saying why, and what is not certain.
        package let assumptions: [Finding]
        package var passedCount: Int { results.count(where: \.hasPassed) }
        package var failedCount: Int { results.count - passedCount }
    }

    /// Runs the cases on all cores; each has a store of its own.
    package func run() async throws -> Report {
        let all = try CaseFiles.read(of: project)
        guard !all.isEmpty else {
            throw Problem(
                .noCases, "there are no hook cases in \(project.folder)/cases",
                help: "write one in cases/hooks.yaml, as pdk docs cases shows")
        }
        let chosen = all.filter { placed in
            guard let filter else { return true }
            return placed.name.contains(filter) || placed.file.contains(filter)
        }
        guard !chosen.isEmpty else {
            throw Problem(
                .noCases, "no case's name or file contains '\(filter?.printable ?? "")'",
                help: "without --filter, pdk test runs all of them and shows their names")
        }
        let module = try RunnableModule(
            try project.readModule(), path: project.modulePath, source: context.engine,
            profile: project.profile)
        let results = await withTaskGroup(of: [(Int, Result)].self) { group in
            let share = max(1, context.processors)
            for worker in 0..<share {
                group.addTask {
                    var done: [(Int, Result)] = []
                    for place in stride(from: worker, to: chosen.count, by: share) where !Task.isCancelled {
                        done.append((place, run(chosen[place], in: module)))
                        // A request to stop comes from another task, which needs a thread, too.
                        await Task.yield()
                    }
                    return done
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        try Task.checkCancellation()
        var reading = CaseReading(folder: FilePaths.join(project.folder, "cases"))
        for item in chosen { reading.add(item, in: project.folder) }
        let ordered = results.sorted { $0.0 < $1.0 }.map { $0.1 }
        return Report(
            name: project.name.description, results: ordered,
            assumptions: reading.findings() + ordered.flatMap(\.doubts))
    }

    private func run(_ placed: PlacedCase, in module: RunnableModule) -> Result {
        let hookCase = placed.hookCase
        var store = KeyValueStore(texts: hookCase.store)
        var failures: [Failure] = [], doubts: [Finding] = []
        var fuel: UInt64 = 0, mostFuel: UInt64 = 0, nanoseconds: UInt64 = 0
        for (index, call) in hookCase.calls.enumerated() {
            let run = module.call(call.hook, input: call.input, store: store, limits: limits(call))
            store = run.outcome.store
            fuel += run.fuel
            mostFuel = max(mostFuel, run.fuel)
            nanoseconds += run.nanoseconds
            if let doubt = run.fuelDoubt {
                doubts.append(
                    Finding(
                        FuelNotCertain.rule, "'\(call.hook.name)' \(doubt)",
                        file: FilePaths.join(project.folder, placed.file), line: call.line))
            }
            failures += Self.compare(run, call, number: hookCase.calls.count > 1 ? index + 1 : nil)
            // After a failed call the store is not what the next one expects.
            if run.failure != nil { break }
        }
        return Result(
            file: placed.file, line: placed.line, name: placed.name, failures: failures, fuel: fuel,
            mostFuel: mostFuel, nanoseconds: nanoseconds, doubts: doubts)
    }

    /// The host's limits, and the case's own where they are tighter; a slow machine is not the plugin's fault.
    private func limits(_ call: HookCase.Call) -> CallLimits {
        var limits = CallLimits.patient(project.profile)
        if let milliseconds = call.milliseconds { limits.timeMilliseconds = UInt32(clamping: milliseconds) }
        return limits
    }

    private static func compare(_ run: HookRun, _ call: HookCase.Call, number: Int?) -> [Failure] {
        func failure(_ what: String, _ expected: String, _ got: String) -> Failure {
            Failure(call: number, what: what, expected: expected, got: got)
        }
        if let cause = run.failure { return [failure("call of \(call.hook.name)", "an answer", cause)] }
        var failures: [Failure] = []
        let answer = run.answer?.compared
        if run.outputByteCount > HookAnswer.maximumComparedBytes, call.expectation != nil {
            return [
                failure(
                    "answer", "one of at most \(HookAnswer.maximumComparedBytes) bytes", "\(run.outputByteCount) bytes")
            ]
        }
        if let expectation = call.expectation {
            if !expectation.accepts(answer) {
                failures.append(failure("answer", describe(expectation), shownAnswer(run)))
            } else if !run.isSound {
                failures.append(failure("answer", "one that the host can use", run.words))
            }
        } else if !run.isSound {
            failures.append(failure("answer", "one that the host can use", run.words))
        }
        if call.writes != nil, run.outcome.storeOperationsOmitted > 0 {
            failures.append(
                failure("writes", "at most \(run.outcome.storeOperations.count) operations", "more than were recorded"))
        } else if let writes = call.writes, writes != run.writes {
            failures.append(failure("writes", describe(writes), describe(run.writes)))
        }
        if let fuel = call.fuel, run.fuel > fuel { failures.append(failure("fuel", "at most \(fuel)", "\(run.fuel)")) }
        return failures
    }

    private static func shownAnswer(_ run: HookRun) -> String {
        guard let answer = run.answer, answer.isThere, let output = run.outputText else { return "no result" }
        let reason = answer.flaws.first.map { " (\($0.words))" } ?? ""
        return (answer.json.map { cut($0.compactText) } ?? output) + reason
    }

    /// The most characters of a value that a failure shows.
    private static let shownCharacters = 4000

    private static func cut(_ text: String) -> String {
        text.utf8.count > shownCharacters ? text.prefix(shownCharacters) + "… (\(text.utf8.count) bytes)" : text
    }

    private static func describe(_ expectation: HookCase.Expectation) -> String {
        switch expectation {
        case .none: "no result"
        case .part(let value): "\(cut(value.compactText)), among others"
        case .exact(let value): cut(value.compactText)
        }
    }

    private static func describe(_ writes: [ByteText: ByteText?]) -> String {
        let members = writes.sorted { $0.key < $1.key }.map { key, value in
            JSONValue.Member(key.escaped, .string(orNull: value?.escaped))
        }
        return cut(JSONValue.object(members).compactText)
    }
}
