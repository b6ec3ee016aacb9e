extension RuleBook {
    /// PDK105: field read differently.
    package static let fieldReadDifferently = Rule(
        "PDK105", "field-read-differently", .error,
        prevents: #"""
            The host reads one line and strips quotes: escapes, folded texts and several lines mean something \#
            else to it.
            """#,
        fix: #"""
            Write the value on one line, without escapes and without quotes at its ends, and the key with the \#
            colon right behind it.
            """#,
        about: #"""
            It finds a list by the text `hooks:` or `permissions:`: under `hooks :` or `"hooks":` it finds none, \#
            and the plugin would load and never be called.
            """#,
        example: .init(
            found: [
                .init(
                    .yaml,
                    #"""
                    description: >
                      Masks columns
                      of some tables
                    """#)
            ],
            fixed: [
                .init(
                    .yaml,
                    #"""
                    description: Masks columns of some tables
                    """#)
            ]))
}
