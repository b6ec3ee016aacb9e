extension RuleBook {
    /// PDK301: not semantic.
    package static let notSemantic = Rule(
        "PDK301", "not-semantic", .error,
        prevents: #"Without a semantic version nobody can tell which release is the newest."#,
        fix: #"Write three numbers, such as 1.2.3."#,
        example: .init(
            found: [
                .init(
                    .yaml,
                    #"""
                    version: 1.2
                    """#)
            ],
            fixed: [
                .init(
                    .yaml,
                    #"""
                    version: 1.2.0
                    """#)
            ]))
}
