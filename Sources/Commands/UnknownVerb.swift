/// A word that stands where a verb belongs and is none, such as a misspelt one.
struct UnknownVerb {
    let word: String

    /// The verb that was probably meant, when one is near enough.
    var suggestion: String? {
        let ranked = RootCommand.verbs.map { (verb: $0, distance: Self.distance(word, $0)) }
        guard let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= max(1, word.count / 3) else {
            return nil
        }
        return best.verb
    }

    /// The stranger in `pdk WORD …` or `pdk help WORD`; nil where there is none.
    init?(in arguments: [String]) {
        let words = arguments.first == "help" ? arguments.dropFirst() : arguments[...]
        guard let word = words.first, !word.hasPrefix("-"), !RootCommand.verbs.contains(word) else {
            return nil
        }
        // An endless word is no slip of the fingers.
        self.word = String(word.prefix(64))
    }

    /// How many letters must be put in, left out, changed or swapped with their neighbour.
    private static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left), right = Array(right)
        var beforeLast: [Int] = [], last = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let change = last[column] + (left[row] == right[column] ? 0 : 1)
                var best = min(change, last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                current.append(best)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
