internal import Basics

/// A value that a template is rendered with.
package enum MustacheValue: Sendable, Equatable {
    case text(String)
    case flag(Bool)
    case list([MustacheValue])
    case table([String: MustacheValue])

    /// What a section asks: not for `false`, an empty text or an empty list.
    var isTrue: Bool {
        switch self {
        case .text(let text): !text.isEmpty
        case .flag(let flag): flag
        case .list(let list): !list.isEmpty
        case .table: true
        }
    }
}

extension MustacheTemplate {
    /// The first parts of all names that the template uses.
    var names: Set<String> {
        func collect(_ nodes: [Node], into names: inout Set<String>) {
            for node in nodes {
                switch node {
                case .text: break
                case .variable(let name): if let first = name.parts.first { names.insert(first) }
                case .section(let name, _, let inside):
                    if let first = name.parts.first { names.insert(first) }
                    collect(inside, into: &names)
                }
            }
        }
        var names: Set<String> = []
        collect(nodes, into: &names)
        return names
    }

    /// The largest rendered text, in bytes, and the most parts that are rendered for it.
    package static let maximumOutputBytes = 16 << 20
    package static let maximumSteps = 1 << 20

    /// The template's text with the values of `table`.
    package func render(_ table: [String: MustacheValue]) throws(Failure) -> String {
        var renderer = Renderer(stack: [.table(table)])
        try renderer.render(nodes)
        return renderer.output
    }

    private struct Renderer {
        /// The values of the open sections, the innermost last.
        var stack: [MustacheValue]
        var output = ""
        private var steps = 0

        init(stack: [MustacheValue]) { self.stack = stack }

        mutating func render(_ nodes: [Node]) throws(Failure) {
            for node in nodes {
                switch node {
                case .text(let text): try append(text, at: nil)
                case .variable(let name): try append(text(of: name), at: name)
                case .section(let name, let isInverted, let inside):
                    try append("", at: name)
                    let value = try value(of: name)
                    if isInverted {
                        if !value.isTrue { try render(inside) }
                    } else if case .list(let items) = value {
                        for item in items { try render(inside, with: item, name) }
                    } else if value.isTrue {
                        try render(inside, with: value, name)
                    }
                }
            }
        }

        private mutating func render(_ nodes: [Node], with value: MustacheValue, _ name: Name) throws(Failure) {
            try append("", at: name)
            stack.append(value)
            try render(nodes)
            stack.removeLast()
        }

        private mutating func append(_ text: String, at name: Name?) throws(Failure) {
            steps += 1
            output += text
            guard steps <= MustacheTemplate.maximumSteps, output.utf8.count <= MustacheTemplate.maximumOutputBytes
            else {
                let place = name?.place ?? .start
                throw Failure(
                    message: "the rendered text has more than \(MustacheTemplate.maximumOutputBytes) bytes or "
                        + "\(MustacheTemplate.maximumSteps) parts", place: place)
            }
        }

        private func text(of name: Name) throws(Failure) -> String {
            switch try value(of: name) {
            case .text(let text): return text
            case .flag(let flag): return flag ? "true" : "false"
            case .list, .table:
                throw Failure(message: "'\(name.text)' is not a string; open a section with it", place: name.place)
            }
        }

        /// The first part is looked for in the open sections, the innermost first; the others only in what it is.
        private func value(of name: Name) throws(Failure) -> MustacheValue {
            guard let first = name.parts.first else { return stack[stack.count - 1] }
            var found: MustacheValue?
            for case .table(let table) in stack.reversed() {
                found = table[first]
                if found != nil { break }
            }
            for part in name.parts.dropFirst() {
                guard case .table(let table) = found else {
                    found = nil
                    break
                }
                found = table[part]
            }
            guard let found else { throw Failure(message: "there is no value '\(name.text)'", place: name.place) }
            return found
        }
    }
}
