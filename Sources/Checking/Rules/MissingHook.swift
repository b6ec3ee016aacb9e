extension RuleBook {
    /// PDK205: missing hook.
    package static let missingHook = Rule(
        "PDK205", "missing-hook", .error,
        prevents: #"A declared hook that the module does not export fails on each query, fails open."#,
        fix: #"Export the function, or remove the hook from the manifest; then `pdk build`."#,
        example: .init(
            found: [
                .init(
                    .c,
                    #"""
                    EXPORT(on_query) u64 on_query(const char *input, u32 size) { return answer("{\"action\":\"continue\"}"); }
                    """#)
            ],
            fixed: [
                .init(
                    .c,
                    #"""
                    EXPORT(pre_query) u64 pre_query(const char *input, u32 size) { return answer("{\"action\":\"continue\"}"); }
                    """#)
            ]))
}
