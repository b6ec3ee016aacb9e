extension JSONValue {
    /// This value as JSON text on one line.
    package var compactText: String {
        var out = ""
        write(to: &out, indent: nil)
        return out
    }

    /// This value as indented JSON text, two spaces a level, without a final newline.
    ///
    /// `level` is how deep the value stands in the text it is put into; its first line is not indented.
    package func prettyText(level: Int = 0) -> String {
        var out = ""
        write(to: &out, indent: level)
        return out
    }

    private func write(to out: inout String, indent: Int?) {
        switch self {
        case .null: out += "null"
        case .bool(let flag): out += flag ? "true" : "false"
        case .number(let digits): out += digits
        case .string(let text): Self.writeString(text, to: &out)
        case .array(let elements):
            Self.writeList(elements, "[", "]", to: &out, indent: indent) { element, out, indent in
                element.write(to: &out, indent: indent)
            }
        case .object(let members):
            Self.writeList(members, "{", "}", to: &out, indent: indent) { member, out, indent in
                Self.writeString(member.name, to: &out)
                out += indent == nil ? ":" : ": "
                member.value.write(to: &out, indent: indent)
            }
        }
    }

    private static func writeList<Element>(
        _ items: [Element], _ opening: String, _ closing: String, to out: inout String, indent: Int?,
        item: (Element, inout String, Int?) -> Void
    ) {
        out += opening
        for (index, element) in items.enumerated() {
            if index > 0 { out += "," }
            if let indent { out += "\n" + String(repeating: "  ", count: indent + 1) }
            item(element, &out, indent.map { $0 + 1 })
        }
        if let indent, !items.isEmpty { out += "\n" + String(repeating: "  ", count: indent) }
        out += closing
    }

    private static func writeString(_ text: String, to out: inout String) {
        out += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            // Also what would reorder text on a terminal (Unicode Standard Annex 9, section 2).
            case "\u{0}"..<"\u{20}", "\u{7F}"..."\u{9F}", "\u{61C}", "\u{200E}"..."\u{200F}", "\u{2028}"..."\u{202E}",
                "\u{2066}"..."\u{2069}":
                let digits = String(scalar.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
            default: out.unicodeScalars.append(scalar)
            }
        }
        out += "\""
    }
}
