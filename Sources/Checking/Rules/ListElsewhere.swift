extension RuleBook {
    /// PDK106: list elsewhere.
    package static let listElsewhere = Rule(
        "PDK106", "list-elsewhere", .error,
        prevents: #"The host reads a list from the first place its key occurs, even in a comment or a description."#,
        fix: #"Leave `hooks:` and `permissions:` out of comments and texts above the list."#,
        example: .init(
            found: [
                .init(
                    .yaml,
                    #"""
                    # The hooks: see the manual.
                    hooks:
                      - pre_query
                    """#)
            ],
            fixed: [
                .init(
                    .yaml,
                    #"""
                    # See the manual.
                    hooks:
                      - pre_query
                    """#)
            ]))
}
