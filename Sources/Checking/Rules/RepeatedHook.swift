extension RuleBook {
    /// PDK120: repeated hook.
    package static let repeatedHook = Rule(
        "PDK120", "repeated-hook", .error,
        prevents: #"""
            A hook that is named twice, also once by another name or in another case, is called twice for each \#
            query.
            """#,
        fix: #"Remove one of the two."#,
        example: .init(
            found: [
                .init(
                    .yaml,
                    #"""
                    hooks:
                      - pre_query
                      - PreQuery
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
