import CPluginABI

// What words mean beside each other in SQL, as far as it takes to find tables.

/// What a table's name, or a list of these, may come next for; and what else is to be attended to.
struct Wants: OptionSet {
    let rawValue: UInt32

    /// A table.
    static let table = Wants(rawValue: 1)
    /// One that is written or defined: never the name of a WITH.
    static let target = Wants(rawValue: 2)
    /// A `(` behind the name makes it a function's.
    static let call = Wants(rawValue: 4)
    /// SELECT … INTO, where TEMP and the like may stand before the name.
    static let into = Wants(rawValue: 8)
    /// A column whose table is meant: COMMENT ON COLUMN.
    static let column = Wants(rawValue: 16)
    /// Options in brackets: VACUUM (FULL) t.
    static let options = Wants(rawValue: 64)
    /// Brackets stand around it, or around a list.
    static let brackets = Wants(rawValue: 128)
}

/// What is known of a level: the statement, or what is in brackets.
struct Level: OptionSet {
    let rawValue: UInt32

    /// FROM names tables here: not so in `extract(year FROM x)`.
    static let query = Level(rawValue: 1)
    /// A comma begins another table, as in FROM a, b.
    static let fromList = Level(rawValue: 2)
    /// A comma begins another table that is written or defined, as in TRUNCATE a, b.
    static let targetList = Level(rawValue: 4)
    /// USING names tables here: once, in DELETE and MERGE.
    static let using = Level(rawValue: 8)
    /// A comma begins another name of a WITH.
    static let withList = Level(rawValue: 16)
    /// That WITH is recursive.
    static let recursive = Level(rawValue: 32)
    /// The level within it is the body of a WITH.
    static let body = Level(rawValue: 64)
    /// A comma means something.
    static let lists: Level = [.fromList, .targetList, .withList]
}

/// What a statement's first word says of the rest.
struct Statement: OptionSet {
    let rawValue: UInt32

    /// FROM names no tables outside of brackets.
    static let fromIsOther = Statement(rawValue: 1)
    /// It defines something; until a query begins, ON, VIEW and others come before a table's name.
    static let head = Statement(rawValue: 2)
    /// GRANT and REVOKE, where SELECT is a privilege.
    static let privileges = Statement(rawValue: 4)
    /// COMMENT and the like.
    static let comment = Statement(rawValue: 8)
    /// IMPORT FOREIGN SCHEMA, where tables are in brackets, and INTO comes before a schema.
    static let schema = Statement(rawValue: 16)
}

extension SQLText {
    /// The keyword at a place; what it takes to look for it counts.
    @inline(never)
    func keyword(at place: UnsafeRawPointer) -> Keyword {
        spent.pointee &+= 240
        return Keyword.at(place)
    }

    /// The byte behind options such as `(FULL, PARALLEL 2)`; nil when a query is in the brackets.
    @inline(never)
    func optionsEnd(_ place: UnsafeRawPointer) -> UnsafeRawPointer? {
        let next = skippingSpace(place &+ 1)
        guard next < end, next.byte != UInt8(ascii: "("), keyword(at: next) != .select, keyword(at: next) != .with,
            keyword(at: next) != .values, keyword(at: next) != .table
        else { return nil }
        let last = clip(next &+ 256)
        let close = next.first(UInt8(ascii: ")"), or: UInt8(ascii: ")"), before: last)
        return close < last ? close &+ 1 : nil
    }

    struct WithBody {
        var name: NamePart
        /// Where the query in the brackets begins.
        var start: UnsafeRawPointer
        var isRecursive: Bool
        /// Whether the name can't be told for sure.
        var isOpaque: Bool
    }

    /// `[RECURSIVE] name [(columns)] AS [[NOT] MATERIALIZED] (`, and nothing else.
    @inline(never)
    func withBody(behind place: UnsafeRawPointer, isFirst: Bool = false) -> WithBody? {
        var at = skippingSpace(place)
        var isRecursive = false
        if isFirst, at < end, keyword(at: at) == .recursive {
            let name = skippingSpace(at &+ 9)
            if name < end, keyword(at: name) != .as, name.byte != UInt8(ascii: "(") {
                isRecursive = true
                at = name
            }
        }
        guard at < end else { return nil }
        var parser = NameParser(at: at, end: end)
        guard let name = parser.part() else { return nil }
        let isOpaque = parser.isOpaque
        at = skippingSpace(parser.at)
        if at < end, at.byte == UInt8(ascii: "(") {
            var columns = 0
            repeat {
                spent.pointee &+= 150
                columns &+= 1
                at = skippingSpace(at &+ 1)
                guard at < end else { return nil }
                parser = NameParser(at: at, end: end)
                guard parser.part() != nil else { return nil }
                at = skippingSpace(parser.at)
            } while at < end && at.byte == UInt8(ascii: ",") && columns < 200
            guard at < end, at.byte == UInt8(ascii: ")") else { return nil }
            at = skippingSpace(at &+ 1)
        }
        guard at < end, keyword(at: at) == .as else { return nil }
        at = skippingSpace(at &+ 2)
        if at < end, keyword(at: at) == .not { at = skippingSpace(at &+ 3) }
        if at < end, keyword(at: at) == .materialized { at = skippingSpace(at &+ 12) }
        guard at < end, at.byte == UInt8(ascii: "(") else { return nil }
        return WithBody(name: name, start: at &+ 1, isRecursive: isRecursive, isOpaque: isOpaque)
    }

    @inline(never)
    func isWord(at place: UnsafeRawPointer, _ word: Keyword) -> Bool {
        place < end && keyword(at: place) == word
    }

    /// Whether a `(` is next.
    func isCall(_ place: UnsafeRawPointer) -> Bool {
        let next = skippingSpace(place)
        return next < end && next.byte == UInt8(ascii: "(")
    }

    /// Whether a blank is before `place`, and before that a byte that ends neither a comment nor a name with a dot.
    @inline(__always)
    func isBehindBlank(_ place: UnsafeRawPointer) -> Bool {
        // Both bytes at once: the blank is the upper.
        let before = UInt32((place &+ -2).loadUnaligned(as: UInt16.self)) &- 0x2000
        return before > 0x20 && before < 0x100 && before & 0xFE != 0x2E
    }

    /// The end of a string of a few plain bytes, behind neither a letter nor AS; nil for any other.
    @inline(__always)
    func shortStringEnd(_ place: UnsafeRawPointer) -> UnsafeRawPointer? {
        guard isBehindBlank(place), (place &+ -2).byte | 0x20 != UInt8(ascii: "s"),
            let close = shortQuotesEnd(place, UInt8(ascii: "'")), (close &+ -2).byte != UInt8(ascii: "\\")
        else { return nil }
        return close
    }

    /// The end of quotes with at most 15 bytes in them, none of which is a quote.
    @inline(__always)
    func shortQuotesEnd(_ place: UnsafeRawPointer, _ quote: UInt8) -> UnsafeRawPointer? {
        let quotes = bytes_equal(place &+ 1, quote)
        let close = place &+ (2 &+ quotes.trailingZeroBitCount)
        return quotes != 0 && close < end && close.byte != quote ? close : nil
    }

    /// Whether a blank is behind the word of `count` bytes at `place`, and it is a keyword, if it is spelt as one.
    @inline(__always)
    func isPlain(_ place: UnsafeRawPointer, _ count: Int) -> Bool {
        (place &+ count).byte == UInt8(ascii: " ") && isBehindBlank(place)
    }

    /// The end of a table's name that is told from the wanted one by its length; nil for any that takes a closer look.
    @inline(__always)
    func quickName(_ place: UnsafeRawPointer, _ wanted: Text?) -> UnsafeRawPointer? {
        guard let wanted, place < end, place.byte.beginsWord else { return nil }
        let word = Word(place)
        if word.isReserved { return nil }
        let nameEnd = place.wordEnd
        let count = nameEnd - place
        guard nameEnd < end, count != wanted.count else { return nil }
        let byte = nameEnd.byte
        // A dot or brackets behind it make it something else.
        if byte == UInt8(ascii: ",") || byte == UInt8(ascii: ")") { return nameEnd }
        return byte == UInt8(ascii: " ") && (nameEnd &+ 1).byte > UInt8(ascii: "/") ? nameEnd : nil
    }

    /// Comments, with the white space behind them.
    struct Comments {
        var start: UnsafeRawPointer
        var end: UnsafeRawPointer
    }

    /// The last byte of the token before `place`; nil at the start.
    ///
    /// `comments` are the last before `place`: backwards, they could not be told from other text.
    @inline(never)
    func lastByte(before place: UnsafeRawPointer, _ comments: Comments) -> UnsafeRawPointer? {
        var at = place
        if at == comments.end { at = comments.start }
        while at > start, (at &+ -1).byte.isSQLSpace { at = at &+ -1 }
        return at > start ? at &+ -1 : nil
    }

    /// Whether the token before `place` is that word.
    @inline(never)
    func isWord(before place: UnsafeRawPointer, _ word: Keyword, _ comments: Comments) -> Bool {
        guard let last = lastByte(before: place, comments) else { return false }
        var first = last
        while first > start, (first &+ -1).byte.continuesWord, last - first < 12 { first = first &+ -1 }
        return keyword(at: first) == word
    }

    /// Whether the string at `place`, perhaps with a letter before its quote, comes behind AS.
    @inline(never)
    func isBehindAs(_ place: UnsafeRawPointer, _ comments: Comments) -> Bool {
        var at = place
        if at > start, (at &+ -1).byte == UInt8(ascii: "&") { at = at &+ -1 }
        if at > start, (at &+ -1).byte.beginsWord { at = at &+ -1 }
        return isWord(before: at, .as, comments)
    }

    /// Whether the word at `place` is a name because a dot is before it, though not the dot of a number.
    @inline(never)
    func isBehindDot(_ place: UnsafeRawPointer, _ comments: Comments) -> Bool {
        guard let last = lastByte(before: place, comments), last.byte == UInt8(ascii: ".") else { return false }
        return !((last > start && (last &+ -1).byte.isDigit) && !isInWord(last))
    }

    /// Whether `(` or `,` is before `place`.
    @inline(never)
    func isFirstInBrackets(_ place: UnsafeRawPointer, _ comments: Comments) -> Bool {
        guard let last = lastByte(before: place, comments) else { return false }
        return last.byte == UInt8(ascii: "(") || last.byte == UInt8(ascii: ",")
    }

    /// The place behind `[NOT] DISTINCT FROM`, if that is what follows IS: no table is meant.
    @inline(never)
    func skippingDistinctFrom(_ place: UnsafeRawPointer) -> UnsafeRawPointer {
        var at = skippingSpace(place)
        if at < end, keyword(at: at) == .not { at = skippingSpace(at &+ 3) }
        guard at < end, keyword(at: at) == .distinct else { return place }
        at = skippingSpace(at &+ 8)
        guard at < end, keyword(at: at) == .from else { return place }
        return at &+ 4
    }

    /// Whether UPDATE begins a statement: not in FOR UPDATE, ON UPDATE, THEN UPDATE and the like.
    @inline(never)
    func updatesTable(_ place: UnsafeRawPointer, _ comments: Comments, hasPrivileges: Bool) -> Bool {
        guard let last = lastByte(before: place, comments) else { return true }
        var word = last
        while word > start, (word &+ -1).byte.continuesWord, last - word < 8 { word = word &+ -1 }
        if last.byte == UInt8(ascii: ",") { return !hasPrivileges }
        switch keyword(at: word) {
        case .for, .key, .then, .on, .or, .of, .before, .after, .grant, .revoke: return false
        // ON CONFLICT DO UPDATE SET; in a rule, DO UPDATE t SET.
        case .do: return !isWord(at: skippingSpace(place &+ 6), .set)
        default: return true
        }
    }

    /// The place behind the options of EXPLAIN.
    func explainEnd(_ place: UnsafeRawPointer) -> UnsafeRawPointer {
        var next = skippingSpace(place)
        var count = 0
        while next < end, count < 4 {
            count &+= 1
            if keyword(at: next) == .analyze || keyword(at: next) == .analyse || keyword(at: next) == .verbose {
                next = skippingSpace(next &+ 7)
            } else if next.byte == UInt8(ascii: "("), let end = optionsEnd(next) {
                next = skippingSpace(end)
            } else {
                break
            }
        }
        return next
    }

    /// The end of a word that may stand before a table's name; nil when this is none.
    @inline(never)
    func wordBeforeName(_ place: UnsafeRawPointer, _ word: Keyword, _ wanted: Wants) -> UnsafeRawPointer? {
        let end = place.wordEnd
        switch word {
        case .only, .lateral: return end
        case .concurrently: return wanted.contains(.target) ? end : nil
        case .full, .freeze, .verbose, .analyze, .analyse: return wanted.contains(.options) ? end : nil
        case .table: return wanted.contains(.into) ? end : nil
        case .temp, .temporary, .unlogged, .local, .global:
            return wanted.contains(.into) && isBeforeName(end) ? end : nil
        case .if:
            // IF [NOT] EXISTS
            guard wanted.contains(.target) else { return nil }
            var next = skippingSpace(end)
            if keyword(at: next) == .not { next = skippingSpace(next &+ 3) }
            return keyword(at: next) == .exists ? next &+ 6 : nil
        default: return nil
        }
    }

    /// Whether a name is next, or a word that comes before one.
    func isBeforeName(_ place: UnsafeRawPointer) -> Bool {
        let next = skippingSpace(place)
        guard next < end, next.byte.beginsWord || next.byte == UInt8(ascii: "\"") else { return false }
        switch keyword(at: next) {
        case .table: return true
        case .values, .default, .overriding: return false
        case let other: return !other.isReserved
        }
    }
}

extension Word {
    /// Whether it may be a keyword, or a word before a name, where a table is wanted: a look at its first letters.
    @inline(__always)
    var isReserved: Bool {
        switch letter {
        case UInt8(ascii: "a"): return begins("as") || begins("all ") || begins("anal")
        case UInt8(ascii: "c"): return begins("conc")
        case UInt8(ascii: "e"): return begins("exce")
        case UInt8(ascii: "f"):
            return begins("from") || begins("for ") || begins("fetc") || begins("full") || begins("free")
        case UInt8(ascii: "g"): return begins("grou") || begins("gran") || begins("glob")
        case UInt8(ascii: "h"): return begins("havi")
        case UInt8(ascii: "i"): return begins("in") || begins("is") || begins("if") || begins("into") || begins("inte")
        case UInt8(ascii: "j"): return begins("join")
        case UInt8(ascii: "l"):
            return begins("late") || begins("left") || begins("limi") || begins("like") || begins("loca")
        // So many tables are called orders.
        case UInt8(ascii: "o"):
            return begins("only") || begins("on") || begins("offs")
                || begins("orde") && !(place &+ 5).byte.continuesWord
        case UInt8(ascii: "r"): return begins("retu") || begins("refe") || begins("rows")
        case UInt8(ascii: "s"): return begins("sele")
        case UInt8(ascii: "t"): return begins("tabl") || begins("to") || begins("temp")
        case UInt8(ascii: "u"): return begins("unio") || begins("usin") || begins("unlo") || lead & 0xFF00 == 0x2600
        case UInt8(ascii: "v"): return begins("verb")
        case UInt8(ascii: "w"): return begins("wher") || begins("wind") || begins("with") || begins("when")
        default: return false
        }
    }

    /// Whether these are its first letters; of two, whether they are the word.
    @inline(__always)
    private func begins(_ keyword: StaticString) -> Bool {
        if keyword.utf8CodeUnitCount == 2 {
            return lead & 0xFFFF == UInt32(UnsafeRawPointer(keyword.utf8Start).loadUnaligned(as: UInt16.self))
                && lead & 0xFF_0000 < 0x40_0000
        }
        // A blank is any byte that ends a word.
        if UnsafeRawPointer(keyword.utf8Start + 3).load(as: UInt8.self) == UInt8(ascii: " ") {
            return lead & 0xFF_FFFF == letters(keyword) & 0xFF_FFFF
        }
        return lead == letters(keyword)
    }
}

/// The first four letters of a keyword, to be compared with those of a word.
@inline(__always)
func letters(_ keyword: StaticString) -> UInt32 { UnsafeRawPointer(keyword.utf8Start).halfWord }
