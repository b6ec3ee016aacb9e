extension RuleBook {
    /// PDK101: version not accepted.
    package static let versionNotAccepted = Rule(
        "PDK101", "version-not-accepted", .error,
        prevents: #"The host refuses a manifest whose version holds more than digits and dots."#,
        fix: #"Write a version of digits and dots, such as 1.2.3."#,
        example: .init(
            found: [
                .init(
                    .yaml,
                    #"""
                    version: v1.2
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
