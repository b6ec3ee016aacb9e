internal import Basics

/// The logins of downloads: each is sent only to its own server, and none is ever shown.
package struct Credentials: Sendable, Equatable, Redacted {
    /// A user of one host, as a line of `~/.netrc` has it.
    struct Login: Sendable, Equatable, Redacted {
        let host: String
        var user = ""
        var password = ""
    }

    private let logins: [Login]
    private let token: String?
    private let key: AWSKey?

    /// The longest `.netrc` that is read, in bytes.
    package static let maximumFileBytes = 1 << 20

    /// Whether a text can be sent as a bearer token: visible ASCII (RFC 6750, section 2.1).
    package static func isToken(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    /// Takes the text of a `.netrc`, and a token that is for the server of the first address alone.
    ///
    /// `machine HOST login USER password WORD`, separated by blanks; a `default` is for every server and so for none here,
    /// and macros are passed over.
    package init(netrc text: String = "", token: String? = nil) {
        self.key = nil
        var logins: [Login] = [], isOpen = false
        var words = Self.words(text)[...]
        while let word = words.popFirst() {
            switch word {
            case "machine":
                guard let host = words.popFirst() else { break }
                logins.append(Login(host: host.lowercased()))
                isOpen = true
            case "default", "macdef": isOpen = false
            case "login", "password", "account":
                guard let value = words.popFirst(), isOpen, !logins.isEmpty else { break }
                if word == "login" { logins[logins.count - 1].user = value }
                if word == "password" { logins[logins.count - 1].password = value }
            default: break
            }
        }
        self.logins = logins
        // A line break would begin another header.
        self.token = token.flatMap { Self.isToken($0) ? $0 : nil }
    }

    /// Signs what goes to the server of the first address with an access key, and nothing else.
    package init(key: AWSKey) {
        logins = []
        token = nil
        self.key = key
    }

    /// What is said to a server: the token where it is the first one, else its login.
    func answer(to address: Address, first: Address) -> Answer? {
        if let key { return address.origin == first.origin ? .signature(key) : nil }
        if let token, address.origin == first.origin { return .token(token) }
        return logins.first { $0.host == address.host && !$0.user.isEmpty }.map { .login($0.user, $0.password) }
    }

    /// What is said to the server of an address, as if it were the first one; nil for nothing.
    package func answer(to url: String) -> Answer? {
        guard case .success(let library) = CurlLibrary.shared, let address = try? Address(url, library: library) else {
            return nil
        }
        return answer(to: address, first: address)
    }

    /// What is said to one server of who asks.
    package enum Answer: Sendable, Equatable, Redacted {
        case token(String)
        /// A user's name and password.
        case login(String, String)
        /// The key that the request is signed with.
        case signature(AWSKey)
    }

    /// The words of the file; a quoted one may hold blanks, and a comment ends with its line.
    private static func words(_ text: String) -> [String] {
        var words: [String] = []
        for line in text.unicodeScalars.split(whereSeparator: { $0 == "\n" || $0 == "\r" }) {
            var rest = line
            while true {
                rest = rest.drop { $0 == " " || $0 == "\t" }
                guard let first = rest.first, first != "#" else { break }
                if first == "\"" {
                    let inside = rest.dropFirst().prefix { $0 != "\"" }
                    words.append(String(inside))
                    rest = rest.dropFirst(inside.count + 2)
                } else {
                    let word = rest.prefix { $0 != " " && $0 != "\t" }
                    words.append(String(word))
                    rest = rest.dropFirst(word.count)
                }
            }
        }
        return words
    }
}
