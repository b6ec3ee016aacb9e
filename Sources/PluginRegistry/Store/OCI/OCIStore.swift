internal import Basics
internal import Contract
internal import Ed25519
internal import Synchronization
internal import Transfers
internal import Trust

/// A registry in an OCI registry: a repository a plugin, a tag a version, and the index as an artifact beside them.
///
/// To everybody above it looks like a folder of files (`OCIFile`).
struct OCIStore: RegistryStore {
    let location: RegistryLocation
    let index: OCIPlace
    let client: OCIClient
    let memory: OCIMemory
    /// The index that was read last, so that a change need not read it again.
    let lastIndex = LastIndex()

    init(_ location: RegistryLocation, _ index: OCIPlace, network: Network) {
        self.location = location
        self.index = index
        memory = network.oci
        client = OCIClient(
            network, host: index.host, isPlain: network.allowsPlainHTTP, session: network.oci.session(index.host))
    }

    var prefix: String { index.prefix }

    /// What the memory calls the index of a repository.
    func key(_ repository: String) -> String { "\(index.host)/\(repository)" }

    var journal: OCIJournal { OCIJournal(client: client, prefix: prefix) }

    /// An index as it was read, with the records of the journal that it did not have.
    final class LastIndex: Sendable {
        let value = Mutex<(revision: Revision, state: OCIIndexState)?>(nil)
        /// The text of the whole index, whatever its length, by its digest.
        let text = Mutex<(digest: String, bytes: [UInt8])?>(nil)
    }

    // MARK: Reading

    func readIndex(into sink: (RawSpan) throws -> Void) throws -> Revision? {
        let state = try current()
        guard let digest = state.digest ?? (state.text == nil ? nil : ""), let text = state.text else { return nil }
        let revision = Revision(([digest] + state.applied.sorted()).joined(separator: " "))
        lastIndex.value.withLock { $0 = (revision, state) }
        try unsafe sink(text.span.bytes)
        return revision
    }

    /// The index with what the journal has for it.
    func current() throws -> OCIIndexState {
        var state = try read()
        let seal = try Self.seal(state)
        let (ids, isClosed) = try journal.tags(state.generation)
        var journals = [(generation: state.generation, ids: ids)]
        if isClosed { journals.append((state.generation + 1, try journal.tags(state.generation + 1).ids)) }
        // A writer that was killed may have left an index without the signature that it had.
        if let signed = try signedSince(state, journals) { return signed.state }
        for (generation, listed) in journals {
            // What is not in a signed index is in no text that its key has signed.
            let records = seal == nil ? try journal.records(generation, listed, notIn: state, seal: nil) : []
            guard !records.isEmpty else { continue }
            let merged = try journal.merged(records, into: state.text)
            state.text = merged.text
            state.applied.formUnion(merged.settled)
        }
        return state
    }

    /// The index alone.
    func read() throws -> OCIIndexState {
        memory.forget(key(prefix))
        guard let found = try client.manifest(prefix, OCIFile.indexTag) else { return OCIIndexState() }
        return try state(of: found)
    }

    /// The state that an index's manifest names.
    func state(of found: OCIFound) throws -> OCIIndexState {
        var state = OCIIndexState(found)
        let layer = try layer(found, RegistryIndex.fileName, index)
        if let last = lastIndex.text.withLock({ $0 }), last.digest == layer.digest {
            state.text = last.bytes
        } else {
            let text = try bytes(of: layer, prefix, client.network.limits.indexBytes)
            lastIndex.text.withLock { $0 = (layer.digest, text) }
            state.text = text
        }
        if let layer = found.manifest.layer(titled: RegistryIndex.fileName + IndexSeal.ending) {
            state.signature = try bytes(of: layer, prefix, KeyText.maximumFileBytes)
        }
        return state
    }

    /// Whether the registry is signed.
    func isSigned(_ state: OCIIndexState) throws -> Bool { try Self.seal(state) != nil }

    /// The key and the id of a registry that is signed; nil for another.
    static func seal(_ state: OCIIndexState) throws -> (key: PublicKey?, registry: String)? {
        guard let text = state.text else { return nil }
        let outline = try IndexOutline(of: text)
        guard outline.isSigned else { return nil }
        return (outline.registryKey, outline[IndexSeal.Member.id]?.value?.string ?? "")
    }

    func stream(_ artifact: String, maximumBytes: Int, into sink: (RawSpan) throws -> Void) throws {
        switch try location.artifact(artifact) {
        case .oci(let place):
            try stream(place, maximumBytes: maximumBytes) { piece, _ in try sink(piece) }
        case .address(let address):
            try client.network.fetch(address, maximumBytes: maximumBytes, home: "", into: sink)
        case .file, .object: throw RegistryError(.artifactUnavailable, "\(location) names a file outside the registry")
        }
    }

    func layer(_ found: OCIFound, _ title: String, _ place: OCIPlace) throws -> OCIDescriptor {
        guard let layer = found.manifest.layer(titled: title) else { throw Self.notThere(place) }
        return layer
    }

    /// All of a blob; a small one is kept by its digest.
    func bytes(of layer: OCIDescriptor, _ repository: String, _ maximumBytes: Int) throws -> [UInt8] {
        if let bytes = memory.blob(layer.digest), bytes.count <= maximumBytes { return bytes }
        let bytes = try client.blob(repository, layer, maximumBytes: maximumBytes)
        memory.keep(bytes, as: layer.digest)
        return bytes
    }

    static func notThere(_ place: OCIPlace) -> TransferError {
        TransferError(url: place.description, kind: .notFound(404))
    }

    // MARK: Changing

    func begin() throws -> any StoreTransaction { OCITransaction(self) }
}
