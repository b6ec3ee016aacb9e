// What the hooks may answer. The host drops an answer with one field of the wrong type, and then the query runs: these
// types write no such answer.

/// An answer that the host understands.
public protocol HookDecision {
    /// Writes the answer, one JSON object.
    func write(to json: inout JSONWriter)
}

/// What is to happen to a query.
public enum QueryDecision: HookDecision, Equatable, Sendable {
    /// It runs as it is.
    case `continue`
    /// This SQL text runs in its place.
    case rewrite(Text)
    /// It doesn't run, and the client is told why.
    case block(Text)
    /// It doesn't run, and the client gets these rows: make it with `cached(columns:rows:)`.
    case cached(CachedResult)
    /// The same from bytes that were put together elsewhere: 1.5 lets the query run when they aren't what it reads.
    case cachedRaw(Text)

    /// An answer with these rows; nil, which is no answer, without columns or when a row doesn't have a value a column.
    public static func cached(columns: [Column], rows: [[Text?]]) -> QueryDecision? {
        CachedResult(columns: columns, rows: rows).map { .cached($0) }
    }

    /// Writes the decision as `pre_query` answers.
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
        case .cached(let result):
            json.raw(#"{"action":"cached","data":"#)
            json.bytes(result.data)
            json.raw("}")
        case .cachedRaw(let data):
            json.raw(#"{"action":"cached","data":"#)
            json.bytes(data)
            json.raw("}")
        }
    }
}

/// A column of a cached result.
public struct Column: Equatable, Sendable {
    /// The column's name.
    public var name: Text
    /// PostgreSQL's number of the type; 25 is `text`. Values are texts whatever the type.
    public var oid: UInt32

    /// A column of this name and type.
    public init(_ name: Text, oid: UInt32 = 25) {
        self.name = name
        self.oid = oid
    }
}

/// Rows for a client whose query doesn't run, written as the host reads them.
public struct CachedResult: Equatable, Sendable {
    let data: Text

    /// A result; nil without columns, or when a row doesn't have a value, or nil for NULL, for each of them.
    public init?(columns: [Column], rows: [[Text?]]) {
        guard !columns.isEmpty else { return nil }
        var json = JSONWriter(capacity: 1_024)
        json.raw(#"{"columns":["#)
        var lead: Text = ""
        for column in columns {
            json.raw(lead)
            json.raw(#"{"name":"#)
            json.string(column.name)
            json.raw(#","oid":"#)
            json.integer(column.oid)
            json.raw("}")
            lead = ","
        }
        json.raw(#"],"rows":["#)
        lead = ""
        for row in rows {
            guard row.count == columns.count else { return nil }
            json.raw(lead)
            json.strings(row)
            lead = ","
        }
        json.raw("]}")
        data = json.text
    }
}

/// Whether somebody may come in.
public enum AuthenticateDecision: HookDecision, Equatable, Sendable {
    /// Yes. In 1.5 PostgreSQL's own authentication still follows, and no hook is told of the identity.
    case success(Identity)
    /// No, and why.
    case denied(Text)
    /// Whatever the host decides without this plugin.
    case `defer`

    /// Writes the decision as `authenticate` answers.
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
    /// The user's key.
    public var userID: Text
    /// The user's name.
    public var username: Text
    /// What the user may do.
    public var roles: [Text]
    /// Whose data the user works with.
    public var tenantID: Text?

    /// An identity.
    public init(userID: Text, username: Text, roles: [Text] = [], tenantID: Text? = nil) {
        self.userID = userID
        self.username = username
        self.roles = roles
        self.tenantID = tenantID
    }
}

/// Where a query is to run.
public enum RouteDecision: HookDecision, Equatable, Sendable {
    /// Where the host would send it without this plugin.
    case `default`
    /// On the primary.
    case primary
    /// On a standby.
    case standby
    /// The node of this name.
    case node(Text)
    /// The branch of this name; 1.5 takes this for `default`.
    case branch(Text)
    /// Nowhere, and the client is told why.
    case block(Text)

    /// Writes the decision as `route` answers.
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
