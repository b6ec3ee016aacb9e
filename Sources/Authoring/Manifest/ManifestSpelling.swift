internal import Contract
internal import YAML

/// Spelling a text in a `plugin.yaml` so that a YAML parser and the host's line reader read the same.
package enum ManifestSpelling {
    /// The spelling of `text` as the value of `key`, nil when there is none that both readers understand.
    ///
    /// Plain where that works, else in double or single quotes. Texts with line breaks or with the words that the host
    /// takes for its lists (`hooks:`, `permissions:`) have no spelling.
    package static func spell(_ text: String, for key: String) -> String? {
        let reader = HostLineReader(reading: text)
        guard !text.isEmpty, reader.hooks == nil, reader.permissions == nil else { return nil }
        return [text, "\"\(text)\"", "'\(text)'"].first { spelling in
            let line = "\(key): \(spelling)"
            guard isSame(HostLineReader(reading: line).fields[key]?.value, text),
                case .mapping(let pairs)? = (try? YAMLNode.read(Array(line.utf8)))?.kind, pairs.count == 1,
                case .scalar(let name) = pairs[0].key.kind, name.text == key,
                case .scalar(let scalar) = pairs[0].value.kind, isSame(scalar.text, text)
            else { return false }
            // A plain `1.0`, `true` or `~` would be read as another type by other YAML parsers.
            return scalar.style != .plain || !Self.isAmbiguous(text)
        }
    }

    /// Whether two texts are the same scalar for scalar; Swift's own comparison takes `é` in two spellings for one.
    private static func isSame(_ read: String?, _ text: String) -> Bool {
        read.map { $0.utf8.elementsEqual(text.utf8) } ?? false
    }

    /// Whether YAML's core or 1.1 schema takes a plain `text` for a number, a date, a truth value or a null.
    private static func isAmbiguous(_ text: String) -> Bool {
        let words = ["true", "false", "yes", "no", "on", "off", "y", "n", "null", "~", "=", "<<", ".inf", ".nan"]
        let digits = "0123456789.,:_+-xoabcdefABCDEFTZ "
        let isDotted = PluginVersion(text).isSemantic
        return words.contains(text.lowercased())
            || (!isDotted && text.contains { $0.isNumber } && text.allSatisfy { digits.contains($0) })
    }
}
