/// One piece of SQL text, as PostgreSQL cuts it; white space and comments are none.
public struct SQLToken {
    public enum Kind: Equatable {
        /// A keyword, or a name without quotes.
        case word
        /// A name in double quotes.
        case quotedName
        /// A text in single quotes or between `$tag$`s, with all of it.
        case text
        /// Digits and what belongs to them, or a `$1`.
        case number
        /// One other character.
        case symbol
    }

    public let kind: Kind
    /// As it is written, with its quotes.
    public let text: Text

    /// Whether this is that keyword, capitals or not.
    public func isKeyword(_ keyword: Text) -> Bool { kind == .word && text.equals(ignoringCase: keyword) }

    /// What a text in plain single quotes says; nil for any other token, and for one with a `\`, which a server's
    /// settings give a meaning or none.
    public var string: Text? {
        guard text.count >= 2, text.start.byte == UInt8(ascii: "'"), (text.end &+ -1).byte == UInt8(ascii: "'"),
            !text.includes("\\")
        else { return nil }
        let inside = Text(text.start &+ 1, upTo: text.end &+ -1)
        guard inside.includes("'") else { return inside }
        var out = Buffer(capacity: inside.count), isDoubled = false
        for byte in inside {
            isDoubled = byte == UInt8(ascii: "'") && !isDoubled
            if !isDoubled { out.append(byte) }
        }
        return isDoubled ? nil : out.text
    }
}

extension Text {
    /// The pieces of this SQL text, for some 160 units of fuel each.
    public var sqlTokens: SQLTokens { SQLTokens(self) }

    /// Whether a word of this SQL text, outside quotes and comments, is `keyword`, capitals or not.
    public func hasKeyword(_ keyword: Text) -> Bool {
        // A cheap look first: most texts don't hold the word at all.
        guard includes(ignoringCase: keyword) else { return false }
        for token in sqlTokens where token.isKeyword(keyword) { return true }
        return false
    }

    /// This text as an SQL literal: what goes into a `.rewrite` needs this, or a quote in it ends the literal.
    ///
    /// A zero byte, which no SQL text can hold, becomes U+FFFD.
    public var sqlLiteral: Text {
        var out = Buffer(capacity: count &* 2 &+ 16)
        if includes("\\") { out.append(UInt8(ascii: "E")) }
        out.append(UInt8(ascii: "'"))
        for byte in self {
            if byte == 0 {
                out.append(scalar: 0xFFFD)
                continue
            }
            if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\\") { out.append(byte) }
            out.append(byte)
        }
        out.append(UInt8(ascii: "'"))
        return out.text
    }

    /// The word this SQL text begins with, after comments and brackets.
    public var firstKeyword: Text? {
        for token in sqlTokens where token.text != "(" { return token.kind == .word ? token.text : nil }
        return nil
    }
}

/// Cuts SQL text into pieces, without copying. Unclosed quotes and comments reach to the end.
public struct SQLTokens: Sequence, IteratorProtocol {
    private var at: UnsafeRawPointer
    private let end: UnsafeRawPointer

    init(_ sql: Text) {
        at = sql.start
        end = sql.end
    }

    public mutating func next() -> SQLToken? {
        skipSpaceAndComments()
        guard at < end else { return nil }
        let start = at, first = at.byte
        var kind = SQLToken.Kind.symbol
        at = at &+ 1
        if first.beginsWord {
            kind = .word
            while at < end, at.byte.continuesWord { at = at &+ 1 }
            if at < end, at.byte == UInt8(ascii: "'"), at - start == 1, first.lowercased.isTextPrefix {
                kind = .text
                skipQuoted(hasEscapes: first.lowercased == UInt8(ascii: "e"))
            }
        } else if first == UInt8(ascii: "'") || first == UInt8(ascii: "\"") {
            kind = first == UInt8(ascii: "'") ? .text : .quotedName
            at = start
            skipQuoted(hasEscapes: false)
        } else if first.isDigit || first == UInt8(ascii: ".") && at < end && at.byte.isDigit {
            kind = .number
            while at < end, at.byte.continuesWord || at.byte == UInt8(ascii: ".") { at = at &+ 1 }
        } else if first == UInt8(ascii: "$") {
            if at < end, at.byte.isDigit {
                kind = .number
                while at < end, at.byte.isDigit { at = at &+ 1 }
            } else if skipDollarQuoted(from: start) {
                kind = .text
            }
        }
        return SQLToken(kind: kind, text: Text(start, upTo: at))
    }

    private mutating func skipSpaceAndComments() {
        while at < end {
            let byte = at.byte
            if byte <= 0x20 {
                at = at &+ 1
            } else if byte == UInt8(ascii: "-"), isNext("-") {
                while at < end, at.byte != 0x0A, at.byte != 0x0D { at = at &+ 1 }
            } else if byte == UInt8(ascii: "/"), isNext("*") {
                skipComment()
            } else {
                return
            }
        }
    }

    /// Steps over a comment, which may hold others.
    private mutating func skipComment() {
        var depth = 0
        while at < end {
            if at.byte == UInt8(ascii: "/"), isNext("*") {
                depth &+= 1
                at = at &+ 2
            } else if at.byte == UInt8(ascii: "*"), isNext("/") {
                depth &-= 1
                at = at &+ 2
                if depth == 0 { return }
            } else {
                at = at &+ 1
            }
        }
    }

    /// Whether the byte after this one is `character`.
    @inline(__always)
    private func isNext(_ character: Unicode.Scalar) -> Bool {
        at &+ 2 <= end && (at &+ 1).byte == UInt8(ascii: character)
    }

    /// Steps over what begins with the quote here; a doubled quote is part of it.
    private mutating func skipQuoted(hasEscapes: Bool) {
        let quote = at.byte
        at = at &+ 1
        while at < end {
            let byte = at.byte
            at = at &+ 1
            if byte == quote {
                guard at < end, at.byte == quote else { return }
                at = at &+ 1
            } else if hasEscapes, byte == UInt8(ascii: "\\"), at < end {
                at = at &+ 1
            }
        }
    }

    /// Steps over `$tag$ … $tag$`, if that is what begins at `start`.
    private mutating func skipDollarQuoted(from start: UnsafeRawPointer) -> Bool {
        var close = at
        while close < end, close.byte.continuesWord, close.byte != UInt8(ascii: "$") { close = close &+ 1 }
        guard close < end, close.byte == UInt8(ascii: "$") else { return false }
        let mark = Text(start, upTo: close &+ 1), inside = Text(close &+ 1, upTo: end)
        at = inside.position(of: mark).map { inside.start &+ ($0 &+ mark.count) } ?? end
        return true
    }
}

/// What each ASCII character is: `.` space, `-` symbol, `0` part of a word but not its first, `a` any part of a word.
private let kinds: StaticString = """
    .................................---0-----------0000000000------\
    -aaaaaaaaaaaaaaaaaaaaaaaaaa----a-aaaaaaaaaaaaaaaaaaaaaaaaaa-----
    """

extension UInt8 {
    @inline(__always)
    private var kind: UInt8 { self < 0x80 ? kinds.utf8Start[Int(self)] : UInt8(ascii: "a") }
    @inline(__always)
    fileprivate var beginsWord: Bool { kind == UInt8(ascii: "a") }
    @inline(__always)
    fileprivate var continuesWord: Bool { kind >= UInt8(ascii: "0") }
    /// `e'…'`, `b'…'`, `x'…'`, `n'…'`: a text, not a word before one.
    fileprivate var isTextPrefix: Bool {
        self == UInt8(ascii: "e") || self == UInt8(ascii: "b") || self == UInt8(ascii: "x") || self == UInt8(ascii: "n")
    }
}
