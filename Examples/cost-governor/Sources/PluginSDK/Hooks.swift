// From the host's call to the plugin's function and back: one function a hook, for Sources/Plugin/Exports.swift.

/// Runs the function behind `pre_query`.
public func runPreQuery(_ address: Int, _ length: Int, _ hook: (Query) -> QueryDecision) -> UInt64 {
    packed(answer(to: input(address, length), hook))
}

/// Runs the function behind `post_query`.
public func runPostQuery(_ address: Int, _ length: Int, _ hook: (Query, Outcome) -> Void) {
    observe(input(address, length), hook)
}

/// Runs the function behind `authenticate`.
public func runAuthenticate(_ address: Int, _ length: Int, _ hook: (AuthRequest) -> AuthDecision) -> UInt64 {
    packed(answer(to: input(address, length), hook))
}

/// Runs the function behind `route`.
public func runRoute(_ address: Int, _ length: Int, _ hook: (Query) -> Route) -> UInt64 {
    packed(answer(to: input(address, length), hook))
}

/// The answer's JSON text; nil, which is "no result", when the input is malformed.
public func answer<Event: HookEvent, Answer: HookAnswer>(to json: Text, _ hook: (Event) -> Answer) -> Text? {
    var source = EventSource(cursor: JSONCursor(json))
    guard let event = Event(&source), source.cursor.isAtEnd() else { return nil }
    var writer = JSONWriter()
    hook(event).write(to: &writer)
    return writer.text
}

/// Runs a hook that gets an array of two and answers nothing; does nothing when the input is malformed.
public func observe<First: HookEvent, Second: HookEvent>(_ json: Text, _ hook: (First, Second) -> Void) {
    var source = EventSource(cursor: JSONCursor(json))
    guard source.cursor.skip(UInt8(ascii: "[")), let first = First(&source), source.cursor.skip(UInt8(ascii: ",")),
        let second = Second(&source), source.cursor.skip(UInt8(ascii: "]")), source.cursor.isAtEnd()
    else { return }
    hook(first, second)
}

private func input(_ address: Int, _ length: Int) -> Text {
    guard length > 0, let start = UnsafeRawPointer(bitPattern: address) else { return "" }
    return Text(start: start, count: length)
}

private func packed(_ answer: Text?) -> UInt64 {
    guard let answer else { return 0 }
    return UInt64(truncatingIfNeeded: UInt(bitPattern: answer.start)) &<< 32 | UInt64(truncatingIfNeeded: answer.count)
}
