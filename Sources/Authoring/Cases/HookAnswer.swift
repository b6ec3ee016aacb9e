package import Contract

/// What the host makes of a hook's answer (host contract, section 6).
package enum HookAnswer: Sendable, Equatable {
    /// A known action with all the fields it needs.
    case decision(action: String, words: String, JSONValue)
    /// No result: the host goes on as if the hook were not there.
    case none
    /// An action the host does not know, which it takes as another one.
    case unknownAction(String, takenAs: String, JSONValue)
    /// A known action that lacks what it needs, or has it in another type.
    case incomplete(action: String, reason: String, JSONValue)
    /// Not JSON: an error, after which the query goes on unguarded.
    case unreadable(reason: String)
    /// JSON without an action, the same error.
    case tagless(reason: String)

    /// Judges the bytes that `hook` has returned; nil for no result.
    package init(_ output: [UInt8]?, of hook: Hook) {
        guard let output, !hook.isObserver else {
            self = .none
            return
        }
        let root: JSONNode
        do { root = try JSONDocument(parsing: output).root } catch {
            self = .unreadable(reason: "the answer is not JSON: \(error)")
            return
        }
        guard root.kind == .object, let action = root["action"]?.string else {
            let hint = root["kind"] == nil ? "" : " (the tag is called 'action', not 'kind')"
            self = .tagless(reason: "the answer has no 'action'\(hint)")
            return
        }
        // Readers differ in which of two they take.
        guard root.members.count(where: { $0.name.string == "action" }) == 1 else {
            self = .tagless(reason: "the answer has more than one 'action'")
            return
        }
        let value = root.value
        guard hook.actions.contains(action) else {
            let fallback = hook.actions.first { ["continue", "defer", "default"].contains($0) } ?? "none"
            self = .unknownAction(action, takenAs: fallback, value)
            return
        }
        if let reason = Self.missing(action, of: hook, in: root) {
            self = .incomplete(action: action, reason: reason, value)
        } else {
            self = .decision(action: action, words: Self.words(action, of: hook, in: root), value)
        }
    }

    /// The answer as JSON, where it is readable.
    package var json: JSONValue? {
        switch self {
        case .decision(_, _, let value), .unknownAction(_, _, let value), .incomplete(_, _, let value): value
        case .none, .unreadable, .tagless: nil
        }
    }

    /// The field that carries what an action is about; nil for an action without one.
    private static func field(_ action: String, of hook: Hook) -> String? {
        switch (hook, action) {
        case (.preQuery, "rewrite"), (.preQuery, "block"): "value"
        case (.route, "node"), (.route, "branch"): "target"
        case (.route, "block"): "reason"
        case (.authenticate, "denied"): "message"
        default: nil
        }
    }

    private static func missing(_ action: String, of hook: Hook, in root: JSONNode) -> String? {
        if let field = field(action, of: hook) {
            return root[field]?.string == nil ? "'\(action)' needs the text '\(field)'" : nil
        }
        switch (hook, action) {
        case (.preQuery, "cached"):
            let isBytes =
                root["data"]?.kind == .array
                && root["data"]?.elements.allSatisfy { (0...255).contains($0.int ?? -1) } ?? false
            return isBytes ? nil : "'cached' needs 'data', an array of bytes"
        case (.authenticate, "success"):
            guard let identity = root["identity"], identity.kind == .object else { return "'success' needs 'identity'" }
            for name in ["user_id", "username"] where identity[name]?.string == nil {
                return "'success' needs the text 'identity.\(name)'"
            }
            guard let roles = identity["roles"], roles.kind == .array, roles.elements.allSatisfy({ $0.string != nil })
            else { return "'success' needs 'identity.roles', an array of texts" }
            let tenant = identity["tenant_id"]
            return tenant == nil || tenant?.kind == .null || tenant?.string != nil
                ? nil : "'identity.tenant_id' is neither a text nor null"
        default: return nil
        }
    }

    private static func words(_ action: String, of hook: Hook, in root: JSONNode) -> String {
        if let field = field(action, of: hook), let text = root[field]?.string { return "\(action): \(text)" }
        switch (hook, action) {
        case (.preQuery, "continue"): return "continue: the query goes on as it is"
        case (.preQuery, "cached"): return "cached: \(root["data"]?.elements.count ?? 0) bytes are the result"
        case (.authenticate, "success"):
            return "success: authenticated as \(root["identity"]?["username"]?.string ?? "")"
        case (.authenticate, "defer"): return "defer: the host decides"
        case (.route, "default"): return "default: the host chooses the node"
        default: return action
        }
    }
}
