import PluginSDK

/// What the store holds. All values are decimal text:
///
///     period            202607          the period's number
///     spent:ACCOUNT     202607 4711     what the account has spent, after the number of the period it did so in
///     budget:ACCOUNT    250000          the account's budget a period; -1 when it has no limit
///     budget:default    100000          the budget of every account without one
///
/// The store cannot be listed, so a new period cannot clear the accounts: an entry of another period counts as 0.
enum Ledger {
    /// The number of the current period.
    static var period: Int64 { Store.get("period")?.integer ?? 1 }

    /// What an account has spent in the current period; nil when it has no place in the store.
    static func spent(by account: Account) -> Int64? {
        guard let entry = Store.get("spent:" + account.name) else { return nil }
        return units(in: entry, of: period)
    }

    /// Adds to what an account has spent.
    ///
    /// An account for which the store has no room is charged to `others`. Of two calls that do this at once for one account, the later one wins, and the other's cost is lost.
    static func charge(_ cost: Int64, to account: Account) {
        let period = period, key = "spent:" + account.name
        let entry = Store.get(key)
        if entry == nil { takeOwnPlaces(in: period) }
        let sum = saturatingSum(entry.map { units(in: $0, of: period) } ?? 0, cost)
        guard !Store.set(key, "\(period) \(sum)"), account != .others else { return }
        charge(cost, to: .others)
    }

    /// Sets back what an account has spent, which also gives it a place in the store; false when that is full.
    static func reset(_ account: Account) -> Bool {
        let period = period
        takeOwnPlaces(in: period)
        return Store.set("spent:" + account.name, "\(period) 0")
    }

    /// Removes an account's entry and budget, which makes room for others.
    static func forget(_ account: Account) {
        Store.delete("spent:" + account.name)
        Store.delete("budget:" + account.name)
    }

    /// Begins the period of this number, unless it is the current one already.
    static func begin(period: Int64) -> Bool {
        takeOwnPlaces(in: period)
        return Store.set("period", Text(period))
    }

    /// The budget of an account, or of `default`; nil when it has no limit.
    static func budget(of name: Text) -> Int64? {
        let units = storedBudget(name) ?? storedBudget("default") ?? Settings.defaultBudget
        return units == noLimit ? nil : units
    }

    /// Sets the budget of an account or of `default`, nil for no limit; false when the store is full.
    static func setBudget(of name: Text, to units: Int64?) -> Bool {
        Store.set("budget:" + name, Text(units ?? noLimit))
    }

    /// Puts an account back to the default budget.
    static func removeBudget(of name: Text) { Store.delete("budget:" + name) }

    private static var noLimit: Int64 { -1 }

    /// Nil when there is none, or none that makes sense.
    private static func storedBudget(_ name: Text) -> Int64? {
        guard let units = Store.get("budget:" + name)?.integer, units >= noLimit else { return nil }
        return units
    }

    /// The units of an entry, or 0 when it is another period's or makes no sense.
    private static func units(in entry: Text, of period: Int64) -> Int64 {
        guard let space = entry.position(of: " "), entry.prefix(space).integer == period,
            let units = entry.dropping(space + 1).integer, units > 0
        else { return 0 }
        return units
    }

    /// Before an account takes a place: sees that a full store still has the two that the plugin cannot be without.
    private static func takeOwnPlaces(in period: Int64) {
        if Store.get("spent:others") == nil { _ = Store.set("spent:others", "\(period) 0") }
        if Store.get("period") == nil { _ = Store.set("period", Text(period)) }
    }
}
