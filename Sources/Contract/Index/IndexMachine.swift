/// The grammar of an index around its entries, a step at a time, so that it can wait for the next block anywhere.
struct IndexMachine {
    /// What a step came to.
    enum Event {
        /// The block is used up as far as it can be without the next one.
        case more
        /// An entry begins here in the block and ends at the place reached.
        case entry(start: Int)
    }

    private enum State {
        case start
        case nameOrEnd, name, colon, value
        case skipping(JSONSkipper)
        case elementOrEnd(IndexList), element(IndexList), afterElement(IndexList)
        case afterValue
        case end
    }

    private var state = State.start
    private var reader: EntryReader
    private(set) var outline = IndexOutline()
    /// The list that the last entry stood in, and its number there.
    private(set) var list = IndexList.plugins
    private(set) var number = 0
    /// Where the entry before the last one ends, nil where that is the first.
    private(set) var previousEnd: Int?
    private let limits: IndexLimits
    private var opening = 0
    private var hasPlugins = false

    init(limits: IndexLimits) {
        self.limits = limits
        reader = EntryReader(maximumDepth: limits.depth)
    }

    /// Where the fields of the last entry are.
    var places: EntryPlaces { reader.places }

    /// Refuses an index that is longer than allowed.
    func checkSize(_ size: Int) throws(JSONError) {
        guard size <= limits.bytes else {
            throw JSONError("index is longer than \(limits.bytes) bytes", offset: limits.bytes)
        }
    }

    /// Refuses a part that would have to be kept in memory whole and is too long for that.
    func checkUnit(_ count: Int, at offset: Int) throws(JSONError) {
        guard count <= limits.entryBytes + 256 << 10 else {
            throw JSONError("a part of the index is longer than \(limits.entryBytes) bytes", offset: offset)
        }
    }

    /// Goes on from `at`, which is `base` bytes further in the whole index, to the next event.
    ///
    /// Offsets in errors are counted from the block's start.
    mutating func step(_ text: RawSpan, _ at: inout Int, base: Int) throws(JSONError) -> Event {
        while true {
            if case .skipping(var skipper) = state {
                let isWhole = try skipper.skip(text, &at)
                guard isWhole else {
                    state = .skipping(skipper)
                    return .more
                }
                endValue(at: at + base)
                continue
            }
            at = blanksEnd(text, at)
            guard at < text.byteCount else { return .more }
            let byte = text.byte(at)
            switch state {
            case .start: try start(byte, text, &at, base: base)
            case .nameOrEnd where byte == UInt8(ascii: "}"):
                at += 1
                state = .end
            case .nameOrEnd, .name: guard try name(byte, text, &at, base: base) else { return .more }
            case .colon:
                guard byte == UInt8(ascii: ":") else { throw JSONError("member has no ':'", offset: at) }
                at += 1
                state = .value
            case .value: guard try value(byte, text, &at, base: base) else { return .more }
            case .elementOrEnd where byte == UInt8(ascii: "]"): endArray(&at, base: base)
            case .elementOrEnd(let list), .element(let list):
                let start = at
                guard let end = try element(text, at, list) else { return .more }
                at = end
                state = .afterElement(list)
                if list == .plugins {
                    outline.count = number
                    outline.plugins = noted(start: base + start, end: base + end, in: outline.plugins)
                } else {
                    outline.yanked = noted(start: base + start, end: base + end, in: outline.yanked)
                }
                if places.present.contains(.name) { return .entry(start: start) }
            case .afterElement(let list):
                if byte == UInt8(ascii: ",") {
                    at += 1
                    state = .element(list)
                } else if byte == UInt8(ascii: "]") {
                    endArray(&at, base: base)
                } else {
                    throw JSONError("neither ',' nor a closing bracket follows the value", offset: at)
                }
            case .afterValue:
                guard byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") else {
                    throw JSONError("neither ',' nor a closing bracket follows the value", offset: at)
                }
                at += 1
                state = byte == UInt8(ascii: ",") ? .name : .end
            case .end: throw JSONError("unexpected text after the JSON value", offset: at)
            case .skipping: break
            }
        }
    }

    /// The outline of the whole index; `rest` is what no step has used, `size` the length of everything.
    mutating func finish(rest: RawSpan, size: Int) throws(JSONError) -> IndexOutline {
        guard case .end = state else {
            if case .start = state { throw JSONError("index is empty", offset: 0) }
            throw JSONError("index is incomplete", offset: size)
        }
        guard hasPlugins else { throw JSONError("index has no plugins array", offset: opening) }
        outline.size = size
        return outline
    }

    /// Past blanks, noting how lines end.
    private mutating func blanksEnd(_ text: RawSpan, _ start: Int) -> Int {
        let end = JSONBytes.endOfBlanks(text, from: start)
        if !outline.hasLines, end > start,
            let line = (start..<end).first(where: { text.byte($0) == UInt8(ascii: "\n") })
        {
            outline.hasLines = true
            outline.hasCRLF = line > start && text.byte(line - 1) == UInt8(ascii: "\r")
        }
        return end
    }

    private mutating func start(_ byte: UInt8, _ text: RawSpan, _ at: inout Int, base: Int) throws(JSONError) {
        switch byte {
        case UInt8(ascii: "{"):
            opening = base + at
            at += 1
            state = .nameOrEnd
        case UInt8(ascii: "<"):
            throw JSONError("index is an HTML page, such as a login or error page of a web server", offset: at)
        case 0xEF: throw JSONError("index begins with a byte order mark, which JSON must not have", offset: at)
        case 0xFE, 0xFF: throw JSONError("index is UTF-16 text; JSON is UTF-8", offset: at)
        case 0x1F: throw JSONError("index is compressed (gzip)", offset: at)
        default: throw JSONError("index is not a JSON object", offset: at)
        }
    }

    private mutating func name(
        _ byte: UInt8, _ text: RawSpan, _ at: inout Int, base: Int
    ) throws(JSONError) -> Bool {
        guard byte == UInt8(ascii: "\"") else { throw JSONError("object has no member name here", offset: at) }
        var end = at + 1
        guard try JSONBytes.skipString(text, &end, isDecoded: false) != nil else { return false }
        let name = String(decoding: JSONStringText.decode(text, at..<end), as: UTF8.self)
        for once in ["schema_version", "plugins"] where once.utf8.elementsEqual(name.utf8) && outline[once] != nil {
            throw JSONError("index gives \(once) twice", offset: at)
        }
        guard outline.members.count < IndexOutline.maximumMembers else {
            throw JSONError("index has more than \(IndexOutline.maximumMembers) members", offset: at)
        }
        outline.members.append(IndexOutline.Member(name: name, start: base + at, range: 0..<0))
        at = end
        state = .colon
        return true
    }

    private mutating func value(
        _ byte: UInt8, _ text: RawSpan, _ at: inout Int, base: Int
    ) throws(JSONError) -> Bool {
        let last = outline.members.count - 1, name = outline.members[last].name
        let isFirst = !outline.members[..<last].contains { $0.name.utf8.elementsEqual(name.utf8) }
        if name == "plugins", byte != UInt8(ascii: "[") {
            throw JSONError("plugins is not an array", offset: at)
        }
        if name == "schema_version", byte != UInt8(ascii: "\"") {
            throw JSONError("schema_version is not a string", offset: at)
        }
        // What cannot be read here must not look as if nothing were withdrawn.
        if name == "yanked", !isFirst { throw JSONError("there are two members 'yanked'", offset: at) }
        if name == "yanked", byte != UInt8(ascii: "["), byte != UInt8(ascii: "n") {
            throw JSONError("yanked is not an array", offset: at)
        }
        outline.members[last].range = base + at..<base + at
        if byte == UInt8(ascii: "["), name == "plugins" || name == "yanked" {
            at += 1
            hasPlugins = hasPlugins || name == "plugins"
            number = 0
            state = .elementOrEnd(name == "plugins" ? .plugins : .yanked)
            return true
        }
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            state = .skipping(JSONSkipper(depth: 1, maximumDepth: limits.depth))
        default:
            let start = at
            guard try scalar(byte, text, &at, isDecoded: name == "schema_version") else { return false }
            if at - start <= IndexOutline.maximumScalarBytes {
                outline.members[last].value = try? JSONDocument(parsing: (start..<at).map { text.byte($0) }).root.value
            }
            endValue(at: base + at)
        }
        return true
    }

    private func scalar(
        _ byte: UInt8, _ text: RawSpan, _ at: inout Int, isDecoded: Bool
    ) throws(JSONError) -> Bool {
        var end = at
        switch byte {
        case UInt8(ascii: "\""):
            end += 1
            guard try JSONBytes.skipString(text, &end, isDecoded: isDecoded) != nil else { return false }
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
            guard try JSONBytes.skipWord(text, &end) else { return false }
        default:
            guard try JSONBytes.skipNumber(text, &end) else { return false }
        }
        at = end
        return true
    }

    private mutating func element(
        _ text: RawSpan, _ at: Int, _ list: IndexList
    ) throws(JSONError) -> Int? {
        self.list = list
        do throws(JSONError) {
            guard let end = try reader.read(text, from: at, number: number + 1) else { return nil }
            number += 1
            return end
        } catch {
            guard list == .yanked else { throw error }
            // Hosts do not read this list: what is well-formed there and no entry is passed over.
            var end = at, skipper = JSONSkipper(depth: 2, maximumDepth: limits.depth)
            guard try skipper.skip(text, &end) else { return nil }
            reader.forget()
            number += 1
            return end
        }
    }

    private mutating func noted(start: Int, end: Int, in entries: IndexOutline.List) -> IndexOutline.List {
        previousEnd = entries.lastEnd
        return IndexOutline.List(secondStart: number == 2 ? start : entries.secondStart, lastEnd: end)
    }

    private mutating func endArray(_ at: inout Int, base: Int) {
        at += 1
        endValue(at: base + at)
    }

    private mutating func endValue(at end: Int) {
        let last = outline.members.count - 1
        outline.members[last].range = outline.members[last].range.lowerBound..<end
        state = .afterValue
    }
}
