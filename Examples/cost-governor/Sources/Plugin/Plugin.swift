import PluginSDK

/// Before a query runs: obeys operators, and blocks whoever has spent their budget.
func preQuery(_ query: Query) -> QueryDecision {
    if let identity = query.identity, Settings.isOperator(identity) {
        return query.sql(upTo: 1_024).map(answerToOperator) ?? .continue
    }
    let payer = Account(paying: query)
    if Settings.isExempt(payer) { return .continue }
    guard let reason = reasonToBlock(payer) else { return .continue }
    if let sql = query.sql(upTo: 256), sql.onlyGivesBack { return .continue }
    return .block(reason)
}

/// After a query ran: charges whoever sent it.
func postQuery(_ query: Query, _ outcome: Outcome) {
    if let identity = query.identity, Settings.isOperator(identity) { return }
    let cost = cost(of: outcome)
    if cost > 0 { Ledger.charge(cost, to: Account(paying: query)) }
}

/// Why an account may not go on; nil when it may.
private func reasonToBlock(_ payer: Account) -> Text? {
    if let spent = Ledger.spent(by: payer) { return reasonToBlock(payer, at: spent) }
    // Nothing charged yet, or no place to charge it to: those who have none share one, and it stays at 0 until then.
    if let reason = reasonToBlock(payer, at: 0) { return reason }
    guard let shared = Ledger.spent(by: .others), shared > 0, let reason = reasonToBlock(.others, at: shared) else {
        return nil
    }
    // Only a full store is a reason to pay for others: whoever can get a place of their own goes on.
    return Ledger.reset(payer) ? nil : reason
}

private func reasonToBlock(_ account: Account, at spent: Int64) -> Text? {
    guard let budget = Ledger.budget(of: account.name), spent >= budget else { return nil }
    return """
        cost-governor: \(account.shownName) has spent \(spent) of \(budget) units in period \(Ledger.period); \
        queries run again in the next period or with a larger budget
        """
}

extension Text {
    /// Whether this SQL text is one statement that only ends a transaction or gives something back.
    ///
    /// To block one of these would keep locks and cursors of a client that is out of budget: everybody would pay.
    var onlyGivesBack: Bool {
        guard !includes("\\") else { return false }
        var tokens = sqlTokens
        guard let verb = tokens.next(), verb.isGivingBack else { return false }
        var isComplete = false
        while let token = tokens.next() {
            if token.text == ";" { isComplete = true } else if isComplete { return false }
        }
        return true
    }
}

extension SQLToken {
    fileprivate var isGivingBack: Bool {
        isKeyword("commit") || isKeyword("rollback") || isKeyword("end") || isKeyword("abort") || isKeyword("release")
            || isKeyword("close") || isKeyword("deallocate") || isKeyword("discard") || isKeyword("reset")
            || isKeyword("unlisten")
    }
}
