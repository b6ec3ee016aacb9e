import CPluginABI

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
    /// When there are more bytes than `limit`, or reading them would take more fuel than there is for so many, the rest
    /// isn't read and `examination` says so.
    public func tables(within limit: Int) -> Tables { Tables(plugin_walk_sql(text.raw, max(limit, 0))) }

    /// Whether the text reads or writes a table: what a guard asks.
    ///
    /// Capitals don't matter, and `table` without a schema means that table in every schema. The answer is `unknown`
    /// when the text cannot be examined whole: block that, too.
    public func touches(_ table: Text, within limit: Int) -> Touch {
        Touch(plugin_sql_touches_(text.raw, table.raw, max(limit, 0)))
    }

    /// Whether every statement only reads, as far as the text tells: false also when it cannot be examined.
    public func isReadOnly(within limit: Int) -> Bool { plugin_sql_is_read_only_(text.raw, max(limit, 0)) }

    /// Whether a word of the text, outside quotes and comments, is `keyword`, capitals or not.
    public func hasKeyword(_ keyword: Text) -> Bool { plugin_sql_has_keyword_(text.raw, keyword.raw) }

    /// The tokens of the text, for some 500 units of fuel each.
    public var tokens: SQLTokens { SQLTokens(text) }
}

/// Whether a text touches a table.
public enum Touch: Equatable, Sendable {
    /// It doesn't.
    case no
    /// It does.
    case yes
    /// It doesn't as far as it could be examined, but it could not be examined whole.
    case unknown

    init(_ raw: PluginTouch) {
        self = raw == PLUGIN_TOUCH_NO ? .no : raw == PLUGIN_TOUCH_YES ? .yes : .unknown
    }
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
    public func `is`(_ name: Text) -> Bool {
        var raw = PluginTable()
        raw.schema = schema?.raw ?? PluginText()
        raw.name = self.name.raw
        return plugin_table_is_(&raw, name.raw)
    }
}

/// The tables of a text, and whether these are all.
public struct Tables: RandomAccessCollection {
    private let tables: [Table]
    /// Whether the text could be examined: if not, it may touch tables that aren't among these.
    public let examination: Examination

    init(_ walk: UnsafeMutablePointer<PluginTables>) {
        var tables: [Table] = []
        var raw = PluginTable()
        while plugin_walk_next(walk, &raw) {
            guard let name = Text(raw.name) else { break }
            tables.append(
                Table(catalog: Text(raw.catalog), schema: Text(raw.schema), name: name, range: raw.start..<raw.end))
        }
        self.tables = tables
        let end = walk.pointee.examination
        examination =
            end == PLUGIN_EXAMINATION_COMPLETE ? .complete : end == PLUGIN_EXAMINATION_OPAQUE ? .opaque : .tooLarge
    }

    /// The first table's position.
    public var startIndex: Int { 0 }
    /// The position behind the last table.
    public var endIndex: Int { tables.count }
    /// The table at a position.
    public subscript(position: Int) -> Table { tables[position] }
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
        /// One byte of anything else.
        case symbol
    }

    private let raw: PluginToken

    init(_ raw: PluginToken) { self.raw = raw }

    /// What it is.
    public var kind: Kind {
        switch raw.kind {
        case PLUGIN_TOKEN_WORD: .word
        case PLUGIN_TOKEN_QUOTED_NAME: .quotedName
        case PLUGIN_TOKEN_STRING: .string
        case PLUGIN_TOKEN_NUMBER: .number
        case PLUGIN_TOKEN_PARAMETER: .parameter
        default: .symbol
        }
    }

    /// As it is written, with its quotes.
    public var text: Text { Text(raw.text) ?? "" }

    /// Where it stands in the text, in bytes from the start.
    public var range: Range<Int> { raw.start..<raw.end }

    /// Whether this is that keyword, capitals or not.
    public func isKeyword(_ keyword: Text) -> Bool { kind == .word && text.equals(ignoringCase: keyword) }

    /// Whether this is that character.
    public func isSymbol(_ symbol: Text) -> Bool { kind == .symbol && text == symbol }

    /// The name that a word or a quoted name means in the database; nil for any other token.
    public var name: Text? {
        var raw = raw
        return Text(plugin_token_name(&raw))
    }
}

/// Cuts SQL text into tokens, without copying. Unclosed quotes and comments reach to the end.
public struct SQLTokens: Sequence, IteratorProtocol {
    private var cursor: PluginCursor

    init(_ sql: Text) { cursor = plugin_sql_cursor(sql.raw) }

    /// The next token.
    public mutating func next() -> SQLToken? {
        var token = PluginToken()
        return plugin_sql_next(&cursor, &token) ? SQLToken(token) : nil
    }
}

extension Text {
    /// This text as an SQL literal: what goes into a `.rewrite` needs this, or a quote in it ends the literal.
    ///
    /// Zero bytes, which no SQL text can hold, are left out.
    public var sqlLiteral: Text { Text(plugin_sql_literal_(raw)) ?? "" }

    /// This text as an SQL name, always in double quotes. Zero bytes are left out.
    public var sqlIdentifier: Text { Text(plugin_sql_identifier_(raw)) ?? "" }
}
