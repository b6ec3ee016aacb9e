import Contract
import TestSupport

/// Random indexes: entries of few shapes, spelled in few ways, as programs write them.
enum RandomIndex {
    /// The members of some entries; what the host reads is text.
    static func members(_ random: inout SeededNumbers) -> [[JSONValue.Member]] {
        let shapes = (0..<Int.random(in: 1...3, using: &random)).map { _ in shape(&random) }
        return (0..<Int.random(in: 0..<12, using: &random)).map { _ in
            random.pick(shapes).map { name in JSONValue.Member(name, value(of: name, &random)) }
        }
    }

    private static func shape(_ random: inout SeededNumbers) -> [String] {
        let optional = [
            "version", "description", "signature", "hooks", "size", "author", "yanked", "x-note", "resources",
        ]
        return (["name", "artifact", "sha256"] + optional.filter { _ in random.once(in: 2) }).shuffled(using: &random)
    }

    private static func value(of name: String, _ random: inout SeededNumbers) -> JSONValue {
        switch name {
        case "signature" where random.once(in: 4): .null
        case "hooks": random.once(in: 4) ? .null : .strings(random.pick([[], ["pre_query"], ["route", "é"]]))
        case "size": random.pick([.int(7), .int(123_456), .number("1e3"), .string("big")])
        case "yanked": random.pick([.bool(false), .null, .string("broken"), .bool(true)])
        case "x-note": RandomJSON.value(depth: 2, &random)
        case "resources": .object(["min_memory": .string("16MB"), "max_memory": nil])
        default: .string(random.once(in: 5) ? RandomJSON.string(&random) : "\(name)-\(random.next() % 1000)")
        }
    }

    /// The index as text: written as one program would, or with other spellings.
    static func text(_ members: [[JSONValue.Member]], _ random: inout SeededNumbers) -> String {
        let index = JSONValue.object([
            .init("schema_version", .string("1")), .init("plugins", .array(members.map(JSONValue.object))),
            .init("x", RandomJSON.value(depth: 2, &random)),
        ])
        switch Int.random(in: 0..<3, using: &random) {
        case 0: return index.prettyText()
        case 1: return index.compactText
        default: return RandomJSON.spell(index, &random)
        }
    }

    /// What an entry of these members says.
    static func meaning(_ members: [JSONValue.Member]) -> IndexEntry {
        let object = JSONValue.object(members)
        func text(_ name: String) -> String? { object[name]?.string }
        var entry = IndexEntry(
            PluginMetadata(name: text("name") ?? ""), artifact: text("artifact") ?? "", sha256: text("sha256") ?? "")
        entry.metadata.version = text("version") ?? ""
        entry.metadata.description = text("description") ?? ""
        entry.signature = text("signature")
        if case .array(let hooks) = object["hooks"] { entry.metadata.hooks = hooks.compactMap(\.string) }
        if case .number(let digits) = object["size"] { entry.size = Int(digits) }
        entry.metadata.author = text("author")
        entry.metadata.minimumMemory = object["resources"]?["min_memory"]?.string
        switch object["yanked"] {
        case .string(let reason): entry.yanked = reason
        case .bool(true): entry.yanked = ""
        default: break
        }
        return entry
    }

    /// The names of the entries of a text that is strict JSON and an index to the host; else nil.
    static func strictEntries(_ bytes: [UInt8]) -> [String]? {
        guard let root = try? JSONDocument(parsing: bytes, limits: JSONLimits(toleratesUnpairedSurrogates: true)).root,
            root.kind == .object, count("plugins", root) == 1, count("schema_version", root) < 2,
            let plugins = root["plugins"], plugins.kind == .array,
            (root["schema_version"].map { isRead($0) }) ?? true
        else { return nil }
        var names: [String] = []
        for entry in plugins.elements {
            guard let name = name(of: entry) else { return nil }
            names.append(name)
        }
        return names
    }

    private static func name(of entry: JSONNode) -> String? {
        let fields = ["name", "version", "description", "artifact", "sha256", "signature"]
        var values: [JSONNode?]
        switch entry.kind {
        case .array:
            guard (5...6).contains(entry.elements.count) else { return nil }
            values = entry.elements
        case .object:
            guard fields.allSatisfy({ count($0, entry) < 2 }) else { return nil }
            values = fields.map { entry[$0] }
        default: return nil
        }
        for (place, value) in values.enumerated() {
            guard let value else {
                if [0, 3, 4].contains(place) { return nil }
                continue
            }
            if place == 5, value.kind == .null { continue }
            guard isRead(value) else { return nil }
        }
        return values[0]?.string
    }

    private static func count(_ name: String, _ object: JSONNode) -> Int {
        object.members.count { $0.name.isString(name) }
    }

    /// Whether a strict reader reads the value as a string.
    private static func isRead(_ value: JSONNode) -> Bool {
        value.kind == .string && (try? JSONDocument(parsing: value.text)) != nil
    }
}
