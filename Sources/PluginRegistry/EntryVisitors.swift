internal import Contract

/// Takes every entry.
struct AllEntries: IndexVisitor {
    var entries: [RegistryEntry] = []
    var withdrawn: [RegistryEntry] = []

    func wants(_ name: RawSpan, isEscaped: Bool, in list: IndexList) -> Bool { true }

    mutating func visit(_ entry: ScannedEntry, _ text: RawSpan) {
        let decoded = entry.decoded(text)
        if entry.list == .plugins { entries.append(decoded) } else { withdrawn.append(.withdrawn(decoded)) }
    }
}

extension RegistryEntry {
    /// An entry of the array of those that were withdrawn, which needs no reason.
    static func withdrawn(_ entry: IndexEntry) -> RegistryEntry {
        var entry = entry
        entry.yanked = entry.yanked ?? ""
        return entry
    }
}

/// Shows every entry that is offered.
struct EachEntry: IndexVisitor {
    let body: @Sendable (RegistryEntry) throws -> Void

    func wants(_ name: RawSpan, isEscaped: Bool, in list: IndexList) -> Bool { list == .plugins }

    func visit(_ entry: ScannedEntry, _ text: RawSpan) throws { try body(entry.decoded(text)) }
}

/// Takes the entries of one plugin, those that are offered and those that were withdrawn.
struct EntriesOfName: IndexVisitor {
    private let name: [UInt8]
    private(set) var entries: [RegistryEntry] = []
    private(set) var withdrawn: [RegistryEntry] = []
    /// Whether there is no index, and the entries were made of the tags of an OCI registry.
    var isMadeFromTags = false

    init(_ name: String) { self.name = Array(name.utf8) }

    /// Whether these are the entries of a plugin's own index, whose places are those in the registry.
    func isSame(as own: RegistryContents) -> Bool {
        func texts(_ entries: [RegistryEntry]) -> [String] { entries.map(\.json.compactText) }
        return texts(entries) == texts(own.entries) && texts(withdrawn) == texts(own.withdrawn)
    }

    func wants(_ name: RawSpan, isEscaped: Bool, in list: IndexList) -> Bool { isEscaped || name.equals(self.name) }

    mutating func visit(_ entry: ScannedEntry, _ text: RawSpan) {
        let decoded = entry.decoded(text)
        guard decoded.name.utf8.elementsEqual(name) else { return }
        if entry.list == .plugins { entries.append(decoded) } else { withdrawn.append(.withdrawn(decoded)) }
    }
}

extension RawSpan {
    /// Whether these are exactly the bytes.
    fileprivate func equals(_ bytes: [UInt8]) -> Bool {
        guard byteCount == bytes.count else { return false }
        return bytes.indices.allSatisfy { unsafe unsafeLoad(fromByteOffset: $0, as: UInt8.self) == bytes[$0] }
    }
}
