internal import Authoring
internal import Basics
internal import Contract
internal import Engine
internal import Running

/// One hook called with every kind of input, each call judged as the host would take it.
struct HookProbe {
    let hook: Hook
    let module: RunnableModule
    let limits: CallLimits
    let file: String
    /// Whether nothing is wrong with `alloc` by itself: else what it does to the hook has been said.
    let hasSoundAllocator: Bool

    /// Exports that would set the module up, and that the host never calls.
    let initializers: [String]
    /// What the plugin's own cases give the hook.
    let caseInputs: [[UInt8]]
    /// When the check as a whole has taken long enough.
    let deadline: ContinuousClock.Instant
    /// Whether the fuel may be counted too high: the engine charges bulk memory by the byte, the host by the instruction.
    let mayMoveMemoryInBulk: Bool

    /// At most one finding a rule, for the first input that shows it.
    func findings() -> [Finding] {
        var found: [Finding] = []
        var failsOnPlain = false
        let probes = ProbeInputs(hook: hook).all
        for (place, probe) in probes.enumerated() {
            guard ContinuousClock.now < deadline else {
                found.append(incomplete(place, of: probes.count))
                return found
            }
            let run = call(probe.document)
            if probe.kind == .plain { failsOnPlain = run.failure != nil }
            // What runs out of memory does so slowly: once is enough.
            if run.failure != nil, found.contains(where: { $0.rule == RuleBook.outOfMemory }) { continue }
            // What fails on a plain input fails on long texts and on Unicode, too: that has no rule of its own then.
            let verdict =
                evaluate(run, probe, isPeculiar: !failsOnPlain) ?? slow(run, probe)
                ?? heapOverlap(run, probe.name, probe.document) ?? repeated(run, probe.name, probe.document)
                ?? uninitialized(run, Array(probe.document.compactText.utf8), probe.name)
            if let verdict, !found.contains(where: { $0.rule == verdict.rule }) { found.append(verdict) }
            // What never ends takes its time with every input.
            if case .interrupted? = run.outcome.failure?.kind { return found }
        }
        if !found.contains(where: { $0.rule == RuleBook.neededInitializer }), !initializers.isEmpty {
            for input in caseInputs where ContinuousClock.now < deadline {
                let run = module.call(hook, input: input, store: KeyValueStore(), limits: limits)
                if let verdict = uninitialized(run, input, "the input of a case") { return found + [verdict] }
            }
        }
        return found
    }

    private func incomplete(_ done: Int, of count: Int) -> Finding {
        finding(
            RuleBook.incompleteCheck,
            "the check took too long: '\(hook.name)' was not tried with \(count - done) of \(count) inputs",
            help: "look for what makes the hook slow: pdk run \(hook.name) shows its time")
    }

    /// Whether the hook does something else after an export that other hosts call first.
    private func uninitialized(_ run: HookRun, _ input: [UInt8], _ name: String) -> Finding? {
        for initializer in initializers {
            let again = module.call(
                hook, input: input, store: KeyValueStore(), limits: limits, setUp: initializer)
            // An export that fails by itself sets nothing up.
            if case .export? = again.outcome.failure?.phase { continue }
            let isSame = hook.isObserver || again.outcome.output == run.outcome.output
            guard (again.failure == nil) != (run.failure == nil) || !isSame || again.writes != run.writes else {
                continue
            }
            return finding(
                RuleBook.neededInitializer,
                "'\(hook.name)' with \(name) does something else after \(initializer), which the module exports and the host never calls",
                help: "set up on first use, or in constants: for C and C++ without constructors, link with --no-entry")
        }
        return nil
    }

    /// Whether a call takes longer than the host allows, each time it is tried.
    private func slow(_ run: HookRun, _ probe: ProbeInput) -> Finding? {
        let allowed = UInt64(module.profile.limits.milliseconds) * 1_000_000
        guard run.nanoseconds > allowed else { return nil }
        // A busy machine makes a call slow once, and not three times.
        let least = (0..<3).map { _ in call(probe.document).nanoseconds }.min() ?? 0
        guard least > allowed else { return nil }
        return finding(
            RuleBook.slowCall,
            "'\(hook.name)' with \(probe.name) takes \(least / 1_000_000) ms here, and the host stops a call after \(module.profile.limits.milliseconds) ms",
            help: "do less: what is cheap in fuel and slow is most often sha256_hex over much text")
    }

    private func finding(_ rule: Rule, _ message: String, help: String? = nil) -> Finding {
        Finding(rule, message, help: help, file: file)
    }

    private func call(_ input: JSONValue, memoryBytes: Int? = nil, guardedBytes: Int = 0) -> HookRun {
        var limits = limits
        if let memoryBytes { limits.memoryBytes = memoryBytes }
        return module.call(
            hook, input: Array(input.compactText.utf8), store: KeyValueStore(), limits: limits,
            guardedBytes: guardedBytes)
    }

    private func evaluate(_ run: HookRun, _ probe: ProbeInput, isPeculiar: Bool) -> Finding? {
        let subject = "'\(hook.name)' with \(probe.name)"
        if let failure = run.outcome.failure {
            return evaluate(failure, probe, subject, isPeculiar: isPeculiar)
        }
        let actions = "answer with an object that has an action: \(hook.actions.joined(separator: ", "))"
        if let failure = run.outcome.deallocFailure {
            return finding(
                RuleBook.deallocFails,
                "\(subject): dealloc fails: \(failure.cause); the host ignores it, and the fuel is spent",
                help: "let dealloc take back what alloc has given out, or do nothing")
        }
        switch run.answer?.flaws.first {
        case .unreadable(let reason)?:
            return finding(
                RuleBook.unreadableAnswer, "\(subject): \(reason); the host logs an error, and the query goes on",
                help: actions)
        case .noAction(let reason)?:
            return finding(
                RuleBook.noAction, "\(subject): \(reason); the host logs an error, and the query goes on",
                help: actions)
        case .unknownAction(let action, let fallback)?:
            return finding(
                RuleBook.unknownAction,
                "\(subject) answers with the action '\(action.printable)', which the host takes as '\(fallback)'",
                help: "the actions are \(hook.actions.joined(separator: ", "))")
        case .mistyped(let reason)?:
            return finding(
                RuleBook.incompleteAnswer,
                "\(subject): \(reason); the host cannot use the answer, and the query goes on")
        case .emptyField(let action, let field, _)?:
            return finding(
                RuleBook.emptyAnswer, "\(subject): \(run.answer?.flaws[0].words ?? "")",
                help: "give '\(action)' its '\(field)'")
        case .ignoredAction(let action)?:
            return finding(
                RuleBook.ignoredAction, "\(subject): the host does nothing with '\(action)'",
                help: "answer with another action")
        case .unreadablePayload?:
            return finding(
                RuleBook.unreadablePayload, "\(subject): \(run.answer?.flaws[0].words ?? "")",
                help: "pdk host show says what the bytes are")
        case nil: return nil
        }
    }

    private func evaluate(
        _ failure: CallFailure, _ probe: ProbeInput, _ subject: String, isPeculiar: Bool
    ) -> Finding {
        if wantsMoreMemory(probe.document) {
            return finding(
                RuleBook.outOfMemory,
                "\(subject) asks for more than \(limits.memoryBytes >> 20) MiB of memory, and fails: \(failure.cause); the host logs an error, and the query goes on",
                help: "look for an allocation that does not end, or one that is larger than what it is for")
        }
        let isLong = probe.kind == .long
        switch failure.kind {
        case .outOfFuel:
            let doubt = mayMoveMemoryInBulk ? bulkDoubt(probe) : ""
            return finding(
                RuleBook.outOfFuel,
                "\(subject) uses up the \(limits.fuel) units of fuel: the host stops it, and the query goes on\(doubt)",
                help: isLong
                    ? "ask for a text's size before its bytes, and decide at once about long ones; the plugin's README says what burns fuel"
                    : "look for a loop that does not end: pdk run \(hook.name) shows where the fuel ran out")
        case .interrupted:
            return finding(RuleBook.outOfFuel, "\(subject) takes too long: the host stops it, and the query goes on")
        case .outputOutOfRange:
            return finding(
                RuleBook.outputOutside,
                "\(subject): \(failure.cause); the host logs an error, and the query goes on",
                help: "return (pointer << 32) | length of bytes that are inside the memory, below 2 GiB")
        default:
            let place = failure.phase == .hook ? "" : " in \(failure.phase)"
            let message = "\(subject) fails\(place): \(failure.cause); the host logs an error, and the query goes on"
            if isLong, isPeculiar {
                return finding(
                    RuleBook.failsOnLongText, message,
                    help: "decide about a long text by its size, before it overruns a buffer or a number")
            }
            if probe.kind == .unicode, isPeculiar {
                return finding(
                    RuleBook.failsOnUnicode, message,
                    help: "texts are UTF-8, with JSON's escapes: compare bytes, and cut only between characters")
            }
            return finding(RuleBook.hookFails, message, help: "pdk run \(hook.name) shows where")
        }
    }

    /// How sure the count of fuel is where memory is moved in bulk, as a clause behind the finding.
    private func bulkDoubt(_ probe: ProbeInput) -> String {
        guard module.profile.features.bulkMemoryFuel > 0 else { return "" }
        var generous = limits
        generous.fuel = limits.fuel * 64
        let run = module.call(
            hook, input: Array(probe.document.compactText.utf8), store: KeyValueStore(), limits: generous)
        guard run.failure == nil else { return "" }
        return
            " (not certain: it takes at most \(run.fuel) units, and the host charges less for bulk memory instructions)"
    }

    /// Whether a call that has failed takes more memory than it gets when there is more.
    private func wantsMoreMemory(_ input: JSONValue) -> Bool {
        // The first finds what grows step by step, the second one large request.
        [limits.memoryBytes * 2].contains { memoryBytes in
            call(input, memoryBytes: memoryBytes).memoryBytes > limits.memoryBytes
        }
    }

    /// The size of the block that is filled to see whether the plugin uses it for something else: as a long input's.
    private static let guardedBytes = 256 << 10

    /// Calls once more after `alloc` has given out a block that is then filled: nothing of the plugin may lie there.
    ///
    /// Finds variables that begin as zeros and stacks behind the data, of which a module's bytes say nothing.
    private func heapOverlap(_ run: HookRun, _ name: String, _ input: JSONValue) -> Finding? {
        guard hasSoundAllocator else { return nil }
        let again = call(
            input, memoryBytes: limits.memoryBytes + 2 * Self.guardedBytes, guardedBytes: Self.guardedBytes)
        guard let block = again.outcome.guardedBlock else { return nil }
        let place = "the \(block.count) bytes at \(block.lowerBound) that alloc has given out"
        let help = "begin the heap at __heap_base"
        if let address = again.outcome.guardDamage {
            return finding(
                RuleBook.allocOverlaps,
                "'\(hook.name)' with \(name) writes to \(address), inside \(place): its variables or its stack are there, and the host would overwrite them",
                help: help)
        }
        let isSame = hook.isObserver || again.outcome.output == run.outcome.output
        guard again.failure != nil || !isSame || again.writes != run.writes else { return nil }
        return finding(
            RuleBook.allocOverlaps,
            "'\(hook.name)' with \(name) does something else when \(place) are filled: its variables are there, and the host would overwrite them",
            help: help)
    }

    /// Calls once more with the same input, attributes and headers in another order: the answer must be the same.
    ///
    /// An instance is always fresh and there is no clock, so that order is all that can differ from call to call.
    private func repeated(_ run: HookRun, _ name: String, _ input: JSONValue) -> Finding? {
        let again = call(ProbeInputs.reversed(input, hook))
        let isSame =
            if hook.isObserver { true } else if let answer = run.answer?.json, let other = again.answer?.json {
                answer.isEquivalent(to: other)
            } else { again.outcome.output == run.outcome.output }
        guard again.failure != nil || !isSame || again.writes != run.writes else { return nil }
        return finding(
            RuleBook.notRepeatable,
            "'\(hook.name)' with \(name) answers differently when its attributes or headers come in another order, and the host sends them in any",
            help: "nothing but the input and the store may decide, and members of a JSON object have no order")
    }
}
