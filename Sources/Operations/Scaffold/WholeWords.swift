/// Replacing whole words in a text.
enum WholeWords {
    /// The text with `word` replaced wherever no letter, digit or underscore continues it.
    static func replace(_ word: [UInt8], with other: [UInt8], in text: [UInt8]) -> [UInt8] {
        guard let first = word.first, let last = word.last else { return text }
        var result: [UInt8] = [], at = 0
        while at < text.count {
            let end = at + word.count
            if text[at] == first, end <= text.count, text[at..<end].elementsEqual(word),
                !(continues(first) && at > 0 && continues(text[at - 1])),
                !(continues(last) && end < text.count && continues(text[end]))
            {
                result += other
                at = end
            } else {
                result.append(text[at])
                at += 1
            }
        }
        return result
    }

    /// Whether a byte is a part of a word; all of what is not ASCII is.
    private static func continues(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }
}
