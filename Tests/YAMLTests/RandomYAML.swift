import TestSupport

/// Random documents in all of YAML's styles, and the same with random damage.
struct RandomYAML {
    private var random: SeededNumbers
    private var budget = 0

    init(seed: UInt64) { random = SeededNumbers(seed: seed) }

    private static let words = [
        "a", "name", "SELECT 1", "x *y", "p &q", "[%", "{", "é", "\u{1F600}", "1", "0x1F", "-", "- x", "a: b", "#c",
        "a #b", "~", "null", "true", ".5", "it's", "\"q\"", "%x", "@x", "`x", "!x", "|", ">", "", " lead", "trail ",
        "\\n", "a,b", "[a]", "{a: b}", "?", "? x", "a:b", ":x", "::", "long words in a row that go on and on",
    ]

    /// A document that YAML readers take.
    mutating func document() -> String {
        budget = 40
        var text = random.once(in: 5) ? "# comment\n" : ""
        if random.once(in: 6) { text += random.once(in: 2) ? "---\n" : "%YAML 1.2\n---\n" }
        text += block(indent: 0, depth: 0).text
        if random.once(in: 8) { text += "...\n" }
        return random.once(in: 8)
            ? text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n") : text
    }

    /// A document with a few bytes changed.
    mutating func damaged() -> [UInt8] {
        var bytes = Array(document().utf8)
        let likely = Array(":-?[]{},&*!|>'\"%@`#\n \t~ax\\0.\r".utf8) + [0x00, 0xC2, 0x85, 0xE2, 0x80, 0xA8, 0xFF]
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            if bytes.isEmpty { bytes = [0x20] }
            let at = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes.insert(random.pick(likely), at: at)
            case 1: bytes[at] = random.pick(likely)
            case 2: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 1...9, using: &random)))
            default:
                let end = min(bytes.count, at + Int.random(in: 1...30, using: &random))
                bytes.insert(contentsOf: bytes[at..<end], at: Int.random(in: 0...bytes.count, using: &random))
            }
        }
        return bytes
    }

    /// A value in block style: what follows its key, with the line's end.
    private mutating func block(indent: Int, depth: Int) -> (text: String, isInline: Bool) {
        budget -= 1
        let pad = String(repeating: " ", count: indent)
        let kind = budget <= 0 || depth > 5 ? 2 : Int.random(in: 0..<5, using: &random)
        switch kind {
        case 0:
            let items = (0..<Int.random(in: 1...4, using: &random)).map { _ in
                let item = block(indent: indent + 2, depth: depth + 1)
                return pad + "-" + (item.isInline ? " " : "\n") + item.text
            }
            return (items.joined(separator: random.once(in: 4) ? "\n" : ""), false)
        case 1:
            let pairs = (0..<Int.random(in: 1...4, using: &random)).map { number in
                let value = block(indent: indent + 2, depth: depth + 1)
                let key = random.once(in: 3) ? "\"k\(number) : *\"" : "k\(number)"
                return pad + key + ":" + (value.isInline ? " " : "\n") + value.text
            }
            return (pairs.joined(separator: random.once(in: 4) ? pad + "# between\n" : ""), false)
        case 3 where depth > 0:
            let mark = ["|", ">", "|-", ">-", "|+", ">+"][Int.random(in: 0..<6, using: &random)]
            let lines = (0..<Int.random(in: 1...4, using: &random)).map { number in
                number > 0 && random.once(in: 4) ? "" : pad + "  " + "t\(number) " + random.pick(Self.words)
            }
            return (mark + "\n" + lines.joined(separator: "\n") + "\n", true)
        default:
            let comment = random.once(in: 5) ? " # comment" : ""
            return (properties() + flow(depth: depth, indent: indent) + comment + "\n", true)
        }
    }

    private mutating func properties() -> String {
        random.once(in: 12) ? random.pick(["!!str ", "!local ", "&a\(budget) ", "!<tag:x> ", "! "]) : ""
    }

    /// A value on one line, or quoted over two.
    private mutating func flow(depth: Int, indent: Int) -> String {
        budget -= 1
        let kind = budget <= 0 || depth > 5 ? 2 : Int.random(in: 0..<5, using: &random)
        switch kind {
        case 0:
            let items = (0..<Int.random(in: 0...4, using: &random)).map { _ in flow(depth: depth + 1, indent: indent) }
            return "[" + items.joined(separator: ", ") + (items.isEmpty || !random.once(in: 4) ? "" : ",") + "]"
        case 1:
            let pairs = (0..<Int.random(in: 0...4, using: &random)).map { number in
                "f\(number): " + flow(depth: depth + 1, indent: indent)
            }
            return "{" + pairs.joined(separator: ", ") + "}"
        default: return scalar(indent: indent)
        }
    }

    private mutating func scalar(indent: Int) -> String {
        let word = random.pick(Self.words), pad = "\n" + String(repeating: " ", count: indent + 2)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return "'" + word.replacing("'", with: "''") + (random.once(in: 6) ? pad + "more" : "") + "'"
        case 1:
            let text = word.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            return "\"" + text + (random.once(in: 6) ? "\\u00e9\\x41\\t" : "")
                + (random.once(in: 6) ? pad + "more" : "") + "\""
        default:
            return random.pick([
                "plain", "two words", "1", "-2.5e3", "é\u{1F600}", "a*b", "x-y", "0o17", "yes", "a/b=c",
            ])
        }
    }
}
