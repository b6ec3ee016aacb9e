extension RuleBook {
    /// PDK407: unknown action.
    package static let unknownAction = Rule(
        "PDK407", "unknown-action", .error,
        prevents: #"An action the host does not know is taken as if the plugin had no opinion."#,
        fix: #"Use one of the hook's actions: `pdk host show` lists them."#,
        example: .init(
            found: [
                .init(
                    .c,
                    #"""
                    EXPORT(pre_query) u64 pre_query(const char *input, u32 size) {
                        return answer("{\"action\":\"deny\",\"value\":\"no\"}");
                    }
                    """#)
            ],
            fixed: [
                .init(
                    .c,
                    #"""
                    EXPORT(pre_query) u64 pre_query(const char *input, u32 size) {
                        return answer("{\"action\":\"block\",\"value\":\"no\"}");
                    }
                    """#)
            ]))
}
