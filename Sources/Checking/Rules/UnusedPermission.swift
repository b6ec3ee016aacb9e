extension RuleBook {
    /// PDK212: unused permission.
    package static let unusedPermission = Rule(
        "PDK212", "unused-permission", .warning,
        prevents: #"A permission that nothing needs makes operators wary for nothing."#,
        fix: #"Remove the permission from plugin.yaml."#,
        example: .init(
            found: [
                .init(
                    .yaml,
                    #"""
                    permissions:
                      - kv_write
                    """#),
                .init(
                    .c,
                    #"""
                    EXPORT(pre_query) u64 pre_query(const char *input, u32 size) { return 0; }
                    """#),
            ],
            fixed: [
                .init(
                    .c,
                    #"""
                    EXPORT(pre_query) u64 pre_query(const char *input, u32 size) { return 0; }
                    """#)
            ]))
}
