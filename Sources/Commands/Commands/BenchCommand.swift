internal import Arguments
internal import Checking
internal import Contract
internal import Files
internal import Operations
internal import Running

struct BenchCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Call a hook many times; show latency, fuel and share of the host's limits.",
        discussion: "Without an input, the inputs of the plugin's cases for this hook are used in turn.")

    @Argument(help: "The hook: \(HookOptions.names).")
    var hook: String

    @OptionGroup var options: HookOptions

    @Option(name: .long, help: "How long to measure, in seconds.")
    var seconds: Double = 2

    @Option(name: .long, help: "A result saved with --json, to compare the fuel with.")
    var compare: String?

    @Option(
        name: .long, help: "With --compare: how much the highest fuel of a call may grow, in percent.")
    var allow: Double = 0

    @OptionGroup var globals: GlobalOptions

    func validate() throws {
        guard seconds > 0, seconds <= 600 else { throw ValidationError("--seconds must be above 0 and at most 600.") }
        guard allow >= 0 else { throw ValidationError("--allow must be at least 0.") }
    }

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let profile = try options.profile(session)
        let hook = try HookOptions.hook(hook, profile)
        let report = try BenchHook(
            options.called(hook, profile, session), inputs: inputs(hook, session), milliseconds: Int(seconds * 1000),
            in: session.context(console)
        ).run()
        let warnings =
            report.warnings.map { Text($0) }
            + [report.fuelDoubt].compactMap { $0.map { "[\(FuelNotCertain.rule.id)] the hook \($0)" as Text } }
        guard let compare else {
            return Outcome(text: report.text, isData: true, json: report.json(nil), warnings: warnings)
        }
        let comparison = try FuelComparison(
            before: try WholeFiles.read(session.path(compare), limit: 16 << 20), path: compare, now: report,
            allowedPercent: allow)
        return Outcome(
            text: report.text + [comparison.text], isData: true, json: report.json(comparison), warnings: warnings,
            status: comparison.isRegression ? .failed : .done)
    }

    private func inputs(_ hook: Hook, _ session: Session) throws -> [[UInt8]] {
        if !options.saysInput, options.wasm == nil {
            let own = try CaseFiles.read(of: try session.project()).flatMap { $0.inputs(of: hook) }
            if !own.isEmpty { return own }
        }
        return [try options.input(for: hook, session).bytes]
    }
}

extension BenchHook.Report {
    /// Rates, quantiles, and a bar for each power of two of a microsecond.
    var text: [Text] {
        let most = histogram.map(\.count).max() ?? 1
        let bars = histogram.enumerated().drop { $0.element.count == 0 }.map { _, bucket -> Text in
            let label = "≤ \(Measure.grouped(bucket.upToMicroseconds)) µs"
            let width = bucket.count == 0 ? 0 : max(1, bucket.count * 40 / max(1, most))
            let padding = "".padded(to: 14 - label.count)
            return "  \(padding)\(label)  \(String(repeating: "█", count: width)) \(Measure.grouped(bucket.count))"
        }
        return [
            "\(hook.name, .bold): \(Measure.grouped(calls)) calls, \(Measure.grouped(Int(callsPerSecond))) a second on one core",
            "  time: p50 \(Measure.time(latency.p50)), p90 \(Measure.time(latency.p90)), p99 \(Measure.time(latency.p99)), maximum \(Measure.time(latency.maximum))",
            "  fuel: p50 \(Measure.grouped(fuel.p50)), p99 \(Measure.grouped(fuel.p99)), maximum \(Measure.grouped(fuel.maximum)) of \(Measure.grouped(fuelLimit)) (\(Measure.share(Double(fuel.maximum), of: Double(fuelLimit))))",
            "  memory: \(Measure.grouped(memoryBytes >> 10)) KiB",
        ] + bars
    }

    /// The report for scripts, and for a later `--compare`.
    func json(_ comparison: FuelComparison?) -> JSONValue {
        func object(_ distribution: BenchHook.Distribution) -> JSONValue {
            .object([
                "min": .int(distribution.minimum), "p50": .int(distribution.p50), "p90": .int(distribution.p90),
                "p99": .int(distribution.p99), "max": .int(distribution.maximum),
            ])
        }
        return .object([
            "hook": .string(hook.name), "calls": .int(calls), "latency_ns": object(latency),
            "calls_per_second": .int(Int(callsPerSecond)), "fuel": object(fuel), "fuel_limit": .int(fuelLimit),
            "fuel_doubt": .string(orNull: fuelDoubt),
            "memory_bytes": .int(memoryBytes),
            "histogram": .array(
                histogram.map { .object(["up_to_us": .int($0.upToMicroseconds), "calls": .int($0.count)]) }),
            "comparison": comparison?.json,
        ])
    }
}

extension FuelComparison {
    var text: Text {
        "  compared: at most \(Measure.grouped(before)) fuel before, \(Measure.grouped(now)) now "
            + Text("(\(percent > 0 ? "+" : "")\(Measure.decimal(percent)) %)", isRegression ? .red : .green)
            + (isRegression ? "; more than the \(Measure.decimal(allowedPercent)) % of --allow" : "")
    }

    var json: JSONValue {
        .object([
            "fuel_before": .int(before), "fuel_now": .int(now), "percent": .double(percent),
            "regression": .bool(isRegression),
        ])
    }
}
