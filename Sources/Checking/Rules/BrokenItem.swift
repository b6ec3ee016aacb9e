extension RuleBook {
    /// PDK108: broken item.
    package static let brokenItem = Rule(
        "PDK108", "broken-item", .error,
        prevents: #"The host drops an item that is quoted or has a comment behind it, without a word."#,
        fix: #"Write the bare name, without quotes and without a comment behind it."#,
        about: #"An item is the text behind the dash as it stands, so `"pre_query"` with its quotes is no hook."#,
        example: .init(
            found: [
                .init(
                    .yaml,
                    #"""
                    hooks:
                      - pre_query
                      - "route"
                    """#)
            ],
            fixed: [
                .init(
                    .yaml,
                    #"""
                    hooks:
                      - pre_query
                      - route
                    """#)
            ]))
}
