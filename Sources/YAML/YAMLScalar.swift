/// A single value as it is written; `value` is what it means.
package struct YAMLScalar: Sendable, Equatable {
    /// How a scalar is written.
    package enum Style: Sendable { case plain, singleQuoted, doubleQuoted, literal, folded }

    /// A value of YAML 1.2's core schema.
    package enum Value: Sendable, Equatable {
        case null
        case bool(Bool)
        /// A whole number, its decimal digits as JSON spells them.
        case integer(String)
        /// A number with a fraction or an exponent, as JSON spells it.
        case decimal(String)
        /// What JSON has no number for: `.inf`, `-.inf`, `.nan`.
        case notFinite(String)
        case text(String)
    }

    /// The characters, without quotes and with escapes resolved.
    package let text: String
    package let style: Style
    /// What it means by its tag or, plain and without one, by the core schema (YAML 1.2.2, section 10.3).
    package let value: Value

    /// A scalar without a tag.
    package init(text: String, style: Style) {
        self.text = text
        self.style = style
        value = style == .plain ? CoreSchema.resolve(text) : .text(text)
    }

    /// A scalar with the tag of its meaning; nil where the text is not of that type, or the tag is not in the core schema.
    init?(text: String, style: Style, tag: String) {
        let plain = CoreSchema.resolve(text)
        self.text = text
        self.style = style
        switch (tag, plain) {
        case ("!", _), (CoreSchema.prefix + "str", _): value = .text(text)
        case (CoreSchema.prefix + "null", .null), (CoreSchema.prefix + "bool", .bool),
            (CoreSchema.prefix + "int", .integer), (CoreSchema.prefix + "float", .decimal),
            (CoreSchema.prefix + "float", .notFinite):
            value = plain
        case (CoreSchema.prefix + "float", .integer(let digits)): value = .decimal(digits + ".0")
        default: return nil
        }
    }
}

/// Which value a plain scalar is (YAML 1.2.2, section 10.3.2): `yes`, `1_000`, `0b1`, `1:30` and dates are texts.
enum CoreSchema {
    /// What `!!` stands for.
    static let prefix = "tag:yaml.org,2002:"

    static func resolve(_ text: String) -> YAMLScalar.Value {
        switch text {
        case "", "~", "null", "Null", "NULL": .null
        case "true", "True", "TRUE": .bool(true)
        case "false", "False", "FALSE": .bool(false)
        case ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF":
            .notFinite(text)
        default: number(Array(text.utf8)) ?? .text(text)
        }
    }

    private static func number(_ text: [UInt8]) -> YAMLScalar.Value? {
        if text.starts(with: Array("0x".utf8)) { return whole(text.dropFirst(2), radix: 16) }
        if text.starts(with: Array("0o".utf8)) { return whole(text.dropFirst(2), radix: 8) }
        var rest = text[...], sign = ""
        if let first = rest.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
            sign = first == UInt8(ascii: "-") ? "-" : ""
            rest = rest.dropFirst()
        }
        let before = rest.prefix(while: isDigit)
        rest = rest.dropFirst(before.count)
        var fraction: ArraySlice<UInt8>?
        if rest.first == UInt8(ascii: ".") {
            let digits = rest.dropFirst().prefix(while: isDigit)
            fraction = digits
            rest = rest.dropFirst(1 + digits.count)
        }
        guard !before.isEmpty || fraction?.isEmpty == false else { return nil }
        var exponent = ""
        if let mark = rest.first, mark | 0x20 == UInt8(ascii: "e") {
            rest = rest.dropFirst()
            exponent = "e"
            if let first = rest.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
                exponent += first == UInt8(ascii: "-") ? "-" : ""
                rest = rest.dropFirst()
            }
            let digits = rest.prefix(while: isDigit)
            guard !digits.isEmpty else { return nil }
            exponent += String(decoding: digits, as: UTF8.self)
            rest = rest.dropFirst(digits.count)
        }
        guard rest.isEmpty else { return nil }
        let digits = before.drop { $0 == UInt8(ascii: "0") }
        let spelled = sign + (digits.isEmpty ? "0" : String(decoding: digits, as: UTF8.self))
        guard fraction != nil || !exponent.isEmpty else { return .integer(spelled) }
        let tail = fraction.map { $0.isEmpty ? ".0" : "." + String(decoding: $0, as: UTF8.self) } ?? ""
        return .decimal(spelled + tail + exponent)
    }

    /// A whole number by its digits; what 64 bits cannot hold is computed digit by digit, up to a thousand of them.
    private static func whole(_ digits: ArraySlice<UInt8>, radix: Int) -> YAMLScalar.Value? {
        let values = digits.map { Character(Unicode.Scalar($0)).hexDigitValue ?? radix }
        guard !values.isEmpty, values.allSatisfy({ $0 < radix }) else { return nil }
        // More digits than any number in a case or a manifest: it stays a text.
        guard values.count <= 1000 else { return nil }
        // Groups of nine decimal digits, the lowest first.
        var groups = [0]
        for value in values {
            var carry = value
            for index in groups.indices {
                carry += groups[index] * radix
                groups[index] = carry % 1_000_000_000
                carry /= 1_000_000_000
            }
            if carry > 0 { groups.append(carry) }
        }
        let lower = groups.dropLast().reversed().map { group in
            let text = String(group)
            return String(repeating: "0", count: 9 - text.count) + text
        }
        return .integer(String(groups[groups.count - 1]) + lower.joined())
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
