extension String {
    /// This text with everything that looks like key material written as `[key material, not shown]`.
    ///
    /// Meant for texts that are errors: a key that was given where a path or a word belongs must not end up in a log.
    /// Hidden are PEM blocks, from `-----BEGIN` to the end of the block or of the text, and runs of 40 or more base64
    /// digits that begin as private keys do or are as mixed as random bytes. Paths and hexadecimal digests stay.
    package var redacted: String {
        // Most texts hold neither a block nor a run, and come back as they are.
        guard utf8.count >= Self.shortestKnownKey || holdsPEM else { return self }
        let text = Array(utf8)
        var shown: [UInt8] = [], place = 0, run = 0
        shown.reserveCapacity(text.count)
        func flushRun() {
            let digits = text[(place - run)..<place]
            shown.append(contentsOf: digits.isKeyMaterial ? ArraySlice(Self.hidden) : digits)
            run = 0
        }
        while place < text.count {
            if let end = text[place...].endOfPEMBlock {
                flushRun()
                shown += Self.hidden
                place = end
            } else if text[place].isBase64Digit {
                run += 1
                place += 1
            } else {
                flushRun()
                shown.append(text[place])
                place += 1
            }
        }
        flushRun()
        return String(decoding: shown, as: UTF8.self)
    }

    /// Whether this text holds anything that `redacted` would hide.
    package var looksLikeKeyMaterial: Bool { redacted.utf8.count != utf8.count || redacted != self }

    private var holdsPEM: Bool { utf8.contains(UInt8(ascii: "-")) }
    private static var hidden: [UInt8] { Array("[key material, not shown]".utf8) }
    /// Of a text that begins as private keys do, so many digits are a part of one.
    fileprivate static var shortestKnownKey: Int { 24 }
    /// A raw 32-byte key has 43 digits and a padding sign.
    fileprivate static var shortestRun: Int { 40 }
}

extension ArraySlice<UInt8> {
    /// Where the PEM block that begins here ends; nil where none begins, the text's end where it has no end.
    fileprivate var endOfPEMBlock: Int? {
        guard first == UInt8(ascii: "-") || first == UInt8(ascii: "B") else { return nil }
        let dashes = Array("-----".utf8)
        let start: Int
        if starts(with: Array("-----BEGIN".utf8)) {
            start = startIndex + 10
        } else if starts(with: Array("BEGIN ".utf8)), let label = prefix(64).firstPlace(of: Array("PRIVATE KEY".utf8)) {
            start = label.upperBound
        } else {
            return nil
        }
        guard let end = self[start...].firstPlace(of: Array("END ".utf8)) else { return endIndex }
        return self[end.upperBound...].firstPlace(of: dashes)?.upperBound ?? endIndex
    }

    /// Whether a run of base64 digits is a key, or could be one.
    fileprivate var isKeyMaterial: Bool {
        let known = [
            "MC4CAQ", "MFECAQ", "MFMCAQ", "LS0tLS1CRUdJT", "RWRTY0", "RWQAAEIy", "RWRCS", "b3BlbnNzaC1rZXktdjE",
        ]
        guard count >= String.shortestKnownKey else { return false }
        // A slash is a digit, too: a key behind a folder's path is in the middle of the run.
        if known.contains(where: { firstPlace(of: Array($0.utf8)) != nil }) { return true }
        guard count >= String.shortestRun else { return false }
        // Random digits change between capitals, small letters, numbers and signs two times out of three; words and
        // paths seldom do. Hexadecimal digits have letters of one case only.
        let kinds = map(\.base64Kind)
        let changes = zip(kinds, kinds.dropFirst()).count { $0 != $1 }
        let isMixed = kinds.contains(2) && kinds.count { $0 == 0 } >= 4 && kinds.count { $0 == 1 } >= 4
        return isMixed && changes * 5 >= count * 2
    }
}

extension UInt8 {
    fileprivate var isBase64Digit: Bool { base64Kind >= 0 }

    fileprivate var base64Kind: Int {
        switch self {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): 0
        case UInt8(ascii: "a")...UInt8(ascii: "z"): 1
        case UInt8(ascii: "0")...UInt8(ascii: "9"): 2
        case UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="): 3
        default: -1
        }
    }
}
