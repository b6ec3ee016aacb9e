internal import Contract
internal import Engine
internal import Running

/// One hook called with every kind of input, each call judged as the host would take it.
struct HookProbe {
    let hook: Hook
    let module: RunnableModule
    let limits: CallLimits
    let file: String
    /// Whether nothing is wrong with `alloc` by itself.
    let hasSoundAllocator: Bool
    /// Exports that would set the module up, and that the host never calls.
    let initializers: [String]
    /// What the plugin's own cases give the hook.
    let caseInputs: [[UInt8]]
    /// When the check as a whole has taken long enough.
    let deadline: ContinuousClock.Instant

    /// At most one finding a rule, for the first input that shows it.
    func findings() -> [Finding] {
        var found: [Finding] = []
        var failsOnPlain = false
        let probes = ProbeInputs(hook: hook).all
        for (place, probe) in probes.enumerated() {
            guard ContinuousClock.now < deadline else {
                return found
                    + IncompleteCheck.findings(
                        in: UntriedInputs(hook: hook, left: probes.count - place, count: probes.count, file: file))
            }
            // What fails on a plain input fails on long texts and on Unicode, too: that has no rule of its own then.
            let trial = HookTrial(
                self, probe.name, probe.kind, document: probe.document, input: probe.document.compactBytes,
                failsOnPlain: failsOnPlain)
            if probe.kind == .plain { failsOnPlain = trial.run.failure != nil }
            // What runs out of memory does so slowly: once is enough.
            if trial.run.failure != nil, found.contains(where: { $0.rule == OutOfMemory.rule }) { continue }
            if let verdict = verdict(on: trial), !found.contains(where: { $0.rule == verdict.rule }) {
                found.append(verdict)
                // Why a call failed is worth more than that it did.
                if trial.run.failure != nil, !found.contains(where: { $0.rule == NeededInitializer.rule }) {
                    found += NeededInitializer.findings(in: trial)
                }
            }
            // What never ends takes its time with every input.
            if case .interrupted? = trial.run.outcome.failure?.kind { return found }
        }
        if !found.contains(where: { $0.rule == NeededInitializer.rule }), !initializers.isEmpty {
            for input in caseInputs where ContinuousClock.now < deadline {
                let trial = HookTrial(
                    self, "the input of a case", .other, document: nil, input: input, failsOnPlain: failsOnPlain)
                if let verdict = NeededInitializer.findings(in: trial).first { return found + [verdict] }
            }
        }
        return found
    }

    /// What the first rule that finds something in a call says.
    private func verdict(on trial: HookTrial) -> Finding? {
        for rule in RuleBook.call {
            if let finding = rule.findings(in: trial).first { return finding }
        }
        return nil
    }
}

/// Time was up: of `count` inputs of a hook `left` were not tried.
struct UntriedInputs {
    let hook: Hook
    let left: Int
    let count: Int
    let file: String
}
