/// A value that is never shown: text made of it, `dump` and a debugger's mirror have none of its parts.
package protocol Redacted: CustomStringConvertible, CustomReflectable {}

extension Redacted {
    /// The name of the type alone.
    package var description: String { "\(Self.self) (not shown)" }
    /// A mirror without children.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
