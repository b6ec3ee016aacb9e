internal import Basics
internal import Contract
internal import Ed25519
internal import Trust

/// A note in the journal that the index was signed, and which manifest it has been since then.
///
/// An OCI registry has no conditions: a writer that has read the index before may push one without the signature, or with
/// the expiry of before, over it. It looks into the journal after that, finds the note, and puts the signed index back.
struct OCISealNote: Sendable {
    /// As a record's, with `subject` as its last eight digits.
    let id: String
    let generation: Int
    /// The digest of the signed index's manifest, which has the id of this note among the changes that it contains.
    let index: String
    /// The registry's public key, and its id.
    let key: PublicKey
    let registry: String

    private static let subject = RegistryEdit.subject("seal", "")
    private static let indexKey = "index", publicKey = "registry_key"

    /// An id for a note on an index that was made of this state: later than every note there, whatever the clocks say.
    ///
    /// Two notes of one second had no order: an expiry could be taken for the index of before.
    static func id(at time: Int, after state: OCIIndexState) -> String {
        let last = state.applied.union(state.closed).filter(isOne).compactMap(OCIRecord.time).max()
        return OCIRecord.id(at: max(time, min(last ?? -1, 1 << 40) + 1), subject: subject)
    }

    /// Whether a tag is that of a note, which only reading it can tell for sure.
    static func isOne(_ id: String) -> Bool { OCIRecord.time(of: id) != nil && id.hasSuffix(subject) }

    /// The order of notes: by time, so that the last one counts.
    static func precedes(_ left: String, _ right: String) -> Bool {
        (OCIRecord.time(of: left) ?? 0, left) < (OCIRecord.time(of: right) ?? 0, right)
    }

    /// The note as it is pushed.
    func manifest(signed sign: ([UInt8]) throws -> [UInt8]) throws -> [UInt8] {
        let text = JSONValue.object([
            "id": .string(id), "generation": .int(generation), Self.indexKey: .string(index),
            Self.publicKey: .string(key.text), "registry_id": .string(registry),
        ]).compactText
        let signature = String(decoding: try sign(Array(text.utf8)), as: UTF8.self)
        return try OCIManifest(
            artifactType: OCIRecord.artifactType,
            annotations: [OCIRecord.textKey: text, OCIRecord.signatureKey: signature]
        ).bytes
    }

    init(id: String, generation: Int, index: String, key: PublicKey, registry: String) {
        self.id = id
        self.generation = generation
        self.index = index
        self.key = key
        self.registry = registry
    }

    /// Reads a note; nil for one that cannot be read, stands elsewhere, or is not signed by the key that it names.
    init?(_ found: OCIFound, id: String, generation: Int) {
        guard let text = found.manifest.annotations[OCIRecord.textKey].map({ Array($0.utf8) }),
            let signature = found.manifest.annotations[OCIRecord.signatureKey].flatMap({ Signature(text: $0) }),
            let root = try? JSONDocument(parsing: text, limits: JSONLimits(bytes: 1 << 16)).root,
            root["id"]?.string == id, root["generation"]?.int == generation,
            let index = root[Self.indexKey]?.string, OCINames.isDigest(index),
            let key = root[Self.publicKey]?.string.flatMap({ PublicKey(text: $0) }),
            let registry = root["registry_id"]?.string,
            unsafe verify(signature, of: text.span.bytes, by: key)
        else { return nil }
        self.init(id: id, generation: generation, index: index, key: key, registry: registry)
    }
}

extension OCIStore {
    /// The most notes that are read, the last ones first; what is signed by no key that counts is passed over.
    private static let maximumNotes = 20

    /// The signed index that an index was pushed over by somebody who did not know it; nil where that is not so.
    ///
    /// `journals` are the tags of the index's journal, and of the next one where that is closed.
    func signedSince(
        _ state: OCIIndexState, _ journals: [(generation: Int, ids: [String])]
    ) throws -> (state: OCIIndexState, found: OCIFound)? {
        guard state.text != nil else { return nil }
        let notes = journals.flatMap { journal in
            journal.ids.filter(OCISealNote.isOne).map { (generation: journal.generation, id: $0) }
        }.sorted { OCISealNote.precedes($1.id, $0.id) }
        guard let last = notes.first, !state.contains(last.id) else { return nil }
        let seal = try Self.seal(state)
        for (generation, id) in notes.prefix(Self.maximumNotes) {
            if state.contains(id) { return nil }
            guard
                let found = try client.manifest(
                    journal.repository(generation), id, maximumBytes: OCIRecord.maximumBytes),
                let note = OCISealNote(found, id: id, generation: generation),
                seal.map({ $0.key == note.key && $0.registry == note.registry }) ?? true,
                let index = try client.manifest(prefix, note.index)
            else { continue }
            let signed = try self.state(of: index)
            guard signed.contains(id), let seal = try Self.seal(signed), seal.key == note.key,
                seal.registry == note.registry, signed.isSigned(by: seal.key)
            else { continue }
            return (signed, index)
        }
        return nil
    }
}

extension OCIStore {
    /// The changes of the journal that its signed index lacks since their records are not signed.
    ///
    /// Releases count that have their tag; of withdrawals, those that would change something.
    func unsignedChanges() throws -> [UnsignedChange] {
        let state = try current()
        guard try isSigned(state) else { return [] }
        let (ids, isClosed) = try journal.tags(state.generation), next = state.generation + 1
        var records = try journal.records(
            state.generation, ids.filter { !OCISealNote.isOne($0) }, notIn: state, seal: nil)
        if isClosed {
            records += try journal.records(
                next, journal.tags(next).ids.filter { !OCISealNote.isOne($0) }, notIn: state, seal: nil)
        }
        return try records.compactMap { record in
            guard try journal.merged([record], into: state.text).text != state.text else { return nil }
            let (version, action) =
                switch record.edit {
                case .add(let entry), .addWithdrawn(let entry): (entry.version, "published")
                case .withdraw(let version, _): (version, "withdrawn")
                case .restore(let version): (version, "restored")
                }
            return UnsignedChange(subject: "\(record.name) v\(version.printable)", action: action)
        }
    }
}

extension OCIIndexState {
    /// Whether its signature is a key's, over its text; by no key it is not signed.
    func isSigned(by key: PublicKey?) -> Bool {
        guard let key, let text, let signature = signature.flatMap({ Signature(text: $0) }) else { return false }
        return unsafe verify(signature, of: text.span.bytes, by: key)
    }
}

extension OCITransaction {
    /// Leaves a note that the index is signed, before its tag names it: whoever pushes another one after that finds it.
    ///
    /// Where the journal was closed meanwhile, the note stands in the next one, too.
    func leaveNote(
        _ id: String, of manifest: OCIManifest, _ state: OCIIndexState, _ sign: ([UInt8]) throws -> [UInt8]
    ) throws {
        guard let seal = try OCIStore.seal(state), let key = seal.key else { return }
        let bytes = manifest.bytes, digest = try OCIDescriptor.digest(of: bytes)
        try client.push(bytes, to: prefix, as: digest)
        func leave(_ generation: Int) throws {
            let note = OCISealNote(
                id: id, generation: generation, index: digest, key: key, registry: seal.registry)
            try client.push(note.manifest(signed: sign), to: store.journal.repository(generation), as: id, from: prefix)
        }
        try leave(state.generation)
        if try store.journal.tags(state.generation).isClosed { try leave(state.generation + 1) }
    }

    /// Marks a plugin's repository before its own index is signed: who writes the index without a signature finds it.
    func markSigned(_ id: String, _ name: PluginName) throws {
        let manifest = try OCIManifest(
            artifactType: OCIRecord.artifactType, annotations: [OCIRecord.textKey: "{\"id\":\"\(id)\"}"])
        try client.push(manifest.bytes, to: OCIFile.repository(of: name, below: prefix), as: id, from: prefix)
    }
}
