internal import Contract
internal import Yams

extension JSONValue {
    /// The JSON value of a YAML node in YAML 1.2's core schema; keys are texts.
    ///
    /// Quoted texts stay texts; plain ones may be null, a truth value or a number. Anchors and duplicate keys are refused before.
    init(yaml node: Node, depth: Int = 0) throws(ManifestError) {
        let line = node.mark?.line
        guard depth < 64 else { throw ManifestError(message: "values nest too deep", line: line) }
        switch node {
        case .scalar(let scalar):
            self = scalar.style == .plain ? Self.plain(scalar.string) : .string(scalar.string)
        case .sequence(let sequence):
            var elements: [JSONValue] = []
            for item in sequence { elements.append(try JSONValue(yaml: item, depth: depth + 1)) }
            self = .array(elements)
        case .mapping(let mapping):
            var members: [Member] = []
            for (key, value) in mapping {
                let name = try YAMLMapping.scalar(key, "a key").text
                members.append(Member(name, try JSONValue(yaml: value, depth: depth + 1)))
            }
            self = .object(members)
        case .alias: throw ManifestError(message: "anchors and aliases are not read", line: line)
        }
    }

    /// A plain scalar by the core schema (YAML 1.2.2, section 10.3.2).
    private static func plain(_ text: String) -> JSONValue {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: break
        }
        // What JSON would read as a number is one; `1_000`, `0x10` and dates stay texts.
        if let document = try? JSONDocument(parsing: text), document.root.kind == .number { return .number(text) }
        return .string(text)
    }
}
