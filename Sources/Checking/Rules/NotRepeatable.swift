extension RuleBook {
    /// PDK412: not repeatable.
    package static let notRepeatable = Rule(
        "PDK412", "not-repeatable", .warning,
        prevents: #"The same input and store must give the same answer, or no case can be trusted."#,
        fix: #"Let nothing but the input and the store decide, and give the members of a JSON object no order."#,
        about: #"""
            Every instance is new and the host offers neither a clock nor chance; what may differ is the order \#
            of members in a mapping of texts, where a host sends one. helios-1.5 sends none.
            """#)
}
