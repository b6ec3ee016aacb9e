extension RuleBook {
    /// PDK112: list with gap.
    package static let listWithGap = Rule(
        "PDK112", "list-with-gap", .error,
        prevents: #"The host stops reading a list at a line that is a comment."#,
        fix: #"Put the comment above the list."#,
        example: .init(
            found: [
                .init(
                    .yaml,
                    #"""
                    hooks:
                      - pre_query
                      # and the other
                      - route
                    """#)
            ],
            fixed: [
                .init(
                    .yaml,
                    #"""
                    # Both are called.
                    hooks:
                      - pre_query
                      - route
                    """#)
            ]))
}
