internal import Basics
internal import Contract
internal import Files
internal import Synchronization
internal import Transfers
internal import Trust

/// A change of a registry in an OCI registry: a release is pushed by its digest and proved, then tagged, then in the index.
final class OCITransaction: StoreTransaction {
    let store: OCIStore
    var client: OCIClient { store.client }
    var prefix: String { store.prefix }
    /// What was added, by path.
    private(set) var added: [(path: String, bytes: [UInt8])] = []
    private var attempts = 0
    /// The digests of the releases' manifests that are pushed and proved, by the path of the module.
    private(set) var releases: [String: String] = [:]
    /// The plugins whose changes others have made, and that this change takes into the index.
    var taken: Set<PluginName> = []

    /// The type of what goes with a release, and refers to its manifest.
    static let documentsType = "application/vnd.pdk.release.documents.v1"
    private static let stagedType = "application/vnd.pdk.registry.staged.v1"
    /// The type of what a tag names that nothing is to be found by any more.
    static let removedType = "application/vnd.pdk.removed.v1"
    private static let versionKey = "org.opencontainers.image.version"
    /// The annotation that is the folder of what is staged.
    static let pathKey = "dev.pdk.path"

    init(_ store: OCIStore) { self.store = store }

    func add(_ artifact: NewArtifact) throws {
        guard let file = try OCIFile(artifact.path, below: prefix), [.module, .document, .other].contains(file.kind)
        else {
            throw RegistryError(
                .notARegistry,
                "\(artifact.path.printable) cannot be kept in \(store.location): its version is not a valid tag",
                help: "use a shorter version")
        }
        var bytes: [UInt8] = []
        try artifact.write { bytes.append($0) }
        if file.kind == .module { try client.push(bytes, to: file.repository, from: prefix) }
        added.append((artifact.path, bytes))
    }

    func commit(_ change: RegistryChange, expecting revision: Revision?) throws {
        attempts += 1
        guard attempts <= 50 else { throw changedTooOften() }
        try change.checkSignature(store.location)
        if change.splices.isEmpty {
            try stage()
            try writeAdvisories(change.derived)
        } else if !change.edits.isEmpty {
            try commit(change.edits, change.signature)
        } else {
            try replaceIndex(change, expecting: revision)
        }
        for path in change.removals { try remove(path) }
    }

    // MARK: Changes of plugins

    private func commit(
        _ edits: [(name: PluginName, what: RegistryEdit)], _ sign: (@Sendable ([UInt8]) throws -> [UInt8])?
    ) throws {
        let added = edits.compactMap { edit in edit.what.added.map { (name: edit.name, entry: $0) } }
        for (name, entry) in added where releases[entry.artifact] == nil {
            releases[entry.artifact] = try push(entry, to: OCIFile.repository(of: name, below: prefix))
        }
        let last = store.lastIndex.value.withLock { $0?.state }
        var base = 0
        if let text = last?.text { base = try IndexSnapshot(reading: text, name: edits[0].name).outline.serial ?? 0 }
        let now = WallClock.seconds
        // A record is good for one attempt: an attempt after it is a change of what the index has become.
        var mine = edits.enumerated().map { number, edit in
            OCIRecord(
                id: OCIRecord.id(at: now, of: edit.what), base: base + number, name: edit.name, edit: edit.what,
                manifest: edit.what.added.flatMap { releases[$0.artifact] }, time: now,
                generation: OCIRecord.generationOfAMark, registry: nil)
        }
        // From here on readers look for the change themselves, until the plugin's own index has this mark.
        for record in mine {
            try client.push(
                record.manifest(signed: nil), to: OCIFile.repository(of: record.name, below: prefix), as: record.id,
                from: prefix)
        }
        let state = try settle(&mine, last?.generation ?? 0, sign) {
            for (name, entry) in added { try self.tag(entry, OCIFile.repository(of: name, below: self.prefix)) }
        }
        guard let text = state.text else { throw changedTooOften() }
        for (name, entry) in added {
            let there = try IndexSnapshot(reading: text, name: name).entry(spelled: entry.version)
            guard let there, there.hasSameDigest(as: entry), there.hasSameSignature(as: entry) else {
                throw RegistryError(.changedMeanwhile, "\(store.location) was changed meanwhile", help: "try again")
            }
        }
        for name in Set(edits.map(\.name)) { try writeOwnIndex(of: name, state, sign) }
    }

    // MARK: What is staged, and what goes

    /// Pushes what waits for the keeper of a signed registry, a tag for each of its folders.
    private func stage() throws {
        var folders: [String: [(path: String, bytes: [UInt8])]] = [:]
        for item in added {
            guard try OCIFile(item.path, below: prefix)?.kind == .other, let folder = FilePaths.parent(of: item.path)
            else {
                continue
            }
            folders[folder, default: []].append(item)
        }
        for (folder, items) in folders {
            let layers = try items.map { item in
                let name = FilePaths.name(of: item.path)
                return try OCIDescriptor(
                    name.hasSuffix(".wasm") ? "application/wasm" : "application/json", item.bytes, title: name)
            }
            for item in items { try client.push(item.bytes, to: prefix) }
            let manifest = try OCIManifest(
                artifactType: Self.stagedType, layers: layers, annotations: [Self.pathKey: folder])
            try client.push(manifest.bytes, to: prefix, as: OCIFile.stagedTag(folder))
        }
    }

    /// Removes what the index does not name.
    private func remove(_ path: String) throws {
        if let note = try OCINote(path, below: prefix) { return try remove(note) }
        guard let file = try OCIFile(path, below: prefix), [.module, .other].contains(file.kind),
            let found = try client.manifest(file.repository, file.tag)
        else { return }
        var digest = found.digest
        if file.kind == .other, found.manifest.artifactType != Self.stagedType { return }
        // A tag can be set anew in every registry. One that names the manifest of another version must not take that along.
        if file.kind == .other || found.manifest.annotations[Self.versionKey] != OCIFile.version(ofTag: file.tag) {
            let gone = try OCIManifest(artifactType: Self.removedType).bytes
            try client.push(gone, to: file.repository, as: file.tag)
            if file.kind == .module { digest = try OCIDescriptor.digest(of: gone) }
        }
        let isRemoved = try delete(digest, of: file.repository)
        guard digest == found.digest, file.kind == .module, !isRemoved else { return }
        throw deletionIsOff("\(file.repository):\(file.tag)")
    }
}
