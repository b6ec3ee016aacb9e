// What the hooks may answer. The host drops an answer with one field of the wrong type, and then the query runs: these
// types write no such answer.
import CPluginABI

/// An answer that the host understands.
public protocol HookDecision {
    /// The answer, one JSON object.
    var json: Text { get }
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

    /// The decision as `pre_query` answers.
    public var json: Text {
        switch self {
        case .continue: Text(required: plugin_query_continue().json)
        case .rewrite(let sql): Text(required: plugin_query_rewrite_(sql.raw).json)
        case .block(let reason): Text(required: plugin_query_block_(reason.raw).json)
        case .cached(let result): result.json
        case .cachedRaw(let data): Text(required: plugin_query_cached_raw_(data.raw).json)
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
    let json: Text

    /// A result; nil without columns, or when a row doesn't have a value, or nil for NULL, for each of them.
    public init?(columns: [Column], rows: [[Text?]]) {
        guard !columns.isEmpty else { return nil }
        var cells: [PluginText] = []
        for row in rows {
            guard row.count == columns.count else { return nil }
            for cell in row { cells.append(cell?.raw ?? PluginText()) }
        }
        var names: [PluginColumn] = []
        for column in columns { names.append(PluginColumn(name: column.name.raw, oid: column.oid)) }
        json = Text(required: plugin_query_cached(names, names.count, cells, rows.count).json)
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

    /// The decision as `authenticate` answers.
    public var json: Text {
        switch self {
        case .success(let identity): identity.successJSON
        case .denied(let message): Text(required: plugin_authenticate_denied_(message.raw).json)
        case .defer: Text(required: plugin_authenticate_defer().json)
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

    fileprivate var successJSON: Text {
        var names: [PluginText] = []
        for role in roles { names.append(role.raw) }
        return names.withUnsafeBufferPointer { names in
            var raw = PluginIdentity(
                user_id: userID.raw, username: username.raw, roles: names.baseAddress, role_count: names.count,
                tenant_id: tenantID?.raw ?? PluginText())
            return Text(required: plugin_authenticate_success(&raw).json)
        }
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

    /// The decision as `route` answers.
    public var json: Text {
        switch self {
        case .default: Text(required: plugin_route_default().json)
        case .primary: Text(required: plugin_route_primary().json)
        case .standby: Text(required: plugin_route_standby().json)
        case .node(let name): Text(required: plugin_route_node_(name.raw).json)
        case .branch(let name): Text(required: plugin_route_branch_(name.raw).json)
        case .block(let reason): Text(required: plugin_route_block_(reason.raw).json)
        }
    }
}
