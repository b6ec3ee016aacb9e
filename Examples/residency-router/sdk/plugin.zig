//! The guest library: what a hook is told, what it answers, and what the host offers.
//!
//! Name each hook once: `comptime { plugin.preQuery(guard); }`. What reads JSON and SQL is the C
//! library beside this file, compiled with it. Texts are slices; nothing needs to be freed, because
//! the host makes a fresh instance of the plugin for each call.

const c = @import("c.zig");

/// A text that the host sends, not yet read. A call that runs out of fuel is a query that passes:
/// ask for the size first, or read with a bound.
pub const Field = struct {
    raw: c.Field,

    /// Whether it is there, and a text: false for null.
    pub fn exists(self: Field) bool {
        return c.plugin_field_exists(self.raw);
    }

    /// The size in bytes as the host sent it, in JSON: never less than that of the text.
    pub fn size(self: Field) usize {
        return c.plugin_field_size(self.raw);
    }

    /// The text, if it has at most `most` bytes. What it costs does not grow beyond `most`.
    pub fn textUpTo(self: Field, most: usize) ?[]const u8 {
        return c.plugin_field_text_up_to(self.raw, most).slice();
    }

    /// The text, whatever its size.
    pub fn text(self: Field) ?[]const u8 {
        return c.plugin_field_text(self.raw).slice();
    }
};

/// Texts of the host, one by one.
pub const FieldList = struct {
    raw: c.List,

    pub fn next(self: *FieldList) ?Field {
        var field: c.Field = undefined;
        return if (c.plugin_list_next(&self.raw, &field)) .{ .raw = field } else null;
    }
};

/// A query, before or after it ran.
pub const Query = struct {
    raw: c.Query,

    /// The text of the message: one statement or several.
    pub fn sql(self: *const Query) Field {
        return .{ .raw = c.plugin_query_sql(&self.raw) };
    }

    /// HeliosProxy 1.5 sends the SQL once more, not normalized.
    pub fn normalized(self: *const Query) Field {
        return .{ .raw = c.plugin_query_normalized(&self.raw) };
    }

    /// Always empty in HeliosProxy 1.5: use `tables`.
    pub fn hostTables(self: *const Query) FieldList {
        return .{ .raw = c.plugin_query_host_tables(&self.raw) };
    }

    /// Guessed from the first word in HeliosProxy 1.5: use `isReadOnly`.
    pub fn hostIsReadOnly(self: *const Query) bool {
        return c.plugin_query_host_is_read_only(&self.raw);
    }

    /// A new UUID for each hook.
    pub fn requestId(self: *const Query) Field {
        return .{ .raw = c.plugin_query_request_id(&self.raw) };
    }

    /// The UUID of the client's session.
    pub fn clientId(self: *const Query) Field {
        return .{ .raw = c.plugin_query_client_id(&self.raw) };
    }

    /// Always null in HeliosProxy 1.5.
    pub fn identity(self: *const Query) Field {
        return .{ .raw = c.plugin_query_identity(&self.raw) };
    }

    /// Always null in HeliosProxy 1.5.
    pub fn database(self: *const Query) Field {
        return .{ .raw = c.plugin_query_database(&self.raw) };
    }

    /// Always null in HeliosProxy 1.5.
    pub fn branch(self: *const Query) Field {
        return .{ .raw = c.plugin_query_branch(&self.raw) };
    }

    /// HeliosProxy 1.5 sends none.
    pub fn attribute(self: *const Query, name: []const u8) Field {
        return .{ .raw = c.plugin_query_attribute_(&self.raw, .from(name)) };
    }

    /// The tables that the SQL names. `limit` bounds what is examined: bytes, of which each one
    /// that JSON escapes counts four. 65,536 always fit into the fuel of a call.
    pub fn tables(self: *const Query, limit: usize) Tables {
        return .{ .raw = c.plugin_query_tables(&self.raw, limit) };
    }

    /// Whether the SQL names the table "name" or "schema.name", whatever the case.
    pub fn touches(self: *const Query, table: []const u8, limit: usize) Touch {
        return c.plugin_query_touches_(&self.raw, .from(table), limit);
    }

    /// Whether all statements are known to only read. False when in doubt.
    pub fn isReadOnly(self: *const Query, limit: usize) bool {
        return c.plugin_query_is_read_only(&self.raw, limit);
    }
};

/// Whether some SQL names a table; `unknown` when it could not be examined to its end.
pub const Touch = c.Touch;

/// How far an SQL text could be examined. `too_large` is beyond the limit; `is_opaque` carries code
/// in a string, or ends strings where a setting of the server says.
pub const Examination = c.Examination;

/// A table that SQL names: as the server knows it, folded, without quotes.
pub const Table = struct {
    catalog: ?[]const u8,
    schema: ?[]const u8,
    name: []const u8,
    /// Its place in the SQL, in bytes.
    start: usize,
    end: usize,
    raw: c.Table,

    /// Whether this may be the table "name" or "schema.name", whatever the case.
    pub fn is(self: *const Table, name: []const u8) bool {
        return c.plugin_table_is_(&self.raw, .from(name));
    }
};

/// A walk over the tables of an SQL text, in their order.
pub const Tables = struct {
    raw: c.Tables,

    pub fn next(self: *Tables) ?Table {
        var raw: c.Table = undefined;
        if (!c.plugin_tables_next(&self.raw, &raw)) return null;
        return .{
            .catalog = raw.catalog.slice(),
            .schema = raw.schema.slice(),
            .name = raw.name.slice() orelse "",
            .start = raw.start,
            .end = raw.end,
            .raw = raw,
        };
    }

    /// Whether all of the text could be read; known when there is no next table.
    pub fn examination(self: *const Tables) Examination {
        return self.raw.examination;
    }
};

/// SQL that is not the query's own.
pub const sql = struct {
    pub const TokenKind = c.TokenKind;

    pub const Token = struct {
        kind: TokenKind,
        /// As it is written, with its quotes.
        text: []const u8,
        /// Its place, in bytes.
        start: usize,
        end: usize,
    };

    /// The tokens of a text, without space and comments.
    pub const Tokens = struct {
        raw: c.Cursor,

        pub fn next(self: *Tokens) ?Token {
            var raw: c.Token = undefined;
            if (!c.plugin_sql_next(&self.raw, &raw)) return null;
            return .{
                .kind = raw.kind,
                .text = raw.text.slice() orelse "",
                .start = raw.start,
                .end = raw.end,
            };
        }
    };

    pub fn tokens(text: []const u8) Tokens {
        return .{ .raw = .{ .start = text.ptr, .at = text.ptr, .end = text.ptr + text.len } };
    }

    pub fn tables(text: []const u8, limit: usize) Tables {
        return .{ .raw = c.plugin_sql_tables_(.from(text), limit) };
    }

    pub fn touches(text: []const u8, table: []const u8, limit: usize) Touch {
        return c.plugin_sql_touches_(.from(text), .from(table), limit);
    }

    pub fn isReadOnly(text: []const u8, limit: usize) bool {
        return c.plugin_sql_is_read_only_(.from(text), limit);
    }

    /// Whether the word stands in the SQL outside strings, comments and quoted names.
    pub fn hasKeyword(text: []const u8, word: []const u8) bool {
        return c.plugin_sql_has_keyword_(.from(text), .from(word));
    }

    /// The text as an SQL string constant.
    pub fn literal(text: []const u8) []const u8 {
        return c.plugin_sql_literal_(.from(text)).slice() orelse "";
    }

    /// The text as a quoted name.
    pub fn identifier(text: []const u8) []const u8 {
        return c.plugin_sql_identifier_(.from(text)).slice() orelse "";
    }
};

/// The text with the bytes from `start` up to `end` replaced, as tokens and tables have them.
pub fn replace(text: []const u8, start: usize, end: usize, with: []const u8) []const u8 {
    return c.plugin_text_replace_(.from(text), start, end, .from(with)).slice() orelse "";
}

/// The parts, with the separator between them.
pub fn join(parts: []const []const u8, separator: []const u8) []const u8 {
    var all: []const u8 = "";
    for (parts, 0..) |part, index| {
        const texts = [_]c.Text{ .from(all), .from(part) };
        all = c.plugin_text_join_(.from(if (index == 0) "" else separator), &texts, 2).slice() orelse "";
    }
    return all;
}

/// The parts between separators.
pub const Parts = struct {
    rest: c.Text,
    separator: []const u8,

    pub fn next(self: *Parts) ?[]const u8 {
        var part: c.Text = undefined;
        const found = c.plugin_text_split_next_(&self.rest, .from(self.separator), &part);
        return if (found) part.slice() else null;
    }
};

pub fn split(text: []const u8, separator: []const u8) Parts {
    return .{ .rest = .from(text), .separator = separator };
}

/// A whole number in decimal.
pub fn decimal(number: i64) []const u8 {
    return c.plugin_text_from_int(number).slice() orelse "";
}

/// How a query went.
pub const Outcome = struct {
    raw: c.Outcome,

    /// Whether it could be forwarded, also when the server then refused it.
    pub fn isForwarded(self: *const Outcome) bool {
        return c.plugin_outcome_is_forwarded(&self.raw);
    }

    pub fn targetNode(self: *const Outcome) Field {
        return .{ .raw = c.plugin_outcome_target_node(&self.raw) };
    }

    pub fn elapsedMicroseconds(self: *const Outcome) i64 {
        return c.plugin_outcome_elapsed_microseconds(&self.raw);
    }

    pub fn responseBytes(self: *const Outcome) i64 {
        return c.plugin_outcome_response_bytes(&self.raw);
    }

    /// Why it could not be forwarded.
    pub fn failure(self: *const Outcome) Field {
        return .{ .raw = c.plugin_outcome_error(&self.raw) };
    }
};

/// A client that logs in.
pub const AuthenticateRequest = struct {
    raw: c.AuthenticateRequest,

    pub fn username(self: *const AuthenticateRequest) Field {
        return .{ .raw = c.plugin_authenticate_username(&self.raw) };
    }

    /// Always null in HeliosProxy 1.5.
    pub fn password(self: *const AuthenticateRequest) Field {
        return .{ .raw = c.plugin_authenticate_password(&self.raw) };
    }

    pub fn clientIp(self: *const AuthenticateRequest) Field {
        return .{ .raw = c.plugin_authenticate_client_ip(&self.raw) };
    }

    pub fn database(self: *const AuthenticateRequest) Field {
        return .{ .raw = c.plugin_authenticate_database(&self.raw) };
    }

    /// The case of its name makes no difference. HeliosProxy 1.5 sends none.
    pub fn header(self: *const AuthenticateRequest, name: []const u8) Field {
        return .{ .raw = c.plugin_authenticate_header_(&self.raw, .from(name)) };
    }
};

pub const Column = struct {
    name: []const u8,
    /// PostgreSQL's number of its type; 25 is text.
    oid: u32 = 25,
};

/// The answer of a `pre_query` hook.
pub const QueryDecision = union(enum) {
    /// Lets the query run.
    pass,
    /// Runs this SQL instead.
    rewrite: []const u8,
    /// Refuses the query for this reason, which the client is told.
    block: []const u8,
    /// Answers with these rows, each as wide as the columns; `null` is SQL's NULL. Without columns,
    /// or with a row of another width, the answer blocks.
    cached: struct { columns: []const Column, rows: []const []const ?[]const u8 },
    /// The same from the bytes that the host reads; if they are malformed, the query runs.
    cached_raw: []const u8,

    fn json(self: QueryDecision) c.Text {
        return switch (self) {
            .pass => c.plugin_query_continue().json,
            .rewrite => |text| c.plugin_query_rewrite_(.from(text)).json,
            .block => |reason| c.plugin_query_block_(.from(reason)).json,
            .cached_raw => |bytes| c.plugin_query_cached_raw_(.from(bytes)).json,
            .cached => |result| cachedJson(result.columns, result.rows),
        };
    }
};

fn cachedJson(columns: []const Column, rows: []const []const ?[]const u8) c.Text {
    const most = 64;
    var raw_columns: [most]c.Column = undefined;
    if (columns.len == 0 or columns.len > most) return malformed();
    for (columns, raw_columns[0..columns.len]) |column, *raw| {
        raw.* = .{ .name = .from(column.name), .oid = column.oid };
    }
    const cells = c.cells(rows.len * columns.len);
    for (rows, 0..) |row, index| {
        if (row.len != columns.len) return malformed();
        for (row, cells[index * columns.len ..][0..row.len]) |cell, *raw| {
            raw.* = if (cell) |text| .from(text) else .{ .bytes = null, .size = 0 };
        }
    }
    return c.plugin_query_cached(&raw_columns, columns.len, cells.ptr, rows.len).json;
}

fn malformed() c.Text {
    return c.plugin_query_block_(.from("malformed cached result")).json;
}

pub const Identity = struct {
    user_id: []const u8,
    username: []const u8,
    roles: []const []const u8 = &.{},
    tenant_id: ?[]const u8 = null,
};

/// The answer of an `authenticate` hook.
pub const AuthenticateDecision = union(enum) {
    /// Knows the client. PostgreSQL's own authentication still runs.
    success: Identity,
    /// Refuses the client with this message.
    denied: []const u8,
    /// Leaves it to the host.
    pass,

    fn json(self: AuthenticateDecision) c.Text {
        switch (self) {
            .pass => return c.plugin_authenticate_defer().json,
            .denied => |message| return c.plugin_authenticate_denied_(.from(message)).json,
            .success => |identity| {
                const roles = c.cells(identity.roles.len);
                for (identity.roles, roles) |role, *raw| raw.* = .from(role);
                const raw: c.Identity = .{
                    .user_id = .from(identity.user_id),
                    .username = .from(identity.username),
                    .roles = roles.ptr,
                    .role_count = roles.len,
                    .tenant_id = if (identity.tenant_id) |text| .from(text) else .{ .bytes = null, .size = 0 },
                };
                return c.plugin_authenticate_success(&raw).json;
            },
        }
    }
};

/// The answer of a `route` hook.
pub const RouteDecision = union(enum) {
    /// Leaves it to the host.
    default,
    primary,
    standby,
    /// The node of this name.
    node: []const u8,
    /// Names a branch. HeliosProxy 1.5 notes it and does nothing else.
    branch: []const u8,
    /// Refuses the query for this reason, which the client is told.
    block: []const u8,

    fn json(self: RouteDecision) c.Text {
        return switch (self) {
            .default => c.plugin_route_default().json,
            .primary => c.plugin_route_primary().json,
            .standby => c.plugin_route_standby().json,
            .node => |name| c.plugin_route_node_(.from(name)).json,
            .branch => |name| c.plugin_route_branch_(.from(name)).json,
            .block => |reason| c.plugin_route_block_(.from(reason)).json,
        };
    }
};

/// The host's key-value store. It is this plugin's own and outlives the call, but not the host's
/// process; a key and a value hold at most 65,536 bytes, the store at most 1,024 keys.
pub const kv = struct {
    pub fn get(key: []const u8) ?[]const u8 {
        return c.plugin_kv_get_(.from(key)).slice();
    }

    /// `error.Full` when a cap was hit: nothing is stored then.
    pub fn set(key: []const u8, value: []const u8) error{Full}!void {
        if (!c.plugin_kv_set_(.from(key), .from(value))) return error.Full;
    }

    pub fn delete(key: []const u8) void {
        c.plugin_kv_delete_(.from(key));
    }

    /// Adds to the whole number under a key, 0 if there is none. An error, and nothing is stored,
    /// when the value is no number, the sum does not fit 64 bits or a cap was hit.
    pub fn add(key: []const u8, amount: i64) error{NotStored}!i64 {
        var sum: i64 = 0;
        return if (c.plugin_kv_add_(.from(key), amount, &sum)) sum else error.NotStored;
    }
};

/// The SHA-256 of a text, as 64 lowercase hex digits.
pub fn sha256(text: []const u8) []const u8 {
    return c.plugin_sha256_(.from(text)).slice() orelse "";
}

/// Makes a function the hook that runs before a query.
pub fn preQuery(comptime answer: fn (*const Query) QueryDecision) void {
    const Hook = struct {
        fn call(input: [*]const u8, size: usize) callconv(.c) u64 {
            const query: Query = .{ .raw = c.plugin_read_query(input, size) };
            return output(answer(&query).json());
        }
    };
    @export(&Hook.call, .{ .name = "pre_query" });
}

/// Makes a function the hook that sees the outcome of a query.
pub fn postQuery(comptime observe: fn (*const Query, *const Outcome) void) void {
    const Hook = struct {
        fn call(input: [*]const u8, size: usize) callconv(.c) void {
            var outcome: Outcome = undefined;
            const query: Query = .{ .raw = c.plugin_read_outcome(input, size, &outcome.raw) };
            observe(&query, &outcome);
        }
    };
    @export(&Hook.call, .{ .name = "post_query" });
}

/// Makes a function the hook that says who may log in.
pub fn authenticate(comptime answer: fn (*const AuthenticateRequest) AuthenticateDecision) void {
    const Hook = struct {
        fn call(input: [*]const u8, size: usize) callconv(.c) u64 {
            const request: AuthenticateRequest = .{ .raw = c.plugin_read_request(input, size) };
            return output(answer(&request).json());
        }
    };
    @export(&Hook.call, .{ .name = "authenticate" });
}

/// Makes a function the hook that says where a query runs.
pub fn route(comptime answer: fn (*const Query) RouteDecision) void {
    const Hook = struct {
        fn call(input: [*]const u8, size: usize) callconv(.c) u64 {
            const query: Query = .{ .raw = c.plugin_read_query(input, size) };
            return output(answer(&query).json());
        }
    };
    @export(&Hook.call, .{ .name = "route" });
}

/// A decision as the host reads it: for tests.
pub fn jsonOf(decision: anytype) []const u8 {
    return decision.json().slice() orelse "";
}

/// `(pointer << 32) | length`, as the host takes it.
fn output(json: c.Text) u64 {
    return @as(u64, @intFromPtr(json.bytes)) << 32 | json.size;
}
