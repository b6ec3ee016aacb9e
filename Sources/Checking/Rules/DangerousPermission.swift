extension RuleBook {
    /// PDK114: dangerous permission.
    package static let dangerousPermission = Rule(
        "PDK114", "dangerous-permission", .warning,
        prevents: #"Operators are warned of permissions that reach beyond the plugin."#,
        fix: #"Remove the permission if the plugin can do without it; otherwise suppress the rule with the reason."#,
        about: #"Host 1.5 offers nothing that they would be needed for."#,
        example: .init(
            found: [
                .init(
                    .yaml,
                    #"""
                    permissions:
                      - network
                    """#)
            ],
            fixed: [
                .init(
                    .yaml,
                    #"""
                    permissions:
                      - crypto
                    """#)
            ]))
}
