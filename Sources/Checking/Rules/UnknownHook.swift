extension RuleBook {
    /// PDK109: unknown hook.
    package static let unknownHook = Rule(
        "PDK109", "unknown-hook", .error,
        prevents: #"The host drops a hook it does not know, without a word."#,
        fix: #"Correct the spelling, or remove the hook."#,
        example: .init(
            found: [
                .init(
                    .yaml,
                    #"""
                    hooks:
                      - on_query
                    """#)
            ],
            fixed: [
                .init(
                    .yaml,
                    #"""
                    hooks:
                      - pre_query
                    """#)
            ]))
}
