//! `zig test tests.zig sdk/guest.c sdk/sql.c` runs these on this machine; sdk/testing.zig stands in
//! for the host.

const std = @import("std");
const hooks = @import("plugin.zig");
const plugin = @import("sdk/plugin.zig");
const testing = @import("sdk/testing.zig");

fn configure() !void {
    testing.reset();
    try plugin.kv.set("region/customers", "eu\n");
    try plugin.kv.set("region/us.customers", "us");
    try plugin.kv.set("region/patients", "us");
    try plugin.kv.set("node/eu", "frankfurt-1");
    try plugin.kv.set("node/us", "ohio-1");
}

test "the region's node" {
    try configure();
    for ([_][2][]const u8{
        .{ "SELECT * FROM public.Customers c JOIN orders o ON true", "frankfurt-1" },
        .{ "UPDATE us.customers SET name = 'x'", "ohio-1" },
        .{ "COPY patients TO STDOUT", "ohio-1" },
    }) |example| {
        try std.testing.expectEqualStrings(example[1], hooks.choose(&testing.query(example[0])).node);
    }
    try std.testing.expect(hooks.choose(&testing.query("SELECT 'customers' FROM orders")) == .default);
}

test "what cannot stay in one region" {
    try configure();
    for ([_][]const u8{
        "SELECT * FROM customers, patients",
        "INSERT INTO us.customers SELECT * FROM eu.customers",
        "DO $$ BEGIN END $$",
    }) |sql| {
        try std.testing.expect(hooks.choose(&testing.query(sql)) == .block);
    }
    plugin.kv.delete("node/us");
    const decision = hooks.choose(&testing.query("TABLE patients"));
    try std.testing.expectEqualStrings("no node serves the region us", decision.block);
}

test "counts what ran elsewhere" {
    try configure();
    const query = testing.query("TABLE patients");
    hooks.check(&query, &testing.outcome("{\"success\":true,\"target_node\":\"ohio-1\"}"));
    try std.testing.expect(plugin.kv.get("strayed") == null);
    hooks.check(&query, &testing.outcome("{\"success\":true,\"target_node\":\"frankfurt-1\"}"));
    hooks.check(&testing.query("SELECT 1"), &testing.outcome("{\"success\":true,\"target_node\":\"x\"}"));
    try std.testing.expectEqualStrings("1", plugin.kv.get("strayed").?);
}
