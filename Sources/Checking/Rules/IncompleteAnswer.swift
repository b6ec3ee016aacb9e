internal import Contract
internal import Running

/// PDK408: incomplete answer.
package enum IncompleteAnswer: RuleDefinition {
    package static let rule = Rule(
        "PDK408", "incomplete-answer", .error,
        prevents: #"""
            A field that the host knows makes the whole answer an error if it has another type, is missing or is \#
            given twice.
            """#,
        fix: #"Give each field once, with the host's type: `pdk host show` lists them."#,
        about: #"""
            The host checks the type of every field that it knows, whatever the action, and allows each only once: \#
            `{"action":"denied","message":"no","identity":{}}` lets the user in.
            """#,
        example: .c(
            found: #"""
                EXPORT(pre_query) u64 pre_query(const char *input, u32 size) {
                    return answer("{\"action\":\"block\",\"value\":\"no\",\"data\":\"\"}");
                }
                """#,
            fixed: #"""
                EXPORT(pre_query) u64 pre_query(const char *input, u32 size) {
                    return answer("{\"action\":\"block\",\"value\":\"no\"}");
                }
                """#))

    static func findings(in call: HookTrial) -> [Finding] {
        guard case .mistyped(let reason)? = call.flaw else { return [] }
        return [
            call.finding(rule, "\(call.subject): \(reason); the host cannot use the answer and the query runs")
        ]
    }
}
