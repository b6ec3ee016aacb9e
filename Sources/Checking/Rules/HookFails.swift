internal import Contract
internal import Engine
internal import Running

/// PDK403: hook fails.
package enum HookFails: RuleDefinition {
    package static let rule = Rule(
        "PDK403", "hook-fails", .error,
        prevents: #"If a hook traps, the host logs it and the query runs unguarded."#,
        fix: #"Find where it fails: `pdk run HOOK` shows a backtrace."#,
        about: #"""
            A trap is a division by zero, a failed assertion, an index out of range, an overflow in a checked \#
            language, `fatalError`, `panic!`. A hook that traps only on long texts is PDK414, one that traps \#
            only on Unicode PDK415.
            """#,
        example: .c(
            found: #"""
                EXPORT(pre_query) u64 pre_query(const char *input, u32 size) {
                    if (input[size - 1] != ';') __builtin_trap();
                    return answer("{\"action\":\"continue\"}");
                }
                """#,
            fixed: #"""
                EXPORT(pre_query) u64 pre_query(const char *input, u32 size) {
                    if (input[size - 1] != ';') return answer("{\"action\":\"block\",\"value\":\"the query has no end\"}");
                    return answer("{\"action\":\"continue\"}");
                }
                """#))

    static func findings(in call: HookTrial) -> [Finding] {
        guard let failure = call.run.outcome.failure else { return [] }
        return [call.finding(rule, call.words(of: failure), help: "pdk run \(call.hook.name) shows where")]
    }
}
