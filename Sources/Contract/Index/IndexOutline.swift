package import Basics

/// An index without its entries: what stands around them, and where.
package struct IndexOutline: Sendable {
    /// A member of the outermost object.
    package struct Member: Sendable {
        package let name: String
        /// Where the name begins, in bytes.
        package let start: Int
        /// Where the value stands.
        package var range: Range<Int>
        /// The value, where it is a string, number or word of at most `maximumScalarBytes`.
        package var value: JSONValue?
    }

    /// Where the entries of an array are.
    package struct List: Sendable {
        /// Where the second entry begins.
        package internal(set) var secondStart: Int?
        /// Where the last entry ends; nil when there is none.
        package internal(set) var lastEnd: Int?
    }

    /// The longest value that is kept, in bytes.
    static let maximumScalarBytes = 4096
    /// The most members that an index may have beside its entries.
    static let maximumMembers = 1024

    /// The length of the index, in bytes.
    package internal(set) var size = 0
    /// The members, in their order.
    package internal(set) var members: [Member] = []
    /// How many plugins are offered.
    package internal(set) var count = 0
    /// Where the entries of `plugins` are.
    package internal(set) var plugins = List()
    /// Where the entries of `yanked` are.
    package internal(set) var yanked = List()
    /// Whether lines end with CR and LF.
    package internal(set) var hasCRLF = false
    /// Whether there are lines at all.
    package internal(set) var hasLines = false

    /// The first member of this name.
    package subscript(name: String) -> Member? { members.first { $0.name.utf8.elementsEqual(name.utf8) } }

    /// The version of the format, empty where the index does not say.
    package var schemaVersion: String { self["schema_version"]?.value?.string ?? "" }
    /// How often the index has been changed, where it says.
    package var serial: Int? {
        guard case .number(let digits) = self["serial"]?.value, let serial = Int(digits),
            (0...Self.maximumSerial).contains(serial)
        else { return nil }
        return serial
    }
    /// The highest serial: what every reader of JSON takes exactly, 2^53 - 1 less room to count on (RFC 8259, section 6).
    static let maximumSerial = 1 << 52

    /// Refuses a serial that cannot be counted on, before the index is changed; error: `JSONError` with its place.
    package func requireSerial() throws(JSONError) {
        guard let member = self["serial"], serial == nil else { return }
        throw JSONError("serial is not a whole number of at most \(Self.maximumSerial)", offset: member.start)
    }
    /// The members by which an index says what state it is in.
    package static func members(serial: Int, at time: Timestamp) -> [JSONValue.Member] {
        [
            JSONValue.Member("serial", .int(serial)),
            JSONValue.Member("updated_at", .string(time.rfc3339)),
        ]
    }

    /// When the index was last changed, where it says.
    package var updatedAt: String? { self["updated_at"]?.value?.string }
}

extension IndexOutline {
    /// Reads the whole text of an index; error: `JSONError`.
    package init(of text: [UInt8]) throws {
        var scanner = IndexScanner(NoEntries())
        try unsafe scanner.update(text.span.bytes)
        self = try scanner.finish()
    }
}
