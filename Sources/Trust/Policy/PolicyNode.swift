internal import Contract

/// A value of a policy's text with the line it stands on, whatever the text is written in.
package struct PolicyNode: Sendable {
    /// What a value is; texts, numbers and truth values are taken as they are written.
    package enum Kind: Sendable {
        case null
        case text(String)
        case list([PolicyNode])
        case mapping([Member])
    }

    /// A key of a mapping and its value.
    package struct Member: Sendable {
        package let name: String
        package let line: Int
        package let value: PolicyNode

        package init(_ name: String, line: Int, _ value: PolicyNode) {
            self.name = name
            self.line = line
            self.value = value
        }
    }

    package let kind: Kind
    package let line: Int

    package init(_ kind: Kind, line: Int) {
        self.kind = kind
        self.line = line
    }
}

/// Why a policy's text is refused, and where.
package struct PolicyError: Error, Sendable {
    /// What is wrong, in house style.
    package let message: String
    /// Nil for what is wrong with the whole text.
    package let line: Int?

    package init(_ message: String, line: Int?) {
        self.message = message
        self.line = line
    }
}

/// What reads the text of a policy.
///
/// The library reads policies that are written as JSON, which is YAML too; programs that have a YAML reader bring it along.
package struct PolicySyntax: Sendable {
    package let read: @Sendable ([UInt8]) throws(PolicyError) -> PolicyNode

    package init(_ read: @escaping @Sendable ([UInt8]) throws(PolicyError) -> PolicyNode) { self.read = read }

    /// Reads JSON only.
    package static let json = PolicySyntax { bytes throws(PolicyError) in
        guard bytes.first(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) == UInt8(ascii: "{") else {
            throw PolicyError(
                "it is YAML, which this program cannot read; write it as JSON, which is also valid YAML", line: nil)
        }
        do throws(JSONError) {
            let document = try JSONDocument(
                parsing: bytes, limits: JSONLimits(bytes: TrustPolicy.maximumBytes))
            return try PolicyNode(document.root, bytes)
        } catch {
            throw PolicyError(error.message, line: JSONDocument.position(of: error.offset, in: bytes).line)
        }
    }
}

extension PolicyNode {
    fileprivate init(_ node: JSONNode, _ bytes: [UInt8]) throws(JSONError) {
        let line = JSONDocument.position(of: node.range.lowerBound, in: bytes).line
        switch node.kind {
        case .null: self.init(.null, line: line)
        case .true, .false, .number: self.init(.text(node.text), line: line)
        case .string: self.init(.text(node.string ?? ""), line: line)
        case .array:
            var items: [PolicyNode] = []
            for element in node.elements { items.append(try PolicyNode(element, bytes)) }
            self.init(.list(items), line: line)
        case .object:
            var members: [Member] = [], seen: Set<String> = []
            for (name, value) in node.members {
                let text = name.string ?? ""
                guard seen.insert(text).inserted else {
                    throw JSONError("the key '\(text)' is given twice", offset: name.range.lowerBound)
                }
                members.append(
                    Member(
                        text, line: JSONDocument.position(of: name.range.lowerBound, in: bytes).line,
                        try PolicyNode(value, bytes)))
            }
            self.init(.mapping(members), line: line)
        }
    }
}
