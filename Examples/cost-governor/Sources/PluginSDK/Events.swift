// What the hooks are told. A property finds and decodes its value when it is read; reading none costs nothing.

/// Something the host tells a hook; read from JSON text in which fields may come in any order, be unknown or null.
public protocol HookEvent {
    /// Reads the value at the cursor and leaves the cursor behind it; nil when it is malformed.
    init?(_ source: inout EventSource)
}

/// Where an event is read from.
public struct EventSource {
    var cursor: JSONCursor
}

/// A query about to run, or one that has run.
public struct Query: HookEvent {
    private var query, normalizedQuery, tableNames, readOnly, context: JSON?

    public init?(_ source: inout EventSource) {
        var members = JSON.Members(source.cursor)
        while let (name, value) = members.next() {
            if name.isText("query") {
                query = value
            } else if name.isText("normalized") {
                normalizedQuery = value
            } else if name.isText("tables") {
                tableNames = value
            } else if name.isText("is_read_only") {
                readOnly = value
            } else if name.isText("hook_context") {
                context = value
            }
        }
        guard members.isComplete else { return nil }
        source.cursor = members.cursor
    }

    /// The SQL text as the client sent it.
    public var sql: Text { query?.text ?? "" }
    /// The SQL text if it takes at most `maxCount` bytes with its escapes, else nil: cheap for long texts too.
    public func sql(upTo maxCount: Int) -> Text? {
        guard let query, query.raw.count &- 2 <= maxCount else { return nil }
        return query.text
    }
    /// The SQL text with its literals taken out.
    public var normalized: Text { normalizedQuery?.text ?? "" }
    /// The tables that are read or written.
    public var tables: [Text] { tableNames?.texts ?? [] }
    public var isReadOnly: Bool { readOnly?.bool ?? false }

    public var requestID: Text { context?["request_id"]?.text ?? "" }
    public var clientID: Text? { context?["client_id"]?.text }
    public var identity: Text? { context?["identity"]?.text }
    public var database: Text? { context?["database"]?.text }
    public var branch: Text? { context?["branch"]?.text }

    /// The value of one of the attributes the host attached.
    public func attribute(_ name: Text) -> Text? { context?["attributes"]?[name]?.text }

    /// Whether `table` is read or written: cheaper than `tables`, and made for guards.
    ///
    /// Capitals and double quotes don't matter, and `table` without a schema matches that table in every schema.
    public func touches(_ table: Text) -> Bool {
        guard let tableNames else { return false }
        for name in tableNames.elements {
            if let name = name.text, name.isTable(table) { return true }
        }
        return false
    }
}

/// How a query went.
public struct Outcome: HookEvent {
    private var succeeded, node, elapsed, bytes, failure: JSON?

    public init?(_ source: inout EventSource) {
        var members = JSON.Members(source.cursor)
        while let (name, value) = members.next() {
            if name.isText("success") {
                succeeded = value
            } else if name.isText("target_node") {
                node = value
            } else if name.isText("elapsed_us") {
                elapsed = value
            } else if name.isText("response_bytes") {
                bytes = value
            } else if name.isText("error") {
                failure = value
            }
        }
        guard members.isComplete else { return nil }
        source.cursor = members.cursor
    }

    public var success: Bool { succeeded?.bool ?? false }
    /// The node the query ran on.
    public var targetNode: Text? { node?.text }
    public var elapsedMicroseconds: Int64 { elapsed?.integer ?? 0 }
    public var responseBytes: Int64 { bytes?.integer ?? 0 }
    public var error: Text? { failure?.text }
}

/// Somebody wants to come in.
public struct AuthRequest: HookEvent {
    private var headers, name, secret, client, databaseName: JSON?

    public init?(_ source: inout EventSource) {
        var members = JSON.Members(source.cursor)
        while let (name, value) = members.next() {
            if name.isText("headers") {
                headers = value
            } else if name.isText("username") {
                self.name = value
            } else if name.isText("password") {
                secret = value
            } else if name.isText("client_ip") {
                client = value
            } else if name.isText("database") {
                databaseName = value
            }
        }
        guard members.isComplete else { return nil }
        source.cursor = members.cursor
    }

    public var username: Text? { name?.text }
    public var password: Text? { secret?.text }
    public var clientIP: Text { client?.text ?? "" }
    public var database: Text? { databaseName?.text }

    /// A header's value; capitals in its name don't matter.
    public func header(_ name: Text) -> Text? {
        guard let headers else { return nil }
        for (header, value) in headers.members {
            if let header = header.text, header.equals(ignoringCase: name) { return value.text }
        }
        return nil
    }
}

extension JSON {
    /// The strings in an array.
    var texts: [Text] {
        var texts: [Text] = []
        for element in elements {
            if let text = element.text { texts.append(text) }
        }
        return texts
    }
}

extension Text {
    /// Whether this name of a table, as SQL writes it, means `table`.
    fileprivate func isTable(_ table: Text) -> Bool {
        if equals(ignoringCase: table) { return true }
        let hasSchema = table.position(of: ".") != nil
        var name = Buffer(capacity: 64)
        for byte in self {
            if byte == UInt8(ascii: ".") && !hasSchema {
                name = Buffer(capacity: 64)
            } else if byte != UInt8(ascii: "\"") {
                name.append(byte)
            }
        }
        return name.text.equals(ignoringCase: table)
    }
}
