package import Contract
internal import YAML

/// A file of values for a template: one mapping of names to texts, truth values, numbers or lists of them.
package enum TemplateValuesFile {
    /// The texts by name, in the file's order.
    package static func read(_ text: String) throws(ManifestError) -> [(name: String, text: String)] {
        var values: [(name: String, text: String)] = []
        for (key, node) in try YAMLMapping(parsing: text, limit: 64 << 10, what: "the file").entries {
            if case .sequence = node.kind {
                values.append((key.text, try YAMLMapping.scalars(node, key.text).map(\.text).joined(separator: ",")))
            } else {
                values.append((key.text, try YAMLMapping.text(node, key.text)))
            }
        }
        return values
    }
}
