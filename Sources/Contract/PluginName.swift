package import Basics

/// The name of a plugin: 1 to 128 of `A-Z a-z 0-9 - _` (host contract, sections 2 and 5).
package struct PluginName: Hashable, Sendable, CustomStringConvertible {
    /// The longest name, in characters.
    package static let maximumLength = 128
    /// What a name may be, in words, for the help of a refusal.
    package static let rule = "a name is 1 to \(maximumLength) letters, digits, '-' and '_'"

    /// The name itself.
    package let description: String

    /// Takes a name that the host takes too; nil for any other text.
    package init?(_ text: String) {
        guard (1...Self.maximumLength).contains(text.utf8.count), text.utf8.allSatisfy(Self.isAllowed) else {
            return nil
        }
        description = text
    }

    /// Takes a name that somebody has typed; error `invalid-name`.
    package init(typed text: String) throws(Problem) {
        guard let name = PluginName(text) else {
            throw Problem(.invalidName, Self.refusal(of: text), help: Self.rule)
        }
        self = name
    }

    /// What is said of a text that is no name.
    package static func refusal(of text: String) -> String {
        "invalid plugin name '\(text.prefix(200).description.printable)'"
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
