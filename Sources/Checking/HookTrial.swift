internal import Contract
internal import Engine
internal import Running

/// One call of a hook, and what further calls with the same input show.
final class HookTrial {
    let hook: Hook
    let module: RunnableModule
    let limits: CallLimits
    /// The input in words, as in "a plain query".
    private let name: String
    let kind: ProbeInput.Kind
    /// The input as a document; nil where it is bytes of an author's case.
    let document: JSONValue?
    private let input: [UInt8]
    private let file: String
    let run: HookRun
    /// Whether nothing is wrong with `alloc` by itself: else what it does to the hook has been said.
    let hasSoundAllocator: Bool
    /// Whether a failure is one of this input: what fails on a plain input has no rule of its own for long ones.
    let isPeculiar: Bool
    /// Exports that would set the module up, and that the host never calls.
    let initializers: [String]

    /// Calls the hook of `probe` with an input; `isPeculiar` sees whether this very call failed.
    init(
        _ probe: HookProbe, _ name: String, _ kind: ProbeInput.Kind, document: JSONValue?, input: [UInt8],
        failsOnPlain: Bool
    ) {
        hook = probe.hook
        module = probe.module
        limits = probe.limits
        file = probe.file
        hasSoundAllocator = probe.hasSoundAllocator
        initializers = probe.initializers
        self.name = name
        self.kind = kind
        self.document = document
        self.input = input
        isPeculiar = !failsOnPlain
        run = module.call(hook, input: input, store: KeyValueStore(), limits: limits)
    }

    /// Who did what, as the beginning of a message.
    var subject: String { "'\(hook.name)' with \(name)" }

    /// What is wrong with the answer, first of all.
    var flaw: HookAnswer.Flaw? { run.outcome.failure == nil ? run.answer?.flaws.first : nil }

    /// A failure as a message.
    func words(of failure: CallFailure) -> String {
        let place = failure.phase == .hook ? "" : " in \(failure.phase)"
        return "\(subject) fails\(place): \(failure.cause); the host logs an error and the query runs"
    }

    var actionsHelp: String {
        "answer with an object that has an action: \(hook.actions.joined(separator: ", "))"
    }

    func finding(_ rule: Rule, _ message: String, help: String? = nil) -> Finding {
        Finding(rule, message, help: help, file: file)
    }

    /// Calls once more, with the same input or another.
    func again(
        _ other: JSONValue? = nil, setUp: String? = nil, memoryBytes: Int? = nil, guardedBytes: Int = 0
    ) -> HookRun {
        var limits = limits
        if let memoryBytes { limits.memoryBytes = memoryBytes }
        return module.call(
            hook, input: other.map { $0.compactBytes } ?? input, store: KeyValueStore(), limits: limits,
            guardedBytes: guardedBytes, setUp: setUp)
    }

    /// Whether another call did something else: another answer, or other writes.
    func differs(_ other: HookRun) -> Bool {
        (!hook.isObserver && other.outcome.output != run.outcome.output) || other.writes != run.writes
    }

    /// Whether a call that has failed takes more memory than it gets when there is more.
    private(set) lazy var wantsMoreMemory: Bool =
        again(memoryBytes: limits.memoryBytes * 2).memoryBytes > limits.memoryBytes
}
