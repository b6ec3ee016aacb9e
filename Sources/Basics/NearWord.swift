/// Which known word a misspelt one was probably meant to be.
package enum NearWord {
    /// The nearest of `known` when it is near enough: a letter off, or a third of a long word's letters.
    ///
    /// A word with something put in front of it is another word: `uninstall` is no slip for `install`.
    package static func to(_ word: String, among known: [String]) -> String? {
        // An endless word is no slip of the fingers.
        let word = String(word.prefix(64))
        let known = known.filter { word.count < $0.count + 2 || !word.hasSuffix($0) }
        let ranked = known.map { (word: $0, distance: distance(word, $0)) }
        guard let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= max(1, word.count / 3) else {
            return nil
        }
        return best.word
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
