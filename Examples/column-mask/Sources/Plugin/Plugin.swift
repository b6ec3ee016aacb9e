import PluginSDK

/// Before a query runs: puts a constant where its SELECT lists name a masked column, and blocks what names one elsewhere.
func preQuery(_ query: Query) -> QueryDecision {
    guard let settings = Settings.read() else { return .continue }
    let tables = query.tables(within: examinedUnits)
    guard tables.examination == .complete else {
        return .block("column-mask: this SQL cannot be examined: too large, or it carries code in a string")
    }
    guard let masked = MaskedTables(tables, settings.columns) else {
        return .block("column-mask: this query names too many tables to be masked")
    }
    if masked.columns.isEmpty { return .continue }
    guard let sql = query.sql.text(upTo: examinedBytes) else {
        return .block("column-mask: this query is too long to be masked")
    }
    var masking = Masking(sql, masked, replacement: settings.replacement)
    switch masking.run() {
    case .nothing: return .continue
    case .rewritten(let sql): return .rewrite(sql)
    case .refused(let reason): return .block("column-mask: " + reason)
    }
}

@c(pre_query)
public func exportedPreQuery(_ address: Int, _ count: Int) -> UInt64 { run(preQuery, onInputAt: address, count: count) }

/// How much SQL is examined for its tables: a quarter of what a call has fuel for.
let examinedUnits = 16_384

/// How large a query may be that names a masked table: its tokens are read one by one.
let examinedBytes = 4_096

/// How many tokens it may have.
let mostTokens = 300
