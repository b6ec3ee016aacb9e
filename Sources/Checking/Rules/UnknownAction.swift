internal import Basics
internal import Contract
internal import Running

/// PDK407: unknown action.
package enum UnknownAction: RuleDefinition {
    package static let rule = Rule(
        "PDK407", "unknown-action", .error,
        prevents: #"The host treats an unknown action as if the plugin did not decide."#,
        fix: #"Use one of the hook's actions: `pdk host show` lists them."#,
        example: .c(
            found: #"""
                EXPORT(pre_query) u64 pre_query(const char *input, u32 size) {
                    return answer("{\"action\":\"deny\",\"value\":\"no\"}");
                }
                """#,
            fixed: #"""
                EXPORT(pre_query) u64 pre_query(const char *input, u32 size) {
                    return answer("{\"action\":\"block\",\"value\":\"no\"}");
                }
                """#))

    static func findings(in call: HookTrial) -> [Finding] {
        guard case .unknownAction(let action, let fallback)? = call.flaw else { return [] }
        return [
            call.finding(
                rule,
                "\(call.subject) answers with the action '\(action.printable)', which the host treats as '\(fallback)'",
                help: "the actions are \(call.hook.actions.joined(separator: ", "))")
        ]
    }
}
