extension RuleBook {
    /// PDK110: no hooks.
    package static let noHooks = Rule(
        "PDK110", "no-hooks", .error,
        prevents: #"The host loads a plugin without hooks and never calls it."#,
        fix: #"Declare at least one hook that the host calls."#,
        example: .init(
            found: [
                .init(
                    .yaml,
                    #"""
                    hooks:
                    permissions:
                      - crypto
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
