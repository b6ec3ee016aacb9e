internal import Basics
package import Contract

/// What a hook is given: the document that the host sends, made from the short form that people write.
package struct HookInput: Sendable, Equatable {
    /// Why a short form cannot be filled up.
    package struct Failure: Error, Equatable, CustomStringConvertible {
        package let description: String
        package init(_ description: String) { self.description = description }
    }

    /// A field that was set to something the host never puts there.
    package struct Assumption: Sendable, Equatable {
        /// The field's name.
        package let field: String
        /// What was set, and what the host sends, as JSON of at most 60 characters.
        package let given: String
        package let sent: String

        /// The assumption as a clause: "'tables' is ["a"], and the host sends []".
        package var words: String { "'\(field.printable)' is \(given), but the host sends \(sent)" }
    }

    /// The whole document.
    package let document: JSONValue
    /// What in it the host never sends.
    package let assumptions: [Assumption]

    /// The document as the text that the hook gets.
    package var text: String { document.compactText }

    /// The keys of the short form, by hook; the fields of a second record stand below its name.
    package static func keys(of hook: Hook) -> [String] {
        (hook.records.first?.fields.map(\.name) ?? []) + hook.records.dropFirst().map(\.name)
    }

    /// Fills up `short` with what the host sends, by the profile's fields.
    ///
    /// A value of another type than the host sends is refused: what a hook does with such a one, `raw` can show.
    package init(_ short: JSONValue, for hook: Hook) throws(Failure) {
        guard case .object(let members) = short else { throw Failure("the input is not a mapping") }
        let own = hook.records.first?.fields ?? [], later = hook.records.dropFirst()
        for member in members where !Self.keys(of: hook).contains(where: { $0.utf8.elementsEqual(member.name.utf8) }) {
            throw Failure(
                "the input of \(hook.name) has no '\(member.name.printable)'; it takes "
                    + Self.keys(of: hook).joined(separator: ", "))
        }
        var found: [Assumption] = [], records: [JSONValue] = []
        records.append(try Self.fill(own, from: members, &found))
        for record in later {
            var inner: [JSONValue.Member] = []
            if let value = short[record.name] {
                guard case .object(let members) = value else { throw Failure("the \(record.name) is not a mapping") }
                inner = members
            }
            for member in inner where !record.fields.contains(where: { $0.name == member.name }) {
                throw Failure(
                    "the \(record.name) has no '\(member.name.printable)'; it takes "
                        + record.fields.map(\.name).joined(separator: ", "))
            }
            records.append(try Self.fill(record.fields, from: inner, &found))
        }
        document = hook.isArray ? .array(records) : records[0]
        assumptions = found
    }

    /// What in a whole input, such as a recorded one, the host never sends; nothing where it is no such document.
    package static func assumptions(in bytes: [UInt8], for hook: Hook, limit: Int) -> [Assumption] {
        guard let root = try? JSONDocument(parsing: bytes, limits: JSONLimits(bytes: limit)).root.value else {
            return []
        }
        var parts = [root], found: [Assumption] = []
        if hook.isArray {
            guard case .array(let elements) = root, elements.count == hook.records.count else { return [] }
            parts = elements
        }
        for (record, part) in zip(hook.records, parts) {
            let members = record.fields.compactMap { field -> JSONValue.Member? in
                let holder = field.container.map { part[$0] } ?? part
                return holder?[field.name].map { JSONValue.Member(field.name, $0) }
            }
            var inRecord: [Assumption] = []
            guard (try? fill(record.fields, from: members, &inRecord)) != nil else { return [] }
            found += inRecord
        }
        return found
    }

    private static func fill(
        _ fields: [InputField], from members: [JSONValue.Member], _ assumptions: inout [Assumption]
    ) throws(Failure) -> JSONValue {
        var values: [String: JSONValue] = [:]
        for field in fields {
            guard let given = members.first(where: { $0.name.utf8.elementsEqual(field.name.utf8) })?.value else {
                continue
            }
            guard field.accepts(given) else { throw Failure("'\(field.name)' is not \(field.typeWords)") }
            values[field.name] = given
        }
        var flat: [JSONValue.Member] = []
        for field in fields {
            // What a field is derived from counts as it is given, not as the host would send it.
            let sent = field.sent(with: values)
            let value = values[field.name] ?? sent
            values[field.name] = value
            if !field.isReal, !value.isEquivalent(to: sent) {
                assumptions.append(Assumption(field: field.name, given: shown(value), sent: shown(sent)))
            }
            flat.append(JSONValue.Member(field.name, value))
        }
        return nested(flat, fields)
    }

    /// The record of these members, one a field in their order, each in the object that the host puts it in.
    package static func nested(_ members: [JSONValue.Member], _ fields: [InputField]) -> JSONValue {
        var record: [JSONValue.Member] = []
        for (field, member) in zip(fields, members) {
            guard let container = field.container else {
                record.append(member)
                continue
            }
            if let place = record.firstIndex(where: { $0.name == container }),
                case .object(let inner) = record[place].value
            {
                record[place] = JSONValue.Member(container, .object(inner + [member]))
            } else {
                record.append(JSONValue.Member(container, .object([member])))
            }
        }
        return .object(record)
    }

    private static func shown(_ value: JSONValue) -> String {
        let text = value.compactText.printable
        return text.count > 60 ? text.prefix(60) + "…" : text
    }
}

extension InputField {
    /// What the host puts into this field, with the values of the fields before it.
    package func sent(with values: [String: JSONValue]) -> JSONValue {
        switch source {
        case .real(let example): example
        case .constant(let value): value
        case .copy(let name): values[name] ?? .null
        case .prefix(let name, let words, let exceptions):
            .bool(!StatementStart(values[name]?.string ?? "").begins(with: words, unless: exceptions))
        case .tables(let name): .strings(NamedTables(values[name]?.string ?? "").names)
        }
    }
}

/// How a statement begins: what a host that does not parse SQL goes by.
package struct StatementStart {
    /// The first scalars behind white space, in capitals as Unicode has them.
    private let capitals: String

    package init(_ text: String) {
        // ASCII's white space goes by bytes: a text may be 64 KB of it.
        let start = text.utf8.firstIndex { $0 != 0x20 && !(0x09...0x0D).contains($0) } ?? text.endIndex
        capitals = text.unicodeScalars[start...].drop(while: \.properties.isWhitespace).prefix(64)
            .map(\.properties.uppercaseMapping).joined()
    }

    /// Whether it begins with one of `words`, and with none of `exceptions`; all are in capitals.
    package func begins(with words: [String], unless exceptions: [String]) -> Bool {
        words.contains { capitals.utf8.starts(with: $0.utf8) }
            && !exceptions.contains { capitals.utf8.starts(with: $0.utf8) }
    }
}

/// A rough look at a query for a host that says which tables it names: the words behind FROM, JOIN, INTO, UPDATE, TABLE.
package struct NamedTables {
    /// The names in their order, each once.
    package let names: [String]

    package init(_ query: String) {
        let words = query.split { " \t\r\n,;()".contains($0) }
        var found: [String] = [], seen: Set<[UInt8]> = []
        for (word, next) in zip(words, words.dropFirst())
        where ["FROM", "JOIN", "INTO", "UPDATE", "TABLE"].contains(word.uppercased()) {
            let name = next.filter { $0 != "\"" }
            if name.uppercased() != "SELECT", seen.insert(Array(name.utf8)).inserted { found.append(name) }
        }
        names = found
    }
}
