extension RuleBook {
    /// PDK211: undeclared permission.
    package static let undeclaredPermission = Rule(
        "PDK211", "undeclared-permission", .warning,
        prevents: #"Operators should see from the manifest what a plugin uses."#,
        fix: #"Add the permission to `permissions:` in plugin.yaml."#,
        example: .init(
            found: [
                .init(
                    .c,
                    #"""
                    IMPORT(kv_delete) int kv_delete(const char *key, u32 size);
                    EXPORT(pre_query) u64 pre_query(const char *input, u32 size) { kv_delete("seen", 4); return 0; }
                    """#)
            ],
            fixed: [
                .init(
                    .yaml,
                    #"""
                    permissions:
                      - kv_write
                    """#),
                .init(
                    .c,
                    #"""
                    IMPORT(kv_delete) int kv_delete(const char *key, u32 size);
                    EXPORT(pre_query) u64 pre_query(const char *input, u32 size) { kv_delete("seen", 4); return 0; }
                    """#),
            ]))
}
