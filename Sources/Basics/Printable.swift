extension String {
    /// This text with everything that could steer a terminal written as `\u{…}`.
    ///
    /// Escapes control characters (C0, DEL, C1), line and paragraph separators, and the bidirectional controls that can
    /// make a name read as another (Unicode Standard Annex 9, section 2).
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
    /// Whether this scalar may move the cursor, change colours or reorder text.
    fileprivate var steersTerminal: Bool {
        switch value {
        case 0x00...0x1F, 0x7F...0x9F, 0x061C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x2069, 0xFEFF: true
        default: false
        }
    }
}
