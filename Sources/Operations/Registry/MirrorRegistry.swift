internal import Basics
internal import Contract
internal import Files
package import PluginRegistry
internal import Synchronization
package import Trust

/// `pdk mirror`: copies releases from one registry to another, each verified on the way and committed by itself.
///
/// What is there already is compared and left alone, so that a mirror that was cut short goes on where it stopped.
package struct MirrorRegistry {
    package let source: RegistryLocation
    package let target: RegistryLocation
    /// The plugins to copy; all of them where none is named.
    package let names: [String]
    package let network: Network
    package let trustRoot: TrustRoot?
    package let options: Options
    /// The time of the changes, in seconds since 1970.
    package let now: Int

    /// What the command line allows.
    package struct Options: Sendable {
        /// Say what would be copied, fetch and change nothing.
        package var isDryRun = false
        /// Make the registry wherever it is to be.
        package var creates = false
        /// Refuse what no trusted key has signed.
        package var requiresSignature = false
        /// Take modules that the index of a web registry has on other servers.
        package var allowsOtherOrigins = false
        /// Asks a question on the terminal; nil without one.
        package var confirm: (@Sendable (String) -> Bool)?
        /// Told who holds a lock that is waited for.
        package var notice: (@Sendable (String) -> Void)?
        /// Told how many of how many releases were looked at.
        package var progress: (@Sendable (Int, Int) -> Void)?

        package init() {}
    }

    package init(
        source: RegistryLocation, target: RegistryLocation, names: [String], network: Network, trustRoot: TrustRoot?,
        options: Options, now: Int
    ) {
        self.source = source
        self.target = target
        self.names = names
        self.network = network
        self.trustRoot = trustRoot
        self.options = options
        self.now = now
    }

    /// What became of a release.
    package enum Outcome: String, Sendable, CaseIterable {
        case copied, present, withdrawn, refused
    }

    /// A release and what became of it.
    package struct Item: Sendable {
        package let name: String
        package let version: String
        package let outcome: Outcome
        /// Whose signature it has, where that was checked while it was copied.
        package let signer: String?
        /// Whether the source has withdrawn it.
        package let isWithdrawn: Bool
        /// Why it was refused, or what else there is to know.
        package let message: String?
    }

    /// What was done.
    package struct Report: Sendable {
        package let items: [Item]
        /// Whether the registry was made by this.
        package let isNewRegistry: Bool

        package func count(_ outcome: Outcome) -> Int { items.count { $0.outcome == outcome } }
    }

    /// After so many modules in a row that cannot be read, the source is given up.
    private static let maximumFailures = 3

    /// Copies the oldest versions first, so that the newest that is offered never goes down on the way.
    ///
    /// A release that is refused stops no other. Errors: `no-plugin`, those of reading the indexes and of writing.
    package func run() throws -> Report {
        let place = try RegistryPlace(target)
        guard source != target else {
            throw Problem(
                .notARegistry, "cannot mirror \(source) to itself", help: "give two registries: pdk mirror FROM TO")
        }
        let all = try Registry(source, network: network).scan(Collector(names))
        for name in names where !all.entries.contains(where: { $0.name.utf8.elementsEqual(name.utf8) }) {
            throw Problem(
                .noPlugin, "no plugin '\(name.printable)' in registry \(source)",
                help: "pdk list --registry \(source.description.shellWord) shows what there is")
        }
        let store = target.store(network: network, isCreating: true, wait: LockWait(describedTo: options.notice))
        var here = IndexScanner(Collector(names))
        let revision = try store.readIndex { try here.update($0) }
        let isNew = revision == nil
        if isNew {
            try place.checkNew(isMeant: options.creates, confirm: options.confirm)
            if !options.isDryRun { try store.prepare() }
        } else {
            do { _ = try here.finish() } catch {
                throw Problem(.indexMalformed, "\(target): \(error)", help: "restore index.json from a backup")
            }
        }
        if !isNew, !options.isDryRun { try store.settle() }
        var present: [Key: IndexEntry] = [:]
        if !isNew { for entry in here.visitor.entries { present[Key(entry)] = present[Key(entry)] ?? entry } }
        return Report(
            items: try copy(all.entries.reversed(), present, store), isNewRegistry: isNew && !options.isDryRun)
    }

    private func copy(
        _ entries: [IndexEntry], _ present: [Key: IndexEntry], _ store: any RegistryStore
    ) throws -> [Item] {
        let origin = source.store(network: network)
        var items: [Item] = [], failures = 0
        for entry in entries {
            do {
                items.append(try item(entry, present[Key(entry)], origin, store))
                failures = 0
            } catch let error as any Diagnostic where Self.isRefusal(error) {
                items.append(refused(entry, error.message))
                failures = error.code == .artifactUnavailable ? failures + 1 : 0
                guard failures < Self.maximumFailures else {
                    throw Problem(
                        .artifactUnavailable, "\(source) does not hand out its modules: \(error.message)",
                        help: "run the same command later: it goes on with what is missing")
                }
            }
            options.progress?(items.count, entries.count)
        }
        return items
    }

    /// What is wrong with one release, and not with a registry.
    private static func isRefusal(_ error: any Diagnostic) -> Bool {
        [
            .artifactUnavailable, .sha256Mismatch, .signatureInvalid, .noSignature, .notAModule, .releaseMismatch,
            .indexMalformed, .otherOrigin, .nameDiffersByCase, .folderInUse, .invalidName, .invalidVersion,
        ].contains(error.code)
    }

    private func refused(_ entry: IndexEntry, _ message: String) -> Item { item(entry, .refused, message: message) }

    private func item(
        _ entry: IndexEntry, _ outcome: Outcome, signer: String? = nil, message: String? = nil
    ) -> Item {
        Item(
            name: entry.name, version: entry.version, outcome: outcome, signer: signer,
            isWithdrawn: entry.yanked != nil, message: message)
    }

    private func item(
        _ entry: IndexEntry, _ there: IndexEntry?, _ origin: any RegistryStore, _ store: any RegistryStore
    ) throws -> Item {
        guard let name = PluginName(entry.name) else {
            throw Problem(.invalidName, "invalid plugin name: no host installs it", help: PluginName.rule)
        }
        // The version becomes a folder's name: only a semantic version is sure to stay inside the registry.
        guard PluginVersion(entry.version).isSemantic else {
            throw Problem(.invalidVersion, "'\(entry.version.printable)' is not a semantic version")
        }
        if let there { return try compare(entry, there, name, store) }
        if options.isDryRun { return item(entry, .copied) }
        return try copy(entry, name, origin, store)
    }

    /// A release that is there already: it must be the same, byte for byte.
    private func compare(
        _ entry: IndexEntry, _ there: IndexEntry, _ name: PluginName, _ store: any RegistryStore
    ) throws -> Item {
        switch PublishedRelease(there, in: store).difference(from: entry) {
        case .entry(let what):
            return refused(entry, "\(target) has it with \(what): a published version never changes")
        case .artifact(let what): return refused(entry, "\(target) has it, and \(what)")
        case .none: break
        }
        guard let reason = entry.yanked, there.yanked == nil else {
            let isKept = entry.yanked == nil && there.yanked != nil
            return item(entry, .present, message: isKept ? "it stays withdrawn in \(target)" : nil)
        }
        guard !options.isDryRun else { return item(entry, .withdrawn, message: reason) }
        try commit(name, entry.version, store, nil) { snapshot in
            snapshot.change(withdrawing: entry.version, because: reason, at: Timestamp(seconds: now))
        }
        return item(entry, .withdrawn, message: reason)
    }

    private func copy(
        _ entry: IndexEntry, _ name: PluginName, _ origin: any RegistryStore, _ store: any RegistryStore
    ) throws -> Item {
        let module = PublishedModule(entry, in: origin)
        // A module of another server needs a signature that is checked, and the operator's word.
        if !options.allowsOtherOrigins || trustRoot == nil { try module.checkOrigin() }
        // Before anything is fetched.
        _ = try ReleaseSlot.snapshot(of: store, name: name, version: entry.version)
        let found = Found(), trust = Trust(trustRoot), isRequired = options.requiresSignature
        let transaction = try store.begin()
        try transaction.add(
            NewArtifact(path: ReleaseSlot.modulePath(name, entry.version)) { sink in
                found.set(try module.copy(trust: trust, isSignatureRequired: isRequired, into: sink))
            })
        // What is there for people to read goes along; no signature covers it.
        for file in ReleaseDocuments.names {
            guard let text = ReleaseDocuments.text(file, of: entry, in: origin) else { continue }
            let path = FilePaths.join(ReleaseSlot.folder(name, entry.version), file)
            try transaction.add(NewArtifact(path: path, bytes: Array(text.utf8)))
        }
        let copied = found.value
        var new = entry
        new.artifact = ReleaseSlot.modulePath(name, entry.version)
        new.size = new.size ?? copied?.size
        new.keyID = new.keyID ?? copied?.signature.signer?.keyID
        var taken: IndexEntry?
        try commit(name, entry.version, store, transaction) { snapshot in
            taken = snapshot.allEntries.first { $0.version.utf8.elementsEqual(entry.version.utf8) }
            guard taken == nil else { return nil }
            return entry.yanked == nil
                ? try snapshot.change(adding: new, at: Timestamp(seconds: now))
                : snapshot.change(addingWithdrawn: new, at: Timestamp(seconds: now))
        }
        // Somebody else was faster.
        if let taken { return try compare(entry, taken, name, store) }
        return item(
            entry, .copied, signer: copied?.signature.signer?.label,
            message: entry.yanked.map { $0.isEmpty ? "withdrawn" : "withdrawn: \($0)" })
    }

    /// Commits a change of the index as it is now, again where somebody else was faster; nothing where there is none.
    private func commit(
        _ name: PluginName, _ version: String, _ store: any RegistryStore, _ open: (any StoreTransaction)?,
        _ change: (IndexSnapshot) throws -> RegistryChange?
    ) throws {
        while true {
            let snapshot = try ReleaseSlot.snapshot(of: store, name: name, version: version)
            guard let change = try change(snapshot) else { return }
            do { return try (open ?? store.begin()).commit(change, expecting: snapshot.revision) } catch let error
                as RegistryError where error.kind == .changedMeanwhile
            {
                continue
            }
        }
    }

    /// A release by name and version, byte for byte.
    private struct Key: Hashable {
        let bytes: [UInt8]

        init(_ entry: IndexEntry) { bytes = Array((entry.name + "\u{0}" + entry.version).utf8) }
    }

    /// What a transaction found of the module it was handed.
    private final class Found: Sendable {
        private let found = Mutex<PublishedModule.Copied?>(nil)

        var value: PublishedModule.Copied? { found.withLock { $0 } }

        func set(_ value: PublishedModule.Copied) { found.withLock { $0 = value } }
    }

    /// Takes the entries of some plugins, or of all; withdrawn ones say why in `yanked`.
    private struct Collector: IndexVisitor {
        private let names: Set<[UInt8]>
        private(set) var entries: [IndexEntry] = []

        init(_ names: [String]) { self.names = Set(names.map { Array($0.utf8) }) }

        func wants(_ name: RawSpan, isEscaped: Bool, in list: IndexList) -> Bool { true }

        mutating func visit(_ entry: ScannedEntry, _ text: RawSpan) {
            guard names.isEmpty || names.contains(entry.name(text)) else { return }
            var decoded = entry.decoded(text)
            if entry.list == .yanked { decoded.yanked = decoded.yanked ?? "" }
            entries.append(decoded)
        }
    }
}
