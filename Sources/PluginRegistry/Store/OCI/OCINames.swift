internal import Basics
internal import Contract
internal import Trust

/// The spellings of the distribution specification of the Open Container Initiative, section "Pulling manifests".
enum OCINames {
    /// Whether a text is `sha256:` and 64 lower-case hexadecimal digits.
    static func isDigest(_ text: String) -> Bool {
        let digits = text.utf8.dropFirst(7)
        return text.hasPrefix("sha256:") && digits.count == 64
            && digits.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    /// Whether a text is `[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}`.
    static func isTag(_ text: String) -> Bool {
        guard (1...128).contains(text.utf8.count), let first = text.utf8.first else { return false }
        return (isLetterOrDigit(first) || first == UInt8(ascii: "_"))
            && text.utf8.allSatisfy { isLetterOrDigit($0) || "_.-".utf8.contains($0) }
    }

    /// Whether a text names a repository: parts of small letters and digits, which `.`, `_`, `__` or hyphens may separate.
    static func isRepository(_ text: String) -> Bool {
        (1...255).contains(text.utf8.count)
            && text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { isPart($0.utf8) }
    }

    private static func isPart(_ part: Substring.UTF8View) -> Bool {
        guard let first = part.first, let last = part.last, isSmall(first), isSmall(last) else { return false }
        var between: [UInt8] = []
        for byte in part {
            if !isSmall(byte) {
                between.append(byte)
                continue
            }
            let isSeparator =
                between.count <= 1 || between == Array("__".utf8) || between.allSatisfy { $0 == UInt8(ascii: "-") }
            guard isSeparator, between.allSatisfy({ "._-".utf8.contains($0) }) else { return false }
            between = []
        }
        return true
    }

    /// Whether a text may stand in an address behind the repository, such as `manifests/1.0.0`.
    static func isPath(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { isLetterOrDigit($0) || "/._-:".utf8.contains($0) }
            && !text.split(separator: "/", omittingEmptySubsequences: false).contains { $0 == "." || $0 == ".." }
    }

    /// Whether a text is `host`, `host:port` or `[address]:port`, and nothing that would lead elsewhere.
    static func isHost(_ text: String) -> Bool {
        var name = text[...]
        if let colon = name.lastIndex(of: ":"), !name[colon...].contains("]") {
            guard let port = Int(name[name.index(after: colon)...]), (1...65_535).contains(port) else { return false }
            name = name[..<colon]
        }
        if name.hasPrefix("["), name.hasSuffix("]") {
            let inside = name.dropFirst().dropLast()
            return !inside.isEmpty
                && inside.utf8.allSatisfy { $0.isHexDigit || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") }
        }
        return !name.isEmpty && name.utf8.allSatisfy { isLetterOrDigit($0) || "-._".utf8.contains($0) }
    }

    /// Whether a host is this machine.
    static func isLoopback(_ host: String) -> Bool {
        var name = host.lowercased()[...]
        if let colon = name.lastIndex(of: ":"), !name[colon...].contains("]") { name = name[..<colon] }
        if name == "localhost" || name == "[::1]" { return true }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// A text as it may stand in a query.
    static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            isLetterOrDigit(byte) || "-._~".utf8.contains(byte)
                ? String(UnicodeScalar(byte)) : "%" + Hex.encode([byte]).uppercased()
        }.joined()
    }

    private static func isSmall(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool { isSmall(byte) || (0x41...0x5A).contains(byte) }
}

extension UInt8 {
    fileprivate var isHexDigit: Bool { Hex.decode("0" + String(UnicodeScalar(self))) != nil }
}

/// What a request asks a registry's leave for: reading a repository, or writing to it.
struct OCIScope: Sendable, Hashable {
    /// The repositories that are written to.
    var pushed: Set<String> = []
    /// The repositories that are read.
    var pulled: Set<String> = []
    /// Whether something is removed from those that are written to.
    var removes = false

    /// What a request to a repository is allowed to do there.
    enum Access: Sendable, Hashable {
        case pull
        case push
        /// Writing, and reading another repository, from which a blob is taken over.
        case mount(from: String)
    }

    init(_ repository: String, _ access: Access) {
        switch access {
        case .pull: pulled = [repository]
        case .push: pushed = [repository]
        case .mount(let other): (pushed, pulled) = ([repository], other == repository ? [] : [other])
        }
    }

    /// The scopes as a token server is asked for them, in a fixed order (`repository:NAME:pull,push`).
    var texts: [String] {
        pushed.sorted().map { "repository:\($0):pull,push\(removes ? ",delete" : "")" }
            + pulled.sorted().map { "repository:\($0):pull" }
    }

    /// The repository that it is about, whose login is used.
    var repository: String { pushed.first ?? pulled.first ?? "" }

    /// Whether a scope that a registry asks for is among these.
    func covers(_ wish: String) -> Bool {
        guard let colon = wish.lastIndex(of: ":") else { return true }
        let actions = wish[wish.index(after: colon)...].split(separator: ",")
        return texts.contains { text in
            guard let end = text.lastIndex(of: ":"), text[..<end] == wish[..<colon] else { return false }
            let granted = text[text.index(after: end)...].split(separator: ",")
            return actions.allSatisfy { granted.contains($0) }
        }
    }
}
