extension String {
    /// This text for people to read: words of more than 600 characters and texts of more than 6,000 are cut, with `…`.
    ///
    /// What was typed, or stands in somebody's file, may be of any length, and must not fill a terminal or a log.
    package var shortened: String {
        guard utf8.count > Self.longestWord else { return self }
        var shown = "", word = String.UnicodeScalarView()
        func flush() {
            if word.count > Self.longestWord {
                shown.unicodeScalars.append(contentsOf: word.prefix(Self.longestWord * 2 / 3))
                shown += "…"
                shown.unicodeScalars.append(contentsOf: word.suffix(40))
            } else {
                shown.unicodeScalars.append(contentsOf: word)
            }
            word.removeAll()
        }
        for scalar in unicodeScalars {
            if scalar == " " || scalar == "\n" || scalar == "\t" {
                flush()
                if shown.utf8.count > Self.longestText { return shown + "…" }
                shown.unicodeScalars.append(scalar)
            } else {
                word.append(scalar)
            }
        }
        flush()
        return shown
    }

    private static var longestWord: Int { 600 }
    private static var longestText: Int { 6000 }

    /// This text with `…` for the password of every address in it that has one: `https://user:password@host`.
    package var hidingPasswords: String {
        guard utf8.contains(UInt8(ascii: "@")), utf8.firstPlace(of: "://".utf8) != nil else { return self }
        let text = Array(utf8), mark = Array("://".utf8)
        var shown: [UInt8] = [], place = 0
        shown.reserveCapacity(text.count)
        while place < text.count {
            guard text[place...].starts(with: mark) else {
                shown.append(text[place])
                place += 1
                continue
            }
            shown += mark
            place += mark.count
            guard let password = Self.password(of: text[place...]) else { continue }
            shown += text[place..<password.lowerBound] + Array("…".utf8)
            place = password.upperBound
        }
        return String(decoding: shown, as: UTF8.self)
    }

    /// An address without what stands before the `@` of its host: a user's name, a password, a token.
    package var withoutLogin: String {
        guard let scheme = firstPlace(of: "://") else { return self }
        let authority = self[scheme.upperBound...].prefix { $0 != "/" }
        guard let at = authority.lastIndex(of: "@") else { return self }
        return String(self[..<scheme.upperBound] + self[index(after: at)...])
    }

    /// Where the password is in an address, of which the scheme is cut off; nil where it has none.
    private static func password(of address: ArraySlice<UInt8>) -> Range<Int>? {
        let blanks = Array(" \t\n'\"".utf8), word = address.prefix(512).prefix { !blanks.contains($0) }
        let authority = word.prefix { !"/?#".utf8.contains($0) }
        guard let colon = authority.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        // An `@` may stand in the password itself: the last one before the path begins the host.
        if let at = authority.lastIndex(of: UInt8(ascii: "@")) { return at > colon ? colon + 1..<at : nil }
        // What cannot be a port is the beginning of a password with a slash, which should have been an escape.
        guard authority.first != UInt8(ascii: "["),
            !authority[(colon + 1)...].allSatisfy({ (0x30...0x39).contains($0) }),
            let at = word.lastIndex(of: UInt8(ascii: "@"))
        else { return nil }
        return colon + 1..<at
    }
}
