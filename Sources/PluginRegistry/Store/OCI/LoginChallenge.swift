/// How a registry wants to be told who asks: one challenge of `WWW-Authenticate` (RFC 9110, section 11.6.1).
struct LoginChallenge: Equatable {
    /// In lower case, such as `bearer` or `basic`.
    let scheme: String
    /// By name in lower case.
    var values: [String: String] = [:]

    /// All challenges of a header, in their order; none of a header that is longer than 8 KiB.
    static func all(in header: String) -> [LoginChallenge] {
        guard header.utf8.count <= 8192 else { return [] }
        var found: [LoginChallenge] = [], rest = Array(header.utf8)[...]
        while let word = rest.takeToken() {
            rest.dropBlanks()
            if rest.first == UInt8(ascii: "="), !found.isEmpty {
                rest.removeFirst()
                rest.dropBlanks()
                guard let value = rest.takeValue() else { break }
                found[found.count - 1].values[word.lowercased()] = value
            } else {
                found.append(LoginChallenge(scheme: word.lowercased()))
            }
        }
        return found
    }
}

extension ArraySlice<UInt8> {
    fileprivate mutating func dropBlanks(_ others: [UInt8] = []) {
        self = drop { $0 == 0x20 || $0 == 0x09 || others.contains($0) }
    }

    /// The next word, behind blanks and commas.
    fileprivate mutating func takeToken() -> String? {
        dropBlanks([UInt8(ascii: ",")])
        let word = prefix { $0 > 0x20 && $0 < 0x7F && !"=,\"".utf8.contains($0) }
        guard !word.isEmpty else { return nil }
        self = dropFirst(word.count)
        return String(decoding: word, as: UTF8.self)
    }

    /// A value as it is, or between quotes; nil for one without an end.
    fileprivate mutating func takeValue() -> String? {
        guard first == UInt8(ascii: "\"") else { return takeToken() ?? "" }
        removeFirst()
        var value: [UInt8] = []
        while let byte = popFirst() {
            if byte == UInt8(ascii: "\"") { return String(decoding: value, as: UTF8.self) }
            if byte == UInt8(ascii: "\\") {
                guard let escaped = popFirst() else { return nil }
                value.append(escaped)
            } else {
                value.append(byte)
            }
        }
        return nil
    }
}
