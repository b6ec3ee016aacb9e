/// A field of an index entry that the kit knows, in the order in which the host reads an entry that is an array.
enum EntryField: Int, CaseIterable {
    case name, version, description, artifact, sha256, signature
    // What follows is read by the kit only; the host ignores it.
    case hooks, permissions, resources, author, license, size, publishedAt, yanked, keyID, yankedAt

    /// The name of the member.
    var key: String {
        switch self {
        case .name: "name"
        case .version: "version"
        case .description: "description"
        case .artifact: "artifact"
        case .sha256: "sha256"
        case .signature: "signature"
        case .hooks: "hooks"
        case .permissions: "permissions"
        case .resources: "resources"
        case .author: "author"
        case .license: "license"
        case .size: "size"
        case .publishedAt: "published_at"
        case .yanked: "yanked"
        case .keyID: "key_id"
        case .yankedAt: "yanked_at"
        }
    }

    /// Whether the host reads it, so that it may stand once only and holds text.
    var isOfHost: Bool { rawValue <= EntryField.signature.rawValue }
    /// Whether the host refuses an index with an entry that lacks it.
    var isRequired: Bool { self == .name || self == .artifact || self == .sha256 }

    private static let byKey = Dictionary(uniqueKeysWithValues: allCases.map { (Array($0.key.utf8), $0) })

    /// The field of a member's name.
    init?(key: [UInt8]) {
        guard let field = Self.byKey[key] else { return nil }
        self = field
    }

    /// The fields that an entry must have.
    static let required = EntryFieldSet(allCases.filter(\.isRequired))
}

/// A set of fields, a bit each.
struct EntryFieldSet: Equatable {
    private var bits: UInt32 = 0

    init() {}
    init(_ fields: [EntryField]) { for field in fields { insert(field) } }

    func contains(_ field: EntryField) -> Bool { bits >> UInt32(field.rawValue) & 1 == 1 }
    mutating func insert(_ field: EntryField) { bits |= 1 << UInt32(field.rawValue) }
}

/// Where the values of an entry's fields stand, counted from the entry's first byte.
struct EntryPlaces {
    private var starts: InlineArray<16, Int32> = InlineArray(repeating: 0)
    private var ends: InlineArray<16, Int32> = InlineArray(repeating: 0)
    /// The fields that are there; a signature that is null is not.
    private(set) var present = EntryFieldSet()
    /// The fields whose text holds escapes or characters outside ASCII.
    private(set) var special = EntryFieldSet()

    subscript(field: EntryField) -> Range<Int>? {
        present.contains(field) ? Int(starts[field.rawValue])..<Int(ends[field.rawValue]) : nil
    }

    @inline(__always)
    mutating func set(_ field: EntryField, _ range: Range<Int>, _ traits: JSONBytes.StringTraits = []) {
        starts[field.rawValue] = Int32(truncatingIfNeeded: range.lowerBound)
        ends[field.rawValue] = Int32(truncatingIfNeeded: range.upperBound)
        present.insert(field)
        if !traits.isEmpty { special.insert(field) }
    }

    mutating func removeAll() {
        present = EntryFieldSet()
        special = EntryFieldSet()
    }
}
