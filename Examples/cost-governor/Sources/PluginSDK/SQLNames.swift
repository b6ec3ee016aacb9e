/// A name, or a part of one, in SQL text.
struct NamePart {
    /// What stands there, without quotes.
    let inside: Text
    /// Whether capitals mean small letters, as they do without quotes.
    let isFolded: Bool

    /// The name as the database has it.
    var text: Text { isFolded ? inside.lowercased() : inside }

    /// Whether both mean the same.
    func equals(_ other: NamePart) -> Bool {
        guard inside.count == other.inside.count else { return false }
        if !isFolded, !other.isFolded { return inside == other.inside }
        var at = 0
        while at < inside.count {
            let left = (inside.start &+ at).byte
            let right = (other.inside.start &+ at).byte
            guard (isFolded ? left.lowercased : left) == (other.isFolded ? right.lowercased : right) else {
                return false
            }
            at &+= 1
        }
        return true
    }

    /// A number that is the same for parts that mean the same.
    var hash: UInt32 {
        guard inside.count > 0 else { return 0 }
        var first = inside.start.byte
        var last = (inside.end &+ -1).byte
        if isFolded {
            first = first.lowercased
            last = last.lowercased
        }
        return UInt32(first) &* 31 &+ UInt32(last) &* 7 &+ UInt32(truncatingIfNeeded: inside.count)
    }
}

/// A table's name in SQL text.
struct TableName {
    let catalog: NamePart?
    let schema: NamePart?
    let table: NamePart
    /// Where it stands, in bytes from the start of the text.
    let range: Range<Int>
}

/// Reads names, which may be in quotes, with dots between them.
struct NameParser {
    var at: UnsafeRawPointer
    private let end: UnsafeRawPointer
    /// Whether a name can't be told for sure.
    private(set) var isOpaque = false
    /// The fuel that went for names that are longer, or more complicated, than most.
    private(set) var spent = 0

    init(at: UnsafeRawPointer, end: UnsafeRawPointer) {
        self.at = at
        self.end = end
    }

    /// The part that begins here; nil when none does. 16 bytes behind the end are read.
    @inline(never)
    mutating func part() -> NamePart? {
        let first = at
        let byte = first.byte
        if byte.beginsWord {
            let wordEnd = first.wordEnd
            at = wordEnd < end ? wordEnd : end
            if at - first == 1, byte | 0x20 == UInt8(ascii: "u"), at &+ 1 < end, at.byte == UInt8(ascii: "&"),
                (at &+ 1).byte == UInt8(ascii: "\"")
            {
                return unicodePart()
            }
            return NamePart(inside: Text(first, upTo: at).cutAsName, isFolded: true)
        }
        guard byte == UInt8(ascii: "\"") else { return nil }
        return NamePart(inside: quotedInside().cutAsName, isFolded: false)
    }

    /// Steps over what is in the quotes here.
    private mutating func quotedInside() -> Text {
        let quote = UInt8(ascii: "\"")
        let start = at &+ 1
        var close = start
        var runs = 0
        while true {
            // Doubled quotes come in runs.
            while close &+ 1 < end, close.byte == quote, (close &+ 1).byte == quote { close = close &+ 2 }
            if close >= end || close.byte == quote { break }
            close = close.first(quote, or: quote, before: end)
            runs &+= 1
            // No name is such; what is behind it is not read.
            guard runs < 200 else {
                isOpaque = true
                close = end
                break
            }
        }
        let inside = Text(start, upTo: close)
        at = close < end ? close &+ 1 : end
        // No name is so long, and only its first 63 bytes count.
        guard inside.count <= 1_024 else {
            isOpaque = true
            return Text(start: start, count: 0)
        }
        spent &+= inside.count &* 12
        return inside.undoubled(quote) ?? inside
    }

    /// A name such as `U&"\0073ecrets"`, where `at` is behind the U.
    @inline(never)
    private mutating func unicodePart() -> NamePart {
        at = at &+ 1
        let inside = quotedInside()
        spent &+= 700 &+ inside.count &* 40
        let next = SQLText(padded: Text(at, upTo: end)).skippingSpace(at)
        // The sign that begins an escape can be chosen.
        if next < end, next.isKeyword(.uescape) { isOpaque = true }
        var out = Buffer(capacity: inside.count &+ 4)
        var from = inside.start
        let last = inside.end
        while from < last {
            let byte = from.byte
            from = from &+ 1
            guard byte == UInt8(ascii: "\\") else {
                out.append(byte)
                continue
            }
            if from < last, from.byte == UInt8(ascii: "\\") {
                out.append(UInt8(ascii: "\\"))
                from = from &+ 1
                continue
            }
            guard var code = codePoint(&from, before: last) else {
                isOpaque = true
                break
            }
            if code & 0xFFFF_FC00 == 0xD800 {
                guard from < last, from.byte == UInt8(ascii: "\\") else {
                    isOpaque = true
                    break
                }
                from = from &+ 1
                guard let low = codePoint(&from, before: last), low & 0xFFFF_FC00 == 0xDC00 else {
                    isOpaque = true
                    break
                }
                code = 0x10000 &+ ((code & 0x3FF) &<< 10 | (low & 0x3FF))
            }
            guard code > 0, code <= 0x10_FFFF, code & 0xFFFF_F800 != 0xD800 else {
                isOpaque = true
                break
            }
            out.append(scalar: code)
        }
        return NamePart(inside: out.text.cutAsName, isFolded: false)
    }

    /// The number of an escape, `XXXX` or `+XXXXXX`.
    private func codePoint(_ at: inout UnsafeRawPointer, before end: UnsafeRawPointer) -> UInt32? {
        var count = 4
        if at < end, at.byte == UInt8(ascii: "+") {
            at = at &+ 1
            count = 6
        }
        guard at &+ count <= end else { return nil }
        var code: UInt32 = 0
        while count > 0 {
            guard let digit = at.byte.hexDigit else { return nil }
            code = code &<< 4 | digit
            at = at &+ 1
            count &-= 1
        }
        return code
    }
}

extension Text {
    /// The first 63 bytes, without half a character: the server cuts names so.
    @inline(__always)
    var cutAsName: Text { count <= 63 ? self : prefix(63) }
}

/// The table that an author asks about: `secrets`, or `public.secrets`.
struct TablePattern {
    let table: Text
    private let schema: Text?
    private let catalog: Text?

    @inline(never)
    init(_ name: Text) {
        var table: Text = ""
        var schema: Text?
        var catalog: Text?
        var rest = name
        while true {
            // Quotes stand around a part, or nowhere: a dot between them belongs to it.
            var end = rest.start
            var isQuoted = false
            while end < rest.end, isQuoted || end.byte != UInt8(ascii: ".") {
                if end.byte == UInt8(ascii: "\"") { isQuoted = !isQuoted }
                end = end &+ 1
            }
            var part = Text(rest.start, upTo: end)
            if part.count > 1, part.start.byte == UInt8(ascii: "\"") {
                part = Text(part.start &+ 1, upTo: part.end &+ -1)
                part = part.undoubled(UInt8(ascii: "\"")) ?? part
            }
            table = part.cutAsName
            guard end < rest.end else { break }
            catalog = schema
            schema = table
            rest = Text(end &+ 1, upTo: rest.end)
        }
        self.table = table
        self.schema = schema
        self.catalog = catalog
    }

    @inline(never)
    func matches(_ name: TableName) -> Bool {
        guard name.table.inside.equals(ignoringCase: table) else { return false }
        guard let schema, let other = name.schema else { return true }
        guard other.inside.equals(ignoringCase: schema) else { return false }
        guard let catalog, let other = name.catalog else { return true }
        return other.inside.equals(ignoringCase: catalog)
    }

    func matches(_ name: Text, in otherSchema: Text?) -> Bool {
        guard name.equals(ignoringCase: table) else { return false }
        guard let schema, let otherSchema else { return true }
        return otherSchema.equals(ignoringCase: schema)
    }
}
