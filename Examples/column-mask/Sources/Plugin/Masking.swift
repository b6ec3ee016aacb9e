import PluginSDK

/// Goes through the tokens of a query that names a table with masked columns, and replaces what can be replaced.
///
/// A masked column may be written, and it may stand as an item of a SELECT list, and nowhere else: `SELECT c.email` becomes
/// `SELECT '***' AS "email"`. In a condition, an expression or an ORDER BY its values would show all the same, and
/// `*` or a whole row names it without its name: these are refused.
struct Masking {
    /// What became of a query.
    enum Result {
        /// It names no masked column.
        case nothing
        /// This one runs in its place.
        case rewritten(Text)
        /// It doesn't run, for this reason.
        case refused(Text)
    }

    /// What a token is where it stands.
    private enum Role {
        case other, table, alias
    }

    /// What goes on in brackets, or outside of all.
    private enum Level {
        case other, selectList, insertColumns, setList
    }

    private let sql: Text
    private let masked: MaskedTables
    private let replacement: Text
    private var tokens: [SQLToken] = []
    private var roles: [Role] = []
    private var rowNames: [Text] = []
    /// The query as far as it is written, and up to which byte of the original.
    private var written: [Text] = []
    private var writtenEnd = 0

    init(_ sql: Text, _ masked: MaskedTables, replacement: Text) {
        self.sql = sql
        self.masked = masked
        self.replacement = replacement
    }

    /// Reads the query, from its first token to its last.
    mutating func run() -> Result {
        for token in SQL(sql).tokens {
            guard tokens.count < mostTokens else { return .refused("this query is too long to be masked") }
            tokens.append(token)
        }
        if let reason = prepare() { return .refused(reason) }
        var levels: [Level] = [.other]
        var isItemStart = false
        var isInsert = false
        var index = 0
        while index < tokens.count {
            let token = tokens[index]
            let wasItemStart = isItemStart
            isItemStart = false
            guard roles[index] == .other else {
                index += 1
                continue
            }
            switch token.kind {
            case .symbol:
                if token.isSymbol("(") {
                    levels.append(isInsert && index > 0 && roles[index - 1] == .table ? .insertColumns : .other)
                    isInsert = false
                } else if token.isSymbol(")") {
                    if levels.count > 1 { levels.removeLast() }
                } else if token.isSymbol(",") {
                    isItemStart = levels[levels.count - 1] == .selectList
                } else if token.isSymbol("*"), isStar(index) {
                    return .refused("* names masked columns: name those that you need")
                }
            case .word where startsList(token):
                levels[levels.count - 1] = .selectList
                isItemStart = true
                isInsert = false
            case .word where token.isKeyword("set"):
                levels[levels.count - 1] = .setList
            case .word where token.isKeyword("insert"):
                isInsert = true
            case .word where wasItemStart && (token.isKeyword("all") || token.isKeyword("distinct")):
                isItemStart = true
            case .word where endsList(token):
                levels[levels.count - 1] = .other
            case .word, .quotedName:
                if token.isKeyword("table") || token.isKeyword("copy") {
                    return .refused("\(token.text) gives whole rows: use SELECT and name the columns")
                }
                let end = referenceEnd(index)
                guard let name = tokens[end].name else { break }
                let level = levels[levels.count - 1]
                if masked.columns.contains(where: { $0 == name }) {
                    if isWritten(index...end, level) { break }
                    guard wasItemStart, level == .selectList, replace(index...end, as: name) else {
                        return .refused("\(name) is masked: it can only be an item of a SELECT list")
                    }
                } else if end == index, !isBefore(".", index), rowNames.contains(where: { $0 == name }) {
                    return .refused("\(name) is a whole row with masked columns: name those that you need")
                }
                index = end
            default: break
            }
            index += 1
        }
        if written.isEmpty { return .nothing }
        written.append(sql.dropping(writtenEnd))
        return .rewritten(Text(joining: written))
    }

    /// Whether a column is only written here: `INSERT INTO t (email)`, `SET email = …`.
    private func isWritten(_ reference: ClosedRange<Int>, _ level: Level) -> Bool {
        if level == .insertColumns { return true }
        guard level == .setList, reference.lowerBound > 0, isBefore("=", reference.upperBound) else { return false }
        let before = tokens[reference.lowerBound - 1]
        return before.isKeyword("set") || before.isSymbol(",")
    }

    private func startsList(_ token: SQLToken) -> Bool { token.isKeyword("select") || token.isKeyword("returning") }

    private func endsList(_ token: SQLToken) -> Bool {
        token.isKeyword("from") || token.isKeyword("where") || token.isKeyword("into") || token.isKeyword("union")
            || token.isKeyword("except") || token.isKeyword("intersect") || token.isKeyword("group")
            || token.isKeyword("order") || token.isKeyword("limit") || token.isKeyword("having")
    }

    /// Whether a `*` stands for columns: behind SELECT, RETURNING, DISTINCT, ALL, a comma or a dot. `count(*)` shows none.
    private func isStar(_ index: Int) -> Bool {
        guard index > 0 else { return false }
        let before = tokens[index - 1]
        return before.isSymbol(".") || before.isSymbol(",") || startsList(before) || before.isKeyword("distinct")
            || before.isKeyword("all") || (before.isSymbol(")") && !isFactor(index))
    }

    /// Whether what is behind a `*` can be multiplied with.
    private func isFactor(_ index: Int) -> Bool {
        guard index + 1 < tokens.count else { return false }
        let next = tokens[index + 1]
        return next.kind == .number || next.kind == .parameter || next.isSymbol("(")
            || (next.kind == .word && !endsList(next)) || next.kind == .quotedName
    }

    /// Whether this symbol comes next.
    private func isBefore(_ symbol: Text, _ index: Int) -> Bool {
        index + 1 < tokens.count && tokens[index + 1].isSymbol(symbol)
    }

    /// The last token of `a.b.c` that begins at `index`.
    private func referenceEnd(_ index: Int) -> Int {
        var end = index
        while end + 2 < tokens.count, tokens[end + 1].isSymbol("."), isName(tokens[end + 2]) { end += 2 }
        return end
    }

    /// Finds the tokens that are tables or their aliases, and the names by which rows with masked columns can be taken whole.
    ///
    /// A list of names behind an alias gives columns other names, also behind a join in brackets: the reason against it.
    private mutating func prepare() -> Text? {
        roles = Array(repeating: .other, count: tokens.count)
        var place = 0
        var index = 0
        while index < tokens.count, place < masked.places.count {
            let range = tokens[index].range
            let table = masked.places[place]
            if range.lowerBound >= table.lowerBound {
                roles[index] = .table
                if masked.areMasked[place], index > 0, tokens[index - 1].isSymbol("(") {
                    return "write the join without brackets around it"
                }
                if range.upperBound >= table.upperBound {
                    if masked.areMasked[place], let name = tokens[index].name { rowNames.append(name) }
                    if let alias = alias(behind: index) {
                        roles[alias] = .alias
                        if masked.areMasked[place], isBefore("(", alias) {
                            return "columns with masked ones among them cannot get other names"
                        }
                        if masked.areMasked[place], let name = tokens[alias].name { rowNames.append(name) }
                    }
                    place += 1
                }
            }
            index += 1
        }
        return nil
    }

    /// Where the alias of the table that ends at `index` stands, if it has one.
    private func alias(behind index: Int) -> Int? {
        var next = index + 1
        if next < tokens.count, tokens[next].isKeyword("as") { next += 1 }
        guard next < tokens.count, isName(tokens[next]), !followsTable(tokens[next]) else { return nil }
        return next
    }

    private func isName(_ token: SQLToken) -> Bool { token.kind == .word || token.kind == .quotedName }

    /// Words behind a table that are no alias.
    private func followsTable(_ token: SQLToken) -> Bool {
        guard token.kind == .word else { return false }
        return endsList(token) || token.isKeyword("join") || token.isKeyword("inner") || token.isKeyword("left")
            || token.isKeyword("right") || token.isKeyword("full") || token.isKeyword("cross")
            || token.isKeyword("natural")
            || token.isKeyword("on") || token.isKeyword("using") || token.isKeyword("set") || token.isKeyword("values")
            || token.isKeyword("select") || token.isKeyword("fetch") || token.isKeyword("offset")
            || token.isKeyword("for")
            || token.isKeyword("window") || token.isKeyword("returning") || token.isKeyword("tablesample")
    }

    /// Puts the constant in a reference's place; false when it is part of an expression.
    private mutating func replace(_ reference: ClosedRange<Int>, as name: Text) -> Bool {
        let next = reference.upperBound + 1
        var isNamed = false
        if next < tokens.count {
            let token = tokens[next]
            let isEnd = token.isSymbol(",") || token.isSymbol(")") || token.isSymbol(";") || endsList(token)
            isNamed = token.isKeyword("as") || token.kind == .quotedName || (token.kind == .word && !isEnd)
            guard isEnd || isNamed else { return false }
            // An alias ends the item; `email LIKE …` goes on.
            let behind = token.isKeyword("as") ? next + 2 : next + 1
            if isNamed, behind < tokens.count {
                let last = tokens[behind]
                guard last.isSymbol(",") || last.isSymbol(")") || last.isSymbol(";") || endsList(last) else {
                    return false
                }
            }
        }
        written.append(sql.part(writtenEnd..<tokens[reference.lowerBound].range.lowerBound))
        written.append(isNamed ? replacement : replacement + " AS " + name.sqlIdentifier)
        writtenEnd = tokens[reference.upperBound].range.upperBound
        return true
    }
}
