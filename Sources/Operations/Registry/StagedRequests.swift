internal import Basics
internal import Contract
internal import Files
internal import PluginRegistry
internal import Trust

/// What is staged in a signed registry: each request is verified, and taken, rejected or refused by itself.
extension SignRegistry {
    /// A request as it was read, or why it could not be.
    struct Request {
        let path: String
        let staged: Result<StagedRelease, RegistryError>

        init(reading path: String, _ store: any RegistryStore) throws {
            self.path = path
            let bytes = try store.read(path, maximumBytes: 1 << 20)
            staged = Result { () throws(RegistryError) in try StagedRelease(reading: bytes, path: path) }
        }

        /// Whether `NAME@VERSION` means it; one that cannot be read goes by its folder.
        func isMeant(by text: String) -> Bool {
            switch staged {
            case .success(let staged): staged.shown.utf8.elementsEqual(text.utf8)
            case .failure: StagedRelease.names(of: path).contains { $0.utf8.elementsEqual(text.utf8) }
            }
        }

        /// What to type to reject it.
        var shown: String? {
            if case .success(let staged) = staged { staged.shown } else { StagedRelease.names(of: path).first }
        }
    }

    /// Refuses to reject what is not staged, before anything is changed.
    func checkRejected(_ staged: [Request]) throws {
        for rejected in options.rejected where !staged.contains(where: { $0.isMeant(by: rejected) }) {
            let names = staged.compactMap(\.shown)
            let shown = names.prefix(10).map(\.printable).joined(separator: ", ")
            let more = names.count > 10 ? " and \(names.count - 10) more" : ""
            throw Problem(
                .noVersion, "nothing is staged as \(rejected.printable) in \(location)",
                help: names.isEmpty
                    ? "nothing is staged there; nothing was changed"
                    : "staged: \(shown)\(more); pdk registry sign --dry-run shows more; nothing was changed")
        }
    }

    func take(
        _ request: Request, _ place: RegistryPlace, _ store: any RegistryStore, _ signer: RegistrySigner
    ) throws -> Item {
        let path = request.path, isRejected = options.rejected.contains(where: request.isMeant)
        let staged: StagedRelease
        do { staged = try request.staged.get() } catch {
            if isRejected, !options.isDryRun {
                try remove(below: FilePaths.parent(of: path) ?? path, store)
                return Item(name: path, version: "", wish: "unknown", detail: "", outcome: "rejected")
            }
            return Item(name: path, version: "", wish: "unknown", detail: "", outcome: error.message)
        }
        func item(_ outcome: String) -> Item {
            switch staged.wish {
            case .publish(_, let key):
                Item(
                    name: staged.name.description, version: staged.version, wish: "publish", detail: KeyID.of(key),
                    outcome: outcome)
            case .yank(let reason):
                Item(
                    name: staged.name.description, version: staged.version, wish: reason == nil ? "undo" : "yank",
                    detail: reason ?? "", outcome: outcome)
            }
        }
        do {
            if isRejected {
                guard !options.isDryRun else { return item("staged") }
                try remove(staged, store)
                return item("rejected")
            }
            if try isDone(staged, store) {
                // Whoever took it was killed before the request was removed.
                guard !options.isDryRun else { return item("staged") }
                try remove(staged, store)
                return item("taken")
            }
            try check(staged, store)
            guard !options.isDryRun else { return item("staged") }
            try commit(staged, store, signer)
            return item("taken")
        } catch let error as any Diagnostic {
            return item(error.message)
        }
    }

    /// What lies in the folder of a staged change.
    private func files(_ staged: StagedRelease, _ store: any RegistryStore) throws -> [String] {
        let isRelease = if case .publish = staged.wish { true } else { false }
        let known = ["\(staged.path)/\(StagedRelease.fileName)"] + (isRelease ? [staged.modulePath] : [])
        let listed = try store.list(StagedRelease.folder).map(\.path).filter { $0.hasPrefix(staged.path + "/") }
        return known + listed.filter { !known.contains($0) }
    }

    private func remove(_ staged: StagedRelease, _ store: any RegistryStore) throws {
        try remove(store) { try files(staged, store) }
    }

    /// Removes a request that cannot be read, with all that lies beside it.
    private func remove(below folder: String, _ store: any RegistryStore) throws {
        try remove(store) {
            try store.list(StagedRelease.folder).map(\.path).filter { $0.hasPrefix(folder + "/") }
        }
    }

    private func remove(_ store: any RegistryStore, _ paths: () throws -> [String]) throws {
        try store.untilFirst {
            var change = RegistryChange()
            change.removals = try paths()
            try store.begin().commit(change, expecting: scan(store).revision)
        }
    }

    /// Whether the registry is as a staged change wants it.
    private func isDone(_ staged: StagedRelease, _ store: any RegistryStore) throws -> Bool {
        let snapshot = try IndexSnapshot(of: store, name: staged.name)
        func isIt(_ entry: IndexEntry) -> Bool { entry.version.utf8.elementsEqual(staged.version.utf8) }
        switch staged.wish {
        case .publish(let entry, _):
            return snapshot.allEntries.contains { there in
                isIt(there) && there.hasSameDigest(as: entry) && there.hasSameSignature(as: entry)
            }
        case .yank(let reason):
            let isOffered = snapshot.entries.contains { isIt($0) && $0.yanked == nil }
            return isOffered == (reason == nil) && snapshot.allEntries.contains(where: isIt)
        }
    }

    /// A release is what it says, by the key that it says, and by that of the plugin's releases before.
    private func check(_ staged: StagedRelease, _ store: any RegistryStore) throws {
        guard case .publish(var entry, let key) = staged.wish else { return }
        let snapshot = try IndexSnapshot(
            of: store, name: staged.name, folder: "artifacts/\(staged.name)/\(staged.version)")
        if let other = snapshot.editor.namesOfOtherCase.first {
            throw Problem(
                .nameDiffersByCase, "the plugin '\(other.printable)' differs only by case",
                help: "remove the request with --reject")
        }
        guard snapshot.entry(ranking: staged.version) == nil else {
            throw Problem(
                .alreadyPublished, "\(staged.name) v\(staged.version) is already published",
                help: "remove the request with --reject")
        }
        entry.artifact = staged.modulePath
        try PublishedModule(entry, in: store).verify(trust: .root(TrustRoot(label: "publisher", publicKey: key)))
        if !options.acceptsNewKey, let last = snapshot.entries.first(where: { $0.signature != nil }),
            PublishedModule(last, in: store).isSigned(by: key, called: "publisher") == false
        {
            throw Problem(
                .newKey, "v\(last.version.printable) is signed by another key than \(KeyID.of(key))",
                help: "accept it with --accept-new-key")
        }
    }

    private func commit(_ staged: StagedRelease, _ store: any RegistryStore, _ signer: RegistrySigner) throws {
        let transaction = try store.begin(), time = Timestamp(seconds: context.now)
        let release = try copy(staged, store, transaction, at: time)
        try store.untilFirst {
            let snapshot = try IndexSnapshot(of: store, name: staged.name)
            guard var change = try change(staged, release, snapshot, transaction, at: time) else {
                throw Problem(
                    .noVersion, "there is no such version, or it already has this state",
                    help: "remove it with --reject")
            }
            change.removals += try files(staged, store)
            if snapshot.outline.isSigned, !change.splices.isEmpty { change = try change.signed(by: signer) }
            try transaction.commit(change, expecting: snapshot.revision)
        }
    }

    /// Copies the files of a staged release to where it is published; its entry there, nil for what is no release.
    private func copy(
        _ staged: StagedRelease, _ store: any RegistryStore, _ transaction: any StoreTransaction, at time: Timestamp
    ) throws -> IndexEntry? {
        guard case .publish(var release, let key) = staged.wish else { return nil }
        let folder = ReleaseSlot.folder(staged.name, staged.version)
        var waiting = release
        waiting.artifact = staged.modulePath
        release.artifact = ReleaseSlot.modulePath(staged.name, staged.version)
        // When it becomes visible is when it is published.
        release.publishedAt = time.rfc3339
        release.yanked = nil
        release.yankedAt = nil
        // Verified while it is copied: its publisher can still change what is staged.
        let module = PublishedModule(waiting, in: store)
        let trust = Trust.root(try TrustRoot(label: "publisher", publicKey: key))
        try transaction.add(
            NewArtifact(path: release.artifact) { sink in _ = try module.copy(trust: trust, into: sink) })
        for file in ReleaseDocuments.names {
            guard let text = ReleaseDocuments.text(file, of: waiting, in: store) else { continue }
            try transaction.add(NewArtifact(path: "\(folder)/\(file)", bytes: Array(text.utf8)))
        }
        return release
    }

    /// What a staged change makes of the index; nil where the version is not there, or has the wanted state already.
    private func change(
        _ staged: StagedRelease, _ release: IndexEntry?, _ snapshot: IndexSnapshot,
        _ transaction: any StoreTransaction, at time: Timestamp
    ) throws -> RegistryChange? {
        if case .yank(let reason) = staged.wish {
            return reason.map { snapshot.change(withdrawing: staged.version, because: $0, at: time) }
                ?? snapshot.change(restoring: staged.version, at: time)
        }
        guard let release else { return nil }
        // Somebody else with the key may have taken it since it was looked at.
        guard let there = snapshot.entry(spelled: release.version) else {
            return snapshot.change(adding: release, at: time)
        }
        guard there.hasSameDigest(as: release) else {
            throw Problem(.alreadyPublished, "\(staged.name) v\(staged.version) is published already")
        }
        // The request is all that is left to remove.
        transaction.forget(ReleaseSlot.folder(staged.name, staged.version))
        return RegistryChange()
    }
}
