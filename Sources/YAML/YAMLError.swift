package import Basics

/// Why a text is not the YAML that was expected, and where.
package struct YAMLError: Error, Equatable, CustomStringConvertible {
    /// What kind of failure it is.
    package enum Kind: Sendable {
        /// What libyaml refuses.
        case syntax
        /// What this reader does not take: anchors and aliases, unknown tags, a key given twice, several documents.
        case notTaken
        /// One of `YAMLLimits`.
        case limit
    }

    package let kind: Kind
    /// What is wrong, in house style.
    package let message: String
    /// Where it was found, nil for a limit of the whole text.
    package let place: TextPlace?

    init(_ kind: Kind, _ message: String, at place: TextPlace?) {
        self.kind = kind
        self.message = message
        self.place = place
    }

    /// The message with its place.
    package var description: String { place.map { "\(message) (\($0))" } ?? message }
}

/// The sizes a YAML text may have.
package struct YAMLLimits: Sendable {
    /// The longest text, in bytes.
    package var bytes: Int
    /// How deep lists and mappings may nest; the same as for JSON.
    package var depth: Int
    /// How many scalars, lists and mappings there may be.
    package var nodes: Int

    package init(bytes: Int = 1 << 20, depth: Int = 128, nodes: Int = 1 << 19) {
        self.bytes = bytes
        self.depth = depth
        self.nodes = nodes
    }
}
