internal import Basics
internal import Contract
internal import Ed25519
internal import Files
internal import PluginRegistry
internal import Synchronization
internal import Trust

/// The releases of a mirror: what of each is to be done, and doing it in batches.
struct MirrorCopy {
    private let mirror: MirrorRegistry
    private let store: any RegistryStore
    private let batch: MirrorBatch
    /// Asked between releases, and while one is read.
    private let cancellation: Cancellation
    /// What waits for who keeps a signed target whose key is not here; nil where the index is changed.
    var staged: Set<String>?

    private typealias Item = MirrorRegistry.Item
    private typealias Outcome = MirrorRegistry.Outcome

    init(_ mirror: MirrorRegistry, _ store: any RegistryStore, _ cancellation: Cancellation) {
        self.mirror = mirror
        self.cancellation = cancellation
        self.store = store
        batch = MirrorBatch(store) { outline in
            try mirror.options.registryKeys?.signer(for: outline, of: mirror.target, mirror.context.network)
        }
    }

    /// After so many modules in a row that cannot be read, the source is given up.
    private static let maximumFailures = 3

    /// Copies what is missing, in this order; what was copied stays, whatever comes after it.
    func copy(
        _ entries: [IndexEntry], _ present: [MirrorRegistry.Key: IndexEntry]
    ) throws -> [MirrorRegistry.Item] {
        let origin = mirror.source.store(network: mirror.context.network.stopping(with: cancellation))
        var items: [Item] = [], failures = 0, seen = present
        do {
            for entry in entries {
                try cancellation.check()
                let key = MirrorRegistry.Key(entry)
                // An index that has it twice: the second is compared with what was made of the first.
                if seen[key] != nil, present[key] == nil { try commit(entries, &items) }
                do {
                    items.append(try item(entry, seen[key], origin, number: items.count))
                    if seen[key] == nil, items.last?.outcome == .copied { seen[key] = placed(entry) }
                    failures = 0
                } catch let error as any Diagnostic where Self.isRefusal(error) {
                    items.append(refused(entry, error.message))
                    failures = error.code == .artifactUnavailable ? failures + 1 : 0
                    guard failures < Self.maximumFailures else {
                        throw Problem(
                            .artifactUnavailable, "\(mirror.source) does not serve its modules: \(error.message)",
                            help: "run the same command again later: it copies what is missing")
                    }
                }
                if batch.isFull { try commit(entries, &items) }
                mirror.options.progress?(items.count, entries.count)
            }
        } catch {
            // What is verified is kept; the error is the one that stopped the mirror.
            try? commit(entries, &items)
            try cancellation.check()
            throw error
        }
        try commit(entries, &items)
        return items
    }

    private func commit(_ entries: [IndexEntry], _ items: inout [MirrorRegistry.Item]) throws {
        for (number, fate) in try batch.commit(isRefusal: Self.isRefusal) {
            switch fate {
            case .refused(let error): items[number] = refused(entries[number], error.message)
            case .taken(let there):
                items[number] = try compared(entries[number], there) ?? item(entries[number], .present)
            }
        }
    }

    /// The entry as the target has it.
    private func placed(_ entry: IndexEntry) -> IndexEntry? {
        var placed = entry
        guard let name = PluginName(entry.name) else { return nil }
        placed.artifact = ReleaseSlot.modulePath(name, entry.version)
        return placed
    }

    /// What is wrong with one release, and not with a registry.
    static func isRefusal(_ error: any Diagnostic) -> Bool {
        [
            .artifactUnavailable, .sha256Mismatch, .signatureInvalid, .noSignature, .notAModule, .releaseMismatch,
            .indexMalformed, .otherOrigin, .nameDiffersByCase, .folderInUse, .invalidName, .invalidVersion,
            .policyRefused, .noVersion,
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
        _ entry: IndexEntry, _ there: IndexEntry?, _ origin: any RegistryStore, number: Int
    ) throws -> Item {
        guard let name = PluginName(entry.name) else {
            throw Problem(.invalidName, "invalid plugin name: no host installs it", help: PluginName.rule)
        }
        // The version becomes a folder's name: only a semantic version is sure to stay inside the registry.
        guard PluginVersion(entry.version).isSemantic else {
            throw Problem(
                .invalidVersion, "'\(entry.version.printable)' is not a semantic version",
                help: "its publisher can release it as one, such as 1.2.3")
        }
        if let there {
            if let settled = try compared(entry, there) { return settled }
            return try withdraw(entry, name, number)
        }
        if staged != nil, entry.yanked != nil {
            // Nobody needs what is offered nowhere: who keeps the target is not asked for it.
            return item(entry, .skipped, message: "it is withdrawn in the source, so it is not staged")
        }
        if let young = tooYoung(entry) { return young }
        if mirror.options.isDryRun { return item(entry, staged == nil ? .copied : .staged) }
        return try copy(entry, name, origin, number)
    }

    /// Leaves a release for a later run that the policy's `min_age` does not let in yet; nil where it is old enough.
    ///
    /// One of which nobody says when it was published never will be: it is refused as an install refuses it.
    private func tooYoung(_ entry: IndexEntry) -> Item? {
        guard entry.publishedAt.flatMap({ Timestamp(rfc3339: $0) }) != nil,
            let rule = mirror.trustRoot?.ageViolation(
                entry.name, publishedAt: entry.publishedAt, at: mirror.context.now)
        else { return nil }
        var skipped = item(entry, .skipped, message: "\(rule.reason) (\(rule.place))")
        skipped.tooYoung = rule
        return skipped
    }

    /// What is to be said of a release that is there already, which must be the same, byte for byte; nil where only its
    /// withdrawal is missing.
    private func compared(_ entry: IndexEntry, _ there: IndexEntry) throws -> Item? {
        switch PublishedRelease(there, in: store).difference(from: entry) {
        case .entry(let what):
            return refused(entry, "\(mirror.target) has it with \(what), and a published version must not change")
        case .artifact(let what): return refused(entry, "\(mirror.target) has it, and \(what)")
        case .none: break
        }
        guard entry.yanked != nil, there.yanked == nil else {
            let isKept = entry.yanked == nil && there.yanked != nil
            return item(entry, .present, message: isKept ? "it stays withdrawn in \(mirror.target)" : nil)
        }
        return nil
    }

    private func withdraw(_ entry: IndexEntry, _ name: PluginName, _ number: Int) throws -> Item {
        let reason = entry.yanked ?? "", time = Timestamp(seconds: mirror.context.now), version = entry.version
        if let staged {
            let wish = StagedRelease(name: name, version: version, wish: .yank(reason: reason))
            if !mirror.options.isDryRun, !staged.contains("\(wish.path)/\(StagedRelease.fileName)") {
                for file in wish.files(module: nil) { try batch.add(file, in: wish.path) }
                batch.stage(bytes: 0)
            }
            return item(entry, .staged, message: reason.isEmpty ? "withdrawn" : "withdrawn: \(reason)")
        }
        if !mirror.options.isDryRun {
            let change = MirrorBatch.Change(item: number, name: name, version: version, folder: nil) { snapshot in
                snapshot.change(withdrawing: version, because: reason, at: time)
            }
            batch.add(change, bytes: 0)
        }
        return item(entry, .withdrawn, message: reason)
    }

    private func copy(
        _ entry: IndexEntry, _ name: PluginName, _ origin: any RegistryStore, _ number: Int
    ) throws -> Item {
        let request = "\(StagedRelease.folder)/\(name)/\(entry.version)"
        if let staged, staged.contains("\(request)/\(StagedRelease.fileName)") {
            return item(entry, .staged, message: "it waits for pdk registry sign")
        }
        let module = PublishedModule(entry, in: origin)
        // A module of another server needs a signature that is checked, and the operator's word.
        if !mirror.options.allowsOtherOrigins || mirror.trustRoot == nil { try module.checkOrigin() }
        let found = Found(), trust = Trust(mirror.trustRoot), cancellation = cancellation
        // A request to who keeps the target names the key whose signature was checked.
        let isRequired = mirror.options.requiresSignature || staged != nil
        let folder = staged == nil ? ReleaseSlot.folder(name, entry.version) : request
        try batch.add(
            NewArtifact(path: "\(folder)/\(name).wasm") { sink in
                let copied = try module.copy(trust: trust, isSignatureRequired: isRequired) { piece in
                    try cancellation.check()
                    try sink(piece)
                }
                try module.checkPolicy(copied, trust)
                found.set(copied)
            }, in: folder)
        // What is there for people to read goes along; no signature covers it.
        for file in ReleaseDocuments.names {
            guard let text = ReleaseDocuments.text(file, of: entry, in: origin) else { continue }
            try batch.add(NewArtifact(path: FilePaths.join(folder, file), bytes: Array(text.utf8)), in: folder)
        }
        let copied = found.value, signer = copied?.signature.signer
        var new = entry
        new.artifact = ReleaseSlot.modulePath(name, entry.version)
        new.size = new.size ?? copied?.size
        new.keyID = new.keyID ?? signer?.keyID
        let withdrawal = entry.yanked.map { $0.isEmpty ? "withdrawn" : "withdrawn: \($0)" }
        if staged != nil {
            return try stage(new, name, signer, bytes: copied?.size ?? 0)
        }
        let release = new, time = Timestamp(seconds: mirror.context.now)
        let change = MirrorBatch.Change(item: number, name: name, version: entry.version, folder: folder) { snapshot in
            release.yanked == nil
                ? snapshot.change(adding: release, at: time)
                : snapshot.change(addingWithdrawn: release, at: time)
        }
        batch.add(change, bytes: copied?.size ?? 0)
        return item(entry, .copied, signer: signer?.label, message: withdrawal)
    }

    /// Leaves a release whose files are staged for who keeps the target.
    private func stage(
        _ entry: IndexEntry, _ name: PluginName, _ signer: Signer?, bytes: Int
    ) throws -> Item {
        let folder = "\(StagedRelease.folder)/\(name)/\(entry.version)"
        guard let key = mirror.trustRoot?.keys.first(where: { $0.id == signer?.keyID }) else {
            batch.forget(folder)
            throw Problem(
                .noSignature,
                "\(mirror.target) is signed: only what a key of the trust root has signed is staged for it")
        }
        let request = StagedRelease(
            name: name, version: entry.version, wish: .publish(entry, key: key.key))
        for file in request.files(module: nil) { try batch.add(file, in: folder) }
        batch.stage(bytes: bytes)
        return item(entry, .staged, signer: signer?.label)
    }

    /// What a transaction found of the module it was handed.
    private final class Found: Sendable {
        private let found = Mutex<PublishedModule.Copied?>(nil)

        var value: PublishedModule.Copied? { found.withLock { $0 } }

        func set(_ value: PublishedModule.Copied) { found.withLock { $0 = value } }
    }
}
