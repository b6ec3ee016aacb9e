internal import Basics
internal import Contract
internal import Running

/// A comparison of the fuel of two benchmarks of one hook.
package struct FuelComparison: Sendable, Equatable {
    /// The most fuel a call used before, and now.
    package let before: UInt64
    package let now: UInt64
    /// The growth that is still fine, in percent.
    package let allowedPercent: Double

    /// Compares a report with the JSON of an earlier one.
    package init(before json: [UInt8], path: String, now report: BenchHook.Report, allowedPercent: Double) throws {
        let root: JSONNode
        do { root = try JSONDocument(parsing: json).root } catch {
            throw error.problem(.invalidBenchmark, in: path, json, help: "save one with: pdk bench HOOK --json")
        }
        guard let most = root["fuel"]?["max"]?.int, most > 0, root["hook"]?.string == report.hook.name else {
            throw Problem(
                .invalidBenchmark, "\(path) is not a benchmark result of the hook '\(report.hook.name)'",
                help: "save one with: pdk bench \(report.hook.name) --json > \(path.shellWord)")
        }
        before = UInt64(most)
        now = report.fuel.maximum
        self.allowedPercent = allowedPercent
    }

    /// The growth, in percent; negative when less fuel is used now.
    package var percent: Double { (Double(now) - Double(before)) * 100 / Double(before) }

    /// Whether the fuel has grown by more than is allowed.
    package var isRegression: Bool { percent > allowedPercent }
}
