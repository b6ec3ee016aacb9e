package import Basics

/// A value of a YAML text with the place where it begins.
package struct YAMLNode: Sendable {
    /// What a value is; keys of a mapping are in their order, and no two scalars among them have the same text.
    package enum Kind: Sendable {
        case scalar(YAMLScalar)
        case sequence([YAMLNode])
        case mapping([(key: YAMLNode, value: YAMLNode)])
    }

    package let kind: Kind
    package let place: TextPlace

    package init(_ kind: Kind, at place: TextPlace) {
        self.kind = kind
        self.place = place
    }

    /// Reads a text of one document; nil when it holds none.
    ///
    /// Anchors, aliases, tags outside the core schema and keys that are given twice are errors.
    package static func read(_ text: [UInt8], limits: YAMLLimits = YAMLLimits()) throws(YAMLError) -> YAMLNode? {
        guard text.count <= limits.bytes else {
            throw YAMLError(.limit, "the file is longer than \(limits.bytes) bytes", at: nil)
        }
        guard !text.starts(with: [0xEF, 0xBB, 0xBF]) else {
            throw YAMLError(
                .notTaken, "the file begins with a byte order mark, which would become part of the first key",
                at: .start)
        }
        var parser = YAMLParser(text), builder = YAMLTreeBuilder(limits: limits)
        try refuseManyDirectives(text)
        while let event = try parser.next() { try builder.take(event) }
        return builder.root
    }

    /// libyaml compares each `%TAG` with all before it, and reports none of them until it has read them all.
    private static func refuseManyDirectives(_ text: [UInt8]) throws(YAMLError) {
        let limit = 100
        var count = 0, at = 0
        while at < text.count {
            if text[at] == UInt8(ascii: "%") {
                count += 1
                guard count <= limit else {
                    throw YAMLError(
                        .limit, "more than \(limit) lines begin with '%'", at: TextPlace(of: at, in: text))
                }
            }
            guard let next = text[at...].firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) else { return }
            at = next + 1
        }
    }
}

/// Builds the tree of a text from its events, and refuses what goes over the limits when it is reported.
private struct YAMLTreeBuilder {
    /// A list or a mapping that is not at its end.
    private struct Open {
        let isMapping: Bool
        let place: TextPlace
        var nodes: [YAMLNode] = []
        var keys: Set<[UInt8]> = []
    }

    private let limits: YAMLLimits
    private var open: [Open] = []
    private var count = 0
    private var documents = 0
    private(set) var root: YAMLNode?

    init(limits: YAMLLimits) { self.limits = limits }

    mutating func take(_ event: YAMLEvent) throws(YAMLError) {
        if let anchor = event.anchor {
            throw YAMLError(
                .notTaken,
                "anchors and aliases ('\(anchor.prefix(40).description.printable)') are not supported; write the value out",
                at: event.place)
        }
        switch event.kind {
        case .documentStart:
            documents += 1
            guard documents == 1 else {
                throw YAMLError(.notTaken, "the file contains more than one document", at: event.place)
            }
        case .documentEnd, .alias: break
        case .scalar(let text, let style):
            try add(YAMLNode(.scalar(try scalar(text, style, event)), at: event.place))
        case .sequenceStart: try begin(event, isMapping: false)
        case .mappingStart: try begin(event, isMapping: true)
        case .sequenceEnd, .mappingEnd:
            guard let done = open.popLast() else { return }
            let nodes = done.nodes
            let pairs = { stride(from: 0, to: nodes.count - 1, by: 2).map { (key: nodes[$0], value: nodes[$0 + 1]) } }
            try add(YAMLNode(done.isMapping ? .mapping(pairs()) : .sequence(nodes), at: done.place))
        }
    }

    private func scalar(
        _ text: String, _ style: YAMLScalar.Style, _ event: YAMLEvent
    ) throws(YAMLError) -> YAMLScalar {
        guard let tag = event.tag else { return YAMLScalar(text: text, style: style) }
        guard let scalar = YAMLScalar(text: text, style: style, tag: tag) else {
            let isKnown = ["str", "null", "bool", "int", "float"].contains { tag == CoreSchema.prefix + $0 }
            throw isKnown
                ? YAMLError(
                    .notTaken,
                    "'\(text.prefix(40).description.printable)' does not match its tag \(Self.short(tag))",
                    at: event.place)
                : Self.unknownTag(tag, event)
        }
        return scalar
    }

    private mutating func begin(_ event: YAMLEvent, isMapping: Bool) throws(YAMLError) {
        if let tag = event.tag, tag != "!", tag != CoreSchema.prefix + (isMapping ? "map" : "seq") {
            throw Self.unknownTag(tag, event)
        }
        guard open.count < limits.depth else {
            throw YAMLError(.limit, "values nest deeper than \(limits.depth)", at: event.place)
        }
        open.append(Open(isMapping: isMapping, place: event.place))
    }

    private mutating func add(_ node: YAMLNode) throws(YAMLError) {
        count += 1
        guard count <= limits.nodes else {
            throw YAMLError(.limit, "the file contains more than \(limits.nodes) values", at: node.place)
        }
        guard !open.isEmpty else {
            root = node
            return
        }
        let top = open.count - 1
        if open[top].isMapping, open[top].nodes.count.isMultiple(of: 2), case .scalar(let key) = node.kind {
            guard open[top].keys.insert(Array(key.text.utf8)).inserted else {
                throw YAMLError(
                    .notTaken, "the key '\(key.text.prefix(80).description.printable)' is given twice", at: node.place)
            }
        }
        open[top].nodes.append(node)
    }

    private static func unknownTag(_ tag: String, _ event: YAMLEvent) -> YAMLError {
        YAMLError(.notTaken, "the tag '\(short(tag))' is not supported", at: event.place)
    }

    /// A tag as it is usually written.
    private static func short(_ tag: String) -> String {
        let text = tag.hasPrefix(CoreSchema.prefix) ? "!!" + tag.dropFirst(CoreSchema.prefix.count) : tag
        return text.prefix(80).description.printable
    }
}
