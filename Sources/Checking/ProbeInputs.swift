internal import Contract

/// The inputs that every hook must stand.
enum ProbeInputs {
    /// How the names of the long inputs begin.
    static let longPrefix = "a 64 KB "
    /// The name of the input with letters beyond ASCII and escapes.
    static let unicode = "Unicode and escapes"

    /// Each kind of input, with its name in words.
    static func all(for hook: Hook) -> [(name: String, input: JSONValue)] {
        let long = "SELECT '" + String(repeating: "abcdefghijklmnop", count: 4096) + "'"
        let unicode = "SELECT 'naïve \"quoted\" \\\\ back\tslash \u{1F600} \u{4E2D}\u{6587} \u{0001}' -- é"
        switch hook {
        case .authenticate:
            return [
                ("a plain request", request(user: "alice")),
                ("an empty request", .object(["headers": .object([]), "client_ip": .string("")])),
                ("\(longPrefix)user name and password", request(user: String(repeating: "u", count: 65_536))),
                (Self.unicode, request(user: unicode)),
                (
                    "null fields",
                    .object([
                        "headers": .object([]), "username": .null, "password": .null, "client_ip": .string("127.0.0.1"),
                        "database": .null,
                    ])
                ),
                (
                    "unknown extra fields",
                    .object([
                        "extra": extra, "headers": .object(["x": .string("y")]), "client_ip": .string("::1"),
                        "username": .string("a"), "n": .number("1e3"),
                    ])
                ),
            ]
        case .postQuery:
            return contexts(long, unicode).map { name, context in
                let later: JSONValue? = name == "unknown extra fields" ? extra : nil
                let outcome = JSONValue.object([
                    "later": later, "success": .bool(true), "target_node": .null, "elapsed_us": .int(1234),
                    "response_bytes": .int(56_789), "error": .null,
                ])
                return (name, .array([context, outcome]))
            }
        default: return contexts(long, unicode)
        }
    }

    /// The same input with the members of `attributes` and `headers`, which have no order, turned round.
    static func turned(_ input: JSONValue) -> JSONValue {
        switch input {
        case .array(let elements): return .array(elements.map(turned))
        case .object(let members):
            return .object(
                members.map { member in
                    guard ["attributes", "headers"].contains(member.name), case .object(let inner) = member.value else {
                        return JSONValue.Member(member.name, turned(member.value))
                    }
                    return JSONValue.Member(member.name, .object(inner.reversed()))
                })
        default: return input
        }
    }

    private static let extra = JSONValue.array([.int(1), .object(["a": .null])])

    private static func contexts(_ long: String, _ unicode: String) -> [(name: String, input: JSONValue)] {
        [
            ("a plain query", context("SELECT name FROM users WHERE id = 1", tables: ["users"])),
            ("an empty context", context("", tables: [], other: .null, attributes: .object([]))),
            ("\(longPrefix)query", context(long, tables: ["t"])),
            (Self.unicode, context(unicode, tables: ["t\u{4E2D}"])),
            ("null fields", context("SELECT 1", tables: [], other: .null, attributes: .object([]))),
            (
                "unknown extra fields",
                .object([
                    "extra": extra, "query": .string("SELECT 1"), "normalized": .string("SELECT ?"),
                    "tables": .strings(["t"]), "is_read_only": .bool(false), "n": .number("-1.5e3"),
                    "hook_context": .object([
                        "more": .object([]), "request_id": .string("r"), "client_id": .string("c"),
                        "identity": .string("i"), "database": .string("d"), "branch": .string("b"),
                        "attributes": attributes,
                    ]),
                ])
            ),
        ]
    }

    private static let attributes = JSONValue.object([
        "tenant_id": .string("acme"), "region": .string("eu"), "role": .string("reader"),
    ])

    /// A query context whose fields of a text or null are all `other`.
    private static func context(
        _ query: String, tables: [String], other: JSONValue = .string("a"),
        attributes: JSONValue = ProbeInputs.attributes
    ) -> JSONValue {
        .object([
            "query": .string(query), "normalized": .string(query), "tables": .strings(tables),
            "is_read_only": .bool(true),
            "hook_context": .object([
                "request_id": .string("r"), "client_id": other, "identity": other, "database": other, "branch": other,
                "attributes": attributes,
            ]),
        ])
    }

    private static func request(user: String) -> JSONValue {
        .object([
            "headers": .object(["User-Agent": .string("psql"), "X-Request": .string("1"), "Accept": .string("*/*")]),
            "username": .string(user), "password": .string(user), "client_ip": .string("127.0.0.1"),
            "database": .string("app"),
        ])
    }
}
