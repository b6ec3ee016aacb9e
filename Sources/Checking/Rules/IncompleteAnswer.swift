internal import Contract
internal import Running

/// PDK408: incomplete answer.
package enum IncompleteAnswer: RuleDefinition {
    package static let rule = Rule(
        "PDK408", "incomplete-answer", .error,
        prevents: #"""
            A field that the host knows and that has another type, is missing or stands twice makes the whole \#
            answer an error.
            """#,
        fix: #"Give each field the type that the host reads, once: `pdk host show` lists them."#,
        about: #"""
            A field that the host knows is typed whatever the action, and may stand once: \#
            `{"action":"denied","message":"no","identity":{}}` lets the user in.
            """#,
        example: .init(
            found: [
                .init(
                    .c,
                    #"""
                    EXPORT(pre_query) u64 pre_query(const char *input, u32 size) {
                        return answer("{\"action\":\"block\",\"value\":\"no\",\"data\":\"\"}");
                    }
                    """#)
            ],
            fixed: [
                .init(
                    .c,
                    #"""
                    EXPORT(pre_query) u64 pre_query(const char *input, u32 size) {
                        return answer("{\"action\":\"block\",\"value\":\"no\"}");
                    }
                    """#)
            ]))

    static func findings(in trial: PluginTrial) -> [Finding] {
        guard let call = trial.call, case .mistyped(let reason)? = call.flaw else { return [] }
        return [
            call.finding(rule, "\(call.subject): \(reason); the host cannot use the answer, and the query goes on")
        ]
    }
}
