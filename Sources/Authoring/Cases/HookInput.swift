internal import Basics
package import Contract

/// What a hook is given, from the short form that people write to the whole document that the host sends.
package enum HookInput {
    /// Why a short form cannot be filled up.
    package struct Failure: Error, Equatable, CustomStringConvertible {
        package let description: String
        package init(_ description: String) { self.description = description }
    }

    /// The keys of the short form, by hook (host contract, section 6).
    package static func keys(of hook: Hook) -> [String] {
        let context = [
            "query", "normalized", "tables", "is_read_only", "request_id", "client_id", "identity", "database",
            "branch",
            "attributes",
        ]
        return switch hook {
        case .authenticate: ["headers", "username", "password", "client_ip", "database"]
        case .postQuery: context + ["outcome"]
        default: context
        }
    }

    /// The whole document for `hook`; what the short form leaves out gets a plain value.
    ///
    /// A value of another type than the host sends is refused: what a hook does with such a one, `raw` can show.
    /// Without them, `normalized` is the query itself, `is_read_only` says whether the query begins as one that reads, and
    /// `tables` holds the names behind FROM, JOIN, INTO, UPDATE and TABLE.
    package static func fill(_ short: JSONValue, for hook: Hook) throws(Failure) -> JSONValue {
        guard case .object(let members) = short else { throw Failure("the input is not a mapping") }
        for member in members where !keys(of: hook).contains(member.name) {
            throw Failure(
                "the input of \(hook.name) has no '\(member.name.printable)'; it takes "
                    + keys(of: hook).joined(separator: ", "))
        }
        try check(members)
        switch hook {
        case .authenticate:
            return .object([
                "headers": short["headers"] ?? .object([]), "username": short["username"] ?? .null,
                "password": short["password"] ?? .null, "client_ip": short["client_ip"] ?? .string("127.0.0.1"),
                "database": short["database"] ?? .null,
            ])
        case .postQuery: return .array([context(short), try outcome(short["outcome"] ?? .object([]))])
        default: return context(short)
        }
    }

    /// Refuses values of other types than the host sends (host contract, section 6).
    private static func check(_ members: [JSONValue.Member]) throws(Failure) {
        for member in members {
            let name = member.name
            let wanted: (words: String, isMet: Bool) =
                switch name {
                case "query", "normalized", "request_id", "client_ip": ("a text", member.value.string != nil)
                case "tables": ("a list of texts", member.value.isArrayOfTexts)
                case "is_read_only", "success":
                    ("true or false", member.value == .bool(true) || member.value == .bool(false))
                case "attributes", "headers": ("a mapping of texts", member.value.isObjectOfTexts)
                case "elapsed_us", "response_bytes": ("a whole number from 0", member.value.isUnsigned)
                case "outcome": ("a mapping", true)
                default: ("a text or null", member.value.string != nil || member.value == .null)
                }
            guard wanted.isMet else { throw Failure("'\(name)' is not \(wanted.words)") }
        }
    }

    private static func context(_ short: JSONValue) -> JSONValue {
        let query = short["query"]?.string ?? ""
        let words = SQLWords(query)
        return .object([
            "query": short["query"] ?? .string(""),
            "normalized": short["normalized"] ?? .string(query),
            "tables": short["tables"] ?? .strings(words.tables),
            "is_read_only": short["is_read_only"] ?? .bool(words.isReadOnly),
            "hook_context": .object([
                "request_id": short["request_id"] ?? .string("request-1"), "client_id": short["client_id"] ?? .null,
                "identity": short["identity"] ?? .null, "database": short["database"] ?? .null,
                "branch": short["branch"] ?? .null, "attributes": short["attributes"] ?? .object([]),
            ]),
        ])
    }

    private static func outcome(_ short: JSONValue) throws(Failure) -> JSONValue {
        let keys = ["success", "target_node", "elapsed_us", "response_bytes", "error"]
        guard case .object(let members) = short else { throw Failure("the outcome is not a mapping") }
        for member in members where !keys.contains(member.name) {
            throw Failure(
                "the outcome has no '\(member.name.printable)'; it takes \(keys.joined(separator: ", "))")
        }
        try check(members)
        return .object([
            "success": short["success"] ?? .bool(true), "target_node": short["target_node"] ?? .null,
            "elapsed_us": short["elapsed_us"] ?? .int(1000), "response_bytes": short["response_bytes"] ?? .int(0),
            "error": short["error"] ?? .null,
        ])
    }
}

extension JSONValue {
    fileprivate var isArrayOfTexts: Bool {
        guard case .array(let elements) = self else { return false }
        return elements.allSatisfy { $0.string != nil }
    }

    fileprivate var isObjectOfTexts: Bool {
        guard case .object(let members) = self else { return false }
        return members.allSatisfy { $0.value.string != nil }
    }

    fileprivate var isUnsigned: Bool {
        guard case .number(let digits) = self else { return false }
        return UInt64(digits) != nil
    }
}

/// A rough look at a query, good enough to fill in what an author leaves out of a case.
private struct SQLWords {
    let tables: [String]
    let isReadOnly: Bool

    init(_ query: String) {
        let words = query.split { " \t\r\n,;()".contains($0) }.map(String.init)
        let first = words.first?.uppercased() ?? ""
        isReadOnly = ["SELECT", "SHOW", "EXPLAIN", "VALUES", "TABLE", "WITH"].contains(first)
        var found: [String] = []
        for (word, next) in zip(words, words.dropFirst())
        where ["FROM", "JOIN", "INTO", "UPDATE", "TABLE"].contains(word.uppercased()) {
            let name = next.filter { $0 != "\"" }
            if !found.contains(name), name.uppercased() != "SELECT" { found.append(name) }
        }
        tables = found
    }
}
