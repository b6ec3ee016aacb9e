// What the hooks may answer.

/// An answer the host understands.
public protocol HookAnswer {
    func write(to json: inout JSONWriter)
}

/// What is to happen to a query.
public enum QueryDecision: HookAnswer, Equatable, Sendable {
    /// It runs as it is.
    case `continue`
    /// This SQL text runs in its place.
    case rewrite(Text)
    /// It doesn't run, and the client is told why.
    case block(Text)
    /// It doesn't run, and the client gets these bytes as the response.
    case cached(Text)

    public func write(to json: inout JSONWriter) {
        switch self {
        case .continue:
            json.raw(#"{"action":"continue"}"#)
        case .rewrite(let sql):
            json.raw(#"{"action":"rewrite","value":"#)
            json.string(sql)
            json.raw("}")
        case .block(let reason):
            json.raw(#"{"action":"block","value":"#)
            json.string(reason)
            json.raw("}")
        case .cached(let data):
            json.raw(#"{"action":"cached","data":"#)
            json.bytes(data)
            json.raw("}")
        }
    }
}

/// Whether somebody may come in.
public enum AuthDecision: HookAnswer, Equatable, Sendable {
    /// As this identity.
    case success(Identity)
    /// No, and why.
    case denied(Text)
    /// Whatever the host decides without this plugin.
    case `defer`

    public func write(to json: inout JSONWriter) {
        switch self {
        case .success(let identity):
            json.raw(#"{"action":"success","identity":{"user_id":"#)
            json.string(identity.userID)
            json.raw(#","username":"#)
            json.string(identity.username)
            json.raw(#","roles":"#)
            json.strings(identity.roles)
            json.raw(#","tenant_id":"#)
            json.string(identity.tenantID)
            json.raw("}}")
        case .denied(let message):
            json.raw(#"{"action":"denied","message":"#)
            json.string(message)
            json.raw("}")
        case .defer:
            json.raw(#"{"action":"defer"}"#)
        }
    }
}

/// Who somebody is.
public struct Identity: Equatable, Sendable {
    public var userID, username: Text
    public var roles: [Text]
    public var tenantID: Text?

    public init(userID: Text, username: Text, roles: [Text] = [], tenantID: Text? = nil) {
        self.userID = userID
        self.username = username
        self.roles = roles
        self.tenantID = tenantID
    }
}

/// Where a query is to run.
public enum Route: HookAnswer, Equatable, Sendable {
    /// Where the host would send it without this plugin.
    case `default`
    case primary
    case standby
    /// The node of this name.
    case node(Text)
    /// The branch of this name.
    case branch(Text)
    /// Nowhere, and the client is told why.
    case block(Text)

    public func write(to json: inout JSONWriter) {
        switch self {
        case .default:
            json.raw(#"{"action":"default"}"#)
        case .primary:
            json.raw(#"{"action":"primary"}"#)
        case .standby:
            json.raw(#"{"action":"standby"}"#)
        case .node(let name):
            json.raw(#"{"action":"node","target":"#)
            json.string(name)
            json.raw("}")
        case .branch(let name):
            json.raw(#"{"action":"branch","target":"#)
            json.string(name)
            json.raw("}")
        case .block(let reason):
            json.raw(#"{"action":"block","reason":"#)
            json.string(reason)
            json.raw("}")
        }
    }
}
