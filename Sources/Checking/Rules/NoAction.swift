internal import Contract
internal import Running

/// PDK416: no action.
package enum NoAction: RuleDefinition {
    package static let rule = Rule(
        "PDK416", "no-action", .error,
        prevents: #"An answer without an action, such as one tagged 'kind', is an error on each call."#,
        fix: #"Answer with an object that has an `action`."#,
        about: #"The field's own published helper library writes `kind`."#,
        example: .c(
            found: #"""
                EXPORT(pre_query) u64 pre_query(const char *input, u32 size) { return answer("{\"kind\":\"continue\"}"); }
                """#,
            fixed: #"""
                EXPORT(pre_query) u64 pre_query(const char *input, u32 size) { return answer("{\"action\":\"continue\"}"); }
                """#))

    static func findings(in call: HookTrial) -> [Finding] {
        guard case .noAction(let reason)? = call.flaw else { return [] }
        return [
            call.finding(
                rule, "\(call.subject): \(reason); the host logs an error and the query runs",
                help: call.actionsHelp)
        ]
    }
}
