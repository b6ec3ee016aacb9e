internal import Contract

/// A pattern of plugin names: `*` stands for any characters, `?` for one.
package struct NamePattern: Sendable, Equatable, CustomStringConvertible {
    package let description: String

    /// Nil for a text that no name could match: 1 to 128 of what names have, `*` and `?`.
    package init?(_ text: String) {
        // With a letter in place of each mark it has to be a name.
        guard PluginName(String(text.map { $0 == "*" || $0 == "?" ? "x" : $0 })) != nil else { return nil }
        description = text
    }

    /// Whether it stands for a name; takes at most as many steps as both are long, multiplied.
    package func matches(_ name: String) -> Bool {
        let pattern = Array(description.utf8), text = Array(name.utf8)
        var at = 0, place = 0
        // Where the last star was, and how much of the text it stands for.
        var star: Int?, taken = 0
        while place < text.count {
            if at < pattern.count, pattern[at] == UInt8(ascii: "*") {
                star = at
                taken = place
                at += 1
            } else if at < pattern.count, pattern[at] == text[place] || pattern[at] == UInt8(ascii: "?") {
                at += 1
                place += 1
            } else if let last = star {
                taken += 1
                at = last + 1
                place = taken
            } else {
                return false
            }
        }
        return pattern[at...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
