/// The plain fields of a small TOML file, such as `Cargo.toml` or the field's `plugin.toml`.
///
/// Reads `key = "text"`, numbers, truth values and arrays of texts, by their dotted names; everything else is passed over.
/// Enough to propose a manifest from, which its author then sees; no other use.
package struct TOMLFields: Sendable {
    /// A value: texts in their order; a single value is one text.
    package private(set) var values: [(name: String, texts: [String])] = []

    /// The largest file, in bytes.
    package static let maximumBytes = 256 << 10

    /// The first value called so; nil for none.
    package func text(_ name: String) -> String? { texts(name)?.first }

    /// All texts of the value called so; nil where there is no such value.
    package func texts(_ name: String) -> [String]? { values.first { $0.name == name }?.texts }

    /// Reads as much as can be understood.
    package init(reading text: String) {
        var table = "", pending: (name: String, text: String)?
        for line in text.split(whereSeparator: \.isNewline) {
            let line = Self.withoutComment(String(line))
            if let open = pending {
                pending = (open.name, open.text + " " + line)
            } else if line.hasPrefix("[") {
                table = line.filter { $0 != "[" && $0 != "]" && $0 != " " }
                continue
            } else if let equals = line.firstIndex(of: "=") {
                let key = line[..<equals].filter { $0 != " " && $0 != "\"" && $0 != "\t" }
                pending = ((table.isEmpty ? "" : table + ".") + key, String(line[line.index(after: equals)...]))
            }
            // An array may go on over lines.
            guard let open = pending, open.text.count(where: { $0 == "[" }) <= open.text.count(where: { $0 == "]" })
            else { continue }
            values.append((open.name, Self.texts(of: open.text)))
            pending = nil
        }
    }

    private static func withoutComment(_ line: String) -> String {
        var quote: Character?, result = ""
        for character in line {
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "\"" || character == "'" {
                quote = character
            } else if character == "#" {
                break
            }
            result.append(character)
        }
        return String(result.drop { $0 == " " || $0 == "\t" })
    }

    /// The quoted texts of a value, or the bare word it is.
    private static func texts(of value: String) -> [String] {
        var texts: [String] = [], current = "", quote: Character?, isEscaped = false
        for character in value {
            if let open = quote {
                if isEscaped {
                    current.append(character)
                    isEscaped = false
                } else if character == "\\", open == "\"" {
                    isEscaped = true
                } else if character == open {
                    texts.append(current)
                    current = ""
                    quote = nil
                } else {
                    current.append(character)
                }
            } else if character == "\"" || character == "'" {
                quote = character
            }
        }
        let bare = value.filter { $0 != " " && $0 != "\t" }
        return texts.isEmpty && !bare.isEmpty && !bare.hasPrefix("[") && !bare.hasPrefix("{") ? [bare] : texts
    }
}
