internal import Contract
internal import PluginRegistry

/// An index that is being changed, read like that of a registry: changes are made one on the other before all are committed as one.
struct DraftIndex: RegistryStore {
    let location: RegistryLocation
    /// The text; nil while there is none.
    private(set) var text: [UInt8]?
    /// What is made from it, by path.
    private(set) var derived: [String: [UInt8]] = [:]
    private(set) var isChanged = false

    init(of location: RegistryLocation, text: [UInt8]?) {
        self.location = location
        self.text = text
    }

    mutating func apply(_ change: RegistryChange) {
        text = IndexSplice.apply(change.splices, to: text ?? [])
        for item in change.derived { derived[item.path] = item.bytes }
        isChanged = true
    }

    func readIndex(into sink: (RawSpan) throws -> Void) throws -> Revision? {
        guard let text else { return nil }
        try unsafe sink(text.span.bytes)
        return Revision("draft")
    }

    func stream(_ artifact: String, maximumBytes: Int, into sink: (RawSpan) throws -> Void) throws { throw notThere }
    func list(_ path: String) throws -> [StoredFile] { throw notThere }
    func begin() throws -> any StoreTransaction { throw notThere }

    private var notThere: RegistryError {
        RegistryError(.notARegistry, "the new index of \(location) cannot be read yet: it is not committed")
    }
}
