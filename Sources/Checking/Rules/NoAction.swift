extension RuleBook {
    /// PDK416: no action.
    package static let noAction = Rule(
        "PDK416", "no-action", .error,
        prevents: #"An answer without an action, such as one tagged 'kind', is an error on each call."#,
        fix: #"Answer with an object that has an `action`."#,
        about: #"The field's own published helper library writes `kind`."#,
        example: .init(
            found: [
                .init(
                    .c,
                    #"""
                    EXPORT(pre_query) u64 pre_query(const char *input, u32 size) { return answer("{\"kind\":\"continue\"}"); }
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
