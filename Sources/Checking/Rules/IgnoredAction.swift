extension RuleBook {
    /// PDK418: ignored action.
    package static let ignoredAction = Rule(
        "PDK418", "ignored-action", .warning,
        prevents: #"The host reads an action that it does nothing with."#,
        fix: #"Answer with an action that the host carries out."#,
        example: .init(
            found: [
                .init(
                    .yaml,
                    #"""
                    hooks:
                      - route
                    """#),
                .init(
                    .c,
                    #"""
                    EXPORT(route) u64 route(const char *input, u32 size) {
                        return answer("{\"action\":\"branch\",\"target\":\"b\"}");
                    }
                    """#),
            ],
            fixed: [
                .init(
                    .yaml,
                    #"""
                    hooks:
                      - route
                    """#),
                .init(
                    .c,
                    #"""
                    EXPORT(route) u64 route(const char *input, u32 size) {
                        return answer("{\"action\":\"node\",\"target\":\"n\"}");
                    }
                    """#),
            ]))
}
