/// The members of an object that have to be of a kind; errors name them, and stand at the value.
package struct JSONFields {
    /// The object.
    package let node: JSONNode
    /// What follows a member's name in errors, such as ` of the manifest`.
    private let owner: String
    /// Whether a member that is null is as good as none.
    private let allowsNull: Bool

    package init(_ node: JSONNode, owner: String = "", allowsNull: Bool = false) {
        self.node = node
        self.owner = owner
        self.allowsNull = allowsNull
    }

    /// The error that a member, or the object where it has none, is not what a rule says.
    package func fail(_ key: String, _ rule: String) -> JSONError {
        JSONError("\(key)\(owner) is not \(rule)", offset: (node[key] ?? node).range.lowerBound)
    }

    private func value(_ key: String) -> JSONNode? {
        guard let value = node[key], !allowsNull || value.kind != .null else { return nil }
        return value
    }

    /// A string; nil where it is not there.
    package func text(_ key: String) throws(JSONError) -> String? {
        guard let value = value(key) else { return nil }
        guard let text = value.string else { throw fail(key, "a string") }
        return text
    }

    /// A string that has to be there.
    package func required(_ key: String) throws(JSONError) -> String {
        guard let text = try text(key) else {
            throw JSONError("\(key)\(owner) is missing", offset: node.range.lowerBound)
        }
        return text
    }

    /// True or false; false where it is not there.
    package func flag(_ key: String) throws(JSONError) -> Bool {
        guard let value = value(key) else { return false }
        guard let flag = value.bool else { throw fail(key, "true or false") }
        return flag
    }

    /// The elements of a list; none where it is not there or null.
    package func list(_ key: String) throws(JSONError) -> [JSONNode] {
        guard let value = node[key], value.kind != .null else { return [] }
        guard value.kind == .array else { throw fail(key, "a list") }
        return value.elements
    }

    /// A list of strings; nil where it is not there.
    package func texts(_ key: String) throws(JSONError) -> [String]? {
        guard let value = value(key) else { return nil }
        let texts = value.elements.compactMap(\.string)
        guard value.kind == .array, texts.count == value.elements.count else {
            throw fail(key, "a list of strings")
        }
        return texts
    }
}
