extension RuleBook {
    /// PDK107: inline list.
    package static let inlineList = Rule(
        "PDK107", "inline-list", .error,
        prevents: #"The host finds no items in `[a, b]`: the plugin would load and never be called."#,
        fix: #"Write each item on a line of its own: `- pre_query`."#,
        example: .init(
            found: [
                .init(
                    .yaml,
                    #"""
                    hooks: [pre_query]
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
