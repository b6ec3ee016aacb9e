package import Authoring
internal import Basics
package import Contract
internal import Files
package import Running

extension Rule {
    /// The rule that a flaw of an answer breaks.
    package static func of(_ flaw: HookAnswer.Flaw) -> Rule {
        switch flaw {
        case .unreadable: UnreadableAnswer.rule
        case .noAction: NoAction.rule
        case .mistyped: IncompleteAnswer.rule
        case .unknownAction: UnknownAction.rule
        case .emptyField: EmptyAnswer.rule
        case .ignoredAction: IgnoredAction.rule
        case .unreadablePayload: UnreadablePayload.rule
        }
    }
}

extension HookRun {
    /// What is questionable about one call, and about what the hook was given.
    package func findings(_ assumptions: [HookInput.Assumption] = [], file: String = "") -> [Finding] {
        let flaws = answer?.flaws ?? []
        let shape =
            onlyObserves && answer != nil ? "'\(hook.export)' returns nothing, so it never decides anything" : nil
        return assumptions.map { Finding(AssumedInput.rule, "the input's \($0.words)", severity: .warning, file: file) }
            + flaws.map { Finding(Rule.of($0), $0.words, file: file) }
            + [shape].compactMap { $0.map { Finding(WrongHookShape.rule, $0, file: file) } }
            + [fuelDoubt].compactMap { $0.map { Finding(FuelNotCertain.rule, "'\(hook.name)' \($0)", file: file) } }
    }
}

extension CaseReading {
    /// Adds what a case assumes of the host without saying why.
    package mutating func add(_ placed: PlacedCase, in plugin: String) {
        for call in placed.hookCase.calls where call.assume == nil {
            assumptions += call.assumptions.map {
                (placed.name, FilePaths.join(plugin, placed.file), call.line, $0.words)
            }
        }
    }
}
