extension RuleBook {
    /// PDK116: unknown key.
    package static let unknownKey = Rule(
        "PDK116", "unknown-key", .warning,
        prevents: #"A misspelt key says nothing to anybody."#,
        fix: #"Correct the spelling, or remove the key."#,
        example: .init(
            found: [
                .init(
                    .yaml,
                    #"""
                    licence: MIT
                    """#)
            ],
            fixed: [
                .init(
                    .yaml,
                    #"""
                    license: MIT
                    """#)
            ]))
}
