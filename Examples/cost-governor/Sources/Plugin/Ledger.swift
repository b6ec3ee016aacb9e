import PluginSDK

/// What the store holds. The operator writes the first three, at the host's admin address:
///
///     budget            100000         units that all clients together may spend in a period; without it, no limit
///     period            202607         the period's number; a new one begins at nothing spent
///     weight/orders     20             how many times a query costs that names this table
///     spent             202607 4711    what is spent, behind the number of the period it was spent in
enum Ledger {
    /// The units of a period; nil for no limit, and for what is no number.
    static var budget: Int64? { Store.get("budget")?.trimmed().integer }

    /// The number of the current period.
    static var period: Int64 { Store.get("period")?.trimmed().integer ?? 1 }

    /// What is spent in the current period.
    static var spent: Int64 {
        guard let entry = Store.get("spent") else { return 0 }
        let parts = entry.split(by: " ")
        guard parts.count == 2, parts[0].integer == period, let units = parts[1].integer, units > 0 else { return 0 }
        return units
    }

    /// Adds to what is spent. Of two calls that do this at once, the later one wins, and the other's cost is lost.
    static func charge(_ cost: Int64) {
        let (sum, overflow) = spent.addingReportingOverflow(cost)
        Store.set("spent", "\(period) \(overflow ? .max : sum)")
    }
}
