//! The C library's types and functions, as sdk/plugin.h has them.

pub const Text = extern struct {
    bytes: ?[*]const u8,
    size: usize,

    pub fn from(text: []const u8) Text {
        return .{ .bytes = text.ptr, .size = text.len };
    }

    pub fn slice(self: Text) ?[]const u8 {
        return if (self.bytes) |bytes| bytes[0..self.size] else null;
    }
};

pub const Touch = enum(c_uint) { no, yes, unknown };
pub const Examination = enum(c_uint) { complete, too_large, is_opaque };
pub const TokenKind = enum(c_uint) { word, quoted_name, string, number, parameter, symbol };

pub const Field = extern struct { at: ?[*]const u8, end: ?[*]const u8 };
pub const List = extern struct { rest: Field };
pub const Query = extern struct { json: Field };
pub const Outcome = extern struct { json: Field };
pub const AuthenticateRequest = extern struct { json: Field };
pub const Cursor = extern struct { start: ?[*]const u8, at: ?[*]const u8, end: ?[*]const u8 };
pub const Token = extern struct { kind: TokenKind, text: Text, start: usize, end: usize };
pub const Table = extern struct { catalog: Text, schema: Text, name: Text, start: usize, end: usize };

const depth = 128;
const most_declared = 32;

pub const Tables = extern struct {
    examination: Examination,
    cursor: Cursor,
    from: ?[*]const u8,
    block: ?[*]const u8,
    next: ?[*]const u8,
    settled: ?[*]const u8,
    words: u32,
    events: u32,
    commas: u32,
    fuel: i32,
    depth: i32,
    ctes: i32,
    kind: u8,
    previous: u8,
    expect: u8,
    is_plain: bool,
    is_inside_word: bool,
    is_head: bool,
    reads: bool,
    writes: bool,
    level: [depth]u8,
    level_ctes: [depth]u8,
    cte: [most_declared]Text,
    cte_is_visible: [most_declared]bool,
};

pub const QueryDecision = extern struct { json: Text };
pub const AuthenticateDecision = extern struct { json: Text };
pub const RouteDecision = extern struct { json: Text };
pub const Column = extern struct { name: Text, oid: u32 };
pub const Identity = extern struct {
    user_id: Text,
    username: Text,
    roles: [*]const Text,
    role_count: usize,
    tenant_id: Text,
};

extern fn plugin_take(size: usize) [*]align(8) u8;

/// Room for so many texts.
pub fn cells(count: usize) []Text {
    const room: [*]Text = @ptrCast(plugin_take(count * @sizeOf(Text)));
    return room[0..count];
}

pub extern fn plugin_field_exists(field: Field) bool;
pub extern fn plugin_field_size(field: Field) usize;
pub extern fn plugin_field_text_up_to(field: Field, most: usize) Text;
pub extern fn plugin_field_text(field: Field) Text;
pub extern fn plugin_list_next(list: *List, field: *Field) bool;
pub extern fn plugin_query_sql(query: *const Query) Field;
pub extern fn plugin_query_normalized(query: *const Query) Field;
pub extern fn plugin_query_host_tables(query: *const Query) List;
pub extern fn plugin_query_host_is_read_only(query: *const Query) bool;
pub extern fn plugin_query_request_id(query: *const Query) Field;
pub extern fn plugin_query_client_id(query: *const Query) Field;
pub extern fn plugin_query_identity(query: *const Query) Field;
pub extern fn plugin_query_database(query: *const Query) Field;
pub extern fn plugin_query_branch(query: *const Query) Field;
pub extern fn plugin_query_attribute_(query: *const Query, name: Text) Field;
pub extern fn plugin_query_tables(query: *const Query, limit: usize) Tables;
pub extern fn plugin_query_touches_(query: *const Query, table: Text, limit: usize) Touch;
pub extern fn plugin_query_is_read_only(query: *const Query, limit: usize) bool;
pub extern fn plugin_tables_next(tables: *Tables, table: *Table) bool;
pub extern fn plugin_table_is_(table: *const Table, name: Text) bool;
pub extern fn plugin_sql_next(cursor: *Cursor, token: *Token) bool;
pub extern fn plugin_sql_tables_(sql: Text, limit: usize) Tables;
pub extern fn plugin_sql_touches_(sql: Text, table: Text, limit: usize) Touch;
pub extern fn plugin_sql_is_read_only_(sql: Text, limit: usize) bool;
pub extern fn plugin_sql_has_keyword_(sql: Text, word: Text) bool;
pub extern fn plugin_sql_literal_(text: Text) Text;
pub extern fn plugin_sql_identifier_(text: Text) Text;
pub extern fn plugin_text_replace_(text: Text, from: usize, to: usize, with: Text) Text;
pub extern fn plugin_text_join_(separator: Text, parts: [*]const Text, count: usize) Text;
pub extern fn plugin_text_split_next_(rest: *Text, separator: Text, part: *Text) bool;
pub extern fn plugin_text_from_int(number: i64) Text;
pub extern fn plugin_outcome_is_forwarded(outcome: *const Outcome) bool;
pub extern fn plugin_outcome_target_node(outcome: *const Outcome) Field;
pub extern fn plugin_outcome_elapsed_microseconds(outcome: *const Outcome) i64;
pub extern fn plugin_outcome_response_bytes(outcome: *const Outcome) i64;
pub extern fn plugin_outcome_error(outcome: *const Outcome) Field;
pub extern fn plugin_authenticate_username(request: *const AuthenticateRequest) Field;
pub extern fn plugin_authenticate_password(request: *const AuthenticateRequest) Field;
pub extern fn plugin_authenticate_client_ip(request: *const AuthenticateRequest) Field;
pub extern fn plugin_authenticate_database(request: *const AuthenticateRequest) Field;
pub extern fn plugin_authenticate_header_(request: *const AuthenticateRequest, name: Text) Field;
pub extern fn plugin_query_continue() QueryDecision;
pub extern fn plugin_query_rewrite_(sql: Text) QueryDecision;
pub extern fn plugin_query_block_(reason: Text) QueryDecision;
pub extern fn plugin_query_cached(columns: [*]const Column, count: usize, cells: [*]const Text, rows: usize) QueryDecision;
pub extern fn plugin_query_cached_raw_(bytes: Text) QueryDecision;
pub extern fn plugin_authenticate_success(identity: *const Identity) AuthenticateDecision;
pub extern fn plugin_authenticate_denied_(message: Text) AuthenticateDecision;
pub extern fn plugin_authenticate_defer() AuthenticateDecision;
pub extern fn plugin_route_default() RouteDecision;
pub extern fn plugin_route_primary() RouteDecision;
pub extern fn plugin_route_standby() RouteDecision;
pub extern fn plugin_route_node_(name: Text) RouteDecision;
pub extern fn plugin_route_branch_(name: Text) RouteDecision;
pub extern fn plugin_route_block_(reason: Text) RouteDecision;
pub extern fn plugin_kv_get_(key: Text) Text;
pub extern fn plugin_kv_set_(key: Text, value: Text) bool;
pub extern fn plugin_kv_delete_(key: Text) void;
pub extern fn plugin_kv_add_(key: Text, amount: i64, sum: *i64) bool;
pub extern fn plugin_sha256_(text: Text) Text;
pub extern fn plugin_read_query(input: [*]const u8, size: usize) Query;
pub extern fn plugin_read_outcome(input: [*]const u8, size: usize, outcome: *Outcome) Query;
pub extern fn plugin_read_request(input: [*]const u8, size: usize) AuthenticateRequest;
