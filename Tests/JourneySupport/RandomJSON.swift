internal import TestSupport

/// Random texts, and query contexts that hold them in every spelling JSON allows (RFC 8259).
package struct RandomJSON {
    private var numbers: SeededNumbers

    package init(seed: UInt64) { numbers = SeededNumbers(seed: seed) }

    /// A text of up to 200 scalars of all planes, with many of those that JSON escapes.
    package mutating func text() -> String {
        let count = numbers.pick([0, 1, 3, 7, 8, 9, 15, 16, 17, 60, 200])
        var text = ""
        for _ in 0..<count { text.unicodeScalars.append(scalar()) }
        return text
    }

    /// A query context whose query is `sql`, in a random order of members, indented or not.
    package mutating func document(query sql: String) -> String {
        let (gap, line) = numbers.pick([("", ""), (" ", "\n  "), ("\t", "\r\n\t"), (" ", " ")])
        let other = text(), another = text()
        var members = [
            (numbers.once(in: 5) ? "\"qu\\u0065ry\"" : "\"query\"") + gap + ":" + gap + string(sql),
            "\"normalized\":" + gap + (numbers.once(in: 3) ? string(sql) : string(other)),
            "\"tables\":" + gap + "[" + line + string(other) + "," + line + string(another) + line + "]",
            "\"is_read_only\":" + gap + (numbers.once(in: 2) ? "true" : "false"),
            "\"hook_context\":" + gap + "{\"request_id\":" + string(another)
                + ",\"client_id\":null,\"attributes\":{\"query\":\"no\"," + string(other + "k") + ":" + string(other)
                + "}}",
        ]
        if numbers.once(in: 2) { members.append("\"extra\":" + gap + "[1,-2.5e3,{\"query\":\"no\"},[],true]") }
        members.shuffle(using: &numbers)
        return (numbers.once(in: 3) ? " \r\n\t" : "") + "{" + line + members.joined(separator: "," + line) + line + "}"
            + (numbers.once(in: 3) ? "\n " : "")
    }

    /// A JSON string in one of three spellings: as short as it may be, all escaped, or mixed.
    private mutating func string(_ text: String) -> String {
        let style = numbers.pick([0, 1, 2])
        var out = "\""
        for scalar in text.unicodeScalars {
            if style == 2 || (style == 1 && numbers.once(in: 3)) {
                for unit in String(scalar).utf16 { out += escape(unit) }
            } else if let short = Self.short[scalar] {
                out += short
            } else if scalar.value < 0x20 {
                out += escape(UInt16(scalar.value))
            } else if scalar == "/", numbers.once(in: 2) {
                out += "\\/"
            } else {
                out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }

    private mutating func escape(_ unit: UInt16) -> String {
        let digits = String(unit, radix: 16, uppercase: numbers.once(in: 2))
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }

    private mutating func scalar() -> Unicode.Scalar {
        let value: UInt32 =
            switch numbers.pick([0, 1, 2, 3, 4, 5, 6]) {
            case 0: UInt32.random(in: 0..<0x20, using: &numbers)
            case 1, 2: UInt32.random(in: 0x20..<0x80, using: &numbers)
            case 3: numbers.pick([0x22, 0x5C, 0x2F, 0x08, 0x0C, 0x0A, 0x0D, 0x09, 0x7F])
            case 4: UInt32.random(in: 0x80..<0x800, using: &numbers)
            case 5:
                numbers.once(in: 2)
                    ? UInt32.random(in: 0x800..<0xD800, using: &numbers)
                    : UInt32.random(in: 0xE000..<0x1_0000, using: &numbers)
            default: UInt32.random(in: 0x1_0000..<0x11_0000, using: &numbers)
            }
        return Unicode.Scalar(value) ?? "?"
    }

    private static let short: [Unicode.Scalar: String] = [
        "\"": "\\\"", "\\": "\\\\", "\u{8}": "\\b", "\u{C}": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t",
    ]
}
