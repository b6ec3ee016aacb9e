import PluginSDK

/// What is fixed when the plugin is built: read this through before you deploy it.
///
/// Budgets can also be set while it runs (Commands.swift), but the store that keeps them may be lost with the host's
/// process; what is written here is not.
enum Settings {
    /// The units an account may spend in a period when nobody has set another budget.
    static var defaultBudget: Int64 { 100_000 }

    /// A unit pays for so much of a query's running time; what is begun counts as whole.
    static var microsecondsPerUnit: Int64 { 1_000 }

    /// A unit pays for so much of a query's response; what is begun counts as whole.
    static var bytesPerUnit: Int64 { 4_096 }

    /// Whether this identity may give commands; it is neither blocked nor charged.
    ///
    /// Only an authenticated identity will do: attributes and client ids may be the client's own words.
    static func isOperator(_ identity: Text) -> Bool { identity == "governor-admin" }

    /// Whether this account is never blocked, whatever the store says; it is charged all the same.
    static func isExempt(_ account: Account) -> Bool { account.name == "tenant/monitoring" }
}
