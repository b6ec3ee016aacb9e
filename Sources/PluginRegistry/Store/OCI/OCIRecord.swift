internal import Basics
internal import Contract
internal import Ed25519
internal import Trust

/// A change of a registry's entries, as it stands in the journal.
///
/// An OCI registry has no conditions: of two who write the index at once, the last one wins. So each writer first leaves a
/// record under a tag of its own, which nobody else writes, and then makes the index of all the records that there are.
struct OCIRecord: Sendable {
    /// `j-SECONDS-RANDOM`, whose last eight digits tell what it changes: the tag of the record, and of the mark in the plugin's repository.
    let id: String
    /// The serial of the index that the change was made for: a change that was made after another one has a higher one.
    let base: Int
    let name: PluginName
    let edit: RegistryEdit
    /// The digest of the release's manifest.
    let manifest: String?
    /// Seconds since 1970.
    let time: Int
    /// The journal it was written for, and the id of a signed registry: a record cannot be put anywhere else.
    var generation: Int
    var registry: String?

    /// What a mark has in place of a journal's number.
    static let generationOfAMark = -1

    /// The longest manifest of a record: 1 MiB.
    static let maximumBytes = 1 << 20

    static let prefix = "j-"
    static let artifactType = "application/vnd.pdk.registry.record.v1"
    static let textKey = "dev.pdk.record", signatureKey = "dev.pdk.record.sig"

    /// An id for a change: its time, random digits, and what readers know the change by.
    static func id(at time: Int, of edit: RegistryEdit) -> String { id(at: time, subject: edit.subject) }

    static func id(at time: Int, subject: String) -> String {
        "\(prefix)\(time)-\(digits(UInt64(UInt32.random(in: 0...UInt32.max))))\(subject)"
    }

    fileprivate static func digits(_ number: UInt64) -> String {
        let digits = String(number & 0xFFFF_FFFF, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    /// When an id was made, in seconds since 1970; nil for a tag that is none.
    static func time(of id: String) -> Int? {
        let parts = id.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "j", parts[2].utf8.count == 16 else { return nil }
        return Int(parts[1]).flatMap { $0 >= 0 ? $0 : nil }
    }

    private var text: String {
        JSONValue.object([
            "id": .string(id), "base": .int(base), "time": .int(time), "generation": .int(generation),
            "registry_id": registry.map(JSONValue.string), "name": .string(name.description),
            "manifest": manifest.map(JSONValue.string), "add": edit.added.map { .array([$0.json]) },
            "withdrawn": edit.isWithdrawn ? .bool(true) : nil, "yank": edit.withdrawal.map { .string($0.version) },
            "reason": edit.withdrawal.map { .string($0.reason) }, "undo": edit.restored.map(JSONValue.string),
        ]).compactText
    }

    /// The record as it is pushed.
    func manifest(signed sign: (([UInt8]) throws -> [UInt8])?) throws -> [UInt8] {
        let text = text
        var annotations = [Self.textKey: text]
        if let sign { annotations[Self.signatureKey] = String(decoding: try sign(Array(text.utf8)), as: UTF8.self) }
        return try OCIManifest(artifactType: Self.artifactType, annotations: annotations).bytes
    }

    init(
        id: String, base: Int, name: PluginName, edit: RegistryEdit, manifest: String?, time: Int, generation: Int,
        registry: String?
    ) {
        self.id = id
        self.base = base
        self.name = name
        self.edit = edit
        self.manifest = manifest
        self.time = time
        self.generation = generation
        self.registry = registry
    }

    /// Reads a record; nil for one that cannot be read, stands elsewhere, or is not signed by the key that it has to be.
    init?(_ found: OCIFound, id: String, generation: Int, signedBy seal: (key: PublicKey?, registry: String)?) {
        guard let text = found.manifest.annotations[Self.textKey] else { return nil }
        let bytes = Array(text.utf8)
        if let seal {
            let signature = found.manifest.annotations[Self.signatureKey].flatMap { Signature(text: $0) }
            guard let signature, let key = seal.key, unsafe verify(signature, of: bytes.span.bytes, by: key) else {
                return nil
            }
        }
        guard let root = try? JSONDocument(parsing: bytes, limits: JSONLimits(bytes: 4 << 20)).root,
            root["id"]?.string == id, root["generation"]?.int == generation,
            seal == nil || root["registry_id"]?.string == seal?.registry,
            let base = root["base"]?.int, let time = root["time"]?.int,
            let name = root["name"]?.string.flatMap({ PluginName($0) })
        else { return nil }
        self.id = id
        self.base = base
        self.time = time
        self.name = name
        self.generation = generation
        registry = root["registry_id"]?.string
        manifest = root["manifest"]?.string
        if let added = root["add"] {
            let list = Array("{\"plugins\":\(added.text)}".utf8)
            guard let entry = (try? RegistryIndex(reading: list))?.entries.first, let manifest,
                OCINames.isDigest(manifest), entry.name.utf8.elementsEqual(name.description.utf8)
            else { return nil }
            edit = root["withdrawn"]?.bool == true ? .addWithdrawn(entry) : .add(entry)
        } else if let version = root["yank"]?.string {
            edit = .withdraw(version: version, reason: root["reason"]?.string ?? "")
        } else if let version = root["undo"]?.string {
            edit = .restore(version: version)
        } else {
            return nil
        }
    }

    /// The order in which records are applied.
    static func precedes(_ left: OCIRecord, _ right: OCIRecord) -> Bool {
        (left.base, left.time, left.id) < (right.base, right.time, right.id)
    }

    /// Whether another record wants to publish the same version with other bytes.
    func contradicts(_ other: OCIRecord) -> Bool {
        guard let mine = edit.added, let its = other.edit.added, id != other.id,
            name.description.lowercased() == other.name.description.lowercased()
        else { return false }
        guard name == other.name else { return true }
        return mine.order.precedence(against: its.order) == 0
            && (mine.version != its.version || !mine.hasSameDigest(as: its))
    }

    /// The index with the change; nil where there is nothing to be changed in it.
    func applied(to text: [UInt8]?) throws -> [UInt8]? {
        let snapshot = try IndexSnapshot(reading: text, name: name)
        let at = Timestamp(seconds: time), change: RegistryChange?
        switch edit {
        case .add(let entry), .addWithdrawn(let entry):
            guard snapshot.editor.namesOfOtherCase.isEmpty, snapshot.entry(ranking: entry.version) == nil else {
                return nil
            }
            change =
                edit.isWithdrawn
                ? snapshot.change(addingWithdrawn: entry, at: at) : snapshot.change(adding: entry, at: at)
        case .withdraw(let version, let reason):
            change = snapshot.change(withdrawing: version, because: reason, at: at)
        case .restore(let version): change = snapshot.change(restoring: version, at: at)
        }
        return change.map { IndexSplice.apply($0.splices, to: text ?? []) }
    }
}

extension RegistryEdit {
    /// What a change does to a version, as an id has it: the beginning of a SHA-256, in eight digits.
    static func subject(_ kind: String, _ version: String) -> String {
        let digest = (try? OCIDescriptor.digest(of: Array("\(kind) \(version)".utf8))) ?? "sha256:00000000"
        return String(digest.dropFirst(7).prefix(8))
    }

    var subject: String {
        switch self {
        case .add(let entry), .addWithdrawn(let entry): Self.subject("add", entry.version)
        case .withdraw(let version, _): Self.subject("withdraw", version)
        case .restore(let version): Self.subject("restore", version)
        }
    }

    var added: IndexEntry? {
        switch self {
        case .add(let entry), .addWithdrawn(let entry): entry
        default: nil
        }
    }

    var isWithdrawn: Bool { if case .addWithdrawn = self { true } else { false } }

    var withdrawal: (version: String, reason: String)? {
        if case .withdraw(let version, let reason) = self { (version, reason) } else { nil }
    }

    var restored: String? { if case .restore(let version) = self { version } else { nil } }
}
