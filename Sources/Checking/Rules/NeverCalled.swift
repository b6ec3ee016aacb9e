extension RuleBook {
    /// PDK111: never called.
    package static let neverCalled = Rule(
        "PDK111", "never-called", .warning,
        prevents: #"The host knows some hooks that its version 1.5 never calls."#,
        fix: #"Remove the hook, or put what it does into one that is called."#,
        about: #"`pdk host show` lists them."#,
        example: .init(
            found: [
                .init(
                    .yaml,
                    #"""
                    hooks:
                      - pre_query
                      - on_connect
                    """#)
            ],
            fixed: [
                .init(
                    .yaml,
                    #"""
                    hooks:
                      - pre_query
                      - authenticate
                    """#)
            ]))
}
