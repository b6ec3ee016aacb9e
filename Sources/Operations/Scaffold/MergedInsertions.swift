/// Conflicts of `git merge-file --diff3` in which one side has only inserted something: both changes are kept.
///
/// Git gives up where two changes touch, as when a function of the author and one of the template stand at the end of a
/// file, or both add a name to a line. What one side has removed or replaced and the other changed stays a conflict, and so
/// does what both have inserted.
struct MergedInsertions {
    /// The size of the markers that `merged` is read with: longer than any that a file would have.
    static let markerSize = 61

    /// The bytes without conflicts; nil where one is left, or where no conflict is found.
    let bytes: [UInt8]?

    private typealias Line = ArraySlice<UInt8>

    /// Resolves what git has merged with markers of `markerSize`.
    init(of merged: [UInt8]) {
        var result: [UInt8] = [], part: Part?, found = false
        var sides: [Part: [Line]] = [:]
        for line in Self.lines(merged[...]) {
            switch (Self.marker(line), part) {
            case (UInt8(ascii: "<"), nil): (part, sides, found) = (.ours, [:], true)
            case (UInt8(ascii: "|"), .ours?): part = .base
            case (UInt8(ascii: "="), .base?): part = .theirs
            case (UInt8(ascii: ">"), .theirs?):
                part = nil
                guard let both = Self.both(sides[.ours] ?? [], sides[.base] ?? [], sides[.theirs] ?? []) else {
                    bytes = nil
                    return
                }
                result += both
            case (_?, _):
                bytes = nil
                return
            case (nil, let side?): sides[side, default: []].append(line)
            case (nil, nil): result += line
            }
        }
        bytes = found && part == nil ? result : nil
    }

    private enum Part { case ours, base, theirs }

    /// The lines with their ends; the last one may have none.
    private static func lines(_ text: Line) -> [Line] {
        var lines: [Line] = [], rest = text
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            lines.append(rest[...end])
            rest = rest[(end + 1)...]
        }
        return rest.isEmpty ? lines : lines + [rest]
    }

    private static func marker(_ line: Line) -> UInt8? {
        guard let first = line.first, "<|=>".utf8.contains(first) else { return nil }
        return line.prefix { $0 == first }.count == markerSize ? first : nil
    }

    /// One conflict: what both have inserted; nil where one has taken away what the other changed.
    private static func both(_ ours: [Line], _ base: [Line], _ theirs: [Line]) -> [UInt8]? {
        // The same line from both is the same thing written twice.
        let mine = Set(ours.filter(isTelling)).subtracting(base)
        guard !theirs.contains(where: { mine.contains($0) && !base.contains($0) }) else { return nil }
        if let whole = merged(ours, base, theirs) { return whole.flatMap { $0 } }
        // Within lines, only what both have inserted.
        guard let one = insertion(words(base), words(ours)), let other = insertion(words(base), words(theirs)) else {
            return nil
        }
        return inserting(one, other, into: words(base)).flatMap { $0 }
    }

    private static func isTelling(_ line: Line) -> Bool { line.contains(where: isName) }

    private static func merged(_ ours: [Line], _ base: [Line], _ theirs: [Line]) -> [Line]? {
        // An attribute or a comment of the author belongs to what follows it: the template's comes before.
        guard !base.isEmpty else { return theirs + ours }
        switch (insertion(base, ours), insertion(base, theirs)) {
        case (let one?, let other?): return inserting(one, other, into: base)
        case (let one?, nil): return outside(one, base, theirs)
        case (nil, let other?): return outside(other, base, ours)
        case (nil, nil): return nil
        }
    }

    private typealias Insertion = (place: Int, pieces: [Line])

    /// Both insertions, that of the template first where they are at one place.
    private static func inserting(_ ours: Insertion, _ theirs: Insertion, into base: [Line]) -> [Line] {
        let (first, second) = theirs.place <= ours.place ? (theirs, ours) : (ours, theirs)
        return base[..<first.place] + first.pieces + base[first.place..<second.place] + second.pieces
            + base[second.place...]
    }

    /// The insertion before or after `changed`, where it can be read as one before or after all of `base`; else nil.
    private static func outside(_ insertion: Insertion, _ base: [Line], _ changed: [Line]) -> [Line]? {
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
    private static func insertion(_ base: [Line], _ changed: [Line]) -> Insertion? {
        let place = zip(base, changed).prefix { $0 == $1 }.count
        let more = changed.count - base.count
        guard more > 0, base[place...].elementsEqual(changed[(place + more)...]) else { return nil }
        return (place, Array(changed[place..<place + more]))
    }

    /// Names and numbers whole, and every other byte alone.
    private static func words(_ lines: [Line]) -> [Line] {
        var words: [Line] = []
        for line in lines {
            var rest = line
            while let first = rest.first {
                let word = isName(first) ? rest.prefix(while: isName) : rest.prefix(1)
                words.append(word)
                rest = rest.dropFirst(word.count)
            }
        }
        return words
    }

    private static func isName(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || byte >= 0x80 || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF)
    }
}
