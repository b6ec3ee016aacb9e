import Contract
import TestSupport

/// Random JSON texts: values with hostile strings and numbers, spelled in many ways, and broken ones.
enum RandomJSON {
    private static let pieces = [
        "a", "Z", "0", " ", "/", "é", "e\u{301}", "日本", "😀", "\u{7F}", "\u{85}", "\u{2028}", "\u{FEFF}", "\u{202E}",
        "\"", "\\", "\n", "\t", "\r", "\u{0}", "\u{1F}", "\u{FFFD}", "\u{10FFFF}", "{", "]", ":", ",",
    ]
    private static let numbers = [
        "0", "-0", "1", "-1", "42", "0.5", "-0.0", "1e5", "1E+5", "2.50e-3", "9223372036854775807",
        "-9223372036854775808",
        "9223372036854775808", "123456789012345678901234567890", "1e400", "0e0",
    ]

    static func string(_ numbers: inout SeededNumbers) -> String {
        (0..<Int.random(in: 0..<8, using: &numbers)).map { _ in numbers.pick(pieces) }.joined()
    }

    static func value(depth: Int, _ random: inout SeededNumbers) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 5), using: &random) {
        case 0: return .null
        case 1: return .bool(random.once(in: 2))
        case 2: return .number(random.pick(numbers))
        case 3, 4: return .string(string(&random))
        case 5, 6:
            return .array((0..<Int.random(in: 0..<5, using: &random)).map { _ in value(depth: depth - 1, &random) })
        default:
            return .object(
                (0..<Int.random(in: 0..<5, using: &random)).map { _ in
                    JSONValue.Member(string(&random), value(depth: depth - 1, &random))
                })
        }
    }

    /// The value as text with random white space and random escapes.
    static func spell(_ value: JSONValue, _ random: inout SeededNumbers) -> String {
        let space = random.once(in: 3) ? random.pick([" ", "\n", "\t", "\r\n", "  "]) : ""
        let text: String
        switch value {
        case .null: text = "null"
        case .bool(let flag): text = "\(flag)"
        case .number(let digits): text = digits
        case .string(let characters): text = spell(characters, &random)
        case .array(let elements):
            text = "[" + space + elements.map { spell($0, &random) }.joined(separator: ",") + "]"
        case .object(let members):
            text =
                "{" + space
                + members.map { spell($0.name, &random) + space + ":" + spell($0.value, &random) }
                .joined(separator: "," + space) + "}"
        }
        return space + text + space
    }

    private static func spell(_ text: String, _ random: inout SeededNumbers) -> String {
        var spelled = "\""
        for scalar in text.unicodeScalars {
            let mustEscape = scalar.value < 0x20 || scalar == "\"" || scalar == "\\"
            if mustEscape || random.once(in: 4) {
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16, uppercase: random.once(in: 2))
                    spelled += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            } else {
                spelled.unicodeScalars.append(scalar)
            }
        }
        return spelled + "\""
    }

    /// A few bytes changed, removed, doubled or put in.
    static func mutate(_ bytes: [UInt8], _ random: inout SeededNumbers) -> [UInt8] {
        var bytes = bytes
        let likely = Array("{}[]\",:\\/u0123456789abefntrE+-. \n\u{0}".utf8) + [0x80, 0xC3, 0xE2, 0xED, 0xF4, 0xFF]
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let at = Int.random(in: 0...bytes.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes.insert(random.pick(likely), at: at)
            case 1 where at < bytes.count: bytes.remove(at: at)
            case 2 where at < bytes.count: bytes[at] = random.pick(likely)
            case 3:
                let end = min(bytes.count, at + Int.random(in: 1...6, using: &random))
                bytes.insert(contentsOf: bytes[at..<end], at: at)
            default: break
            }
        }
        return bytes
    }
}
