extension String {
    /// This text for people to read: words of more than 600 characters and texts of more than 6,000 are cut, with `…`.
    ///
    /// What was typed, or stands in somebody's file, may be of any length, and must not fill a terminal or a log.
    package var shortened: String {
        guard utf8.count > Self.longestWord else { return self }
        var shown = "", word = String.UnicodeScalarView(), total = 0
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
                shown.unicodeScalars.append(scalar)
                total = shown.utf8.count
                if total > Self.longestText { break }
            } else {
                word.append(scalar)
            }
        }
        flush()
        return shown.utf8.count > Self.longestText + Self.longestWord
            ? String(shown.unicodeScalars.prefix(Self.longestText)) + "…" : shown
    }

    private static var longestWord: Int { 600 }
    private static var longestText: Int { 6000 }

    /// This text with `…` for the password of every address in it that has one: `https://user:password@host`.
    package var hidingPasswords: String {
        guard let first = firstPlace(of: "://") else { return self }
        let ends = Set<Character>(["/", "?", "#", " ", "'", "\"", "\n", "\t"])
        let rest = self[first.upperBound...]
        // An `@` may stand in the password itself: the last one before the path begins the host.
        let authority = rest.prefix { !ends.contains($0) }
        guard let at = authority.lastIndex(of: "@"), let colon = authority[..<at].firstIndex(of: ":") else {
            return String(self[..<first.upperBound]) + String(rest).hidingPasswords
        }
        return String(self[...colon]) + "…" + String(self[at...]).hidingPasswords
    }
}
