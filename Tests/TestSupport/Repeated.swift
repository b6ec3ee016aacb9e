public import Testing

/// A long text of one part many times over, which a test's report names instead of printing it.
public struct Repeated: Sendable, CustomTestStringConvertible {
    private let part: String
    private let count: Int
    private let head: String
    private let tail: String

    /// `head`, then `part` so many times, then `tail`.
    public init(_ part: String, _ count: Int, after head: String = "", before tail: String = "") {
        self.part = part
        self.count = count
        self.head = head
        self.tail = tail
    }

    /// The whole text.
    public var text: String { head + String(repeating: part, count: count) + tail }

    /// What it is made of.
    public var testDescription: String { "\(head.debugDescription) + \(count) of \(part.debugDescription)" }
}
