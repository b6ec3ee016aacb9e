/// What is done with the entries of an index while it is scanned.
package protocol IndexVisitor {
    /// Whether an entry is worth a visit; asked for every entry in the order of the file, so it should be quick.
    ///
    /// `name` is the entry's name as it stands between its quotes; only where `isEscaped` says so may it hold escapes.
    mutating func wants(_ name: RawSpan, isEscaped: Bool, in list: IndexList) -> Bool

    /// Takes an entry that was wanted; `text` is that of the entry alone, and gone after the call.
    mutating func visit(_ entry: ScannedEntry, _ text: RawSpan) throws
}

/// Reads an index once, in blocks and in constant memory, and checks all of it: strict JSON that the host can read.
///
/// Nothing of an entry is decoded unless the visitor wants it. Unknown members, also those that hold unpaired surrogates,
/// are passed over, as the host does.
package struct IndexScanner<Visitor: IndexVisitor>: ~Copyable {
    /// What the entries are shown to.
    package var visitor: Visitor
    private var machine: IndexMachine
    /// The unfinished end of the text so far, and where it began.
    private var rest: [UInt8] = []
    private var base = 0
    /// How much of the unfinished part there was when it was last found not to be whole.
    private var tried = 0

    /// Counts lines where asked for, which costs a look at every byte.
    private var lines: LineCounter?
    /// The line and column, both from 1, of the error that was thrown, where lines are counted.
    package private(set) var failure: (line: Int, column: Int)?

    package init(_ visitor: consuming Visitor, limits: IndexLimits = IndexLimits(), countsLines: Bool = false) {
        self.visitor = visitor
        lines = countsLines ? LineCounter() : nil
        machine = IndexMachine(limits: limits)
    }

    /// Takes the next bytes; errors: `JSONError` with the offset in the whole index, and what the visitor throws.
    package mutating func update(_ block: RawSpan) throws {
        try machine.checkSize(base + rest.count + block.byteCount)
        var start = 0
        if !rest.isEmpty {
            guard let reached = try completeRest(with: block) else { return }
            start = reached
        }
        let consumed = try run(over: block, from: start)
        rest.append(block, from: consumed, to: block.byteCount)
        advance(over: block, by: consumed)
        try machine.checkUnit(rest.count, at: base)
    }

    /// The end of the text: what stands around the entries; error: `JSONError`, also where the index is not whole.
    package mutating func finish() throws -> IndexOutline {
        let last = rest
        let consumed = try run(over: unsafe last.span.bytes, from: 0)
        return try machine.finish(
            rest: unsafe last.span.bytes.extracting(consumed..<last.count), size: base + last.count)
    }

    /// Completes the part that was cut, with no more of the block than that takes; nil when the block does not suffice.
    ///
    /// Returns how much of the block is used up. A part that is still not whole is tried again when twice as much of it is
    /// there, so that a long one is not read over and over.
    private mutating func completeRest(with block: RawSpan) throws -> Int? {
        var taken = 0
        while taken < block.byteCount {
            let more = min(max(1024, 2 * tried - rest.count), block.byteCount - taken)
            rest.append(block, from: taken, to: taken + more)
            taken += more
            guard rest.count >= 2 * tried else { break }
            var pending: [UInt8] = []
            swap(&pending, &rest)
            let consumed = try run(over: unsafe pending.span.bytes, from: 0)
            let old = pending.count - taken
            if consumed >= old {
                unsafe advance(over: pending.span.bytes, by: old)
                tried = 0
                pending.removeAll(keepingCapacity: true)
                swap(&pending, &rest)
                return consumed - old
            }
            unsafe advance(over: pending.span.bytes, by: consumed)
            pending.removeFirst(consumed)
            tried = consumed > 0 ? 0 : pending.count
            swap(&pending, &rest)
        }
        try machine.checkUnit(rest.count, at: base)
        return nil
    }

    private mutating func advance(over text: RawSpan, by count: Int) {
        lines?.take(text.extracting(0..<count))
        base += count
    }

    /// Shows all whole entries from `start` on to the visitor; how much of the text is used up.
    private mutating func run(over text: RawSpan, from start: Int) throws -> Int {
        var at = start
        while true {
            let event: IndexMachine.Event
            do throws(JSONError) {
                event = try machine.step(text, &at, base: base)
            } catch {
                failure = lines?.position(in: text, at: error.offset)
                throw JSONError(error.message, offset: base + error.offset)
            }
            guard case .entry(let start) = event else { return at }
            let places = machine.places
            guard let name = places[.name] else { continue }
            let isEscaped = places.special.contains(.name)
            let span = text.extracting(start + name.lowerBound + 1..<start + name.upperBound - 1)
            guard visitor.wants(span, isEscaped: isEscaped, in: machine.list) else { continue }
            try visitor.visit(
                ScannedEntry(
                    list: machine.list, range: base + start..<base + at, number: machine.number,
                    previousEnd: machine.previousEnd, places: places),
                text.extracting(start..<at))
        }
    }
}

extension [UInt8] {
    /// Adds bytes of a span.
    fileprivate mutating func append(_ span: RawSpan, from start: Int, to end: Int) {
        unsafe span.extracting(start..<end).withUnsafeBytes { unsafe append(contentsOf: $0) }
    }
}
