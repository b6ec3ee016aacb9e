extension JSONValue {
    /// This value as JSON text on one line.
    package var compactText: String { String(decoding: compactBytes, as: UTF8.self) }

    /// This value as JSON text on one line, in UTF-8.
    package var compactBytes: [UInt8] {
        var out: [UInt8] = []
        write(to: &out, indent: nil)
        return out
    }

    /// This value as indented JSON text, two spaces a level, without a final newline.
    ///
    /// `level` is how deep the value stands in the text it is put into; its first line is not indented.
    package func prettyText(level: Int = 0) -> String {
        var out: [UInt8] = []
        write(to: &out, indent: level)
        return String(decoding: out, as: UTF8.self)
    }

    /// This value as a file for people: indented, with a final newline.
    package var fileText: String { prettyText() + "\n" }

    /// This value as a file for programs: one line with a newline.
    package var lineBytes: [UInt8] { compactBytes + [0x0A] }

    private func write(to out: inout [UInt8], indent: Int?) {
        switch self {
        case .null: out += "null".utf8
        case .bool(let flag): out += (flag ? "true" : "false").utf8
        case .number(let digits): out += digits.utf8
        case .string(let text): JSONEscaping.write(text, to: &out)
        case .array(let elements):
            Self.writeList(elements, "[", "]", to: &out, indent: indent) { element, out, indent in
                element.write(to: &out, indent: indent)
            }
        case .object(let members):
            Self.writeList(members, "{", "}", to: &out, indent: indent) { member, out, indent in
                JSONEscaping.write(member.name, to: &out)
                out += (indent == nil ? ":" : ": ").utf8
                member.value.write(to: &out, indent: indent)
            }
        }
    }

    private static func writeList<Element>(
        _ items: [Element], _ opening: String, _ closing: String, to out: inout [UInt8], indent: Int?,
        item: (Element, inout [UInt8], Int?) -> Void
    ) {
        func beginLine(_ level: Int) {
            out.append(UInt8(ascii: "\n"))
            out += repeatElement(UInt8(ascii: " "), count: 2 * level)
        }
        out += opening.utf8
        for (index, element) in items.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            if let indent { beginLine(indent + 1) }
            item(element, &out, indent.map { $0 + 1 })
        }
        if let indent, !items.isEmpty { beginLine(indent) }
        out += closing.utf8
    }
}
