internal import Basics
internal import Contract
internal import LibCrypto

/// What an index says of each plugin, as 16 bytes of a digest: what the whole index of a signed registry has said is kept.
///
/// A plugin's own index says less often how old it is than the whole one. With these notes, one that was not changed is
/// known by itself; without them the whole index has to be read once more.
struct PluginNotes: Sendable {
    /// The digests of a plugin's entries so far, each made of the one before: those that are offered, and the others.
    private var offered: [String: [UInt8]] = [:], withdrawn: [String: [UInt8]] = [:]

    mutating func add(_ entry: ScannedEntry, _ text: RawSpan, of name: String) throws {
        var bytes = (entry.list == .plugins ? offered[name] : withdrawn[name]) ?? []
        entry.appendContent(text, to: &bytes)
        let digest = try unsafe SHA256.digest(of: bytes.span.bytes)
        if entry.list == .plugins { offered[name] = digest } else { withdrawn[name] = digest }
    }

    /// What is noted of a plugin; the note of one without a version is one, too.
    func note(of name: String) throws -> [UInt8] {
        var bytes: [UInt8] = []
        for part in [offered[name], withdrawn[name]] { bytes += [UInt8(part?.count ?? 0)] + (part ?? []) }
        return Array(try unsafe SHA256.digest(of: bytes.span.bytes).prefix(Self.noteBytes))
    }

    /// What would be noted of a plugin with these entries.
    static func note(of contents: RegistryContents, _ name: String) throws -> [UInt8] {
        let json = JSONValue.object([
            "plugins": .array(contents.entries.map(\.json)), "yanked": .array(contents.withdrawn.map(\.json)),
        ])
        var scanner = IndexScanner(NotingPlugins(NoEntries()))
        let text = Array(json.compactText.utf8)
        try unsafe scanner.update(text.span.bytes)
        _ = try scanner.finish()
        return try scanner.visitor.notes.note(of: name)
    }

    // MARK: The file

    private static let noteBytes = 16, recordBytes = 32, start = "pdk-seen 1"
    /// The longest file, for about a million plugins: 32 MiB.
    static let maximumFileBytes = 32 << 20

    private static func key(of name: String) throws -> [UInt8] {
        Array(try unsafe SHA256.digest(of: Array(name.utf8).span.bytes).prefix(noteBytes))
    }

    /// A line with the serial of the index and the digits of the registry's id, and 32 bytes a plugin in their order.
    func file(_ seal: IndexSeal) throws -> [UInt8] {
        let names = Set(offered.keys).union(withdrawn.keys)
        let records = try names.map { try Self.key(of: $0) + note(of: $0) }.sorted { $0.lexicographicallyPrecedes($1) }
        var bytes = Array(try Self.head(seal.freshness.serial, seal.id).utf8)
        for record in records { bytes += record }
        return bytes
    }

    private static func head(_ serial: Int, _ id: String) throws -> String {
        "\(start) \(serial) \(Hex.encode(try key(of: id)))\n"
    }

    /// The serial of a file of this registry; nil for any other file.
    static func serial(ofFile bytes: [UInt8], registry id: String) throws -> Int? {
        guard let end = bytes.prefix(128).firstIndex(of: 0x0A) else { return nil }
        let words = String(decoding: bytes[..<end], as: UTF8.self).split(separator: " ")
        guard words.count == 4, let serial = Int(words[2]), bytes[...end].elementsEqual(try head(serial, id).utf8),
            (bytes.count - end - 1).isMultiple(of: recordBytes)
        else { return nil }
        return serial
    }

    /// Whether a file has exactly this note of a plugin.
    static func file(_ bytes: [UInt8], has note: [UInt8], of name: String) throws -> Bool {
        guard let end = bytes.firstIndex(of: 0x0A) else { return false }
        let record = try key(of: name) + note
        var low = 0, high = (bytes.count - end - 1) / recordBytes
        while low < high {
            let middle = (low + high) / 2, at = end + 1 + middle * recordBytes
            let there = bytes[at..<at + recordBytes]
            if there.elementsEqual(record) { return true }
            if there.lexicographicallyPrecedes(record) { low = middle + 1 } else { high = middle }
        }
        return false
    }
}

/// Whether an index is noted: not where the serial in its beginning is the one of the notes that there are.
final class NotingSwitch {
    private let known: Int?
    private(set) var isOn = true
    private var isSettled = false

    init(known: Int?) { self.known = known }

    /// Looks at the first piece of an index, which is read from its beginning once.
    func look(at piece: RawSpan) {
        guard !isSettled, let known else { return }
        isSettled = true
        var head: [UInt8] = []
        unsafe piece.withUnsafeBytes { unsafe head.append(contentsOf: $0.prefix(IndexSeal.headBytes)) }
        if IndexSeal.serial(inHead: head) == known { isOn = false }
    }
}

/// Shows the entries to another visitor, and notes what they say.
struct NotingPlugins<Inner: IndexVisitor>: IndexVisitor {
    private(set) var inner: Inner
    private(set) var notes = PluginNotes()
    private var isWanted = false
    private let switching: NotingSwitch?

    init(_ inner: Inner, _ switching: NotingSwitch? = nil) {
        self.inner = inner
        self.switching = switching
    }

    mutating func wants(_ name: RawSpan, isEscaped: Bool, in list: IndexList) -> Bool {
        isWanted = inner.wants(name, isEscaped: isEscaped, in: list)
        return isWanted || switching?.isOn ?? true
    }

    mutating func visit(_ entry: ScannedEntry, _ text: RawSpan) throws {
        if switching?.isOn ?? true { try notes.add(entry, text, of: entry.name(text)) }
        if isWanted { try inner.visit(entry, text) }
    }
}
