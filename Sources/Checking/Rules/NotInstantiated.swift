extension RuleBook {
    /// PDK402: not instantiated.
    package static let notInstantiated = Rule(
        "PDK402", "not-instantiated", .error, canBeSuppressed: false,
        prevents: #"A module that cannot be instantiated never runs."#,
        fix: #"The message has the reason: a start function that traps, or data that does not fit the memory."#)
}
