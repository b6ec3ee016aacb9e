extension RuleBook {
    /// PDK206: wrong hook shape.
    package static let wrongHookShape = Rule(
        "PDK206", "wrong-hook-shape", .error,
        prevents: #"A hook of another shape fails on each call, and the query goes on unguarded."#,
        fix: #"Give the hook the type `(i32, i32) -> i64`."#,
        about: #"""
            A hook of another shape fails on each call; one that returns nothing where an answer is wanted \#
            decides nothing.
            """#,
        example: .init(
            found: [
                .init(
                    .c,
                    #"""
                    EXPORT(pre_query) const char *pre_query(const char *input, u32 size) { return "{\"action\":\"continue\"}"; }
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
