extension RuleBook {
    /// PDK406: unreadable answer.
    package static let unreadableAnswer = Rule(
        "PDK406", "unreadable-answer", .error,
        prevents: #"An answer that is not JSON is an error on each call."#,
        fix: #"Answer with a JSON object; the guest libraries write it."#,
        example: .init(
            found: [
                .init(
                    .c,
                    #"""
                    EXPORT(pre_query) u64 pre_query(const char *input, u32 size) { return answer("{'action':'continue'}"); }
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
