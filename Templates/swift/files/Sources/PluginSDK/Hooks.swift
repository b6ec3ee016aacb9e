// From the host's call to the plugin's function and back.
import CPluginABI

/// Calls the function behind a hook that answers, with what the host wrote at `address`; the result is for the host.
public func run<Event: HookEvent, Decision: HookDecision>(
    _ hook: (Event) -> Decision, onInputAt address: Int, count: Int
) -> UInt64 {
    let answer = answer(of: hook, to: input(at: address, count: count))
    return UInt64(truncatingIfNeeded: UInt(bitPattern: answer.start)) &<< 32 | UInt64(truncatingIfNeeded: answer.count)
}

/// Calls the function behind a hook that only observes, with the two values of the array that the host wrote there.
public func run<First: HookEvent, Second: HookEvent>(
    _ hook: (First, Second) -> Void, onInputAt address: Int, count: Int
) {
    observe(hook, input(at: address, count: count))
}

/// The JSON text that a hook answers with.
public func answer<Event: HookEvent, Decision: HookDecision>(of hook: (Event) -> Decision, to json: Text) -> Text {
    hook(Event(json: JSON(json))).json
}

/// Calls a hook with the two values of an array. Behind a first one that is larger than the fuel allows to step over,
/// the second is a value of which nothing is known.
public func observe<First: HookEvent, Second: HookEvent>(_ hook: (First, Second) -> Void, _ json: Text) {
    var second = PluginOutcome()
    let first = plugin_read_outcome(json.start.characters, json.count, &second)
    hook(First(json: JSON(first.json)), Second(json: JSON(second.json)))
}

private func input(at address: Int, count: Int) -> Text {
    guard count > 0, let start = UnsafeRawPointer(bitPattern: address) else { return "" }
    return Text(start: start, count: count)
}
