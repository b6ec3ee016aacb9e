/// A hook that a plugin may declare, as a host profile describes it.
package struct Hook: Equatable, Sendable {
    /// The name in a manifest.
    package let name: String
    /// The other spellings the host takes.
    package let aliases: [String]
    /// The name of the function a module exports for it.
    package let export: String
    /// Whether the host ever calls it.
    package let isCalled: Bool
    /// The records that make up the input: one, or an array of several.
    package let records: [InputRecord]
    /// Whether the input is an array of its records.
    package let isArray: Bool
    /// How the host reads the answer; nil for an observer, whose answer it ignores.
    package let answer: AnswerFormat?
    /// What a person should know of it, in sentences.
    package let about: String?

    /// Whether the host ignores what the hook answers.
    package var isObserver: Bool { answer == nil }
    /// The actions the hook's answer may name; empty for an observer.
    package var actions: [String] { answer?.actions.map(\.name) ?? [] }
    /// Every field of the input, in the order of its records.
    package var inputFields: [InputField] { records.flatMap(\.fields) }

    /// Whether a manifest means this hook by `text`: by name or alias, in any case.
    func isNamed(_ text: String) -> Bool {
        ([name] + aliases).contains { HostProfile.isSameName($0, text) }
    }
}

/// A JSON object that the host hands to hooks.
package struct InputRecord: Equatable, Sendable {
    /// The name in the profile, such as `context`.
    package let name: String
    package let fields: [InputField]
}

/// A field of a hook's input, and what the host puts there.
package struct InputField: Equatable, Sendable {
    /// The type of a value.
    package enum Kind: String, Sendable {
        case text, texts, truth, map, count
    }

    /// Where the value comes from.
    package enum Source: Equatable, Sendable {
        /// From the client or the server; the kit sends this example unless told otherwise.
        case real(example: JSONValue)
        /// Always this.
        case constant(JSONValue)
        /// The same as another field.
        case copy(of: String)
        /// False where a text begins with one of the words, spaces cut and in any case, unless it begins with an exception.
        case prefix(of: String, words: [String], unless: [String])
        /// The tables that a text names after FROM, JOIN, INTO, UPDATE and TABLE.
        case tables(of: String)
    }

    package let name: String
    /// The object inside the record that holds the field; nil for the record itself.
    package let container: String?
    package let kind: Kind
    /// Whether the value may be null.
    package let isOptional: Bool
    package let source: Source
    /// Whether a client or server can make the text as long as it likes.
    package let mayBeLong: Bool
    package let about: String?

    /// Whether the host takes the value from outside, so that an author may choose any.
    package var isReal: Bool {
        if case .real = source { true } else { false }
    }

    /// The type in words, as in "a string or null".
    package var typeWords: String {
        let words =
            switch kind {
            case .text: "a string"
            case .texts: "a list of strings"
            case .truth: "true or false"
            case .map: "a mapping of strings"
            case .count: "a whole number from 0"
            }
        return words + (isOptional ? " or null" : "")
    }

    /// Whether a value has the type the host sends.
    package func accepts(_ value: JSONValue) -> Bool {
        switch (kind, value) {
        case (_, .null): isOptional
        case (.text, .string), (.truth, .bool): true
        case (.texts, .array(let elements)): elements.allSatisfy { $0.string != nil }
        case (.map, .object(let members)): members.allSatisfy { $0.value.string != nil }
        case (.count, .number(let digits)): UInt64(digits) != nil
        default: false
        }
    }
}
