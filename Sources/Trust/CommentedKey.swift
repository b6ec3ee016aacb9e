internal import Basics

/// What minisign and signify have in common: a comment line, then base64 that begins with the algorithm `Ed`.
struct CommentedText: Redacted {
    /// What follows `untrusted comment: `.
    let comment: String
    /// What the second line holds; secret for a secret key.
    var bytes: [UInt8]
    /// The lines behind it.
    let rest: [[UInt8]]

    /// How such a text begins.
    static let head = Array("untrusted comment:".utf8)

    static func isOne(_ text: [UInt8]) -> Bool { text.starts(with: head) }

    /// Takes the lines apart; line ends may be CR LF.
    ///
    /// Nil when the second line is not base64.
    init?(_ text: [UInt8]) {
        guard Self.isOne(text) else { return nil }
        var lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
            line.last == UInt8(ascii: "\r") ? line.dropLast() : line
        }
        while let last = lines.last, last.allSatisfy({ $0 <= 0x20 }) { lines.removeLast() }
        guard lines.count >= 2, let bytes = Base64.decode(lines[1]) else { return nil }
        comment = String(decoding: lines[0].dropFirst(Self.head.count).drop { $0 == 0x20 }, as: UTF8.self)
        self.bytes = bytes
        rest = lines.dropFirst(2).map(Array.init)
    }

    /// The text of a file with this comment and these bytes.
    static func encode(_ comment: String, _ bytes: [UInt8]) -> String {
        "untrusted comment: \(comment)\n\(Base64.encode(bytes))\n"
    }

    /// Bytes of a public key of either program: the algorithm, the key's number, the key.
    static let publicSize = 42

    /// The key's number and the key, nil when it is not a public key of Ed25519.
    var publicKey: (number: [UInt8], key: [UInt8])? {
        guard bytes.count == Self.publicSize, bytes.starts(with: Array("Ed".utf8)) else { return nil }
        return (Array(bytes[2..<10]), Array(bytes[10...]))
    }

    /// What it is, when it is not a key.
    var otherKind: String {
        switch bytes.count {
        case 74: "a signature"
        case Self.publicSize: "a public key"
        default: "neither a key nor a signature"
        }
    }

    /// minisign writes a key's number as one integer, least significant byte first.
    static func shownNumber(_ number: [UInt8]) -> String {
        // As printf's `%X` has it: without zeros in front.
        let digits = Hex.encode(number.reversed()).uppercased().drop { $0 == "0" }
        return digits.isEmpty ? "0" : String(digits)
    }
}
