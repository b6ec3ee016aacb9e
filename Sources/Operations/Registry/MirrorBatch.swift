internal import Basics
internal import Contract
internal import PluginRegistry

/// Releases that come into a registry by one commit, so that a mirror of many writes its index once for all of them.
final class MirrorBatch {
    /// A change of one release.
    struct Change {
        /// Which item of the report it is.
        let item: Int
        let name: PluginName
        let version: String
        /// The folder that its files are staged for; nil for one without files.
        var folder: String?
        /// What becomes of the index; nil for nothing.
        let make: (IndexSnapshot) throws -> RegistryChange?
    }

    /// What became of a change that was not made.
    enum Fate {
        /// Somebody else has published the version meanwhile.
        case taken(IndexEntry)
        case refused(any Diagnostic)
    }

    /// The most changes of a commit, and bytes of modules in it: 64 MiB.
    private static let maximumChanges = 64, maximumBytes = 64 << 20

    private let store: any RegistryStore
    private let signer: (IndexOutline) throws -> RegistrySigner?
    private var transaction: (any StoreTransaction)?
    private var changes: [Change] = []
    private var bytes = 0
    /// Whether files wait for who keeps the registry, so that the index stays as it is.
    private var isStaging = false

    init(_ store: any RegistryStore, signer: @escaping (IndexOutline) throws -> RegistrySigner?) {
        self.store = store
        self.signer = signer
    }

    var isFull: Bool { bytes >= Self.maximumBytes || changes.count >= Self.maximumChanges }

    /// Stages a file; where it fails, nothing of its folder is committed.
    func add(_ file: NewArtifact, in folder: String) throws {
        let open = try transaction ?? store.begin()
        transaction = open
        do { try open.add(file) } catch {
            open.forget(folder)
            throw error
        }
    }

    /// Lets go of what was staged for a folder.
    func forget(_ folder: String) { transaction?.forget(folder) }

    /// Adds a change whose module has so many bytes.
    func add(_ change: Change, bytes: Int) {
        changes.append(change)
        self.bytes += bytes
    }

    /// Says that what was added is a request to who keeps the registry.
    func stage(bytes: Int) {
        isStaging = true
        self.bytes += bytes
    }

    /// Commits all that was added; what became of those that were not.
    func commit(isRefusal: (any Diagnostic) -> Bool) throws -> [(item: Int, fate: Fate)] {
        defer { (transaction, changes, bytes, isStaging) = (nil, [], 0, false) }
        guard !changes.isEmpty || isStaging else { return [] }
        let open = try transaction ?? store.begin()
        return try store.untilFirst {
            guard isStaging else { return try commitIndex(open, isRefusal) }
            try open.commit(RegistryChange(), expecting: store.readIndex { _ in })
            return []
        }
    }

    private func commitIndex(
        _ open: any StoreTransaction, _ isRefusal: (any Diagnostic) -> Bool
    ) throws -> [(item: Int, fate: Fate)] {
        var old: [UInt8] = []
        let revision = try store.readIndex { old.append($0) }
        var draft = DraftIndex(of: store.location, text: revision == nil ? nil : old)
        var fates: [(item: Int, fate: Fate)] = [], made: [RegistryChange] = []
        for change in changes {
            do {
                let snapshot = try ReleaseSlot.snapshot(of: draft, name: change.name, version: change.version)
                let there = snapshot.entry(spelled: change.version)
                if let folder = change.folder, let there {
                    open.forget(folder)
                    fates.append((change.item, .taken(there)))
                } else if let one = try change.make(snapshot) {
                    draft.apply(one)
                    made.append(one)
                }
            } catch let error as any Diagnostic where isRefusal(error) {
                if let folder = change.folder { open.forget(folder) }
                fates.append((change.item, .refused(error)))
            }
        }
        guard draft.isChanged, let text = draft.text else { return fates }
        var whole = RegistryChange(splices: [IndexSplice(0..<old.count, text)])
        whole.edits = made.flatMap(\.edits)
        whole.derived = draft.derived.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        let outline = try IndexOutline(of: revision == nil ? text : old)
        whole.needsSignature = outline.isSigned
        if let signer = try signer(outline) { whole = try whole.signed(by: signer) }
        try open.commit(whole, expecting: revision)
        return fates
    }
}
