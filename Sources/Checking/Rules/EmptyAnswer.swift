internal import Contract
internal import Running

/// PDK417: empty answer.
package enum EmptyAnswer: RuleDefinition {
    package static let rule = Rule(
        "PDK417", "empty-answer", .warning,
        prevents: #"The host uses a default for a missing reason or target, and the client sees an empty one."#,
        fix: #"Give the action its field: a reason, a message or a target."#,
        example: .c(
            found: #"""
                EXPORT(pre_query) u64 pre_query(const char *input, u32 size) {
                    return answer("{\"action\":\"block\",\"reason\":\"no\"}");
                }
                """#,
            fixed: #"""
                EXPORT(pre_query) u64 pre_query(const char *input, u32 size) {
                    return answer("{\"action\":\"block\",\"value\":\"no\"}");
                }
                """#))

    static func findings(in call: HookTrial) -> [Finding] {
        guard let flaw = call.flaw, case .emptyField(let action, let field, _) = flaw else {
            return []
        }
        return [call.finding(rule, "\(call.subject): \(flaw.words)", help: "give '\(action)' its '\(field)'")]
    }
}
