/// Checks the entries of an index one by one and finds their fields (host contract, section 1).
///
/// Whoever writes an index writes its entries alike. So what stands between two values (the comma, blanks, the next
/// member's name, the colon) is checked once and remembered; where the same bytes come again they are compared, eight at a
/// time, and not read. What has been seen forms a tree: its paths are the orders of members met so far, so that a member
/// that stands twice or is missing is found when a path is made.
struct EntryReader {
    /// What comes after a piece of text between values.
    private enum Step {
        /// A string, whose opening quote is the piece's last byte.
        case string(EntryField?)
        /// Any other value.
        case other(EntryField?)
        /// Nothing: the piece ends with the entry's closing brace.
        case end
    }

    /// A piece of text that has been read once.
    private struct Piece {
        var firstWord: Int
        var count: Int
        var lastMask: UInt64
        var step: Step
        /// The pieces that may follow, and the next one that may stand in this one's place; -1 for none.
        var follower = -1
        var sibling = -1
        var siblings = 0
    }

    /// How much of a memory an index may fill that has ever new shapes.
    private static let maximumPieces = 1024, maximumSiblings = 12, maximumWords = 16

    private var pieces: [Piece] = []
    private var words: [UInt64] = []
    private let maximumDepth: Int
    /// Where the fields of the last entry are.
    private(set) var places = EntryPlaces()

    /// How deep an entry stands: in the array of an object.
    static let depth = 2

    init(maximumDepth: Int) {
        self.maximumDepth = maximumDepth
        // The piece before an entry's first member.
        pieces.append(Piece(firstWord: 0, count: 0, lastMask: 0, step: .end))
    }

    /// Reads the entry whose bracket is at `start`; the place behind it, nil when the block ends before the entry.
    ///
    /// `number` counts entries from 1 for error texts.
    mutating func read(_ text: RawSpan, from start: Int, number: Int) throws(JSONError) -> Int? {
        places.removeAll()
        switch text.byte(start) {
        case UInt8(ascii: "{"): return try readObject(text, start, number)
        case UInt8(ascii: "["): return try readArray(text, start, number)
        default: throw JSONError("entry \(number) of the index is not an object", offset: start)
        }
    }

    /// Makes as if no entry had been read.
    mutating func forget() { places.removeAll() }

    private mutating func readObject(_ text: RawSpan, _ start: Int, _ number: Int) throws(JSONError) -> Int? {
        var at = start + 1, piece = 0, seen = EntryFieldSet()
        while true {
            let step: Step
            let known = piece < 0 ? -1 : follower(of: piece, text, at)
            if known >= 0 {
                at &+= pieces[known].count
                step = pieces[known].step
                piece = known
            } else {
                let from = at
                guard
                    let found = try readBetween(
                        text, &at, isFirst: from == start + 1, entry: start, number: number, seen: seen)
                else { return nil }
                piece = remember(text, from..<at, found, after: piece)
                step = found
            }
            switch step {
            case .end: return at
            case .string(let field):
                let opening = at &- 1
                guard let traits = try JSONBytes.skipString(text, &at, isDecoded: field?.isOfHost ?? false) else {
                    return nil
                }
                if let field {
                    seen.insert(field)
                    places.set(field, (opening &- start)..<(at &- start), traits)
                }
            case .other(let field):
                // A piece that was remembered before a number may be followed by blanks, and by a string.
                at = JSONBytes.endOfBlanks(text, from: at)
                guard at < text.byteCount else { return nil }
                let opening = at
                var traits: JSONBytes.StringTraits = []
                if text.byte(at) == UInt8(ascii: "\"") {
                    at += 1
                    guard let found = try JSONBytes.skipString(text, &at, isDecoded: field?.isOfHost ?? false) else {
                        return nil
                    }
                    traits = found
                } else {
                    var skipper = JSONSkipper(depth: Self.depth + 1, maximumDepth: maximumDepth)
                    guard try skipper.skip(text, &at) else { return nil }
                }
                guard let field else { continue }
                seen.insert(field)
                let first = text.byte(opening)
                if field.isOfHost, first != UInt8(ascii: "\"") {
                    guard field == .signature, first == UInt8(ascii: "n") else {
                        throw Self.notText(field, number, opening)
                    }
                } else {
                    places.set(field, (opening - start)..<(at - start), traits)
                }
            }
        }
    }

    private static func notText(_ field: EntryField, _ number: Int, _ offset: Int) -> JSONError {
        JSONError("\(field.key) of entry \(number) is not a string", offset: offset)
    }

    /// The remembered piece that stands at `at` behind `piece`; -1 for none.
    @inline(__always)
    private func follower(of piece: Int, _ text: RawSpan, _ at: Int) -> Int {
        var next = pieces[piece].follower
        while next >= 0 {
            if stands(next, text, at) { return next }
            next = pieces[next].sibling
        }
        return -1
    }

    @inline(__always)
    private func stands(_ index: Int, _ text: RawSpan, _ at: Int) -> Bool {
        let first = pieces[index].firstWord, count = pieces[index].count
        // The last word reaches up to 8 bytes past the piece.
        guard at &+ count &+ 8 <= text.byteCount else { return false }
        var word = first, place = at
        let end = at &+ count &- 8
        while place <= end {
            if text.word(place) != words[word] { return false }
            word &+= 1
            place &+= 8
        }
        return (text.word(place) ^ words[word]) & pieces[index].lastMask == 0
    }

    /// Reads what stands between two values; nil when the block ends within it.
    private func readBetween(
        _ text: RawSpan, _ at: inout Int, isFirst: Bool, entry: Int, number: Int, seen: EntryFieldSet
    ) throws(JSONError) -> Step? {
        func next() -> UInt8? {
            at = JSONBytes.endOfBlanks(text, from: at)
            return at < text.byteCount ? text.byte(at) : nil
        }
        guard let byte = next() else { return nil }
        if byte == UInt8(ascii: "}") {
            at += 1
            for field in EntryField.allCases where field.isRequired && !seen.contains(field) {
                throw JSONError("entry \(number) of the index has no \(field.key)", offset: entry)
            }
            return .end
        }
        if !isFirst {
            guard byte == UInt8(ascii: ",") else {
                throw JSONError("neither ',' nor a closing bracket follows the value", offset: at)
            }
            at += 1
        }
        guard let quote = next() else { return nil }
        guard quote == UInt8(ascii: "\"") else { throw JSONError("object has no member name here", offset: at) }
        let opening = at
        at += 1
        // A name is decoded to tell whether it is a known one; the host tolerates any in those that it ignores.
        guard try JSONBytes.skipString(text, &at, isDecoded: false) != nil else { return nil }
        let field = EntryField(key: JSONStringText.decode(text, opening..<at))
        if let field, field.isOfHost, seen.contains(field) {
            throw JSONError("entry \(number) gives \(field.key) twice", offset: opening)
        }
        guard let colon = next() else { return nil }
        guard colon == UInt8(ascii: ":") else { throw JSONError("member has no ':'", offset: at) }
        at += 1
        guard let value = next() else { return nil }
        guard value == UInt8(ascii: "\"") else { return .other(field) }
        at += 1
        return .string(field)
    }

    /// Notes a piece that has been read; its index, -1 when there is no room for it.
    private mutating func remember(_ text: RawSpan, _ range: Range<Int>, _ step: Step, after piece: Int) -> Int {
        let wordCount = range.count / 8 + 1
        guard piece >= 0, pieces.count < Self.maximumPieces, wordCount <= Self.maximumWords,
            pieces[piece].siblings < Self.maximumSiblings
        else { return -1 }
        let firstWord = words.count
        for start in stride(from: range.lowerBound, through: range.upperBound, by: 8) {
            var word: UInt64 = 0
            for at in (start..<min(start + 8, range.upperBound)).reversed() { word = word << 8 | UInt64(text.byte(at)) }
            words.append(word)
        }
        var new = Piece(
            firstWord: firstWord, count: range.count,
            lastMask: range.count & 7 == 0 ? 0 : UInt64.max >> UInt64(64 - 8 * (range.count & 7)), step: step)
        // The newest comes first: indexes change their shape as they grow.
        new.sibling = pieces[piece].follower
        pieces.append(new)
        pieces[piece].follower = pieces.count - 1
        pieces[piece].siblings += 1
        return pieces.count - 1
    }

    /// An entry in the way of the host's reader for arrays: the host's fields in their order, all but the last required.
    private mutating func readArray(_ text: RawSpan, _ start: Int, _ number: Int) throws(JSONError) -> Int? {
        var at = start + 1
        for place in 0... {
            at = JSONBytes.endOfBlanks(text, from: at)
            guard at < text.byteCount else { return nil }
            if text.byte(at) == UInt8(ascii: "]") {
                guard place >= EntryField.signature.rawValue else {
                    let missing = EntryField(rawValue: place)?.key ?? ""
                    throw JSONError("entry \(number) of the index has no \(missing)", offset: start)
                }
                return at + 1
            }
            if place > 0 {
                guard text.byte(at) == UInt8(ascii: ",") else {
                    throw JSONError("neither ',' nor a closing bracket follows the value", offset: at)
                }
                at = JSONBytes.endOfBlanks(text, from: at + 1)
                guard at < text.byteCount else { return nil }
            }
            guard let field = EntryField(rawValue: place), field.isOfHost else {
                throw JSONError("entry \(number) of the index has more than 6 fields", offset: at)
            }
            let opening = at
            if text.byte(at) == UInt8(ascii: "\"") {
                at += 1
                guard let traits = try JSONBytes.skipString(text, &at, isDecoded: true) else { return nil }
                places.set(field, (opening - start)..<(at - start), traits)
            } else {
                guard field == .signature, text.byte(at) == UInt8(ascii: "n") else {
                    throw Self.notText(field, number, opening)
                }
                guard try JSONBytes.skipWord(text, &at) else { return nil }
            }
        }
        return nil
    }
}
