internal import Basics

/// A word that is looked for in the entries of an index, whatever its case.
package struct SearchedWord: Sendable {
    private let lower: [UInt8]
    private let isASCII: Bool

    package init(_ text: String) {
        lower = Array(text.lowercased().utf8)
        isASCII = lower.allSatisfy { $0 < 0x80 }
    }

    /// Whether a text holds the word.
    package func isIn(_ text: String) -> Bool { Array(text.lowercased().utf8).firstPlace(of: lower) != nil }

    /// Whether a field's text holds the word; nothing is decoded where the bytes tell.
    fileprivate func isIn(_ text: RawSpan, _ range: Range<Int>, isPlain: Bool) -> Bool {
        guard isPlain else { return isIn(String(decoding: JSONStringText.decode(text, range), as: UTF8.self)) }
        // A text of ASCII holds no other word; what folds to ASCII, such as the Kelvin sign, is outside it.
        guard isASCII, let first = lower.first else { return lower.isEmpty }
        var at = range.lowerBound + 1
        let end = range.upperBound - 1 - lower.count
        while at <= end {
            if Self.lowered(text.byte(at)) == first,
                lower.indices.allSatisfy({ Self.lowered(text.byte(at + $0)) == lower[$0] })
            {
                return true
            }
            at += 1
        }
        return false
    }

    private static func lowered(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}

extension ScannedEntry {
    /// Whether the entry's name, description or a hook of it holds a word; `text` is that of the entry itself.
    package func mentions(_ word: SearchedWord, _ text: RawSpan) -> Bool {
        for field in [EntryField.name, .description] {
            guard let range = places[field], text.byte(range.lowerBound) == UInt8(ascii: "\"") else { continue }
            if word.isIn(text, range, isPlain: !places.special.contains(field)) { return true }
        }
        guard places[.hooks] != nil else { return false }
        return hooks(text).contains { word.isIn($0) }
    }

    /// Whether the entry is of exactly this name.
    package func isNamed(_ name: [UInt8], _ text: RawSpan) -> Bool { isText(.name, name, text) }

    /// The bytes of the entry's name.
    package func name(_ text: RawSpan) -> [UInt8] { bytes(.name, text) }
}
