// From the host's call to the plugin's function and back.

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
    var writer = JSONWriter()
    hook(Event(json: JSON(json))).write(to: &writer)
    return writer.text
}

/// Calls a hook with the two values of an array; not at all when they aren't there.
public func observe<First: HookEvent, Second: HookEvent>(_ hook: (First, Second) -> Void, _ json: Text) {
    // To step over a query costs fuel: behind one so long, nothing could be reached.
    guard json.count <= 262_144 else { return }
    var elements = JSON(json).elements
    guard let first = elements.next(), let second = elements.next() else { return }
    hook(First(json: first), Second(json: second))
}

private func input(at address: Int, count: Int) -> Text {
    guard count > 0, let start = UnsafeRawPointer(bitPattern: address) else { return "" }
    return Text(start: start, count: count)
}
