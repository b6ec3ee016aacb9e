internal import Authoring
internal import Basics
package import Contract
internal import Engine
internal import Running

/// `pdk bench`: many calls of a hook, with their latency and fuel.
package struct BenchHook {
    package let call: CalledHook
    /// The inputs, given in turn.
    package let inputs: [[UInt8]]
    /// How long to call, after a tenth of it for warming up.
    package let milliseconds: Int
    /// What it works in.
    package let context: Context

    package init(_ call: CalledHook, inputs: [[UInt8]], milliseconds: Int, in context: Context) {
        self.call = call
        self.inputs = inputs
        self.milliseconds = milliseconds
        self.context = context
    }

    private var hook: Hook { call.hook }

    /// A distribution: its quantiles by rank, in the unit of its samples.
    package struct Distribution: Sendable, Equatable {
        package let minimum: UInt64
        package let p50: UInt64
        package let p90: UInt64
        package let p99: UInt64
        package let maximum: UInt64

        init(_ sorted: [UInt64]) {
            func rank(_ percent: Int) -> UInt64 { sorted[min(sorted.count - 1, sorted.count * percent / 100)] }
            minimum = sorted[0]
            p50 = rank(50)
            p90 = rank(90)
            p99 = rank(99)
            maximum = sorted[sorted.count - 1]
        }
    }

    /// What was measured.
    package struct Report: Sendable {
        package let hook: Hook
        package let calls: Int
        /// Nanoseconds a call, with instantiation, as the host pays them.
        package let latency: Distribution
        /// Calls a second on one core, from the sum of the latencies.
        package let callsPerSecond: Double
        /// Units of fuel a call.
        package let fuel: Distribution
        package let fuelLimit: UInt64
        /// How sure it is that the calls stay within the host's limit, in words; nil where there is no doubt.
        package let fuelDoubt: String?
        package let memoryBytes: Int
        /// What is to be said of the module, such as that a source has changed since it was built.
        package let warnings: [String]
        /// Counts of calls by latency: powers of two of a microsecond, the first bucket up to 1 µs.
        package let histogram: [(upToMicroseconds: Int, count: Int)]
    }

    /// Calls the hook for the set time; a call that fails ends the benchmark with an error.
    package func run() throws -> Report {
        let (module, warnings) = try call.module(in: context)
        guard module.module.exports.contains(where: { $0.name == hook.export }) else {
            throw Problem(
                .noHook, "\(call.modulePath) does not export the hook '\(hook.name)'",
                help: "pdk inspect \(call.modulePath.shellWord) shows what it exports")
        }
        let store = KeyValueStore(texts: call.store)
        // A benchmark measures; a machine that is busy elsewhere must not end it.
        let hostFuel = CallLimits.patient(call.profile).fuel
        var limits = CallLimits.patient(call.profile), doubt: String?
        let clock = ContinuousClock()
        func calls(for duration: Duration) throws -> [Sample] {
            var samples: [Sample] = []
            let end = clock.now + duration
            var next = 0
            repeat {
                let run = module.call(hook, input: inputs[next % inputs.count], store: store, limits: limits)
                if let cause = run.cause {
                    throw Problem(
                        .hookFailed, "the hook '\(hook.name)' failed: \(cause)",
                        help: "for more, run: pdk run \(hook.name)")
                }
                // What is above the limit only for memory moved in bulk is measured all the same, and not estimated each time.
                if let found = run.fuelDoubt {
                    doubt = doubt ?? found
                    limits.fuel = max(limits.fuel, hostFuel.multipliedReportingOverflow(by: 64).partialValue)
                }
                samples.append(Sample(nanoseconds: run.nanoseconds, fuel: run.fuel, memoryBytes: run.memoryBytes))
                next += 1
            } while next < inputs.count || (clock.now < end && samples.count < Self.maximumCalls)
            return samples
        }
        _ = try calls(for: .milliseconds(max(10, milliseconds / 10)))
        return report(try calls(for: .milliseconds(milliseconds)), limit: hostFuel, doubt: doubt, warnings)
    }

    /// What is kept of a call.
    private struct Sample {
        let nanoseconds: UInt64
        let fuel: UInt64
        let memoryBytes: Int
    }

    /// The most calls that are made, each of which is kept.
    private static let maximumCalls = 10_000_000

    private func report(_ runs: [Sample], limit: UInt64, doubt: String?, _ warnings: [String]) -> Report {
        let times = runs.map(\.nanoseconds).sorted()
        let total = times.reduce(0, &+)
        var buckets: [Int] = []
        for time in times {
            var place = 0, bound: UInt64 = 1000
            while time > bound, place < 40 {
                place += 1
                bound *= 2
            }
            while buckets.count <= place { buckets.append(0) }
            buckets[place] += 1
        }
        return Report(
            hook: hook, calls: runs.count, latency: Distribution(times),
            callsPerSecond: total == 0 ? 0 : Double(runs.count) * 1e9 / Double(total),
            fuel: Distribution(runs.map(\.fuel).sorted()), fuelLimit: limit, fuelDoubt: doubt,
            memoryBytes: runs.map(\.memoryBytes).max() ?? 0, warnings: warnings,
            histogram: buckets.enumerated().map { (1 << $0.offset, $0.element) })
    }
}
