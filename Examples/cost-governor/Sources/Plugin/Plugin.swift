import PluginSDK

/// Before a query runs: blocks it when the period's budget is spent, unless it only gives something back.
func preQuery(_ query: Query) -> QueryDecision {
    guard let budget = Ledger.budget, Ledger.spent >= budget else { return .continue }
    // To block these would keep locks and cursors: everybody would pay.
    if let sql = query.sql.text(upTo: 256), SQL(sql).onlyGivesBack { return .continue }
    return .block(
        """
        cost-governor: \(Ledger.spent) of \(budget) units are spent in period \(Ledger.period); \
        queries run again in the next period or with a larger budget
        """)
}

@c(pre_query)
public func exportedPreQuery(_ address: Int, _ count: Int) -> UInt64 { run(preQuery, onInputAt: address, count: count) }

/// After a query ran: charges what it used, as many times as its most expensive table weighs.
func postQuery(_ query: Query, _ outcome: Outcome) {
    let used = cost(of: outcome)
    if used > 0 { Ledger.charge(used.multipliedSaturating(by: weight(of: query))) }
}

@c(post_query)
public func exportedPostQuery(_ address: Int, _ count: Int) { run(postQuery, onInputAt: address, count: count) }

/// How large a query may be that is read for its tables; a larger one weighs as much as the heaviest table may.
let examinedBytes = 16_384

/// The largest weight there is.
let heaviest: Int64 = 1_000

/// What a query used, in units: a unit pays for a millisecond, and for 4,096 bytes of its response, begun ones counted.
///
/// A query that was forwarded costs at least one unit: 1.5 tells of no other work.
func cost(of outcome: Outcome) -> Int64 {
    let used = units(outcome.elapsedMicroseconds, each: 1_000) + units(outcome.responseBytes, each: 4_096)
    return outcome.isForwarded ? max(used, 1) : used
}

private func units(_ amount: Int64, each size: Int64) -> Int64 { amount > 0 ? (amount - 1) / size + 1 : 0 }

/// The largest weight among the query's tables, as the operator has set them; 1 for tables without one.
func weight(of query: Query) -> Int64 {
    let tables = query.tables(within: examinedBytes)
    guard tables.examination == .complete else { return heaviest }
    // Each look into the store costs fuel: a query with more tables is heavy anyway.
    guard tables.count <= 50 else { return heaviest }
    var weight: Int64 = 1
    for table in tables {
        if let set = Store.get("weight/" + table.name)?.integer { weight = max(weight, min(max(set, 0), heaviest)) }
    }
    return weight
}

extension Int64 {
    /// The product of two numbers that are not below 0; the largest number there is when it would be larger.
    func multipliedSaturating(by other: Int64) -> Int64 {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? .max : product
    }
}

extension SQL {
    /// Whether this is one statement that only ends a transaction or gives something back.
    var onlyGivesBack: Bool {
        var isFirst = true
        var isComplete = false
        for token in tokens {
            if isFirst {
                guard token.isGivingBack else { return false }
                isFirst = false
            } else if token.isSymbol(";") {
                isComplete = true
            } else if isComplete {
                return false
            }
        }
        return !isFirst
    }
}

extension SQLToken {
    fileprivate var isGivingBack: Bool {
        isKeyword("commit") || isKeyword("rollback") || isKeyword("end") || isKeyword("abort") || isKeyword("release")
            || isKeyword("close") || isKeyword("deallocate") || isKeyword("discard") || isKeyword("reset")
            || isKeyword("unlisten")
    }
}
