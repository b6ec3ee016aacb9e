/// SQL text, of the query or from elsewhere.
///
/// It is read as PostgreSQL reads it, by its tokens: what stands in a quoted text or a comment is no keyword and no
/// table. What it cannot show is what runs elsewhere: the SQL inside functions, views, rules and triggers, in the
/// argument of `query_to_xml` and its like, and names that are put together at run time.
public struct SQL {
    /// The text.
    public let text: Text

    /// This text as SQL.
    public init(_ text: Text) { self.text = text }

    /// The tables that the text reads or writes, in the order in which they are named.
    ///
    /// A byte of the text counts as a unit, and a token that has to be looked at as four: when there are more than
    /// `limit` of one or the other, the rest isn't read and `examination` says so.
    public func tables(within limit: Int) -> Tables { Tables(inspection(within: limit)) }

    /// Whether the text reads or writes a table: what a guard asks.
    ///
    /// Capitals and double quotes don't matter, and `table` without a schema means that table in every schema. The
    /// answer is `unknown` when the text cannot be examined whole: block that, too.
    public func touches(_ table: Text, within limit: Int) -> Touch { inspection(within: limit).touches(table) }

    /// Whether every statement only reads, as far as the text tells: false also when it cannot be examined.
    public func isReadOnly(within limit: Int) -> Bool { inspection(within: limit).isReadOnly }

    /// Whether a word of the text, outside quotes and comments, is `keyword`, capitals or not.
    public func hasKeyword(_ keyword: Text) -> Bool {
        let sql = SQLText(text)
        var marks = SQLMarks(sql)
        var at = sql.start
        var hasMark = marks.advance()
        // Most texts don't hold the word at all; where they do, it may be in quotes or part of a longer one.
        while let offset = Text(at, upTo: sql.end).position(of: keyword, ignoringCase: true) {
            at = at &+ offset
            var isInQuotes = false
            while hasMark, marks.place < at, !isInQuotes {
                let end = sql.skippingQuotes(sql.skippingComments(marks.place)).end
                isInQuotes = end > at
                if isInQuotes { at = end }
                marks.seek(end)
                hasMark = marks.advance()
            }
            if isInQuotes { continue }
            if !sql.isInWord(at), !(at &+ keyword.count).byte.continuesWord { return true }
            at = at &+ 1
        }
        return false
    }

    /// The tokens of the text, for some 100 units of fuel each.
    public var tokens: SQLTokens { SQLTokens(text) }

    private func inspection(within limit: Int) -> SQLInspection {
        text.count <= limit ? SQLInspection(text.padded, budget: 42 &* limit / 4 &+ 8_000) : SQLInspection()
    }
}

/// Whether a text touches a table.
public enum Touch: Equatable, Sendable {
    /// It doesn't.
    case no
    /// It does.
    case yes
    /// It doesn't as far as it could be examined, but it could not be examined whole.
    case unknown
}

/// How much of a text could be examined.
public enum Examination: Equatable, Sendable {
    /// All of it.
    case complete
    /// It is larger than the limit.
    case tooLarge
    /// It carries code in a string, or can be read in more than one way: what it touches cannot be told for sure.
    case opaque
}

/// A table that SQL text names.
public struct Table: Equatable, Sendable {
    /// The name of the database that stands before the schema's; nil when there is none in the text.
    public let catalog: Text?
    /// The schema's name as the database has it; nil when there is none in the text.
    public let schema: Text?
    /// The table's name as the database has it: without quotes, and in small letters where it was not in quotes.
    public let name: Text
    /// Where the table stands in the text, with its schema, in bytes from the start.
    public let range: Range<Int>

    /// Whether this is that table; a `name` without a schema means the table in every schema.
    public func `is`(_ name: Text) -> Bool { TablePattern(name).matches(self.name, in: schema) }
}

/// The tables of a text, and whether these are all.
public struct Tables: RandomAccessCollection {
    private let tables: [Table]
    /// Whether the text could be examined: if not, it may touch tables that aren't among these.
    public let examination: Examination

    init(_ inspection: SQLInspection) {
        var collector = TableCollector()
        examination = inspection.run(&collector)
        tables = collector.tables
    }

    /// The first table's position.
    public var startIndex: Int { 0 }
    /// The position behind the last table.
    public var endIndex: Int { tables.count }
    /// The table at a position.
    public subscript(position: Int) -> Table { tables[position] }
}

/// Keeps every table.
private struct TableCollector: TableVisitor {
    var tables: [Table] = []

    mutating func visit(_ name: TableName) -> Bool {
        tables.append(
            Table(
                catalog: name.catalog?.text, schema: name.schema?.text, name: name.table.text, range: name.range))
        return true
    }
}

/// One piece of SQL text, as PostgreSQL cuts it; white space and comments are none.
public struct SQLToken {
    /// What a token can be.
    public enum Kind: Equatable, Sendable {
        /// A keyword, or a name without quotes.
        case word
        /// A name in double quotes.
        case quotedName
        /// A text in single quotes or between `$tag$`s, with all of it.
        case string
        /// A number.
        case number
        /// A `$1`.
        case parameter
        /// One other character.
        case symbol
    }

    /// What it is.
    public let kind: Kind
    /// As it is written, with its quotes.
    public let text: Text
    /// Where it stands in the text, in bytes from the start.
    public let range: Range<Int>

    /// Whether this is that keyword, capitals or not.
    public func isKeyword(_ keyword: Text) -> Bool { kind == .word && text.equals(ignoringCase: keyword) }

    /// Whether this is that character.
    public func isSymbol(_ symbol: Text) -> Bool { kind == .symbol && text == symbol }

    /// The name that a word or a quoted name means in the database; nil for any other token.
    public var name: Text? {
        guard kind == .word || kind == .quotedName else { return nil }
        var parser = NameParser(at: text.start, end: text.end)
        return parser.part()?.text
    }

    /// What a text in plain single quotes says; nil for any other token, and for one with a `\`, which a server's
    /// settings give a meaning or none.
    public var string: Text? {
        guard kind == .string, text.count >= 2, text.start.byte == UInt8(ascii: "'"), !text.includes("\\"),
            (text.end &+ -1).byte == UInt8(ascii: "'")
        else { return nil }
        return Text(text.start &+ 1, upTo: text.end &+ -1).undoubled(UInt8(ascii: "'"))
    }
}

/// Cuts SQL text into tokens, without copying. Unclosed quotes and comments reach to the end.
public struct SQLTokens: Sequence, IteratorProtocol {
    private let sql: SQLText
    private var at: UnsafeRawPointer
    private let start: UnsafeRawPointer

    init(_ sql: Text) {
        // The tokens are views of the text itself, not of the copy that a scan may need: their lengths are the same.
        self.sql = SQLText(sql)
        at = self.sql.start
        start = sql.start
    }

    /// The next token.
    public mutating func next() -> SQLToken? {
        at = sql.skippingSpace(at)
        guard at < sql.end else { return nil }
        let first = at
        let byte = first.byte
        var kind = SQLToken.Kind.symbol
        if byte.isDigit {
            kind = .number
            at = sql.skippingNumber(first)
        } else if byte.beginsWord {
            kind = .word
            at = sql.clip(first.wordEnd)
            if let quoted = sql.quotesBehindPrefix(first, at) {
                kind = quoted.byte == UInt8(ascii: "'") ? .string : .quotedName
                at = sql.skippingQuotes(quoted).end
            }
        } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "$") {
            let quotes = sql.skippingQuotes(first)
            at = quotes.end
            kind =
                quotes.isQuoted
                ? byte == UInt8(ascii: "\"") ? .quotedName : .string : at - first > 1 ? .parameter : .symbol
        } else {
            at = at &+ 1
        }
        let range = first - sql.start..<at - sql.start
        return SQLToken(
            kind: kind, text: Text(start: start &+ range.lowerBound, count: range.count), range: range)
    }
}

extension Text {
    /// This text as an SQL literal: what goes into a `.rewrite` needs this, or a quote in it ends the literal.
    ///
    /// A zero byte, which no SQL text can hold, becomes U+FFFD.
    public var sqlLiteral: Text {
        quoted(UInt8(ascii: "'"), lead: includes("\\") ? "E" : "", escaping: UInt8(ascii: "\\"))
    }

    /// This text as an SQL name, always in double quotes.
    ///
    /// A zero byte, which no SQL text can hold, becomes U+FFFD.
    public var sqlIdentifier: Text { quoted(UInt8(ascii: "\""), lead: "", escaping: UInt8(ascii: "\"")) }

    private func quoted(_ quote: UInt8, lead: Text, escaping other: UInt8) -> Text {
        var out = Buffer(capacity: count &* 2 &+ 16)
        out.append(lead)
        out.append(quote)
        for byte in self {
            if byte == 0 {
                out.append(scalar: 0xFFFD)
                continue
            }
            if byte == quote || byte == other { out.append(byte) }
            out.append(byte)
        }
        out.append(quote)
        return out.text
    }

    /// The text with each pair of `quote` made one; nil when one stands alone.
    func undoubled(_ quote: UInt8) -> Text? {
        guard start.first(quote, or: quote, before: end) < end else { return self }
        var out = Buffer(capacity: count)
        var isDoubled = false
        for byte in self {
            isDoubled = byte == quote && !isDoubled
            if !isDoubled { out.append(byte) }
        }
        return isDoubled ? nil : out.text
    }

    /// The same text, 64 bytes behind which may be read.
    var padded: Text {
        let copy = Buffer.allocate(count)
        copy.copyMemory(from: start, byteCount: count)
        copy.storeBytes(of: 0, toByteOffset: count, as: UInt64.self)
        copy.storeBytes(of: 0, toByteOffset: count &+ 8, as: UInt64.self)
        return Text(start: UnsafeRawPointer(copy), count: count)
    }
}
