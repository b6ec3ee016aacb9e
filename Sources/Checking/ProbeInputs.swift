internal import Authoring
internal import Contract

/// An input that every hook must stand.
struct ProbeInput {
    /// What is peculiar about it.
    enum Kind: Equatable {
        case plain, long, unicode, other
    }

    /// In words, as in "a plain query".
    let name: String
    let kind: Kind
    let document: JSONValue
}

/// The inputs that every hook must stand, made from what a host sends.
struct ProbeInputs {
    let hook: Hook

    /// How many bytes a long text has, before it is escaped.
    static let longBytes = 65_536
    private static let unicode = "SELECT 'naïve \"quoted\" \\\\ back\tslash \u{1F600} \u{4E2D}\u{6587} \u{0001}' -- é"

    /// Each kind of input.
    var all: [ProbeInput] {
        [
            probe("a plain \(subject)", .plain), probe("an empty \(subject)", .other, empty: true),
            probe("null fields", .other, null: true),
        ] + long + [probe("Unicode and escapes", .unicode) { _ in Self.unicode }, extended]
    }

    /// What the hook is about, in a word.
    private var subject: String { hook.inputFields.contains { $0.name == "query" } ? "query" : "request" }

    private var long: [ProbeInput] {
        var probes: [ProbeInput] = []
        // An observer guards nothing: what it misses of a text full of escapes lets nobody past.
        for (content, text) in Self.contents.prefix(hook.isObserver ? 1 : Self.contents.count) {
            for field in hook.inputFields where field.mayBeLong {
                probes.append(
                    probe("64 KB of \(content) as '\(field.name)'", .long) { $0.name == field.name ? text : nil })
            }
        }
        return probes
    }

    /// Long texts: plain words, and the contents whose escapes cost most to read.
    private static let contents: [(name: String, text: String)] = [
        ("plain words", repeated("SELECT abcdefghij, ")), ("quotes", repeated("\"")), ("line breaks", repeated("\n")),
        ("backslashes", repeated("\\")), ("control characters", repeated("\u{1}")),
        ("non-ASCII letters", repeated("\u{1F600}é")),
    ]

    private static func repeated(_ part: String) -> String {
        // Doubled: appending each part by itself took a tenth of the time of a check.
        var bytes = Array(part.utf8)
        let count = longBytes / bytes.count * bytes.count
        while bytes.count * 2 <= count { bytes += bytes }
        return String(decoding: bytes + bytes.prefix(count - bytes.count), as: UTF8.self)
    }

    private static let extra = JSONValue.array([.int(1), .object(["a": .null])])

    /// The plain input with members that no host sends today.
    private var extended: ProbeInput {
        func extend(_ value: JSONValue) -> JSONValue {
            switch value {
            case .array(let elements): return .array(elements.map { extend($0) })
            case .object(let members):
                let inner = members.map { JSONValue.Member($0.name, extend($0.value)) }
                // What maps texts to texts does not hold other things.
                if members.isEmpty { return value }
                return .object(
                    [JSONValue.Member("extra", Self.extra)] + inner + [JSONValue.Member("n", .number("-1.5e3"))])
            default: return value
            }
        }
        let plain = probe("", .plain).document
        return ProbeInput(name: "unknown extra fields", kind: .other, document: extend(plain))
    }

    /// An input whose texts are `text` where that gives one.
    private func probe(
        _ name: String, _ kind: ProbeInput.Kind, empty: Bool = false, null: Bool = false,
        _ text: (InputField) -> String? = { _ in nil }
    ) -> ProbeInput {
        var records: [JSONValue] = []
        for record in hook.records {
            var values: [String: JSONValue] = [:]
            var members: [JSONValue.Member] = []
            for field in record.fields {
                var value = field.sent(with: values)
                if field.isReal {
                    if let given = text(field), field.kind == .text { value = .string(given) }
                    if field.name == "query", !empty, kind != .long, kind != .unicode {
                        value = .string(null ? "SELECT 1" : "SELECT name FROM users WHERE id = 1")
                    }
                    if empty, field.kind == .text { value = field.isOptional ? .null : .string("") }
                    if null, field.isOptional { value = .null }
                }
                values[field.name] = value
                members.append(JSONValue.Member(field.name, value))
            }
            records.append(HookInput.nested(members, record.fields))
        }
        return ProbeInput(name: name, kind: kind, document: hook.isArray ? .array(records) : records[0])
    }

    /// The same input with the members of every mapping of texts, which have no order, turned round; nil where there
    /// are none to turn.
    static func reversed(_ input: JSONValue, _ hook: Hook) -> JSONValue? {
        let maps = hook.inputFields.filter { $0.kind == .map }.map(\.name)
        var isSame = true
        func reverse(_ value: JSONValue) -> JSONValue {
            switch value {
            case .array(let elements): return .array(elements.map(reverse))
            case .object(let members):
                return .object(
                    members.map { member in
                        guard maps.contains(member.name), case .object(let inner) = member.value else {
                            return JSONValue.Member(member.name, reverse(member.value))
                        }
                        if inner.count > 1 { isSame = false }
                        return JSONValue.Member(member.name, .object(inner.reversed()))
                    })
            default: return value
            }
        }
        let reversed = reverse(input)
        return isSame ? nil : reversed
    }
}
