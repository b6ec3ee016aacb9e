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

    /// At most one finding a rule, for the first input that shows it.
    func findings() -> [Finding] {
        var found: [Finding] = []
        var failsOnPlain = false
        for (place, probe) in ProbeInputs.all(for: hook).enumerated() {
            let run = call(probe.input)
            if place == 0 { failsOnPlain = run.failure != nil }
            // What runs out of memory does so slowly: once is enough.
            if run.failure != nil, found.contains(where: { $0.rule == RuleBook.outOfMemory }) { continue }
            // What fails on a plain input fails on long texts and on Unicode, too: that has no rule of its own then.
            let verdict =
                judge(run, probe.name, probe.input, isPeculiar: !failsOnPlain) ?? trespass(run, probe.name, probe.input)
                ?? repeated(run, probe.name, probe.input)
            if let verdict, !found.contains(where: { $0.rule == verdict.rule }) { found.append(verdict) }
        }
        return found
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

    private func judge(_ run: HookRun, _ name: String, _ input: JSONValue, isPeculiar: Bool) -> Finding? {
        let subject = "'\(hook.name)' with \(name)"
        if let failure = run.outcome.failure {
            return judge(failure, name, subject, input, isPeculiar: isPeculiar)
        }
        let actions = "answer with an object that has an action: \(hook.actions.joined(separator: ", "))"
        switch run.answer {
        case .unreadable(let reason):
            return finding(
                RuleBook.unreadableAnswer, "\(subject): \(reason); the host logs an error, and the query goes on",
                help: actions)
        case .tagless(let reason):
            return finding(
                RuleBook.noAction, "\(subject): \(reason); the host logs an error, and the query goes on",
                help: actions)
        case .unknownAction(let action, let fallback, _):
            return finding(
                RuleBook.unknownAction,
                "\(subject) answers with the action '\(action.printable)', which the host takes as '\(fallback)'",
                help: "the actions are \(hook.actions.joined(separator: ", "))")
        case .incomplete(_, let reason, _):
            return finding(
                RuleBook.incompleteAnswer,
                "\(subject): \(reason); the host cannot use the answer, and the query goes on")
        case .decision, .some(.none), nil: return nil
        }
    }

    private func judge(
        _ failure: CallFailure, _ name: String, _ subject: String, _ input: JSONValue, isPeculiar: Bool
    ) -> Finding {
        if wantsMoreMemory(input) {
            return finding(
                RuleBook.outOfMemory,
                "\(subject) asks for more than the \(limits.memoryBytes >> 10) KiB of memory it gets, and fails: \(failure.cause); the host logs an error, and the query goes on",
                help: "look for an allocation that does not end, or one that is larger than what it is for")
        }
        let isLong = name.hasPrefix(ProbeInputs.longPrefix)
        switch failure.kind {
        case .outOfFuel:
            return finding(
                RuleBook.outOfFuel,
                "\(subject) uses up the \(HostLimits.fuel) units of fuel: the host stops it, and the query goes on",
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
            if name == ProbeInputs.unicode, isPeculiar {
                return finding(
                    RuleBook.failsOnUnicode, message,
                    help: "texts are UTF-8, with JSON's escapes: compare bytes, and cut only between characters")
            }
            return finding(RuleBook.hookFails, message, help: "pdk run \(hook.name) shows where")
        }
    }

    /// Whether a call that has failed takes more memory than it gets when there is more.
    private func wantsMoreMemory(_ input: JSONValue) -> Bool {
        // The first finds what grows step by step, the second one large request.
        [limits.memoryBytes * 2, 1 << 30].contains { memoryBytes in
            call(input, memoryBytes: memoryBytes).memoryBytes > limits.memoryBytes
        }
    }

    /// The size of the block that is filled to see whether the plugin uses it for something else: as a long input's.
    private static let guardedBytes = 256 << 10

    /// Calls once more after `alloc` has given out a block that is then filled: nothing of the plugin may lie there.
    ///
    /// Finds variables that begin as zeros and stacks behind the data, of which a module's bytes say nothing.
    private func trespass(_ run: HookRun, _ name: String, _ input: JSONValue) -> Finding? {
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
        let again = call(ProbeInputs.turned(input))
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
