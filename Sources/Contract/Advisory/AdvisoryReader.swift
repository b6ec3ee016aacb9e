internal import Basics

extension Advisory {
    /// The longest advisory, in bytes, and the most packages, versions and events in it.
    package static let maximumBytes = 4 << 20
    package static let maximumItems = 10_000
    private static let maximumTextBytes = 1024

    /// Reads an advisory of schema version 1, strictly in all that is evaluated; other keys are the format's to add.
    package init(reading bytes: [UInt8]) throws(JSONError) {
        let root = try JSONDocument(
            parsing: bytes, limits: JSONLimits(bytes: Self.maximumBytes, depth: 32, values: 1 << 20)
        ).root
        guard root.kind == .object else { throw JSONError("an advisory is an object", offset: root.range.lowerBound) }
        try Self.refuseRepeatedKeys(in: root)
        let reader = JSONFields(root)
        if let version = try reader.text("schema_version") {
            let parsed = PluginVersion(version)
            guard parsed.isSemantic, version.hasPrefix("1.") else {
                throw reader.fail("schema_version", "a version 1 of the format")
            }
        }
        let id = try reader.required("id")
        guard (1...256).contains(id.utf8.count), id.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw reader.fail("id", "1 to 256 letters, digits and marks")
        }
        guard Self.isTime(try reader.required("modified")) else { throw reader.fail("modified", "a time in UTC") }
        let withdrawn = try reader.text("withdrawn")
        guard withdrawn.map(Self.isTime) ?? true else { throw reader.fail("withdrawn", "a time in UTC") }
        let affected = try reader.list("affected")
        guard affected.count <= Self.maximumItems else {
            throw reader.fail("affected", "a list of at most \(Self.maximumItems)")
        }
        _ = try reader.text("details")
        self.id = id
        summary = try reader.text("summary") ?? ""
        isWithdrawn = withdrawn != nil
        var found: [Affected] = []
        for element in affected { found.append(try Affected(reading: JSONFields(element))) }
        self.affected = found
    }

    /// Of two values of one key, readers take either.
    private static func refuseRepeatedKeys(in node: JSONNode) throws(JSONError) {
        var seen: Set<String> = []
        for (key, value) in node.members {
            if let name = key.string, !seen.insert(name).inserted {
                throw JSONError(
                    "the key '\(name.prefix(60).description.printable)' stands twice", offset: key.range.lowerBound)
            }
            try refuseRepeatedKeys(in: value)
        }
        for element in node.elements { try refuseRepeatedKeys(in: element) }
    }

    /// RFC 3339 in UTC, as the format wants it: `2026-11-26T10:00:00Z`, with or without a fraction.
    private static func isTime(_ text: String) -> Bool {
        let bytes = Array(text.utf8), pattern = Array("0000-00-00T00:00:00".utf8)
        guard (20...40).contains(bytes.count), bytes.last == UInt8(ascii: "Z") else { return false }
        func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
        for (place, wanted) in pattern.enumerated() {
            guard wanted == UInt8(ascii: "0") ? isDigit(bytes[place]) : bytes[place] == wanted else { return false }
        }
        let fraction = bytes[pattern.count..<(bytes.count - 1)]
        return fraction.isEmpty
            || (fraction.first == UInt8(ascii: ".") && fraction.count > 1 && fraction.dropFirst().allSatisfy(isDigit))
    }
}

extension Advisory.Affected {
    fileprivate init(reading reader: JSONFields) throws(JSONError) {
        guard reader.node.kind == .object else {
            throw JSONError("a package is an object", offset: reader.node.range.lowerBound)
        }
        guard let package = reader.node["package"] else {
            // An entry without a package is about commits, and so about no plugin.
            (ecosystem, name, versions, ranges) = ("", "", [], [])
            return
        }
        let fields = JSONFields(package)
        ecosystem = try fields.required("ecosystem")
        name = try fields.required("name")
        var versions: [String] = []
        for element in try reader.list("versions") {
            guard let text = element.string else { throw reader.fail("versions", "a list of strings") }
            versions.append(text)
        }
        var ranges: [Advisory.Range] = []
        for element in try reader.list("ranges") {
            ranges.append(try Advisory.Range(reading: JSONFields(element)))
        }
        guard versions.count <= Advisory.maximumItems, ranges.count <= Advisory.maximumItems else {
            throw reader.fail("versions", "a list of at most \(Advisory.maximumItems)")
        }
        self.versions = versions
        self.ranges = ranges
    }
}

extension Advisory.Range {
    fileprivate init(reading reader: JSONFields) throws(JSONError) {
        guard let kind = Kind(rawValue: try reader.required("type")) else {
            throw reader.fail("type", "SEMVER, ECOSYSTEM or GIT")
        }
        let list = try reader.list("events")
        guard (1...Advisory.maximumItems).contains(list.count) else {
            throw reader.fail("events", "a list of 1 to \(Advisory.maximumItems)")
        }
        var events: [Advisory.Event] = []
        for element in list { events.append(try Advisory.Event(reading: JSONFields(element), kind)) }
        guard events.contains(where: { $0.kind == .introduced }) else {
            throw JSONError("events has no introduced event", offset: reader.node.range.lowerBound)
        }
        guard !events.contains(where: { $0.kind == .fixed }) || !events.contains(where: { $0.kind == .lastAffected })
        else {
            throw JSONError(
                "events has both fixed and last_affected: give each its own range",
                offset: reader.node.range.lowerBound)
        }
        self.kind = kind
        self.events = events
    }
}

extension Advisory.Event {
    fileprivate init(reading reader: JSONFields, _ range: Advisory.Range.Kind) throws(JSONError) {
        let there = Kind.allCases.filter { reader.node[$0.rawValue] != nil }
        guard reader.node.kind == .object, there.count == 1, reader.node.members.count == 1 else {
            throw JSONError(
                "an event has one of introduced, fixed, last_affected and limit", offset: reader.node.range.lowerBound)
        }
        kind = there[0]
        version = try reader.required(kind.rawValue)
        let isOpen = (kind == .introduced && version == "0") || (kind == .limit && version == "*")
        guard range != .semver || isOpen || PluginVersion(version).isSemantic else {
            throw reader.fail(kind.rawValue, "a semantic version")
        }
    }
}
