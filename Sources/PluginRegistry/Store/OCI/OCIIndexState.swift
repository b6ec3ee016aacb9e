internal import Basics
internal import Contract
internal import Ed25519
internal import Files
internal import Trust

/// The index of a registry as its artifact has it, and which records of the journal are in it.
struct OCIIndexState: Sendable {
    static let artifactType = "application/vnd.pdk.registry.index.v1"
    static let layerType = "application/vnd.pdk.registry.index.v1+json"
    static let signatureType = "application/vnd.pdk.registry.signature.v1"
    private static let generationKey = "dev.pdk.generation", appliedKey = "dev.pdk.applied",
        closedKey = "dev.pdk.closed"

    /// The longest text that stands in the manifest, too: 48 KiB.
    private static let maximumInlineBytes = 48 << 10

    /// The digest of its manifest; nil where there is no index.
    var digest: String?
    /// The text; nil where there is no index.
    var text: [UInt8]?
    var signature: [UInt8]?
    /// Which journal has what is not in it yet.
    var generation = 0
    /// The records of that journal that are in it, and those of the journal before.
    var applied: Set<String> = []
    var closed: Set<String> = []
    /// When it was read; the clock goes on while the machine sleeps.
    var time = ContinuousClock.now

    /// How old an index may be that another one is made of: well below the hour after which `gc` clears journals.
    private static let longestChange = Duration.seconds(1800)
    /// Whether what was made of it is not to be written any more: its writer was paused, and its journal may be gone.
    var isTooOld: Bool { ContinuousClock.now - time > Self.longestChange }

    init() {}

    /// Reads the numbers of an index's manifest.
    init(_ found: OCIFound?) {
        guard let found else { return }
        digest = found.digest
        let notes = found.manifest.annotations
        generation =
            notes[Self.generationKey].flatMap { Int($0) }.flatMap { (0...1 << 40).contains($0) ? $0 : nil } ?? 0
        applied = Self.ids(notes[Self.appliedKey])
        closed = Self.ids(notes[Self.closedKey])
    }

    static func ids(_ text: String?) -> Set<String> {
        Set((text ?? "").split(separator: " ").prefix(100_000).map(String.init))
    }

    static func ids(in found: OCIFound) -> Set<String> { ids(found.manifest.annotations[appliedKey]) }

    func contains(_ id: String) -> Bool { applied.contains(id) || closed.contains(id) }

    /// The manifest of an index with this text; a plugin's own index has no generation.
    static func manifest(
        _ text: [UInt8], signature: [UInt8]?, applied: Set<String>, closed: Set<String>? = nil, generation: Int? = nil
    ) throws -> OCIManifest {
        // A short text need not be fetched beside its manifest.
        var layers = [
            try OCIDescriptor(
                layerType, text, title: RegistryIndex.fileName, isInline: text.count <= maximumInlineBytes)
        ]
        if let signature {
            layers.append(
                try OCIDescriptor(
                    signatureType, signature, title: RegistryIndex.fileName + IndexSeal.ending, isInline: true))
        }
        var manifest = try OCIManifest(artifactType: artifactType, layers: layers)
        manifest.annotations[appliedKey] = applied.sorted().joined(separator: " ")
        if let closed { manifest.annotations[closedKey] = closed.sorted().joined(separator: " ") }
        if let generation { manifest.annotations[generationKey] = String(generation) }
        return manifest
    }
}

/// The changes that an index does not have yet.
struct OCIJournal: Sendable {
    let client: OCIClient
    let prefix: String

    /// How many records make a journal long enough to be closed.
    static let maximumRecords = 200
    /// The tag of a journal that is closed: what comes later goes into the next one.
    static let closedTag = "closed"
    /// The most records that are read at once.
    private static let maximumRead = 5000

    /// How long a publisher is waited for that has left a record and no tag yet, in seconds.
    private static let secondsOfAPublish = 3600

    func repository(_ generation: Int) -> String { "\(prefix)/pdk.journal/g\(generation)" }

    /// The tags of a journal.
    func tags(_ generation: Int) throws -> (ids: [String], isClosed: Bool) {
        let tags = try client.tags(repository(generation))
        return (tags.filter { OCIRecord.time(of: $0) != nil }, tags.contains(Self.closedTag))
    }

    /// The records of a journal that an index does not have, in their order; of a signed registry those that its key signed.
    func records(
        _ generation: Int, _ ids: [String], notIn state: OCIIndexState, seal: (key: PublicKey?, registry: String)?,
        besides own: Set<String> = []
    ) throws -> [OCIRecord] {
        let missing = ids.filter { !state.contains($0) && !own.contains($0) }
        guard missing.count <= Self.maximumRead else {
            throw RegistryError(
                .notARegistry, "\(repository(generation)) at \(client.host) has more than \(Self.maximumRead) records",
                help: "contact the registry's maintainer")
        }
        return try missing.compactMap { id in
            guard
                let found = try client.manifest(
                    repository(generation), id, maximumBytes: OCIRecord.maximumBytes)
            else { return nil }
            return OCIRecord(found, id: id, generation: generation, signedBy: seal)
        }.sorted(by: OCIRecord.precedes)
    }

    func push(_ record: OCIRecord, signed sign: (([UInt8]) throws -> [UInt8])?) throws {
        try client.push(
            record.manifest(signed: sign), to: repository(record.generation), as: record.id, from: prefix)
    }

    func close(_ generation: Int) throws {
        let manifest = try OCIManifest(artifactType: OCIRecord.artifactType)
        try client.push(manifest.bytes, to: repository(generation), as: Self.closedTag, from: prefix)
    }

    /// The text with the records that belong in it, and the ids of those that are settled.
    ///
    /// A release belongs in it once its tag names its manifest: who publishes sets the tag when nobody else publishes the
    /// same version. `own` are the records whose releases are known to be so.
    func merged(
        _ records: [OCIRecord], into text: [UInt8]?, own: Set<String> = []
    ) throws -> (text: [UInt8]?, settled: Set<String>) {
        var text = text, settled: Set<String> = []
        for record in records {
            if !own.contains(record.id), let manifest = record.manifest, let version = record.edit.added?.version {
                guard let tag = OCIFile.tag(ofVersion: version) else { continue }
                let repository = try OCIFile.repository(of: record.name, below: prefix)
                guard let found = try client.manifest(repository, tag) else {
                    // Who has left a record and no tag for so long was killed in between.
                    if record.time < WallClock.seconds - Self.secondsOfAPublish { settled.insert(record.id) }
                    continue
                }
                guard found.digest == manifest else {
                    settled.insert(record.id)
                    continue
                }
            }
            text = try record.applied(to: text) ?? text
            settled.insert(record.id)
        }
        return (text, settled)
    }
}
