internal import Basics

/// The arrays of an index that hold entries.
package enum IndexList: Sendable {
    /// What the registry offers; what hosts read.
    case plugins
    /// What has been withdrawn; hosts do not read it.
    case yanked
}

/// An entry of an index that has been checked, with the places of its fields; good while its text is at hand.
package struct ScannedEntry {
    /// The array it stands in.
    package let list: IndexList
    /// Where it stands in the index, in bytes.
    package let range: Range<Int>
    /// Which one it is in its array, from 1.
    package let number: Int
    /// Where the entry before it in its array ends, nil for the first.
    let previousEnd: Int?
    let places: EntryPlaces

    /// The entry as a value; `text` is that of the entry itself.
    package func decoded(_ text: RawSpan) -> IndexEntry {
        func string(_ field: EntryField) -> String? { self.string(field, text) }
        var metadata = PluginMetadata(
            name: string(.name) ?? "", version: string(.version) ?? "",
            hooks: value(.hooks, text).flatMap(Self.strings),
            permissions: value(.permissions, text).flatMap(Self.strings))
        metadata.description = string(.description) ?? ""
        metadata.author = string(.author)
        metadata.license = string(.license)
        let resources = value(.resources, text)
        metadata.minimumMemory = resources?["min_memory"]?.string
        metadata.maximumMemory = resources?["max_memory"]?.string
        var entry = IndexEntry(metadata, artifact: string(.artifact) ?? "", sha256: string(.sha256) ?? "")
        entry.signature = string(.signature)
        entry.size = value(.size, text)?.int
        entry.publishedAt = string(.publishedAt)
        entry.keyID = string(.keyID)
        entry.yanked = withdrawal(text)
        entry.yankedAt = string(.yankedAt)
        return entry
    }

    /// The same with the members that the kit does not know; none of an entry that a strict reader refuses.
    package func decodedWhole(_ text: RawSpan) -> IndexEntry {
        var entry = decoded(text)
        let bytes = (0..<text.byteCount).map { text.byte($0) }
        guard bytes.first == UInt8(ascii: "{"), let root = try? JSONDocument(parsing: bytes).root else { return entry }
        for (name, value) in root.members {
            guard let key = name.string, EntryField(key: Array(key.utf8)) == nil else { continue }
            entry.others.append(JSONValue.Member(key, value.value))
        }
        return entry
    }

    /// The plugin's name alone.
    package func name(_ text: RawSpan) -> String { string(.name, text) ?? "" }

    /// Whether this field's text is exactly these bytes.
    func isText(_ field: EntryField, _ bytes: [UInt8], _ text: RawSpan) -> Bool {
        guard let range = places[field] else { return bytes.isEmpty }
        if places.special.contains(field) { return JSONStringText.decode(text, range) == bytes }
        guard range.count - 2 == bytes.count else { return false }
        return bytes.indices.allSatisfy { text.byte(range.lowerBound + 1 + $0) == bytes[$0] }
    }

    /// Adds what a list shows of an entry: name, version and description, each made harmless for a terminal.
    ///
    /// Returns how many characters wide it is.
    package func append(_ field: ListedField, _ text: RawSpan, to bytes: inout [UInt8]) -> Int {
        guard let range = places[field.field] else { return 0 }
        let inside = range.lowerBound + 1..<range.upperBound - 1
        if !places.special.contains(field.field), inside.allSatisfy({ text.byte($0) != 0x7F }) {
            unsafe text.extracting(inside).withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
            return inside.count
        }
        let shown = String(decoding: JSONStringText.decode(text, range), as: UTF8.self).printable
        bytes.append(contentsOf: shown.utf8)
        return shown.count
    }

    /// A field that lists show.
    package enum ListedField: Sendable {
        case name, version, description

        fileprivate var field: EntryField {
            switch self {
            case .name: .name
            case .version: .version
            case .description: .description
            }
        }
    }

    /// Whether it has a signature; it says nothing of whose.
    package var isSigned: Bool { places.present.contains(.signature) }
    /// Whether it may be withdrawn, so that it has to be decoded to tell.
    package var mentionsWithdrawal: Bool { places.present.contains(.yanked) }

    /// The bytes of a field's text; none where it is not there.
    func bytes(_ field: EntryField, _ text: RawSpan) -> [UInt8] {
        places[field].map { JSONStringText.decode(text, $0) } ?? []
    }

    /// Whether a field's text may have so many bytes: it has, or has escapes and is shorter than it is written.
    func mayHaveLength(_ field: EntryField, _ count: Int) -> Bool {
        guard let range = places[field] else { return false }
        return range.count - 2 == count || (places.special.contains(field) && range.count - 2 > count)
    }

    /// Whether a field's text holds these bytes anywhere.
    func contains(_ field: EntryField, _ bytes: [UInt8], _ text: RawSpan) -> Bool {
        guard let range = places[field], let first = bytes.first else { return false }
        if places.special.contains(field) { return JSONStringText.decode(text, range).firstPlace(of: bytes) != nil }
        var at = range.lowerBound + 1
        let end = range.upperBound - 1 - bytes.count
        while at <= end {
            if text.byte(at) == first, bytes.indices.allSatisfy({ text.byte(at + $0) == bytes[$0] }) { return true }
            at += 1
        }
        return false
    }

    /// The hooks that it names; none where it does not say.
    func hooks(_ text: RawSpan) -> [String] { value(.hooks, text).flatMap(Self.strings) ?? [] }

    private func string(_ field: EntryField, _ text: RawSpan) -> String? {
        guard let range = places[field], text.byte(range.lowerBound) == UInt8(ascii: "\"") else { return nil }
        return String(decoding: JSONStringText.decode(text, range), as: UTF8.self)
    }

    private func value(_ field: EntryField, _ text: RawSpan) -> JSONNode? {
        guard let range = places[field] else { return nil }
        let bytes = range.map { text.byte($0) }
        // What the host ignores may hold what a strict reader refuses, such as unpaired surrogates: then it says nothing.
        return try? JSONDocument(parsing: bytes).root
    }

    /// Why a version is withdrawn, empty where no reason is given; whatever does not say `false` or `null` withdraws it.
    private func withdrawal(_ text: RawSpan) -> String? {
        guard let range = places[.yanked] else { return nil }
        switch text.byte(range.lowerBound) {
        case UInt8(ascii: "n"), UInt8(ascii: "f"): return nil
        default: return string(.yanked, text) ?? ""
        }
    }

    /// Adds all that the kit reads of the entry but the place of its module, in one spelling, as a digest is made of it.
    package func appendContent(_ text: RawSpan, to bytes: inout [UInt8]) {
        func begin(_ field: EntryField, _ count: Int) {
            bytes.append(UInt8(field.rawValue))
            for shift in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: count >> shift)) }
        }
        func add(_ field: EntryField, _ content: [UInt8]) {
            begin(field, content.count)
            bytes.append(contentsOf: content)
        }
        for field in EntryField.allCases where field != .artifact {
            guard let range = places[field] else { continue }
            switch field {
            case .hooks, .permissions:
                if let list = plainList(range, text) {
                    add(field, list)
                } else if let list = value(field, text).flatMap(Self.strings) {
                    add(field, Array(JSONValue.strings(list).compactText.utf8))
                }
            case .resources:
                let resources = value(field, text)
                for name in ["min_memory", "max_memory"] {
                    if let memory = resources?[name]?.string { add(field, Array("\(name) \(memory)".utf8)) }
                }
            case .size:
                if let size = value(field, text)?.int { add(field, Array(String(size).utf8)) }
            case .yanked: break
            default:
                guard text.byte(range.lowerBound) == UInt8(ascii: "\"") else { continue }
                guard !places.special.contains(field) else {
                    add(field, JSONStringText.decode(text, range))
                    continue
                }
                begin(field, range.count - 2)
                let inside = text.extracting(range.lowerBound + 1..<range.upperBound - 1)
                unsafe inside.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
            }
        }
        // What stands among the withdrawn ones needs no reason.
        if let reason = withdrawal(text) ?? (list == .yanked ? "" : nil) { add(.yanked, Array(reason.utf8)) }
    }

    /// A list of strings without white space around them; nil where an escape or another value is in it.
    private func plainList(_ range: Range<Int>, _ text: RawSpan) -> [UInt8]? {
        var plain: [UInt8] = [], isInside = false
        plain.reserveCapacity(range.count)
        for place in range {
            let byte = text.byte(place)
            switch byte {
            case UInt8(ascii: "\""): isInside.toggle()
            case UInt8(ascii: "\\"): return nil
            case 0x09, 0x0A, 0x0D, 0x20: if !isInside { continue }
            case UInt8(ascii: ","): break
            case UInt8(ascii: "["), UInt8(ascii: "]"):
                if !isInside, place != range.lowerBound, place != range.upperBound - 1 { return nil }
            default: if !isInside || byte >= 0x7F { return nil }
            }
            plain.append(byte)
        }
        return plain
    }

    private static func strings(_ node: JSONNode) -> [String]? {
        guard node.kind == .array else { return nil }
        let texts = node.elements.compactMap(\.string)
        return texts.count == node.elements.count ? texts : nil
    }
}
