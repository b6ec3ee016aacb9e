internal import Contract
internal import Engine
internal import Running

/// PDK414: fails on long text.
package enum FailsOnLongText: RuleDefinition {
    package static let rule = Rule(
        "PDK414", "fails-on-long-text", .error,
        prevents: #"If a hook fails only on long texts, a client can bypass it with a long query."#,
        fix: #"Decide about a long text by its size, before it overruns a buffer or a number."#,
        about: #"The rule tries a text of 64 KB. If the hook also fails on a plain query, that is PDK403."#,
        example: .c(
            found: #"""
                static volatile char copy[4096];
                EXPORT(pre_query) u64 pre_query(const char *input, u32 size) {
                    for (u32 at = 0; at < size; at += 16) {
                        if (at >= sizeof copy) __builtin_trap();
                        copy[at] = input[at];
                    }
                    return answer("{\"action\":\"continue\"}");
                }
                """#,
            fixed: #"""
                static volatile char copy[4096];
                EXPORT(pre_query) u64 pre_query(const char *input, u32 size) {
                    if (size > sizeof copy) return answer("{\"action\":\"block\",\"value\":\"the query is too long\"}");
                    for (u32 at = 0; at < size; at += 16) copy[at] = input[at];
                    return answer("{\"action\":\"continue\"}");
                }
                """#))

    static func findings(in call: HookTrial) -> [Finding] {
        guard let failure = call.run.outcome.failure, call.kind == .long, call.isPeculiar else {
            return []
        }
        return [
            call.finding(
                rule, call.words(of: failure),
                help: "decide about a long text by its size, before it overruns a buffer or a number")
        ]
    }
}
