extension RuleBook {
    /// PDK421: slow call.
    package static let slowCall = Rule(
        "PDK421", "slow-call", .warning,
        prevents: #"A call that takes longer than the host allows is stopped there, and the query goes on unguarded."#,
        fix: #"Do less: what is cheap in fuel and slow is most often `sha256_hex` over much text."#,
        about: #"A call is tried three times before it is found slow."#)
}
