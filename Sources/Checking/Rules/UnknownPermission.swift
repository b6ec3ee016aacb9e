extension RuleBook {
    /// PDK113: unknown permission.
    package static let unknownPermission = Rule(
        "PDK113", "unknown-permission", .warning,
        prevents: #"The host keeps a permission it does not know as a custom one."#,
        fix: #"Correct the spelling, or remove the permission."#,
        about: #"A misspelt one is of no use to anybody."#,
        example: .init(
            found: [
                .init(
                    .yaml,
                    #"""
                    permissions:
                      - kv_reed
                    """#)
            ],
            fixed: [
                .init(
                    .yaml,
                    #"""
                    permissions:
                      - kv_read
                    """#)
            ]))
}
