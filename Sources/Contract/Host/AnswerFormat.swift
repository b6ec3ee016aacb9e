/// How a host reads the JSON that a hook answers with.
package struct AnswerFormat: Equatable, Sendable {
    /// The fields the host knows, in the order of the array form; the first is the action.
    package let fields: [AnswerField]
    /// The action that an unknown one is taken as, and no result, and an error.
    package let otherwise: String
    package let actions: [AnswerAction]

    /// The action of this name.
    package func action(_ name: String) -> AnswerAction? {
        actions.first { $0.name.utf8.elementsEqual(name.utf8) }
    }
}

/// A field of an answer.
package struct AnswerField: Equatable, Sendable {
    /// The type of a value.
    package indirect enum Kind: Equatable, Sendable {
        case text, texts, truth, count
        /// An array of numbers from 0 to 255.
        case bytes
        /// An array of arrays of texts and nulls.
        case rows
        case record([AnswerField])
        /// An array of records, with the least number of them.
        case records([AnswerField], least: Int)
    }

    package let name: String
    package let kind: Kind
    /// Whether it may be null or absent.
    package let isOptional: Bool
    /// The value of an absent field; nil where it must be there.
    package let fallback: JSONValue?

    /// The type in words, as in "a string".
    package var typeWords: String {
        switch kind {
        case .text: "a string"
        case .texts: "an array of strings"
        case .truth: "true or false"
        case .count: "a whole number from 0"
        case .bytes: "an array of bytes"
        case .rows: "an array of arrays of strings and nulls"
        case .record: "an object"
        case .records: "an array of objects"
        }
    }
}

/// Something that an answer can have the host do.
package struct AnswerAction: Equatable, Sendable {
    package let name: String
    /// The field that carries what it is about; nil where it needs none.
    package let field: String?
    /// What the host takes where that field is absent or null.
    package let fallback: JSONValue?
    /// The format of the bytes in that field; nil where any will do.
    package let payload: PayloadFormat?
    /// Whether the host does nothing with it.
    package let isIgnored: Bool
    /// What the host does, as a clause: "the query runs unchanged".
    package let effect: String
}

/// The JSON that a host reads from the bytes in an answer.
package struct PayloadFormat: Equatable, Sendable {
    package let name: String
    package let fields: [AnswerField]
    package let about: String?
}
