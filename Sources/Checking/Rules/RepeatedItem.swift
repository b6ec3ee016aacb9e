extension RuleBook {
    /// PDK117: repeated item.
    package static let repeatedItem = Rule(
        "PDK117", "repeated-item", .warning,
        prevents: #"An item that is given twice is a slip."#,
        fix: #"Remove one of the two."#,
        example: .init(
            found: [
                .init(
                    .yaml,
                    #"""
                    permissions:
                      - metrics
                      - metrics
                    """#)
            ],
            fixed: [
                .init(
                    .yaml,
                    #"""
                    permissions:
                      - metrics
                    """#)
            ]))
}
