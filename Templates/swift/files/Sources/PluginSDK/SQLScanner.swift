import CPluginABI

/// Finds the places in SQL text that may mean something: words that begin as a keyword does, dollar signs, and the
/// characters `" ' ( ) , - / ; [ ]`. Of 64 bytes these are found together.
struct SQLMarks {
    private let end: UnsafeRawPointer
    /// The bytes that `marks` is about: a bit for each place that is still to come.
    private var block: UnsafeRawPointer
    private var marks: UInt64 = 0
    /// Whether the byte before the next block belongs to a word, and is neither a digit nor `$`.
    private var isInWord: UInt64 = 0
    /// The last place found.
    private(set) var place: UnsafeRawPointer
    /// The fuel that is left; when there is none, no more places are found.
    var left: Int

    /// Finds the places of a text. What each costs, and the little that is done about most, is taken from `budget`.
    @inline(__always)
    init(_ text: SQLText, budget: Int = .max) {
        end = text.end
        block = text.start &+ -64
        place = text.start
        left = budget
    }

    /// Goes to the next place; false when there is none.
    ///
    /// A word that runs into digits counts as well: before PostgreSQL 15, `1FROM` were two tokens.
    @inline(__always)
    mutating func advance() -> Bool {
        while marks == 0 {
            block = block &+ 64
            guard block < end, left > 0 else { return false }
            let words = sql_words_and_marks(block, &marks)
            marks &= ~(words & (words &<< 1 | isInWord))
            isInWord = words &>> 63
            let rest = end - block
            if rest < 64 { marks &= Self.places(before: rest) }
        }
        place = block &+ marks.trailingZeroBitCount
        marks &= marks &- 1
        left &-= 53
        return true
    }

    @inline(never)
    private static func places(before count: Int) -> UInt64 {
        ~(UInt64.max &<< UInt64(truncatingIfNeeded: UInt(bitPattern: count)))
    }

    /// Goes on at `place`, which isn't before the last one and is no place within a word.
    @inline(__always)
    mutating func seek(_ place: UnsafeRawPointer) {
        let offset = UInt(bitPattern: place) &- UInt(bitPattern: block)
        if offset < 64 {
            marks &= UInt64.max &<< UInt64(truncatingIfNeeded: offset)
        } else {
            block = place &+ -64
            marks = 0
            isInWord = 0
        }
    }

    /// Goes on at `place`, and takes it for the start of a word if it belongs to one.
    @inline(__always)
    mutating func restart(at place: UnsafeRawPointer) {
        block = place &+ -64
        marks = 0
        isInWord = 0
        left &-= 350
    }
}

/// SQL text, and what its places mean. Behind it 64 bytes may be read, and before it two.
struct SQLText {
    let start: UnsafeRawPointer
    let end: UnsafeRawPointer
    /// The fuel that went for stepping over comments.
    let spent: UnsafeMutablePointer<Int>

    /// A copy of a text.
    init(_ text: Text) { self.init(padded: text.padded) }

    /// A text behind which 64 bytes may be read, and before it two.
    init(padded text: Text) {
        start = text.start
        end = text.end
        spent = .allocate(capacity: 1)
        spent.initialize(to: 0)
    }

    /// `place`, or the end if that comes first.
    @inline(__always)
    func clip(_ place: UnsafeRawPointer) -> UnsafeRawPointer { place < end ? place : end }

    /// The first byte at or after `place` that is neither white space nor in a comment; behind the end when there are too
    /// many comments to read.
    @inline(never)
    func skippingSpace(_ place: UnsafeRawPointer) -> UnsafeRawPointer {
        var at = place
        var comments = 0
        while at < end {
            let byte = at.byte
            if byte.isSQLSpace {
                at = at &+ 1
                // One blank is what mostly stands between words.
                guard at < end, at.byte.isSQLSpace else { continue }
                var others = sql_not_space(at)
                while others == 0, at < end {
                    at = at &+ 16
                    others = sql_not_space(at)
                }
                at = clip(at &+ others.trailingZeroBitCount)
            } else if byte == UInt8(ascii: "-"), at &+ 1 < end, (at &+ 1).byte == UInt8(ascii: "-") {
                at = (at &+ 2).first(0x0A, or: 0x0D, before: end)
                comments &+= 1
            } else if byte == UInt8(ascii: "/"), at &+ 1 < end, (at &+ 1).byte == UInt8(ascii: "*") {
                at = skippingComment(at)
                comments &+= 1
            } else {
                break
            }
            if comments > 0 {
                spent.pointee &+= 80
                guard comments <= 1_000 else { return end &+ 1 }
            }
        }
        return at
    }

    /// The byte behind the comments that begin at `place`, and the white space behind these; else `place`.
    func skippingComments(_ place: UnsafeRawPointer) -> UnsafeRawPointer {
        let byte = place.byte
        return byte == UInt8(ascii: "-") || byte == UInt8(ascii: "/") ? skippingSpace(place) : place
    }

    /// Whether a word that begins before `place` goes on there. Digits alone are none.
    @inline(never)
    func isInWord(_ place: UnsafeRawPointer) -> Bool {
        var at = place
        while at > start, (at &+ -1).byte.isDigit { at = at &+ -1 }
        return at > start && (at &+ -1).byte.continuesWord
    }

    /// The byte behind the comment that begins at `place` and may hold others.
    private func skippingComment(_ place: UnsafeRawPointer) -> UnsafeRawPointer {
        var at = place &+ 2
        var depth = 1
        while at &+ 1 < end {
            // In 16 bytes: the stars before a slash, and the slashes before a star.
            let stars = bytes_equal(at, UInt8(ascii: "*"))
            let slashes = bytes_equal(at, UInt8(ascii: "/"))
            let found = (stars & slashes &>> 1 | slashes & stars &>> 1) & 0x7FFF
            guard found != 0 else {
                at = at &+ 15
                continue
            }
            at = at &+ found.trailingZeroBitCount
            guard at &+ 1 < end else { return end }
            spent.pointee &+= 40
            depth &+= at.byte == UInt8(ascii: "*") ? -1 : 1
            at = at &+ 2
            if depth == 0 { return at }
        }
        return end
    }

    /// The end of what is in quotes.
    struct Quotes {
        var end: UnsafeRawPointer
        /// Whether there were quotes at all: not at a `$` that begins none.
        var isQuoted = true
        /// Whether a server's settings decide where it ends.
        var isAmbiguous = false
    }

    /// Steps over what begins with the `'`, `"` or `$` at `place`; a doubled quote is part of it.
    @inline(never)
    func skippingQuotes(_ place: UnsafeRawPointer) -> Quotes {
        let quote = place.byte
        if quote == UInt8(ascii: "$") { return skippingDollarQuotes(place) }
        guard quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
            return Quotes(end: clip(place &+ 1), isQuoted: false)
        }
        if quote == UInt8(ascii: "'"), hasEscapes(place) { return Quotes(end: skippingEscapeString(place &+ 1)) }
        var at = place &+ 1
        var isAmbiguous = false
        var runs = 0
        while true {
            // Doubled quotes come in runs.
            while at &+ 1 < end, at.byte == quote, (at &+ 1).byte == quote { at = at &+ 2 }
            if at >= end || at.byte == quote { break }
            at = at.first(quote, or: quote, before: end)
            if quote == UInt8(ascii: "'"), at < end, (at &+ -1).byte == UInt8(ascii: "\\") {
                var first = at &+ -1
                while (first &+ -1).byte == UInt8(ascii: "\\") { first = first &+ -1 }
                if (at - first) & 1 != 0 { isAmbiguous = true }
            }
            runs &+= 1
            spent.pointee &+= 150
            // So many in one text are too many to read.
            guard runs < 800 else { return Quotes(end: end &+ 1, isAmbiguous: isAmbiguous) }
        }
        return Quotes(end: clip(at &+ 1), isAmbiguous: isAmbiguous)
    }

    /// Whether the `'` at `place` follows an `E` that is no part of a longer word.
    private func hasEscapes(_ place: UnsafeRawPointer) -> Bool {
        guard place > start, (place &+ -1).byte | 0x20 == UInt8(ascii: "e") else { return false }
        return place == start &+ 1 || !(place &+ -2).byte.continuesWord
    }

    private func skippingEscapeString(_ inside: UnsafeRawPointer) -> UnsafeRawPointer {
        var at = inside
        while true {
            // Backslashes come in runs.
            while at &+ 1 < end, at.byte == UInt8(ascii: "\\") { at = at &+ 2 }
            at = at.first(UInt8(ascii: "'"), or: UInt8(ascii: "\\"), before: end)
            guard at < end else { return end }
            if at.byte == UInt8(ascii: "'") {
                at = at &+ 1
                guard at < end, at.byte == UInt8(ascii: "'") else { return at }
                at = at &+ 1
            } else if at &+ 1 >= end {
                return end
            }
        }
    }

    /// Steps over `$tag$ … $tag$`, over `$1`, or over a `$` alone.
    private func skippingDollarQuotes(_ place: UnsafeRawPointer) -> Quotes {
        var at = place &+ 1
        if isInWord(place) { return Quotes(end: at, isQuoted: false) }
        if at < end, at.byte.isDigit {
            while at < end, at.byte.isDigit { at = at &+ 1 }
            return Quotes(end: at, isQuoted: false)
        }
        while at < end, at.byte.continuesWord, at.byte != UInt8(ascii: "$") { at = at &+ 1 }
        guard at < end, at.byte == UInt8(ascii: "$") else { return Quotes(end: place &+ 1, isQuoted: false) }
        let mark = Text(place, upTo: at &+ 1)
        at = at &+ 1
        while true {
            at = at.first(UInt8(ascii: "$"), or: UInt8(ascii: "$"), before: end)
            guard at &+ mark.count <= end else { return Quotes(end: end) }
            if Text(start: at, count: mark.count) == mark { return Quotes(end: at &+ mark.count) }
            at = at &+ 1
        }
    }

    /// The quote behind a prefix such as `E`, `X` or `U&`, if that is what the word is.
    func quotesBehindPrefix(_ word: UnsafeRawPointer, _ wordEnd: UnsafeRawPointer) -> UnsafeRawPointer? {
        guard wordEnd - word == 1, wordEnd < end else { return nil }
        switch word.byte | 0x20 {
        case UInt8(ascii: "e"), UInt8(ascii: "b"), UInt8(ascii: "x"), UInt8(ascii: "n"):
            return wordEnd.byte == UInt8(ascii: "'") ? wordEnd : nil
        case UInt8(ascii: "u"):
            let quote = wordEnd &+ 1
            guard wordEnd.byte == UInt8(ascii: "&"), quote < end else { return nil }
            return quote.byte == UInt8(ascii: "'") || quote.byte == UInt8(ascii: "\"") ? quote : nil
        default: return nil
        }
    }

    /// Steps over digits, and a dot with more of them.
    func skippingNumber(_ place: UnsafeRawPointer) -> UnsafeRawPointer {
        var at = place
        while at < end, at.byte.isDigit || at.byte == UInt8(ascii: "_") { at = at &+ 1 }
        if at < end, at.byte == UInt8(ascii: ".") {
            at = at &+ 1
            while at < end, at.byte.isDigit || at.byte == UInt8(ascii: "_") { at = at &+ 1 }
        }
        return at
    }
}

extension UnsafeRawPointer {
    /// The end of the word that begins here; it reads 16 bytes behind that.
    @inline(__always)
    var wordEnd: UnsafeRawPointer {
        var at = self
        while true {
            let words = sql_words(at)
            if words != 0xFFFF { return at &+ (~words).trailingZeroBitCount }
            at = at &+ 16
        }
    }

    /// Whether the word here is that keyword, capitals or not.
    @inline(__always)
    func isKeyword(_ keyword: Keyword) -> Bool { Keyword.at(self) == keyword }
}

/// A word of SQL text, by its first four letters, small.
struct Word {
    let place: UnsafeRawPointer
    let lead: UInt32

    @inline(__always)
    init(_ place: UnsafeRawPointer) {
        self.place = place
        lead = place.halfWord | 0x2020_2020
    }

    /// The first letter.
    @inline(__always)
    var letter: UInt8 { UInt8(truncatingIfNeeded: lead) }
}

extension UInt8 {
    /// Whether this is white space in SQL.
    @inline(__always)
    var isSQLSpace: Bool { sql_is_space(self) }
    /// Whether a word may begin with this.
    @inline(__always)
    var beginsWord: Bool { sql_begins_word(self) }
    /// Whether a word may go on with this.
    @inline(__always)
    var continuesWord: Bool { sql_continues_word(self) }
}
