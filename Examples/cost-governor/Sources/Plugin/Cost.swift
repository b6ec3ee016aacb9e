import PluginSDK

/// What a query cost, in units: its time and its response, each rounded up, so that no work is free.
///
/// A query that succeeded costs at least one unit. One that failed costs what it used: it kept the database busy just
/// the same, but one that never ran (another plugin blocked it, say) took no time and is free.
func cost(of outcome: Outcome) -> Int64 {
    let used = saturatingSum(
        units(outcome.elapsedMicroseconds, each: Settings.microsecondsPerUnit),
        units(outcome.responseBytes, each: Settings.bytesPerUnit))
    return outcome.success ? max(used, 1) : used
}

/// `amount` in units of `size`, begun ones counted; nothing for an amount below 0.
private func units(_ amount: Int64, each size: Int64) -> Int64 {
    amount > 0 ? (amount &- 1) / size &+ 1 : 0
}

/// The sum of two numbers that are not below 0; the largest number there is when it would be larger.
func saturatingSum(_ left: Int64, _ right: Int64) -> Int64 {
    let (sum, overflow) = left.addingReportingOverflow(right)
    return overflow ? .max : sum
}
