internal import Arguments
internal import Authoring
internal import Basics
internal import Checking
internal import Contract
internal import Operations
internal import Running

struct RunCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Call a hook once in the host's engine; show decision, fuel, time and memory.",
        discussion: """
            If the hook fails, a backtrace is shown. It has function names only if the module has a name section: \
            build without --strip-all (C, Swift) or strip = true (Rust) to get them.
            """)

    @Argument(help: "The hook: \(HookOptions.names).")
    var hook: String

    @OptionGroup var options: HookOptions

    @Option(name: .long, help: "The fuel limit, instead of the host's.")
    var fuel: Int?

    @Option(name: .long, help: "The time limit in milliseconds, instead of the host's.")
    var time: Int?

    @OptionGroup var globals: GlobalOptions

    func validate() throws {
        if let fuel, fuel <= 0 { throw ValidationError("--fuel must be a whole number above 0.") }
        if let time, time <= 0 { throw ValidationError("--time must be a whole number above 0.") }
    }

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let profile = try options.profile(session)
        let hook = try HookOptions.hook(hook, profile)
        let input = try options.input(for: hook, session)
        let (run, stale) = try RunHook(
            options.called(hook, profile, session), input: input.bytes, fuel: fuel.map(UInt64.init), milliseconds: time,
            in: session.context(console)
        ).run()
        let findings = run.findings(input.assumptions)
        return Outcome(
            text: text(run) + findings.flatMap { $0.text(session) }, isData: true, json: json(run, findings),
            warnings: try stale.map { Text($0) } + input.warnings + undeclared(hook, session),
            status: run.isSound ? .done : .failed)
    }

    /// A hook that the plugin of the folder does not declare is called here, and never by the host.
    private func undeclared(_ hook: Hook, _ session: Session) throws -> [Text] {
        guard options.wasm == nil, try !session.project().manifest.knownHooks.contains(where: { $0.name == hook.name })
        else { return [] }
        let name = hook.name
        return [
            "plugin.yaml does not declare the hook '\(name)', so the host never calls it; pdk hook add \(name) adds it"
        ]
    }

    private func text(_ run: HookRun) -> [Text] {
        let head: Text = "\(run.hook.name, .bold): " + Text(run.words, run.isSound ? nil : .red)
        var lines = [head]
        // What comes after the cause are the frames of the trap, which `words` leaves out.
        for frame in (run.failure ?? "").split(separator: "\n").dropFirst() { lines.append(Text(String(frame))) }
        if run.lacksFunctionNames {
            lines.append("    (no function names: the module was linked without a name section, as by --strip-all)")
        }
        if let output = run.outputText { lines.append("  output: \(output)") }
        let exact = run.fuelIsExact ? "" : "at least "
        let milliseconds = run.timeLimit
        lines += [
            "  fuel:   \(exact)\(Measure.grouped(run.fuel)) of \(Measure.grouped(run.fuelLimit)) (\(Measure.share(Double(run.fuel), of: Double(run.fuelLimit))))",
            "  time:   \(Measure.time(run.nanoseconds)) of \(milliseconds) ms",
            "  memory: \(Measure.grouped(run.memoryBytes >> 10)) KiB"
                + (run.memoryLimit.map { " of \(Measure.grouped($0 >> 10)) KiB" } ?? ""),
        ]
        for (index, line) in run.storeLines.enumerated() {
            lines.append("  \(index == 0 ? "store:  " : "        ")\(line)")
        }
        return lines
    }

    private func json(_ run: HookRun, _ findings: [Finding]) -> JSONValue {
        .object([
            "decision_kind": .string(run.decisionKind), "findings": .array(findings.map(\.json)),
            "hook": .string(run.hook.name), "sound": .bool(run.isSound), "decision": .string(run.words),
            "answer": run.answer?.json ?? .null, "output": .string(orNull: run.outputText),
            "output_bytes": .int(run.outputByteCount), "host": .string(run.profile.id),
            "failure": .string(orNull: run.failure), "fuel": .int(run.fuel),
            "fuel_exact": .bool(run.fuelIsExact), "fuel_limit": .int(run.fuelLimit), "time_ns": .int(run.nanoseconds),
            "memory_bytes": .int(run.memoryBytes), "store_operations": .strings(run.storeLines),
            "writes": .object(
                run.writes.sorted { $0.key < $1.key }.map {
                    .init($0.key.escaped, .string(orNull: $0.value?.escaped))
                }),
            "store": .object(
                run.store.sorted { $0.key < $1.key }.map {
                    .init($0.key.escaped, .string($0.value.escaped))
                }),
        ])
    }
}
