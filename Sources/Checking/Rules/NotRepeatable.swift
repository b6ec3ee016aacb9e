internal import Contract
internal import Engine
internal import Running

/// PDK412: not repeatable.
package enum NotRepeatable: RuleDefinition {
    package static let rule = Rule(
        "PDK412", "not-repeatable", .warning,
        prevents: #"The same input and store must give the same answer, or test cases are not reliable."#,
        fix: #"Decide only by the input and the store, and do not rely on the order of members in a JSON object."#,
        about: #"""
            Every instance is new, and the host has no clock and no random numbers; only the order of members in a \#
            mapping can differ, if a host sends one. helios-1.5 sends none.
            """#)

    static func findings(in call: HookTrial) -> [Finding] {
        // An instance is always fresh and there is no clock, so that order is all that can differ from call to call.
        guard let document = call.document,
            let reversed = ProbeInputs.reversed(document, call.hook)
        else { return [] }
        let again = call.again(reversed)
        let isSame =
            if call.hook.isObserver { true } else if let answer = call.run.answer?.json, let other = again.answer?.json
            {
                answer.isEquivalent(to: other)
            } else { again.outcome.output == call.run.outcome.output }
        guard again.failure != nil || !isSame || again.writes != call.run.writes else { return [] }
        return [
            call.finding(
                rule,
                "\(call.subject) answers differently if its attributes or headers are in another order, but the host sends them in any order",
                help: "decide only by the input and the store; members of a JSON object have no order")
        ]
    }
}
