/// The tar archive of a packed plugin, read so strictly that no two readers can see different things in it.
///
/// Known names in their order, each a plain file (type `0`) under a ustar or GNU header with a right checksum and clean numbers;
/// then two blocks of zeros, and zeros to the end. Memory grows with the data that arrived, never with a size that a header
/// claims. POSIX.1-2017, pax, "ustar Interchange Format"; GNU tar, "Basic Tar Format".
package struct PackedArchive: ~Copyable {
    /// A name, and the most bytes that its file may have.
    package struct Expected: Sendable {
        package let name: String
        package let maximumBytes: Int

        package init(_ name: String, maximumBytes: Int) {
            self.name = name
            self.maximumBytes = maximumBytes
        }
    }

    private enum State {
        case header
        /// In an entry's contents; how much of them and of the zeros behind them is to come.
        case contents(left: Int, padding: Int)
        /// After the entries; how many blocks of zeros came.
        case end(blocks: Int)
    }

    private static let blockBytes = 512

    private let expected: [Expected]
    private let required: Int
    private var state = State.header
    private var block: [UInt8] = []
    /// The entries so far, in the order of what was expected.
    private var entries: [ArchiveEntry] = []
    private var contents: [UInt8] = []

    /// Expects these entries, of which the first `required` must be there.
    package init(expecting expected: [Expected], required: Int) {
        self.expected = expected
        self.required = required
        block.reserveCapacity(Self.blockBytes)
    }

    /// Takes the next bytes of the archive.
    package mutating func update(_ bytes: RawSpan) throws(ArchiveError) {
        var at = 0
        while at < bytes.byteCount {
            if case .contents(let left, let padding) = state, left > 0 {
                let count = min(left, bytes.byteCount - at)
                unsafe bytes.extracting(at..<at + count).withUnsafeBytes { unsafe contents.append(contentsOf: $0) }
                at += count
                state = .contents(left: left - count, padding: padding)
                if left == count, padding == 0 { finishEntry() }
                continue
            }
            let wanted: Int
            if case .contents(_, let padding) = state { wanted = padding } else { wanted = Self.blockBytes }
            let count = min(wanted - block.count, bytes.byteCount - at)
            unsafe bytes.extracting(at..<at + count).withUnsafeBytes { unsafe block.append(contentsOf: $0) }
            at += count
            guard block.count == wanted else { return }
            try takeBlock()
            block.removeAll(keepingCapacity: true)
        }
    }

    /// The entries, when the archive is whole.
    package consuming func finish() throws(ArchiveError) -> [ArchiveEntry] {
        guard case .end(let blocks) = state, blocks >= 2, block.isEmpty else {
            throw ArchiveError(.notTar, "the archive is cut short: it does not end with two blocks of zeros")
        }
        return entries
    }

    private mutating func takeBlock() throws(ArchiveError) {
        let isZero = block.allSatisfy { $0 == 0 }
        switch state {
        case .contents:
            guard isZero else {
                throw ArchiveError(.notTar, "the last block of the entry \(current.name) is not padded with zeros")
            }
            finishEntry()
        case .end(let blocks):
            guard isZero else {
                throw ArchiveError(
                    .notTar,
                    blocks < 2
                        ? "there is one block of zeros where the archive should end with two"
                        : "there is data after the end of the archive")
            }
            state = .end(blocks: blocks + 1)
        case .header:
            guard isZero else { return try takeHeader() }
            guard entries.count >= required else {
                throw ArchiveError(
                    .missing, "the archive ends before its entry \(expected[entries.count].name)")
            }
            state = .end(blocks: 1)
        }
    }

    private var current: Expected { expected[min(entries.count, expected.count - 1)] }

    private mutating func takeHeader() throws(ArchiveError) {
        let header = TarHeader(block: block)
        let number = entries.count + 1
        try header.check(number)
        let name = try header.name(number)
        guard ArchiveEntry.isPlain(name) else {
            throw ArchiveError(
                .badName, "entry \(number) has a name that is not a plain file name: '\(name.escapedToASCII)'")
        }
        guard !entries.contains(where: { $0.name == name }) else {
            throw ArchiveError(.duplicate, "the archive has two entries called \(name)")
        }
        guard entries.count < expected.count else {
            throw ArchiveError(.unexpected, "it has an entry \(name), which no packed plugin has")
        }
        guard name == current.name else {
            throw ArchiveError(.unexpected, "it has the entry \(name) in place of \(current.name)")
        }
        let size = try header.number(124..<136, "size", number)
        guard size <= current.maximumBytes else {
            throw ArchiveError(.tooLarge, "the entry \(name) is larger than \(current.maximumBytes) bytes")
        }
        contents = []
        state = .contents(left: size, padding: (Self.blockBytes - size % Self.blockBytes) % Self.blockBytes)
        if size == 0 { finishEntry() }
    }

    private mutating func finishEntry() {
        entries.append(ArchiveEntry(name: current.name, bytes: contents))
        contents = []
        state = .header
    }
}

/// One header block of 512 bytes.
private struct TarHeader {
    let block: [UInt8]

    /// Refuses what readers may take differently: a wrong checksum, another format or type, numbers that are not clean.
    func check(_ entry: Int) throws(ArchiveError) {
        let isUstar = block[257..<265].elementsEqual([UInt8]("ustar\u{0}00".utf8))
        let isGNU = block[257..<265].elementsEqual([UInt8]("ustar  \u{0}".utf8))
        // The sum of all bytes, with blanks in the place of the sum itself.
        let sum = block.indices.reduce(0) { $0 + ((148..<156).contains($1) ? 0x20 : Int(block[$1])) }
        guard try number(148..<156, "checksum", entry) == sum else {
            throw ArchiveError(.notTar, "the checksum of the header of entry \(entry) is wrong")
        }
        guard isUstar || isGNU else {
            throw ArchiveError(.notTar, "the header of entry \(entry) is neither ustar nor GNU")
        }
        guard block[156] == UInt8(ascii: "0") else {
            let type = String(UnicodeScalar(block[156])).escapedToASCII
            throw ArchiveError(.notRegular, "entry \(entry) is of type '\(type)', and not a plain file (type '0')")
        }
        // The host's own tool leaves mode, owner, group and time empty.
        for (range, name) in [(100..<108, "mode"), (108..<116, "uid"), (116..<124, "gid"), (136..<148, "mtime")] {
            _ = try number(range, name, entry, mayBeEmpty: true)
        }
        for (range, name) in [(329..<337, "devmajor"), (337..<345, "devminor")] {
            guard try number(range, name, entry, mayBeEmpty: true) == 0 else {
                throw ArchiveError(.notRegular, "entry \(entry) has a device number")
            }
        }
        for (range, name) in [(157..<257, "link name"), (345..<512, "prefix or extension")] {
            guard block[range].allSatisfy({ $0 == 0 }) else {
                throw ArchiveError(.notTar, "the header of entry \(entry) has a \(name)")
            }
        }
        for (range, name) in [(265..<297, "user name"), (297..<329, "group name")] {
            let text = block[range].prefix { $0 != 0 }
            guard text.allSatisfy({ (0x21...0x7E).contains($0) }),
                block[range].dropFirst(text.count).allSatisfy({ $0 == 0 })
            else { throw ArchiveError(.notTar, "the \(name) in the header of entry \(entry) is not clean") }
        }
    }

    /// The name, which ends with a zero and has nothing but zeros behind it.
    func name(_ entry: Int) throws(ArchiveError) -> String {
        let text = block[0..<100].prefix { $0 != 0 }
        guard block[0..<100].dropFirst(text.count).allSatisfy({ $0 == 0 }) else {
            throw ArchiveError(.badName, "the name of entry \(entry) has a zero byte in it")
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// An octal number: digits, then a blank or zero bytes; nothing else.
    func number(
        _ range: Range<Int>, _ name: String, _ entry: Int, mayBeEmpty: Bool = false
    ) throws(ArchiveError) -> Int {
        let digits = block[range].prefix { (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) }
        let rest = block[range].dropFirst(digits.count)
        // 12 digits fit any Int.
        let isClean = rest.allSatisfy { $0 == 0 || $0 == 0x20 } && digits.count < range.count
        guard isClean, mayBeEmpty || !digits.isEmpty else {
            throw ArchiveError(.notTar, "the \(name) in the header of entry \(entry) is not a clean octal number")
        }
        return digits.reduce(0) { $0 * 8 + Int($1 - UInt8(ascii: "0")) }
    }
}
