/// A way to spell the words of a name, for names in code that follow from a plugin's name.
package enum WordCase: String, Sendable, CaseIterable {
    case snake, kebab, pascal, camel, screaming, lower, upper

    /// The words of `text` in this spelling.
    ///
    /// Words end at everything but letters and digits, and where a small letter or a digit meets a capital one.
    package func spell(_ text: String) -> String {
        let words = Self.words(text)
        switch self {
        case .snake: return words.joined(separator: "_")
        case .kebab: return words.joined(separator: "-")
        case .screaming: return words.joined(separator: "_").uppercased()
        case .pascal: return words.map(Self.capitalized).joined()
        case .camel: return (words.first ?? "") + words.dropFirst().map(Self.capitalized).joined()
        case .lower: return text.lowercased()
        case .upper: return text.uppercased()
        }
    }

    private static func capitalized(_ word: String) -> String { word.prefix(1).uppercased() + word.dropFirst() }

    private static func words(_ text: String) -> [String] {
        var words: [String] = [], word = "", last: Character?
        for character in text {
            let isPart = character.isLetter || character.isNumber
            let startsWord = character.isUppercase && (last.map { $0.isLowercase || $0.isNumber } ?? false)
            if !isPart || startsWord, !word.isEmpty {
                words.append(word)
                word = ""
            }
            if isPart { word += character.lowercased() }
            last = character
        }
        return word.isEmpty ? words : words + [word]
    }
}
