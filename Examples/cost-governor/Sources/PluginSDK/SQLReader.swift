import CPluginABI

/// SQL text that is to be read for the tables that it names, if it is not too large for that.
struct SQLInspection {
    private let text: Text?
    /// The fuel that reading may cost.
    private let budget: Int

    /// A text that is too large.
    init() {
        text = nil
        budget = 0
    }

    /// A text behind which 64 bytes may be read, and the fuel that this may cost.
    init(_ text: Text, budget: Int) {
        self.text = text
        self.budget = budget
    }

    /// Reads the text; `visitor` gets every table.
    func run(_ visitor: inout some TableVisitor) -> Examination {
        guard let text else { return .tooLarge }
        var reader = SQLReader(text, budget: budget, visitor)
        reader.read()
        visitor = reader.visitor
        return reader.examination
    }

    func touches(_ table: Text) -> Touch {
        guard let text else { return .unknown }
        let pattern = TablePattern(table)
        var look = FirstLook()
        if !look.mayHold(pattern.table, text) { return .no }
        var reader = SQLReader(text, budget: budget &- look.spent, TableMatcher(pattern: pattern))
        reader.wanted = pattern.table
        reader.read()
        return reader.visitor.isFound ? .yes : reader.examination == .complete ? .no : .unknown
    }

    var isReadOnly: Bool {
        guard let text else { return false }
        var reader = SQLReader(text, budget: budget, TableMatcher(pattern: nil))
        // No table is to be told of.
        reader.wanted = ""
        reader.read()
        return reader.onlyReads && reader.examination == .complete
    }
}

/// What is told of the tables in a text.
protocol TableVisitor {
    /// Gets a table; the reading ends when the answer is false.
    mutating func visit(_ name: TableName) -> Bool
}

/// Looks for one table. Guards and `isReadOnly` share it, so that a module holds the reader once.
private struct TableMatcher: TableVisitor {
    let pattern: TablePattern?
    var isFound = false

    mutating func visit(_ name: TableName) -> Bool {
        if let pattern { isFound = pattern.matches(name) }
        return !isFound
    }
}

/// Whether a table of some name can be touched at all: to look for the name takes a fifth of the fuel of reading.
///
/// It tells only of one plain statement, in which no name can be spelt with escapes and no string can be read in two
/// ways; of others, reading does.
private struct FirstLook {
    /// The fuel that it took.
    private(set) var spent = 0

    mutating func mayHold(_ name: Text, _ text: Text) -> Bool {
        let sql = SQLText(padded: text)
        let end = text.end
        switch Keyword.at(sql.skippingSpace(text.start)) {
        case .select, .with, .values, .table, .insert, .update, .delete: break
        default: return true
        }
        guard name.count > 0, name.count < 48, !name.includes("\"") else { return true }
        let distance = name.count &- 1
        let first = name.start.byte | 0x20
        let last = (name.end &+ -1).byte | 0x20
        var at = text.start
        var candidates = 0
        while at < end {
            var found = sql_may_begin(at, distance, first, last)
            while found != 0 {
                let place = at &+ found.trailingZeroBitCount
                found &= found &- 1
                guard place < end else { break }
                candidates &+= 1
                let byte = place.byte
                if byte == UInt8(ascii: ";"), sql.skippingSpace(place &+ 1) == end { continue }
                let isOther = byte == UInt8(ascii: ";") || byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "&")
                if isOther || candidates > 1_000 || Text(start: place, count: name.count).equals(ignoringCase: name) {
                    spent = (place - text.start) &* 3 &+ candidates &* 160
                    return true
                }
            }
            at = at &+ 16
        }
        return false
    }
}

/// Finds the tables that SQL text reads, writes or defines, and whether it only reads.
///
/// It goes over the text once, from one place that may mean something to the next, and keeps what it knows of each pair
/// of brackets. Where it cannot be sure, it takes a name for a table. Nothing but names in WITH is kept, and what a
/// place may cost is taken from a budget: no text makes a call run out of fuel.
struct SQLReader<Visitor: TableVisitor> {
    /// The only table to tell of, by its name without a schema; nil for all.
    var wanted: Text?
    private(set) var visitor: Visitor
    private(set) var onlyReads = true
    private var isTooLarge = false
    private var isOpaque = false
    private var isStopped = false
    private let text: SQLText
    private let budget: Int
    /// What was spent since the last place, beside the cost of finding that.
    private var spent = 0

    private var statement: Statement = []
    private var hasStatement = false
    /// The level that is being read, and those around it.
    private var level: Level = .query
    private var depth = 0
    /// Of each level around it: what is known of it, and above that how many names of WITH were known.
    private let levels: UnsafeMutablePointer<UInt32>
    /// The name that is known when a level ends that is the body of a WITH.
    private let bodies: UnsafeMutablePointer<NamePart>
    private var names = WithNames()
    /// The last comments, with the white space behind them.
    private var comments: SQLText.Comments

    private static var deepest: Int { 128 }

    init(_ text: Text, budget: Int, _ visitor: Visitor) {
        self.visitor = visitor
        self.text = SQLText(padded: text)
        self.budget = budget
        comments = SQLText.Comments(start: text.start, end: text.start)
        levels = .allocate(capacity: Self.deepest)
        bodies = .allocate(capacity: Self.deepest)
    }

    var examination: Examination { isTooLarge ? .tooLarge : isOpaque ? .opaque : .complete }

    /// What reading costs, in fuel; always more than was measured.
    private enum Cost {
        static var mark: Int { 360 }
        static var keyword: Int { 500 }
        static var name: Int { 420 }
    }

    /// Reads the text to its end, or until the visitor wants no more.
    @inline(never)
    mutating func read() {
        // What the loop looks at often is kept in constants: a structure's members cost more.
        let text = text
        let end = text.end
        let wanted = wanted
        var marks = SQLMarks(text, budget: budget)
        var next = readStatement(text.start)
        if next > end { isTooLarge = true }
        marks.seek(next)
        while marks.advance() {
            let place = marks.place
            // Where to go on, and where a table of a FROM list is wanted.
            var table = end
            next = place
            let lead = place.halfWord | 0x2020_2020
            // What nothing is to be done about, as about most words, goes straight on.
            switch UInt8(truncatingIfNeeded: lead) {
            case UInt8(ascii: "s"):
                if lead == letters("sele") {
                    if level == .query, statement.isEmpty { continue }
                } else {
                    guard lead == letters("setv") else { continue }
                }
                next = readKeyword(place)
            case UInt8(ascii: "o"), UInt8(ascii: "l"), UInt8(ascii: "h"), UInt8(ascii: "g"), UInt8(ascii: "e"),
                UInt8(ascii: "r"), UInt8(ascii: "p"), UInt8(ascii: "v"):
                guard level.rawValue & Level.lists.rawValue | statement.rawValue != 0 else { continue }
                next = readKeyword(place)
            case UInt8(ascii: "w"):
                if lead == letters("wher") {
                    guard level.contains(.fromList) else { continue }
                    if text.isPlain(place, 5) {
                        marks.left &-= 42
                        level.remove(.fromList)
                        continue
                    }
                } else {
                    guard lead == letters("with") || lead == letters("wind") else { continue }
                }
                next = readKeyword(place)
            case UInt8(ascii: "f"):
                if lead == letters("from"), text.isPlain(place, 4), statement.isEmpty, level.contains(.query) {
                    level.remove(.targetList)
                    level.insert(.fromList)
                    table = place &+ 5
                    marks.left &-= 42
                } else {
                    guard
                        lead == letters("from") || lead & 0xFF_FFFF == letters("for ") & 0xFF_FFFF
                            || lead == letters("fetc")
                    else { continue }
                    next = readKeyword(place)
                }
            case UInt8(ascii: "t"):
                guard lead == letters("tabl") || statement.contains(.privileges) else { continue }
                next = readKeyword(place)
            case UInt8(ascii: "u"):
                guard lead == letters("upda") || lead == letters("usin") || lead == letters("unio") else { continue }
                next = readKeyword(place)
            case UInt8(ascii: "d"):
                guard lead == letters("dele") else { continue }
                next = readKeyword(place)
            case UInt8(ascii: "m"), UInt8(ascii: "n"):
                guard lead == letters("merg") || lead == letters("next") else { continue }
                next = readKeyword(place)
            case UInt8(ascii: "i"):
                guard lead & 0xFFFF == letters("in  ") & 0xFFFF || lead & 0xFFFF == letters("is  ") & 0xFFFF else {
                    continue
                }
                next = readKeyword(place)
            case UInt8(ascii: "j"):
                guard lead == letters("join") else { continue }
                if text.isPlain(place, 4) { table = place &+ 5 } else { next = readKeyword(place) }
            case UInt8(ascii: "k"), 0x7F: continue
            // With the bit that makes letters small, these characters stay what they are, and brackets become braces.
            case UInt8(ascii: ","):
                guard level.rawValue & Level.lists.rawValue != 0 else { continue }
                if level.contains(.fromList) {
                    table = place &+ ((place &+ 1).byte == UInt8(ascii: " ") ? 2 : 1)
                } else {
                    next = readComma(place)
                }
            case UInt8(ascii: "'"):
                if let stringEnd = text.shortStringEnd(place) {
                    marks.left &-= 72
                    marks.seek(stringEnd)
                    continue
                }
                next = readString(place)
            case UInt8(ascii: "\""):
                if let nameEnd = text.shortQuotesEnd(place, UInt8(ascii: "\"")) {
                    marks.left &-= 36
                    marks.seek(nameEnd)
                    continue
                }
                next = readMark(place)
            case UInt8(ascii: "("), UInt8(ascii: "{"):
                guard statement.contains(.schema) else {
                    open([])
                    marks.left &-= 30
                    continue
                }
                next = readMark(place)
            case UInt8(ascii: ")"), UInt8(ascii: "}"):
                close()
                marks.left &-= 40
                continue
            case UInt8(ascii: "-"), UInt8(ascii: "/"):
                let second = (place &+ 1).byte
                guard second == UInt8(ascii: "-") || second == UInt8(ascii: "*") else { continue }
                next = readMark(place)
            default:
                next = readMark(place)
            }
            if table < end {
                // Most tables are told from the wanted one by their length.
                if let nameEnd = text.quickName(table, wanted) {
                    marks.left &-= 118
                    marks.seek(nameEnd)
                    continue
                }
                next = readTables(table, [.table, .call])
            }
            marks.left &-= spent &+ text.spent.pointee
            spent = 0
            text.spent.pointee = 0
            guard next != place else { continue }
            guard !isStopped else { return }
            guard next <= end else {
                isTooLarge = true
                break
            }
            // A word may run into the dollar signs of a quoted text.
            if (next &+ -1).byte == UInt8(ascii: "$") { marks.restart(at: next) } else { marks.seek(next) }
        }
        if marks.left <= 0 { isTooLarge = true }
        if !hasStatement { onlyReads = false }
    }

    /// Reads a character that is no part of a word; where to go on.
    @inline(never)
    private mutating func readMark(_ place: UnsafeRawPointer) -> UnsafeRawPointer {
        spent &+= Cost.mark
        switch place.byte {
        case UInt8(ascii: "("), UInt8(ascii: "["):
            // IMPORT FOREIGN SCHEMA s LIMIT TO (a, b)
            open(.targetList)
            return readTables(place &+ 1, [.table, .target])
        case UInt8(ascii: ";"):
            depth = 0
            level = .query
            if names.count > 0 { names.remove(from: 0) }
            statement = []
            return readStatement(place &+ 1)
        case UInt8(ascii: "-"), UInt8(ascii: "/"):
            let end = text.skippingSpace(place)
            if end != place { comments = SQLText.Comments(start: place, end: end) }
            return end
        case UInt8(ascii: "\""), UInt8(ascii: "$"):
            let quotes = text.skippingQuotes(place)
            // A string behind AS is a function's body.
            if quotes.isQuoted, place.byte == UInt8(ascii: "$"), text.isWord(before: place, .as, comments) {
                isOpaque = true
            }
            return quotes.end
        default:
            return place
        }
    }

    @inline(never)
    private mutating func readString(_ place: UnsafeRawPointer) -> UnsafeRawPointer {
        spent &+= Cost.mark
        let quotes = text.skippingQuotes(place)
        if quotes.isAmbiguous || text.isBehindAs(place, comments) { isOpaque = true }
        return quotes.end
    }

    /// Reads the comma of a list.
    @inline(never)
    private mutating func readComma(_ place: UnsafeRawPointer) -> UnsafeRawPointer {
        if level.contains(.targetList) { return readTables(place &+ 1, [.table, .target]) }
        spent &+= Cost.keyword
        guard let body = text.withBody(behind: place &+ 1) else { return place }
        return readBody(body)
    }

    /// Reads a word that may mean something wherever it stands; where to go on.
    @inline(never)
    private mutating func readKeyword(_ place: UnsafeRawPointer) -> UnsafeRawPointer {
        spent &+= Cost.keyword
        // A word behind a dot is a name, and so is one that digits run into, unless they are a number.
        if !text.isBehindBlank(place), text.isInWord(place) || text.isBehindDot(place, comments) { return place }
        let isHead = statement.contains(.head)
        switch text.keyword(at: place) {
        case .from: return readFrom(place)
        case .join: return readTables(place &+ 4, [.table, .call])
        case .where, .window, .union, .intersect, .except, .having, .limit, .order, .offset, .returning, .fetch:
            level.remove(.fromList)
        case .group:
            // WITHIN GROUP (ORDER BY …)
            if !text.isCall(place &+ 5) { level.remove(.fromList) }
        case .for:
            level.remove(.fromList)
            let next = text.keyword(at: text.skippingSpace(place &+ 3))
            if next == .share || next == .key { onlyReads = false }
        case .select:
            if !statement.contains(.privileges) || depth > 0 {
                level = .query
                if depth == 0 { statement.remove(.head) }
            }
        case .setval, .nextval:
            if text.isCall(place.wordEnd) { onlyReads = false }
        case .into:
            onlyReads = false
            if !statement.contains(.schema) { return readTables(place &+ 4, [.table, .target, .into]) }
        case .is: return text.skippingDistinctFrom(place &+ 2)
        case .insert:
            onlyReads = false
            if !text.isWord(before: place, .on, comments) { level = .query }
        case .update: return readUpdate(place)
        case .delete:
            onlyReads = false
            let next = text.skippingSpace(place &+ 6)
            if text.isWord(at: next, .from) {
                level = [.query, .using, .fromList]
                return readTables(next &+ 4, [.table, .target])
            }
        case .merge:
            onlyReads = false
            if text.isWord(at: text.skippingSpace(place &+ 5), .into) { level = [.query, .using] }
        case .using:
            if level.contains(.using) {
                level.remove(.using)
                level.insert(.fromList)
                return readTables(place &+ 5, [.table, .call])
            }
        case .with:
            if let body = text.withBody(behind: place &+ 4, isFirst: true) {
                level.insert(.withList)
                level.remove(.recursive)
                if body.isRecursive { level.insert(.recursive) }
                return readBody(body)
            }
        case .table:
            // RETURNS TABLE (a int)
            if text.isCall(place &+ 5) { return place }
            if statement.isEmpty { return readTables(place &+ 5, .table) }
            // ALTER TABLE t ADD …, DROP …
            if !text.isWord(before: place, .alter, comments) { level.insert(.targetList) }
            return readTables(place &+ 5, [.table, .target])
        case .to:
            if depth == 0, statement.contains(.privileges) { level.remove(.targetList) }
        case .on:
            if depth == 0, isHead { return readOn(place &+ 2) }
        case .view:
            if depth == 0, isHead {
                level.insert(.targetList)
                return readTables(place &+ 4, [.table, .target])
            }
        case .inherit, .inherits, .references:
            if isHead { return readTables(place.wordEnd, [.table, .target, .brackets]) }
        case .like:
            if isHead, text.isFirstInBrackets(place, comments) {
                return readTables(place &+ 4, [.table, .target])
            }
        case .partition:
            if isHead {
                // PARTITION OF t, ATTACH PARTITION t; but PARTITION BY
                let next = text.skippingSpace(place &+ 9)
                let keyword = text.keyword(at: next)
                if keyword != .by { return readTables(keyword == .of ? next &+ 2 : next, [.table, .target]) }
            }
        default: break
        }
        return place
    }

    private mutating func readFrom(_ place: UnsafeRawPointer) -> UnsafeRawPointer {
        // Not in COPY, nor in FOR VALUES FROM (1) TO (2); nor in extract(year FROM x).
        guard level.contains(.query),
            depth > 0 || statement.isEmpty
                || !statement.contains(.fromIsOther) && !text.isWord(before: place, .values, comments)
        else {
            level.subtract([.fromList, .targetList])
            return place
        }
        level.insert(.fromList)
        level.remove(.targetList)
        return readTables(place &+ 4, [.table, .call])
    }

    @inline(never)
    private mutating func readUpdate(_ place: UnsafeRawPointer) -> UnsafeRawPointer {
        spent &+= 2 &* Cost.keyword
        onlyReads = false
        if text.updatesTable(place, comments, hasPrivileges: statement.contains(.privileges)) {
            level = .query
            return readTables(place &+ 6, [.table, .target])
        }
        // MERGE … WHEN MATCHED THEN UPDATE SET a = 1, b = 2
        if text.isWord(at: text.skippingSpace(place &+ 6), .set), text.isWord(before: place, .then, comments) {
            level.remove(.fromList)
        }
        return place
    }

    /// Reads what comes behind ON where something is defined: a table, but not in ON DELETE; and ON SELECT TO t.
    @inline(never)
    private mutating func readOn(_ place: UnsafeRawPointer) -> UnsafeRawPointer {
        let word = text.skippingSpace(place)
        guard word < text.end else { return place }
        let keyword = text.keyword(at: word)
        switch keyword {
        case .select, .insert, .update, .delete, .truncate:
            let end = word.wordEnd
            let to = text.skippingSpace(end)
            return text.isWord(at: to, .to) ? readTables(to &+ 2, [.table, .target]) : end
        case .commit: return place
        default: break
        }
        if statement.contains(.comment) || statement.contains(.privileges) {
            if keyword == .column { return readTables(word &+ 6, [.table, .target, .column]) }
            // FUNCTION f, SCHEMA s: another kind of object. VIEW and TABLE are found by themselves.
            if word.byte.beginsWord, text.isBeforeName(word.wordEnd) { return place }
        }
        level.insert(.targetList)
        return readTables(word, [.table, .target])
    }

    /// Goes into the brackets of a WITH.
    @inline(never)
    private mutating func readBody(_ body: SQLText.WithBody) -> UnsafeRawPointer {
        spent &+= 3 &* Cost.keyword
        if body.isOpaque { isOpaque = true }
        if level.contains(.recursive) {
            // Known already, and still when its own brackets end.
            names.add(body.name)
            open(.query)
        } else {
            if depth < Self.deepest { (bodies + depth).initialize(to: body.name) }
            level.insert(.body)
            open(.query)
        }
        return readStatement(body.start)
    }

    // MARK: brackets

    /// Goes a level down.
    @inline(__always)
    private mutating func open(_ inside: Level) {
        if depth < Self.deepest {
            levels[depth] = level.rawValue | UInt32(truncatingIfNeeded: names.count) &<< 16
        } else {
            isOpaque = true
        }
        depth &+= 1
        level = inside
    }

    /// Goes a level up.
    @inline(__always)
    private mutating func close() {
        guard depth > 0 else { return }
        depth &-= 1
        guard depth < Self.deepest else { return }
        let saved = levels[depth]
        level = Level(rawValue: saved & 0xFFFF)
        if level.contains(.body) || names.count > Int(saved &>> 16) { closeBody(Int(saved &>> 16)) }
    }

    /// Forgets the names of a level; the name of the WITH whose body it was is known now.
    @inline(never)
    private mutating func closeBody(_ count: Int) {
        names.remove(from: count)
        guard level.contains(.body) else { return }
        level.remove(.body)
        names.add(bodies[depth])
    }

    // MARK: statements

    /// Reads a statement's first word; where to go on.
    @inline(never)
    private mutating func readStatement(_ place: UnsafeRawPointer) -> UnsafeRawPointer {
        var at = text.skippingSpace(place)
        while at < text.end, at.byte == UInt8(ascii: "("), depth < Self.deepest {
            spent &+= Cost.mark
            open(.query)
            at = text.skippingSpace(at &+ 1)
        }
        guard at < text.end, at.byte.beginsWord else { return at }
        hasStatement = true
        spent &+= Cost.keyword
        var keyword = text.keyword(at: at)
        if keyword == .explain {
            at = text.explainEnd(at &+ 7)
            while at < text.end, at.byte == UInt8(ascii: "("), depth < Self.deepest {
                open(.query)
                at = text.skippingSpace(at &+ 1)
            }
            guard at < text.end else { return at }
            keyword = text.keyword(at: at)
        }
        switch keyword {
        case .select, .with, .values, .table, .show: return at
        default: onlyReads = false
        }
        guard at.byte.beginsWord else { return at }
        let end = text.clip(at.wordEnd)
        let second = text.skippingSpace(end)
        let next = text.keyword(at: second)
        switch keyword {
        case .copy:
            statement = .fromIsOther
            if second < text.end, second.byte == UInt8(ascii: "(") {
                open(.query)
                return second &+ 1
            }
            let isBinary = next == .binary && text.isBeforeName(second &+ 6)
            return readTables(isBinary ? second &+ 6 : second, [.table, .target])
        // In CREATE STATISTICS, ON comes before columns; with an event trigger, before an event.
        case .create: if next != .statistics, next != .event { statement = .head }
        case .alter: if next != .index, next != .default { statement = .head }
        case .drop, .refresh, .reindex: statement = .head
        case .comment, .security: statement = [.head, .comment]
        case .grant: statement = [.head, .privileges]
        case .revoke: statement = [.head, .privileges, .fromIsOther]
        case .fetch, .move: statement = .fromIsOther
        case .import: statement = [.fromIsOther, .schema]
        case .do: isOpaque = true
        case .truncate, .lock, .vacuum, .analyze, .analyse, .cluster:
            level.insert(.targetList)
            return readTables(end, [.table, .target, .options])
        default: break
        }
        return at
    }

    // MARK: tables

    /// Reads what stands where a table is wanted, up to the first name; where to go on.
    @inline(never)
    private mutating func readTables(
        _ place: UnsafeRawPointer, _ wants: Wants
    ) -> UnsafeRawPointer {
        var at = place
        var wants = wants
        var count = 0
        while true {
            spent &+= Cost.name
            count &+= 1
            guard count < 50 else {
                isOpaque = true
                return at
            }
            if at < text.end, at.byte == UInt8(ascii: " ") { at = at &+ 1 }
            if at < text.end, at.byte <= UInt8(ascii: "/") { at = text.skippingSpace(at) }
            guard at < text.end else { return at }
            let byte = at.byte
            if byte == UInt8(ascii: "(") {
                if wants.contains(.options), let end = text.optionsEnd(at) {
                    spent &+= 4 &* Cost.keyword
                    wants.remove(.options)
                    at = end
                } else if wants.contains(.call) {
                    open([.query, .fromList])
                    at = at &+ 1
                } else if wants.contains(.brackets) {
                    open(.targetList)
                    at = at &+ 1
                } else {
                    return at
                }
                continue
            }
            guard byte.beginsWord || byte == UInt8(ascii: "\"") else { return at }
            if byte != UInt8(ascii: "\"") {
                if Word(at).isReserved {
                    spent &+= Cost.keyword
                    let keyword = text.keyword(at: at)
                    if let end = text.wordBeforeName(at, keyword, wants) {
                        if keyword == .only { wants.insert(.brackets) }
                        at = end
                        continue
                    }
                    if keyword.isReserved, keyword != .table || !wants.contains(.into) { return at }
                }
            }
            return readTable(at, wants)
        }
    }

    /// Reads a table's name.
    private mutating func readTable(
        _ place: UnsafeRawPointer, _ wants: Wants
    ) -> UnsafeRawPointer {
        // Most are a word, with a blank or a comma behind it.
        if place.byte != UInt8(ascii: "\"") {
            let end = text.clip(place.wordEnd)
            var after = end
            if after < text.end, after.byte == UInt8(ascii: " ") { after = after &+ 1 }
            let byte = after < text.end ? after.byte : UInt8(ascii: ",")
            if byte == UInt8(ascii: ",") || byte.beginsWord && !Word(place).isReserved {
                if let wanted, wanted.count != end - place, end - place < 64 { return end }
                let part = NamePart(inside: Text(place, upTo: end).cutAsName, isFolded: true)
                return report(catalog: nil, schema: nil, table: part, from: place, to: end, wants)
            }
        }
        return readLongName(place, wants)
    }

    /// Reads a table's name, which may have parts, and be in quotes, and be a function's.
    @inline(never)
    private mutating func readLongName(
        _ place: UnsafeRawPointer, _ wants: Wants
    ) -> UnsafeRawPointer {
        spent &+= Cost.keyword
        var parser = NameParser(at: place, end: text.end)
        var catalog: NamePart?
        var schema: NamePart?
        guard var table = parser.part() else { return place &+ 1 }
        var end = parser.at
        var after = text.skippingSpace(parser.at)
        var count = 0
        while after < text.end, after.byte == UInt8(ascii: ".") {
            spent &+= Cost.keyword
            count &+= 1
            guard count < 16 else {
                isOpaque = true
                break
            }
            parser.at = text.skippingSpace(after &+ 1)
            guard parser.at < text.end, let part = parser.part() else { break }
            end = parser.at
            after = text.skippingSpace(end)
            // Of a column's name, the last part is not the table's.
            if !wants.contains(.column) || after < text.end && after.byte == UInt8(ascii: ".") {
                catalog = schema
                schema = table
                table = part
            }
        }
        if after < text.end, wants.contains(.call) {
            // A function; or ROWS FROM (f(), g()).
            if after.byte == UInt8(ascii: "(") || text.isWord(at: after, .from) && place.isKeyword(.rows) { return end }
        }
        if parser.isOpaque { isOpaque = true }
        spent &+= parser.spent
        if let wanted, table.inside.count != wanted.count { return end }
        return report(catalog: catalog, schema: schema, table: table, from: place, to: end, wants)
    }

    @inline(never)
    private mutating func report(
        catalog: NamePart?, schema: NamePart?, table: NamePart, from start: UnsafeRawPointer, to end: UnsafeRawPointer,
        _ wants: Wants
    ) -> UnsafeRawPointer {
        spent &+= Cost.name
        if schema == nil, !wants.contains(.target), names.contains(table) { return end }
        let range = start - text.start..<end - text.start
        isStopped = !visitor.visit(TableName(catalog: catalog, schema: schema, table: table, range: range))
        return end
    }
}

/// The names that WITH gave, of which the last are forgotten first.
private struct WithNames {
    private struct Entry {
        var name: NamePart
        /// The entry before this one in the same bucket, from 1; 0 when there is none.
        var next: UInt8
    }

    private(set) var count = 0
    private var entries: UnsafeMutablePointer<Entry>?
    private var buckets: UnsafeMutablePointer<UInt8>?

    private static var capacity: Int { 64 }
    private static var bucketCount: Int { 128 }

    /// Adds a name; not one for which there is no room, which then is taken for a table.
    @inline(never)
    mutating func add(_ name: NamePart) {
        if entries == nil {
            entries = .allocate(capacity: Self.capacity)
            let buckets = UnsafeMutablePointer<UInt8>.allocate(capacity: Self.bucketCount)
            buckets.initialize(repeating: 0, count: Self.bucketCount)
            self.buckets = buckets
        }
        guard count < Self.capacity, let entries, let buckets else { return }
        let bucket = bucket(of: name)
        // A look-up goes through a bucket: it may not be made long.
        var length = 0
        var at = buckets[bucket]
        while at != 0 {
            length &+= 1
            at = entries[Int(at) &- 1].next
        }
        guard length < 4 else { return }
        (entries + count).initialize(to: Entry(name: name, next: buckets[bucket]))
        count &+= 1
        buckets[bucket] = UInt8(truncatingIfNeeded: count)
    }

    /// Forgets all names but the first.
    mutating func remove(from newCount: Int) {
        guard let entries, let buckets else { return }
        while count > newCount {
            count &-= 1
            buckets[bucket(of: entries[count].name)] = entries[count].next
        }
    }

    /// Whether a name is known.
    @inline(__always)
    func contains(_ name: NamePart) -> Bool { count > 0 && find(name) }

    @inline(never)
    private func find(_ name: NamePart) -> Bool {
        guard let entries, let buckets else { return false }
        var at = buckets[bucket(of: name)]
        while at != 0 {
            let entry = entries[Int(at) &- 1]
            if entry.name.equals(name) { return true }
            at = entry.next
        }
        return false
    }

    private func bucket(of name: NamePart) -> Int { Int(name.hash) & (Self.bucketCount &- 1) }
}
