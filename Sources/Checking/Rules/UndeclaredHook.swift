extension RuleBook {
    /// PDK207: undeclared hook.
    package static let undeclaredHook = Rule(
        "PDK207", "undeclared-hook", .error,
        prevents: #"The host never calls a hook that the manifest does not declare."#,
        fix: #"Add the hook to `hooks:` in plugin.yaml."#,
        example: .init(
            found: [
                .init(
                    .yaml,
                    #"""
                    hooks:
                      - pre_query
                    """#),
                .init(
                    .c,
                    #"""
                    EXPORT(pre_query) u64 pre_query(const char *input, u32 size) { return answer("{\"action\":\"continue\"}"); }
                    EXPORT(route) u64 route(const char *input, u32 size) { return answer("{\"action\":\"standby\"}"); }
                    """#),
            ],
            fixed: [
                .init(
                    .yaml,
                    #"""
                    hooks:
                      - pre_query
                      - route
                    """#),
                .init(
                    .c,
                    #"""
                    EXPORT(pre_query) u64 pre_query(const char *input, u32 size) { return answer("{\"action\":\"continue\"}"); }
                    EXPORT(route) u64 route(const char *input, u32 size) { return answer("{\"action\":\"standby\"}"); }
                    """#),
            ]))
}
