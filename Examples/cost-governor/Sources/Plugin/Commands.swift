import PluginSDK

// Operators give commands in SQL, from any client: `SELECT cost_governor('show', 'tenant/acme')`. The database never
// sees them: the plugin rewrites each into a SELECT of the answer, or blocks it with what is wrong. Where the plugin
// does not run, the database knows no such function and says so.

/// Runs the command that an operator's statement is; every other statement may pass.
func answerToOperator(_ sql: Text) -> QueryDecision {
    switch CommandLine(sql) {
    case .none: return .continue
    case .malformed: return .block(usage)
    case .arguments(let arguments): return answer(to: arguments)
    }
}

private func answer(to arguments: [Text]) -> QueryDecision {
    guard let verb = arguments.first else { return .block(usage) }
    let name = arguments.count > 1 ? arguments[1] : ""
    switch arguments.count {
    case 2 where verb == "period":
        guard let number = name.integer, number >= 0 else { return .block(refusal("period", "a number from 0")) }
        guard Ledger.begin(period: number) else { return .block(storeIsFull) }
        return .rewrite("SELECT \(Ledger.period) AS period")
    case 3 where verb == "budget":
        return setBudget(of: name, to: arguments[2])
    case 2 where verb == "show" && name == "default":
        return row(name)
    case 2 where verb == "show" || verb == "reset" || verb == "forget":
        guard let account = Account(named: name) else { return .block(noAccount) }
        if verb == "reset", !Ledger.reset(account) { return .block(storeIsFull) }
        if verb == "forget" { Ledger.forget(account) }
        return row(name)
    default:
        return .block(usage)
    }
}

private func setBudget(of name: Text, to amount: Text) -> QueryDecision {
    var units: Int64?
    if amount != "unlimited", amount != "default" {
        guard let number = amount.integer, number >= 0 else {
            return .block(refusal("budget", "a number from 0, 'unlimited' or 'default'"))
        }
        units = number
    }
    if name != "default" {
        guard let account = Account(named: name) else { return .block(noAccount) }
        // A budget is no use without a place to count in.
        guard Ledger.spent(by: account) != nil || Ledger.reset(account) else { return .block(storeIsFull) }
    }
    if amount == "default" {
        Ledger.removeBudget(of: name)
    } else if !Ledger.setBudget(of: name, to: units) {
        return .block(storeIsFull)
    }
    return row(name)
}

/// How an account, or `default`, stands; NULL for no entry and for no limit.
private func row(_ name: Text) -> QueryDecision {
    let spent = Account(named: name).flatMap { Ledger.spent(by: $0) }.map { Text($0) } ?? "NULL"
    let budget = Ledger.budget(of: name).map { Text($0) } ?? "NULL"
    return .rewrite(
        """
        SELECT \(name.sqlLiteral) AS account, \(Ledger.period) AS period, \(spent)::bigint AS spent, \
        \(budget)::bigint AS budget
        """)
}

private func refusal(_ what: Text, _ wanted: Text) -> Text { "cost-governor: \(what) must be \(wanted)" }

private var noAccount: Text {
    "cost-governor: account must be 'tenant/NAME', 'identity/NAME', 'client/NAME', 'anonymous' or 'others'"
}

private var storeIsFull: Text { "cost-governor: the store is full; 'forget' accounts that are no longer needed" }

private var usage: Text {
    """
    cost-governor: expected SELECT cost_governor('show', ACCOUNT), ('budget', ACCOUNT or 'default', UNITS), \
    ('reset', ACCOUNT), ('forget', ACCOUNT) or ('period', NUMBER), with texts in single quotes
    """
}

/// An operator's statement, taken apart.
private enum CommandLine {
    /// It is no command.
    case none
    /// It calls `cost_governor`, but not as a statement of its own with plain texts and numbers.
    case malformed
    case arguments([Text])

    init(_ sql: Text) {
        var tokens = sql.sqlTokens
        guard let verb = tokens.next(), verb.isKeyword("select"), let function = tokens.next(),
            function.isKeyword("cost_governor")
        else {
            self = .none
            return
        }
        self = .malformed
        guard tokens.next()?.text == "(" else { return }
        var arguments: [Text] = []
        while let token = tokens.next(), arguments.count < 3 {
            guard let argument = token.kind == .number ? token.text : token.string else { return }
            arguments.append(argument)
            guard let mark = tokens.next()?.text else { return }
            if mark == ")" {
                while let rest = tokens.next() { if rest.text != ";" { return } }
                self = .arguments(arguments)
                return
            }
            guard mark == "," else { return }
        }
    }
}
