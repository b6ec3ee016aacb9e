extension String {
    /// This text with everything that could steer a terminal written as `\u{…}`.
    ///
    /// Escapes control characters (C0, DEL, C1), line and paragraph separators, the bidirectional controls that can make a
    /// name read as another (Unicode Standard Annex 9, section 2), and what shows nothing at all: default ignorable code
    /// points such as U+00AD, U+3164 and the tags (Unicode Standard, section 5.21), blanks but the usual one, U+2800.
    package var printable: String {
        guard unicodeScalars.contains(where: \.steersTerminal) else { return self }
        var shown = ""
        for scalar in unicodeScalars {
            if scalar.steersTerminal {
                shown += "\\u{" + String(scalar.value, radix: 16) + "}"
            } else {
                shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }

    /// This text as one word of a shell's command line, between single quotes where it needs them.
    package var shellWord: String {
        let isPlain = unicodeScalars.allSatisfy { scalar in
            ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
                || "/.-_:@%+=,".unicodeScalars.contains(scalar)
        }
        if isPlain, !isEmpty { return self }
        return "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}

extension Unicode.Scalar {
    /// Whether this scalar may move the cursor, change colours, reorder text or hide in it.
    fileprivate var steersTerminal: Bool {
        switch value {
        case 0x20...0x7E: false
        case 0x00...0x1F, 0x7F...0x9F, 0x2028...0x202E, 0x2800, 0xFFF9...0xFFFB: true
        // The ideographic space is as wide as a letter, and usual in texts.
        case 0x3000: false
        default: properties.isDefaultIgnorableCodePoint || properties.isWhitespace
        }
    }
}
