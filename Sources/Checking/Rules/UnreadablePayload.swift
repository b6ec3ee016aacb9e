internal import Contract
internal import Running

/// PDK419: unreadable payload.
package enum UnreadablePayload: RuleDefinition {
    package static let rule = Rule(
        "PDK419", "unreadable-payload", .warning,
        prevents: #"The host cannot read the bytes of a cached answer, and sends the query to a server instead."#,
        fix: #"Answer with rows in the host's format: `pdk host show` describes the bytes."#,
        example: .c(
            found: #"""
                EXPORT(pre_query) u64 pre_query(const char *input, u32 size) {
                    return answer("{\"action\":\"cached\",\"data\":[1,2,3]}");
                }
                """#,
            fixed: #"""
                EXPORT(pre_query) u64 pre_query(const char *input, u32 size) {
                    return answer("{\"action\":\"continue\"}");
                }
                """#))

    static func findings(in call: HookTrial) -> [Finding] {
        guard let flaw = call.flaw, case .unreadablePayload = flaw else { return [] }
        return [
            call.finding(rule, "\(call.subject): \(flaw.words)", help: "pdk host show describes the bytes")
        ]
    }
}
