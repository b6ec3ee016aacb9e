//! Sends queries to the node of the region that their tables must stay in.
//!
//! The operator says in the store where tables live, and which node serves a region:
//!
//!     region/customers      eu           the table in every schema
//!     region/us.customers   us           the table in one schema; this counts before the other
//!     node/eu               frankfurt-1
//!     strayed               3            queries that ran on another node; counted here

const plugin = @import("sdk/plugin.zig");

/// How much SQL is examined. A walk over so much, and as many looks into the store as are made, fit
/// into the fuel of a call.
const examined_bytes = 32_768;

/// So many tables are looked up; a query that names more is not routed but refused.
const most_tables = 24;

comptime {
    plugin.route(choose);
    plugin.postQuery(check);
}

/// Where the tables of a query must stay.
const Residence = union(enum) {
    /// None of them has a region.
    anywhere,
    region: []const u8,
    /// It names tables of two regions.
    torn: [2][]const u8,
    /// It cannot be told what it names.
    unknown,
};

/// Where a query runs: in the region of its tables. What cannot be kept in one region does not run.
pub fn choose(query: *const plugin.Query) plugin.RouteDecision {
    switch (residence(query)) {
        .anywhere => return .default,
        .torn => |two| return .{ .block = plugin.join(
            &.{ "this query names tables of two regions, ", two[0], " and ", two[1], ": query each by itself" },
            "",
        ) },
        .unknown => return .{ .block = "this SQL cannot be examined: too large, or it carries code in a string" },
        .region => |region| {
            const node = nodeOf(region) orelse
                return .{ .block = plugin.join(&.{ "no node serves the region ", region }, "") };
            return .{ .node = node };
        },
    }
}

/// After a query ran: counts it if it ran elsewhere. The host falls back to another node when the
/// wanted one is down or unknown to it.
pub fn check(query: *const plugin.Query, outcome: *const plugin.Outcome) void {
    const region = switch (residence(query)) {
        .region => |region| region,
        else => return,
    };
    const wanted = nodeOf(region) orelse return;
    const node = outcome.targetNode().textUpTo(256) orelse return;
    if (!equal(node, wanted)) {
        // An observer has nobody to tell what could not be stored.
        _ = plugin.kv.add("strayed", 1) catch {};
    }
}

fn residence(query: *const plugin.Query) Residence {
    var tables = query.tables(examined_bytes);
    var found: ?[]const u8 = null;
    var count: usize = 0;
    while (tables.next()) |table| {
        count += 1;
        if (count > most_tables) return .unknown;
        const region = regionOf(&table) orelse continue;
        if (found) |other| {
            if (!equal(other, region)) return .{ .torn = .{ other, region } };
        }
        found = region;
    }
    // Only the whole text tells that no other table is named.
    if (tables.examination() != .complete) return .unknown;
    return if (found) |region| .{ .region = region } else .anywhere;
}

fn regionOf(table: *const plugin.Table) ?[]const u8 {
    if (table.schema) |schema| {
        const key = plugin.join(&.{ "region/", schema, ".", table.name }, "");
        if (plugin.kv.get(key)) |region| return trim(region);
    }
    const key = plugin.join(&.{ "region/", table.name }, "");
    return if (plugin.kv.get(key)) |region| trim(region) else null;
}

fn nodeOf(region: []const u8) ?[]const u8 {
    const node = trim(plugin.kv.get(plugin.join(&.{ "node/", region }, "")) orelse return null);
    return if (node.len > 0) node else null;
}

/// Without the line end that `curl --data-binary @file` brings along.
fn trim(text: []const u8) []const u8 {
    var rest = text;
    while (rest.len > 0 and rest[rest.len - 1] <= ' ') rest = rest[0 .. rest.len - 1];
    return rest;
}

fn equal(a: []const u8, b: []const u8) bool {
    if (a.len != b.len) return false;
    for (a, b) |x, y| if (x != y) return false;
    return true;
}
