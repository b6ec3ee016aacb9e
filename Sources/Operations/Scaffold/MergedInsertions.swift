internal import Basics

/// Conflicts of `git merge-file --diff3` in which one side has only inserted something: both changes are kept.
///
/// Git gives up where two changes touch, as when a function of the author and one of the template stand at the end of a
/// file, or both add a name to a line. What one side has removed or replaced and the other changed stays a conflict.
struct MergedInsertions {
    /// The size of the markers that `merged` is read with: longer than any that a file would have.
    static let markerSize = 61

    /// The text without conflicts; nil where one is left.
    let text: String?

    /// Resolves what git has merged with markers of `markerSize`.
    init(of merged: String) {
        var result = "", part: Part?
        var sides: [Part: String] = [:]
        for line in merged.split(separator: "\n", omittingEmptySubsequences: false) {
            switch (Self.marker(line), part) {
            case ("<", nil): (part, sides) = (.ours, [:])
            case ("|", .ours?): part = .base
            case ("=", .base?): part = .theirs
            case (">", .theirs?):
                part = nil
                guard let both = Self.both(sides[.ours] ?? "", sides[.base] ?? "", sides[.theirs] ?? "") else {
                    text = nil
                    return
                }
                result += both
            case (_, let side?): sides[side, default: ""] += line + "\n"
            case (_, nil): result += line + "\n"
            }
        }
        // The split of a text that ends with a line break has an empty line at its end.
        text = part == nil ? String(result.dropLast()) : nil
    }

    private enum Part { case ours, base, theirs }

    private static func marker(_ line: Substring) -> Character? {
        guard let first = line.first, "<|=>".contains(first) else { return nil }
        let run = line.prefix { $0 == first }.count
        return run == markerSize ? first : nil
    }

    /// One conflict: what both have inserted, that of the author first; nil where one has taken away what the other changed.
    private static func both(_ ours: String, _ base: String, _ theirs: String) -> String? {
        let lines = [ours, base, theirs].map {
            $0.split(separator: "\n", omittingEmptySubsequences: false).map { $0 + "\n" }
        }
        // Without the empty piece behind the last line break.
        if let whole = merged(lines[0].dropLast(), lines[1].dropLast(), lines[2].dropLast()) { return whole.joined() }
        return merged(words(ours)[...], words(base)[...], words(theirs)[...])?.joined()
    }

    /// The same of pieces of text, lines or words.
    private static func merged<Piece: Equatable>(
        _ ours: ArraySlice<Piece>, _ base: ArraySlice<Piece>, _ theirs: ArraySlice<Piece>
    ) -> [Piece]? {
        let (base, mine, its) = (Array(base), Array(ours), Array(theirs))
        guard !base.isEmpty else { return mine + its }
        let (one, other) = (insertion(base, mine), insertion(base, its))
        switch (one, other) {
        case (let one?, let other?):
            let (first, second) = one.place <= other.place ? (one, other) : (other, one)
            return base[..<first.place] + first.pieces + base[first.place..<second.place] + second.pieces
                + base[second.place...]
        // What stands before or after all of it goes there, whatever the other side made of it.
        case (let one?, nil): return outside(one, base, its)
        case (nil, let other?): return outside(other, base, mine)
        case (nil, nil): return nil
        }
    }

    /// The insertion before or after `changed`, where it can be read as one before or after all of `base`; else nil.
    private static func outside<Piece: Equatable>(
        _ insertion: (place: Int, pieces: [Piece]), _ base: [Piece], _ changed: [Piece]
    ) -> [Piece]? {
        var (place, pieces) = insertion
        if place == base.count { return changed + pieces }
        // `a` and `ab a` differ by `ab ` at the front as well as by `b a` behind the first.
        while place > 0, pieces.last == base[place - 1] {
            pieces = [pieces[pieces.count - 1]] + pieces.dropLast()
            place -= 1
        }
        return place == 0 ? pieces + changed : nil
    }

    /// What was inserted, and where, if that is all that was changed.
    private static func insertion<Piece: Equatable>(
        _ base: [Piece], _ changed: [Piece]
    ) -> (place: Int, pieces: [Piece])? {
        let place = zip(base, changed).prefix { $0 == $1 }.count
        let more = changed.count - base.count
        guard more > 0, base[place...].elementsEqual(changed[(place + more)...]) else { return nil }
        return (place, Array(changed[place..<place + more]))
    }

    /// Names and numbers whole, and every other character alone.
    private static func words(_ text: String) -> [Substring] {
        var words: [Substring] = []
        var rest = text[...]
        while let first = rest.first {
            let word = rest.prefix { isName($0) }
            words.append(isName(first) ? word : rest.prefix(1))
            rest = rest.dropFirst(words[words.count - 1].count)
        }
        return words
    }

    private static func isName(_ character: Character) -> Bool {
        character == "_" || (character.isASCII && (character.isLetter || character.isNumber))
    }
}
