// What the hooks are told. A property finds and decodes its value when it is read; reading none costs nothing.

/// Something that the host tells a hook, in JSON.
public protocol HookEvent {
    /// The event that a JSON value tells of. Fields may come in any order, be unknown, null or missing.
    init(json: JSON)
}

/// A query about to run, or one that has run.
///
/// Each comment says what HeliosProxy 1.5 sends. It fills few fields: what a query reads and writes stands in its SQL.
public struct Query: HookEvent {
    private let fields: JSONObject

    /// The query that a JSON object tells of.
    public init(json: JSON) { fields = JSONObject(json) }

    /// The SQL text as the client sent it; in `post_query`, as it ran.
    public var sql: Field { Field(fields["query"]) }
    /// The SQL text with its literals taken out; 1.5 sends the SQL text as it is.
    public var normalized: Field { Field(fields["normalized"]) }
    /// The tables that the host names; 1.5 names none. See `tables(within:)`.
    public var hostTables: [Text] { fields["tables"]?.texts ?? [] }
    /// What the host thinks of the query; 1.5 looks at the first word only, and takes MERGE, CALL, DO and
    /// `/* x */ DELETE` for reads. See `isReadOnly(within:)`.
    public var hostIsReadOnly: Bool { fields["is_read_only"]?.bool ?? false }

    /// Another one for each call of a hook.
    public var requestID: Field { context("request_id") }
    /// The same in a client's whole session.
    public var clientID: Field { context("client_id") }
    /// Who the client is; 1.5 sends none.
    public var identity: Field { context("identity") }
    /// The database's name; 1.5 sends none.
    public var database: Field { context("database") }
    /// The branch's name; 1.5 sends none.
    public var branch: Field { context("branch") }
    /// The value of one of the attributes that the host attached; 1.5 attaches none.
    public func attribute(_ name: Text) -> Field { Field(fields["hook_context"]?["attributes"]?[name]) }

    /// The tables that the SQL text reads or writes.
    public func tables(within limit: Int) -> Tables { Tables(inspection(within: limit)) }

    /// Whether the SQL text reads or writes a table: what a guard asks.
    ///
    /// See `SQL.touches(_:within:)`. The answer is `unknown` when the text cannot be examined: block that, too.
    public func touches(_ table: Text, within limit: Int) -> Touch { inspection(within: limit).touches(table) }

    /// Whether the SQL text only reads: false also when it cannot be examined.
    public func isReadOnly(within limit: Int) -> Bool { inspection(within: limit).isReadOnly }

    private func context(_ name: Text) -> Field { Field(fields["hook_context"]?[name]) }

    private func inspection(within limit: Int) -> SQLInspection {
        // A unit stands for 15 of fuel. To find words takes up to 4, the rest goes for reading them; escapes, and the copy
        // that they ask for, have been paid for.
        guard let (text, escapes) = sql.text(units: limit) else { return SQLInspection() }
        let copied = escapes == 0 ? 0 : 90 &* escapes &+ 4 &* text.count
        return SQLInspection(text, budget: Swift.max(42 &* limit / 4 &- copied, limit / 8) &+ 8_000)
    }
}

/// What became of a query.
public struct Outcome: HookEvent {
    private let fields: JSONObject

    /// The outcome that a JSON object tells of.
    public init(json: JSON) { fields = JSONObject(json) }

    /// Whether the query reached a server and its response came back: true also when the server answered with an error.
    public var isForwarded: Bool { fields["success"]?.bool ?? false }
    /// The node the query ran on.
    public var targetNode: Field { Field(fields["target_node"]) }
    /// How long that took.
    public var elapsedMicroseconds: Int64 { fields["elapsed_us"]?.integer ?? 0 }
    /// The size of the response.
    public var responseBytes: Int64 { fields["response_bytes"]?.integer ?? 0 }
    /// Why the query could not be forwarded.
    public var error: Field { Field(fields["error"]) }
}

/// Somebody wants to come in.
public struct AuthenticateRequest: HookEvent {
    private let fields: JSONObject

    /// The request that a JSON object tells of.
    public init(json: JSON) { fields = JSONObject(json) }

    /// The name that the client gave.
    public var username: Field { Field(fields["username"]) }
    /// The password; 1.5 sends none.
    public var password: Field { Field(fields["password"]) }
    /// The client's address.
    public var clientIP: Field { Field(fields["client_ip"]) }
    /// The database that the client wants.
    public var database: Field { Field(fields["database"]) }

    /// A header's value; capitals in its name don't matter. 1.5 sends no headers.
    public func header(_ name: Text) -> Field {
        guard let headers = fields["headers"] else { return Field(nil) }
        for (header, value) in headers.members {
            if let header = header.text(upTo: name.count), header.equals(ignoringCase: name) { return value.field }
        }
        return Field(nil)
    }
}

extension JSON {
    /// The strings in an array.
    fileprivate var texts: [Text] {
        var texts: [Text] = []
        for element in elements {
            if let text = element.field.text { texts.append(text) }
        }
        return texts
    }
}

/// The members of an object, each looked for once: what lies before a member that was asked for is remembered.
private struct JSONObject {
    private struct State {
        var members: JSON.Members
        var count = 0
        var seen: UnsafeMutablePointer<(name: Field, value: JSON)>
    }

    /// How many members are remembered; no event of the host has more.
    private static var capacity: Int { 16 }

    private let state: UnsafeMutablePointer<State>

    init(_ json: JSON) {
        // Never freed: an instance of the module lives for one call.
        state = .allocate(capacity: 1)
        state.initialize(to: State(members: json.members, seen: .allocate(capacity: Self.capacity)))
    }

    @inline(never)
    subscript(name: Text) -> JSON? {
        var index = 0
        while index < state.pointee.count {
            if state.pointee.seen[index].name.equals(name) { return state.pointee.seen[index].value }
            index &+= 1
        }
        var members = state.pointee.members
        while let member = members.next() {
            if state.pointee.count < Self.capacity {
                (state.pointee.seen + state.pointee.count).initialize(to: member)
                state.pointee.count &+= 1
                state.pointee.members = members
            }
            if member.name.equals(name) { return member.value }
        }
        return nil
    }
}
