package import Authoring
internal import Basics
package import Contract
internal import Files
package import Running

extension Rule {
    /// The rule that a flaw of an answer breaks.
    package static func of(_ flaw: HookAnswer.Flaw) -> Rule {
        switch flaw {
        case .unreadable: RuleBook.unreadableAnswer
        case .noAction: RuleBook.noAction
        case .mistyped: RuleBook.incompleteAnswer
        case .unknownAction: RuleBook.unknownAction
        case .emptyField: RuleBook.emptyAnswer
        case .ignoredAction: RuleBook.ignoredAction
        case .unreadablePayload: RuleBook.unreadablePayload
        }
    }
}

extension HookRun {
    /// What is questionable about one call, and about what the hook was given.
    package func findings(_ assumptions: [HookInput.Assumption] = [], file: String = "") -> [Finding] {
        let flaws = answer?.flaws ?? []
        return assumptions.map { Finding(RuleBook.assumedInput, "the input's \($0.words)", file: file) }
            + flaws.map { Finding(Rule.of($0), $0.words, file: file) }
    }
}

extension PlacedCase {
    /// What the case assumes of the host without saying why.
    package func assumptions(in folder: String) -> [Finding] {
        hookCase.calls.flatMap { call -> [Finding] in
            guard call.assume == nil else { return [] }
            return call.assumptions.map { assumption in
                Finding(
                    RuleBook.assumedInput,
                    "the case '\(name.printable)' assumes what the host never sends: \(assumption.words)",
                    help: "take the field out, or say why: assume: \"REASON\"", file: FilePaths.join(folder, file),
                    line: call.line)
            }
        }
    }
}
