internal import Contract
internal import Engine
internal import Running

/// PDK421: slow call.
package enum SlowCall: RuleDefinition {
    package static let rule = Rule(
        "PDK421", "slow-call", .warning,
        prevents: #"A call that takes longer than the host allows is stopped there, and the query runs unguarded."#,
        fix: #"Do less work. The usual cause of slow calls with little fuel is `sha256_hex` of long texts."#,
        about: #"A call is measured three times."#)

    static func findings(in call: HookTrial) -> [Finding] {
        let milliseconds = call.module.profile.limits.milliseconds, allowed = UInt64(milliseconds) * 1_000_000
        guard call.run.nanoseconds > allowed else { return [] }
        // A busy machine makes a call slow, and not its computing; a call that has to read memory anew is so once.
        let least = (0..<3).map { _ in computing(call) }.min() ?? 0
        guard least > allowed else { return [] }
        return [
            call.finding(
                rule,
                "\(call.subject) takes \(least / 1_000_000) ms here, but the host stops a call after \(milliseconds) ms",
                help: "do less work; the usual cause of slow calls with little fuel is sha256_hex of long texts")
        ]
    }

    /// How long a call computes, in nanoseconds.
    private static func computing(_ call: HookTrial) -> UInt64 {
        let start = threadNanoseconds(), time = call.again().nanoseconds
        return min(time, threadNanoseconds() - start)
    }
}
