// What the hooks are told. A property finds and decodes its value when it is read; reading none costs nothing.
import CPluginABI

/// Something that the host tells a hook, in JSON.
public protocol HookEvent {
    /// The event that a JSON value tells of. Fields may come in any order, be unknown, null or missing.
    init(json: JSON)
}

/// A query about to run, or one that has run.
///
/// Each comment says what HeliosProxy 1.5 sends. It fills few fields: what a query reads and writes stands in its SQL.
public struct Query: HookEvent {
    private let json: JSON

    /// The query that a JSON object tells of.
    public init(json: JSON) { self.json = json }

    /// The SQL text as the client sent it; in `post_query`, as it ran.
    public var sql: Field { json["query"].field }
    /// The SQL text with its literals taken out; 1.5 sends the SQL text as it is.
    public var normalized: Field { json["normalized"].field }
    /// The tables that the host names; 1.5 names none. See `tables(within:)`.
    public var hostTables: [Text] { json["tables"].texts }
    /// What the host thinks of the query; 1.5 looks at the first word only, and takes MERGE, CALL, DO and
    /// `/* x */ DELETE` for reads. See `isReadOnly(within:)`.
    public var hostIsReadOnly: Bool { json["is_read_only"].isTrue }

    /// Another one for each call of a hook.
    public var requestID: Field { context["request_id"].field }
    /// The same in a client's whole session.
    public var clientID: Field { context["client_id"].field }
    /// Who the client is; 1.5 sends none.
    public var identity: Field { context["identity"].field }
    /// The database's name; 1.5 sends none.
    public var database: Field { context["database"].field }
    /// The branch's name; 1.5 sends none.
    public var branch: Field { context["branch"].field }
    /// The value of one of the attributes that the host attached; 1.5 attaches none.
    public func attribute(_ name: Text) -> Field { context["attributes"][name].field }

    /// The tables that the SQL text reads or writes.
    ///
    /// A byte that JSON escapes counts four. See `SQL.tables(within:)`.
    public func tables(within limit: Int) -> Tables { withRaw { Tables(plugin_walk_query($0, max(limit, 0))) } }

    /// Whether the SQL text reads or writes a table: what a guard asks.
    ///
    /// See `SQL.touches(_:within:)`. The answer is `unknown` when the text cannot be examined: block that, too.
    public func touches(_ table: Text, within limit: Int) -> Touch {
        withRaw { Touch(plugin_query_touches_($0, table.raw, max(limit, 0))) }
    }

    /// Whether the SQL text only reads: false also when it cannot be examined.
    public func isReadOnly(within limit: Int) -> Bool {
        withRaw { plugin_query_is_read_only($0, max(limit, 0)) }
    }

    private var context: JSON { json["hook_context"] }

    private func withRaw<Answer>(_ ask: (UnsafePointer<PluginQuery>) -> Answer) -> Answer {
        var raw = PluginQuery(json: json.raw)
        return ask(&raw)
    }
}

/// What became of a query.
public struct Outcome: HookEvent {
    private let json: JSON

    /// The outcome that a JSON object tells of.
    public init(json: JSON) { self.json = json }

    /// Whether the query reached a server and its response came back: true also when the server answered with an error.
    public var isForwarded: Bool { json["success"].isTrue }
    /// The node the query ran on.
    public var targetNode: Field { json["target_node"].field }
    /// How long that took.
    public var elapsedMicroseconds: Int64 { json["elapsed_us"].integer }
    /// The size of the response.
    public var responseBytes: Int64 { json["response_bytes"].integer }
    /// Why the query could not be forwarded.
    public var error: Field { json["error"].field }
}

/// Somebody wants to come in.
public struct AuthenticateRequest: HookEvent {
    private let json: JSON

    /// The request that a JSON object tells of.
    public init(json: JSON) { self.json = json }

    /// The name that the client gave.
    public var username: Field { json["username"].field }
    /// The password; 1.5 sends none.
    public var password: Field { json["password"].field }
    /// The client's address.
    public var clientIP: Field { json["client_ip"].field }
    /// The database that the client wants.
    public var database: Field { json["database"].field }
    /// A header's value; capitals in its name don't matter. 1.5 sends no headers.
    public func header(_ name: Text) -> Field { json["headers"][ignoringCase: name].field }
}
