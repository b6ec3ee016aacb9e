extension RuleBook {
    /// PDK103: field overridden.
    package static let fieldOverridden = Rule(
        "PDK103", "field-overridden", .error,
        prevents: #"""
            The host sets a field from every line with its key, however indented: a nested or later one replaces \#
            it.
            """#,
        fix: #"Give the nested key another name."#,
        example: .init(
            found: [
                .init(
                    .yaml,
                    #"""
                    version: 1.0.0
                    resources:
                      version: 2
                    """#)
            ],
            fixed: [
                .init(
                    .yaml,
                    #"""
                    version: 1.0.0
                    resources:
                      min_memory: 2MB
                    """#)
            ]))
}
