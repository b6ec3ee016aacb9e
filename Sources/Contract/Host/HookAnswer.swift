internal import Basics

/// What the host makes of a hook's answer.
package struct HookAnswer: Sendable, Equatable {
    /// Something about an answer that its author did not mean.
    package enum Flaw: Sendable, Equatable {
        /// Not JSON: an error, after which the query goes on unguarded.
        case unreadable(String)
        /// JSON without an action, the same error.
        case noAction(String)
        /// A known field of another type, missing or twice: the same error.
        case mistyped(String)
        /// An action that the host does not know, and what it takes it as.
        case unknownAction(String, takenAs: String)
        /// An action whose field is absent: the host takes a default.
        case emptyField(action: String, field: String, fallback: String)
        /// An action that the host does nothing with.
        case ignoredAction(String)
        /// A payload that the host cannot read, so that it does nothing with the action.
        case unreadablePayload(action: String, reason: String)

        /// Whether the host does not do what the answer says; else it does, and there is something to know.
        package var isError: Bool {
            switch self {
            case .unreadable, .noAction, .mistyped, .unknownAction: true
            case .emptyField, .ignoredAction, .unreadablePayload: false
            }
        }

        /// The flaw in words.
        package var words: String {
            switch self {
            case .unreadable(let reason), .noAction(let reason), .mistyped(let reason): reason
            case .unknownAction(let action, let fallback):
                "the action '\(action.printable)' is unknown; the host treats it as '\(fallback)'"
            case .emptyField(let action, let field, let fallback):
                "'\(action)' has no '\(field)'; the host uses '\(fallback)'"
            case .ignoredAction(let action): "the host does nothing with '\(action)'"
            case .unreadablePayload(let action, let reason):
                "the host does nothing with '\(action)': it cannot read the bytes (\(reason))"
            }
        }
    }

    /// The action as the host decodes it, or `error`.
    package let kind: String
    /// Whether there was an answer at all.
    package let isThere: Bool
    /// What is questionable about it, the worst first.
    package let flaws: [Flaw]
    /// What the host does, in words.
    package let words: String
    /// The answer as JSON, where it is strictly JSON of at most 1 MiB.
    package let json: JSONValue?
    /// The answer as cases compare it: an object also where it is an array.
    ///
    /// Where it is not strictly JSON, as with a text in an ignored field that is not UTF-8, what the host knows of it.
    package var compared: JSONValue? { known?.compared(json) ?? json }
    /// The fields that the host knows; nil for an answer that it cannot use or whose action it does not know.
    private let known: KnownFields?

    /// Whether the host does what the answer says.
    package var isSound: Bool { !flaws.contains(where: \.isError) }

    /// The kind of an answer that the host cannot use.
    package static let errorKind = "error"

    /// The largest answer that is kept as a value, in bytes.
    package static let maximumComparedBytes = 1 << 20

    /// Reads the bytes that `hook` has returned; nil for no result.
    package init(_ output: [UInt8]?, of hook: Hook) {
        guard let format = hook.answer else {
            self.init(kind: "continue", isThere: false, words: "observed: the host ignores what the hook returns")
            return
        }
        guard let output, !output.isEmpty else {
            self.init(
                kind: format.otherwise, isThere: false,
                words: "no result: \(format.action(format.otherwise)?.effect ?? "the host continues")")
            return
        }
        let json = output.count <= Self.maximumComparedBytes ? try? JSONDocument(parsing: output).root.value : nil
        var reader = AnswerReader(output)
        let fields: [String: JSONValue]
        do throws(AnswerError) {
            fields = try reader.readAll(format.fields)
        } catch {
            let flaw = Self.flaw(error, json)
            self.init(
                kind: Self.errorKind, flaws: [flaw],
                words: "error: \(flaw.words); the host logs it and continues as with '\(format.otherwise)'", json: json)
            return
        }
        let name = fields["action"]?.string ?? ""
        guard let action = format.action(name) else {
            let flaw = Flaw.unknownAction(name, takenAs: format.otherwise)
            self.init(kind: format.otherwise, flaws: [flaw], words: flaw.words, json: json)
            return
        }
        self.init(action, KnownFields(format: format.fields, values: fields, bytes: reader.byteFields), json)
    }

    private init(_ action: AnswerAction, _ known: KnownFields, _ json: JSONValue?) {
        var flaws: [Flaw] = []
        if action.isIgnored { flaws.append(.ignoredAction(action.name)) }
        var words = action.name
        if let field = action.field {
            let value = known.values[field] ?? action.fallback ?? .null
            if known.values[field] == nil {
                let fallback = action.fallback?.string ?? action.fallback?.compactText ?? "nothing"
                flaws.append(.emptyField(action: action.name, field: field, fallback: fallback))
            }
            if let payload = action.payload, let reason = Self.fault(of: known.bytes(of: field) ?? [], payload) {
                flaws = [.unreadablePayload(action: action.name, reason: reason)]
            }
            words += ": " + Self.describe(value)
        } else {
            words += ": \(action.effect)"
        }
        if let flaw = flaws.first { words += " (\(flaw.words))" }
        self.init(kind: action.name, flaws: flaws, words: words, json: json, known: known)
    }

    private init(
        kind: String, isThere: Bool = true, flaws: [Flaw] = [], words: String, json: JSONValue? = nil,
        known: KnownFields? = nil
    ) {
        self.kind = kind
        self.isThere = isThere
        self.flaws = flaws
        self.words = words
        self.json = json
        self.known = known
    }

    private static func flaw(_ error: AnswerError, _ json: JSONValue?) -> Flaw {
        if error.isSyntax { return .unreadable("the answer is not JSON that the host accepts: \(error.message)") }
        if let json, case .object(let members) = json, !members.contains(where: { $0.name == "action" }) {
            let hint = json["kind"] == nil ? "" : " (the field must be called 'action', not 'kind')"
            return .noAction("the answer has no 'action'\(hint)")
        }
        return .mistyped(error.message)
    }

    private static func describe(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): text.utf8.count > 2000 ? "\(text.prefix(2000).description.printable)…" : text.printable
        case .number(let count): "\(count) bytes"
        case .array(let elements): "\(elements.count) bytes"
        default: value["username"]?.string?.printable ?? value.compactText
        }
    }

    /// Why the host cannot read the bytes of a payload; nil when it can.
    private static func fault(of bytes: [UInt8], _ payload: PayloadFormat) -> String? {
        if bytes.isEmpty { return "there are none" }
        var reader = AnswerReader(bytes)
        do throws(AnswerError) {
            _ = try reader.readAll(payload.fields)
            return nil
        } catch {
            guard let place = error.message.firstPlace(of: "the answer") else { return error.message }
            return String(error.message[..<place.lowerBound]) + "the payload" + error.message[place.upperBound...]
        }
    }
}

/// The fields of an answer that the host knows, as it has read them.
private struct KnownFields: Sendable, Equatable {
    let format: [AnswerField]
    let values: [String: JSONValue]
    /// The contents of the fields of bytes, as `AnswerReader` names them.
    let bytes: [String: [UInt8]]

    func bytes(of field: String) -> [UInt8]? { bytes["'\(field)'"] }

    /// The answer as cases compare it; `json` is the answer where it is strictly JSON.
    func compared(_ json: JSONValue?) -> JSONValue {
        if case .object(let members)? = json {
            return .object(
                members.map { member in
                    guard case .array = member.value, case .object? = values[member.name] else { return member }
                    return JSONValue.Member(member.name, values[member.name] ?? member.value)
                })
        }
        return .object(
            format.compactMap { field in
                if let bytes = bytes(of: field.name) {
                    return JSONValue.Member(field.name, .array(bytes.map { .int(Int($0)) }))
                }
                return values[field.name].map { JSONValue.Member(field.name, $0) }
            })
    }
}
