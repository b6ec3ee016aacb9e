/// Why a host profile cannot be read: the key and what is wrong with it.
package struct HostProfileError: Error, Equatable, CustomStringConvertible {
    package let description: String
}

/// A value in a profile with the path of its key, for errors that name it.
struct ProfileReader {
    let path: String
    let value: JSONValue

    func failure(_ message: String) -> HostProfileError {
        HostProfileError(description: path.isEmpty ? message : "\(path): \(message)")
    }

    /// The members of an object; refuses keys that are not in `known`, unless that is nil.
    func members(_ known: [String]? = nil) throws(HostProfileError) -> [(key: String, value: ProfileReader)] {
        guard case .object(let members) = value else { throw failure("this is not a mapping of keys to values") }
        var found: [(key: String, value: ProfileReader)] = []
        for member in members {
            if let known, !known.contains(member.name) {
                throw failure("unknown key '\(member.name)'; expected: \(known.joined(separator: ", "))")
            }
            found.append((member.name, below(member.name, member.value)))
        }
        return found
    }

    /// The value of a key, nil when it is not there.
    func optional(_ key: String) -> ProfileReader? { value[key].map { below(key, $0) } }

    func required(_ key: String) throws(HostProfileError) -> ProfileReader {
        guard let found = optional(key) else { throw failure("there is no key '\(key)'") }
        return found
    }

    func text() throws(HostProfileError) -> String {
        guard let text = value.string else { throw failure("this is not a string") }
        return text
    }

    func text(_ key: String) throws(HostProfileError) -> String { try required(key).text() }

    /// The text of a key, nil when it is not there.
    func optionalText(_ key: String) throws(HostProfileError) -> String? { try optional(key)?.text() }

    /// The sentence that explains a value, where there is one.
    func about() throws(HostProfileError) -> String? { try optionalText("about") }

    func texts(_ key: String) throws(HostProfileError) -> [String] {
        guard let list = optional(key) else { return [] }
        guard case .array(let elements) = list.value else { throw list.failure("this is not a list") }
        var texts: [String] = []
        for element in elements { texts.append(try list.below("", element).text()) }
        return texts
    }

    func flag(_ key: String) throws(HostProfileError) -> Bool {
        guard let found = optional(key) else { return false }
        guard case .bool(let flag) = found.value else { throw found.failure("this must be true or false") }
        return flag
    }

    /// A whole number from 0 that fits into 62 bits.
    func count(_ key: String) throws(HostProfileError) -> Int {
        let found = try required(key)
        guard case .number(let digits) = found.value, let number = Int(digits), number >= 0, number < 1 << 62 else {
            throw found.failure("this is not a whole number from 0")
        }
        return number
    }

    private func below(_ key: String, _ value: JSONValue) -> ProfileReader {
        ProfileReader(path: path.isEmpty || key.isEmpty ? path + key : path + "." + key, value: value)
    }
}
