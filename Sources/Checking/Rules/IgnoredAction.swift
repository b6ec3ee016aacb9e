internal import Contract
internal import Running

/// PDK418: ignored action.
package enum IgnoredAction: RuleDefinition {
    package static let rule = Rule(
        "PDK418", "ignored-action", .warning,
        prevents: #"The host accepts the action but ignores it."#,
        fix: #"Answer with an action that has an effect."#,
        example: .init(
            found: [
                .init(
                    .yaml,
                    #"""
                    hooks:
                      - route
                    """#),
                .init(
                    .c,
                    #"""
                    EXPORT(route) u64 route(const char *input, u32 size) {
                        return answer("{\"action\":\"branch\",\"target\":\"b\"}");
                    }
                    """#),
            ],
            fixed: [
                .init(
                    .yaml,
                    #"""
                    hooks:
                      - route
                    """#),
                .init(
                    .c,
                    #"""
                    EXPORT(route) u64 route(const char *input, u32 size) {
                        return answer("{\"action\":\"node\",\"target\":\"n\"}");
                    }
                    """#),
            ]))

    static func findings(in call: HookTrial) -> [Finding] {
        guard case .ignoredAction(let action)? = call.flaw else { return [] }
        return [
            call.finding(
                rule, "\(call.subject): the host does nothing with '\(action)'", help: "answer with another action")
        ]
    }
}
