internal import Basics
internal import Contract
internal import YAML

extension JSONValue {
    /// The JSON value of a YAML node in YAML 1.2's core schema; keys are texts.
    init(yaml node: YAMLNode) throws(ManifestError) {
        switch node.kind {
        case .scalar(let scalar):
            switch scalar.value {
            case .null: self = .null
            case .bool(let flag): self = .bool(flag)
            case .integer(let digits), .decimal(let digits): self = .number(digits)
            case .text(let text): self = .string(text)
            case .notFinite(let word):
                throw ManifestError(
                    message: "JSON has no number \(word); put it in quotes to make it a string",
                    at: node.place)
            }
        case .sequence(let items):
            var elements: [JSONValue] = []
            for item in items { elements.append(try JSONValue(yaml: item)) }
            self = .array(elements)
        case .mapping(let pairs):
            var members: [Member] = []
            for pair in pairs {
                members.append(
                    Member(try YAMLMapping.key(pair.key, of: "a mapping").text, try JSONValue(yaml: pair.value)))
            }
            self = .object(members)
        }
    }
}

extension JSONValue {
    /// The value of a YAML document of at most `limit` bytes; mappings at its top only.
    init(yamlText text: String, limit: Int, what: String) throws(ManifestError) {
        let root = try YAMLMapping(parsing: text, limit: limit, what: what)
        var members: [Member] = []
        for (key, value) in root.entries { members.append(Member(key.text, try JSONValue(yaml: value))) }
        self = .object(members)
    }
}
