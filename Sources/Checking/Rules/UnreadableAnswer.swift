internal import Contract
internal import Running

/// PDK406: unreadable answer.
package enum UnreadableAnswer: RuleDefinition {
    package static let rule = Rule(
        "PDK406", "unreadable-answer", .error,
        prevents: #"An answer that is not JSON is an error on each call."#,
        fix: #"Answer with a JSON object; the guest libraries write it."#,
        example: .c(
            found: #"""
                EXPORT(pre_query) u64 pre_query(const char *input, u32 size) { return answer("{'action':'continue'}"); }
                """#,
            fixed: #"""
                EXPORT(pre_query) u64 pre_query(const char *input, u32 size) { return answer("{\"action\":\"continue\"}"); }
                """#))

    static func findings(in call: HookTrial) -> [Finding] {
        guard case .unreadable(let reason)? = call.flaw else { return [] }
        return [
            call.finding(
                rule, "\(call.subject): \(reason); the host logs an error and the query runs",
                help: call.actionsHelp)
        ]
    }
}
