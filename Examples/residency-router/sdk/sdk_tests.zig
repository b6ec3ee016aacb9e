//! What the library in Zig adds to the one in C.

const std = @import("std");
const plugin = @import("plugin.zig");
const testing = @import("testing.zig");
const expect = std.testing.expect;
const expectEqualStrings = std.testing.expectEqualStrings;

test "fields are bounded" {
    testing.reset();
    const query = testing.query("SELECT\\n1");
    try expectEqualStrings("SELECT\n1", query.sql().textUpTo(8).?);
    try expect(query.sql().textUpTo(7) == null);
    try expect(query.sql().exists() and query.sql().size() >= 8);
    try expect(!query.identity().exists() and query.identity().text() == null);
    try expectEqualStrings("r", query.requestId().text().?);
    try expect(query.hostIsReadOnly());
    var tables = query.hostTables();
    try expect(tables.next() == null);
    try expect(!query.attribute("x").exists());
}

test "tables and tokens have their places" {
    testing.reset();
    const text = "SELECT a FROM db.public.\"Or\"\"ders\", x; TABLE y";
    var tables = plugin.sql.tables(text, 1000);
    const first = tables.next().?;
    try expectEqualStrings("db", first.catalog.?);
    try expectEqualStrings("public", first.schema.?);
    try expectEqualStrings("Or\"ders", first.name);
    try expectEqualStrings("db.public.\"Or\"\"ders\"", text[first.start..first.end]);
    try expect(first.is("public.or\"ders") and !first.is("orders"));
    try expectEqualStrings("x", tables.next().?.name);
    try expectEqualStrings("y", tables.next().?.name);
    try expect(tables.next() == null and tables.examination() == .complete);
    try expect(plugin.sql.touches(text, "Y", 1000) == .yes);
    try expect(plugin.sql.touches(text, "z", 3) == .unknown);
    try expect(plugin.sql.isReadOnly(text, 1000) and plugin.sql.hasKeyword(text, "from"));
    var tokens = plugin.sql.tokens("a + 'b'");
    try expect(tokens.next().?.kind == .word and tokens.next().?.kind == .symbol);
    const string = tokens.next().?;
    try expect(string.kind == .string and string.start == 4 and string.end == 7);
    try expect(tokens.next() == null);
}

test "texts" {
    testing.reset();
    try expectEqualStrings("a, b", plugin.join(&.{ "a", "b" }, ", "));
    var parts = plugin.split("a,,b", ",");
    try expectEqualStrings("a", parts.next().?);
    try expectEqualStrings("", parts.next().?);
    try expectEqualStrings("b", parts.next().?);
    try expect(parts.next() == null);
    try expectEqualStrings("SELECT 2", plugin.replace("SELECT 1", 7, 8, "2"));
    try expectEqualStrings("'it''s'", plugin.sql.literal("it's"));
    try expectEqualStrings("\"a\"\"b\"", plugin.sql.identifier("a\"b"));
    try expectEqualStrings("-7", plugin.decimal(-7));
}

test "the store" {
    testing.reset();
    try expect(plugin.kv.get("n") == null);
    try expect(try plugin.kv.add("n", 3_000_000_000) == 3_000_000_000);
    try expect(try plugin.kv.add("n", -1) == 2_999_999_999);
    try plugin.kv.set("n", "many");
    try std.testing.expectError(error.NotStored, plugin.kv.add("n", 1));
    plugin.kv.delete("n");
    try expect(plugin.kv.get("n") == null);
    try expectEqualStrings(
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        plugin.sha256("abc"),
    );
}

test "decisions are what the host reads" {
    testing.reset();
    const Query = plugin.QueryDecision;
    try expectEqualStrings("{\"action\":\"continue\"}", plugin.jsonOf(@as(Query, .pass)));
    try expectEqualStrings("{\"action\":\"block\",\"value\":\"no\"}", plugin.jsonOf(Query{ .block = "no" }));
    const columns = [_]plugin.Column{.{ .name = "n" }};
    const good = Query{ .cached = .{ .columns = &columns, .rows = &.{ &.{"x"}, &.{null} } } };
    try expect(std.mem.startsWith(u8, plugin.jsonOf(good), "{\"action\":\"cached\",\"data\":[123,"));
    const bad = Query{ .cached = .{ .columns = &columns, .rows = &.{&.{ "x", "y" }} } };
    try expect(std.mem.startsWith(u8, plugin.jsonOf(bad), "{\"action\":\"block\""));
    const identity = plugin.AuthenticateDecision{ .success = .{ .user_id = "1", .username = "al", .roles = &.{"r"} } };
    try expectEqualStrings(
        "{\"action\":\"success\",\"identity\":{\"user_id\":\"1\",\"username\":\"al\",\"roles\":[\"r\"],\"tenant_id\":null}}",
        plugin.jsonOf(identity),
    );
    try expectEqualStrings("{\"action\":\"node\",\"target\":\"n\"}", plugin.jsonOf(plugin.RouteDecision{ .node = "n" }));
}
