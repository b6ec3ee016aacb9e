internal import Contract
internal import Engine
internal import Running

/// PDK415: fails on unicode.
package enum FailsOnUnicode: RuleDefinition {
    package static let rule = Rule(
        "PDK415", "fails-on-unicode", .error,
        prevents: #"""
            If a hook fails only on non-ASCII letters or escapes, a client can bypass it with one of them.
            """#,
        fix: #"Compare bytes, and cut texts only between characters."#,
        about: #"""
            The rule tries a text with letters of two, three and four bytes, quotes, a tab and a control \#
            character.
            """#,
        example: .c(
            found: #"""
                static volatile int classes[128];
                EXPORT(pre_query) u64 pre_query(const char *input, u32 size) {
                    for (u32 at = 0; at < size && at < 4096; at++) {
                        if ((unsigned char)input[at] >= 128) __builtin_trap();
                        classes[(u32)input[at]]++;
                    }
                    return answer("{\"action\":\"continue\"}");
                }
                """#,
            fixed: #"""
                static volatile int classes[256];
                EXPORT(pre_query) u64 pre_query(const char *input, u32 size) {
                    for (u32 at = 0; at < size && at < 4096; at++) classes[(unsigned char)input[at]]++;
                    return answer("{\"action\":\"continue\"}");
                }
                """#))

    static func findings(in call: HookTrial) -> [Finding] {
        guard let failure = call.run.outcome.failure, call.kind == .unicode, call.isPeculiar
        else {
            return []
        }
        return [
            call.finding(
                rule, call.words(of: failure),
                help: "texts are UTF-8, with JSON's escapes: compare bytes, and cut only between characters")
        ]
    }
}
