internal import Basics

/// A word that stands where a verb belongs and is none, such as a misspelt one.
struct UnknownCommand {
    let word: String

    /// The verb that was probably meant, when one is near enough.
    var suggestion: String? { NearWord.to(word, among: RootCommand.verbs) }

    /// The stranger in `pdk WORD …` or `pdk help WORD`; nil where there is none.
    init?(in arguments: [String]) {
        let words = arguments.first == "help" ? arguments.dropFirst() : arguments[...]
        guard let word = words.first, !word.hasPrefix("-"), !RootCommand.verbs.contains(word) else {
            return nil
        }
        // An endless word is no slip of the fingers.
        self.word = String(word.prefix(64))
    }
}
