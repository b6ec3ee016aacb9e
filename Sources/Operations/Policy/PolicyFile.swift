internal import Basics
package import Trust
internal import YAML

extension PolicySyntax {
    /// Reads YAML, within the limits of a policy.
    package static let yaml = PolicySyntax { bytes throws(PolicyError) in
        let root: YAMLNode?
        do throws(YAMLError) {
            let limits = YAMLLimits(bytes: TrustPolicy.maximumBytes, depth: 16, nodes: 20_000)
            root = try YAMLNode.read(bytes, limits: limits)
        } catch {
            throw PolicyError(
                error.kind == .syntax ? "it is not YAML: \(error.message)" : error.message, line: error.place?.line)
        }
        guard let root else { throw PolicyError("the file is empty", line: nil) }
        return PolicyNode(root)
    }
}

extension PolicyNode {
    fileprivate init(_ node: YAMLNode) {
        let line = node.place.line
        switch node.kind {
        case .scalar(let scalar):
            self.init(scalar.value == .null ? .null : .text(scalar.text), line: line)
        case .sequence(let items): self.init(.list(items.map { PolicyNode($0) }), line: line)
        case .mapping(let pairs):
            self.init(
                .mapping(
                    pairs.map { pair in
                        guard case .scalar(let key) = pair.key.kind else {
                            return Member("", line: pair.key.place.line, PolicyNode(pair.value))
                        }
                        return Member(key.text, line: pair.key.place.line, PolicyNode(pair.value))
                    }), line: line)
        }
    }
}
