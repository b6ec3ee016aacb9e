extension RuleBook {
    /// PDK104: comment in value.
    package static let commentInValue = Rule(
        "PDK104", "comment-in-value", .error,
        prevents: #"The host takes a comment behind a value for a part of the value."#,
        fix: #"Put the comment on a line of its own."#,
        example: .init(
            found: [
                .init(
                    .yaml,
                    #"""
                    description: Masks columns # for the billing team
                    """#)
            ],
            fixed: [
                .init(
                    .yaml,
                    #"""
                    # For the billing team.
                    description: Masks columns
                    """#)
            ]))
}
