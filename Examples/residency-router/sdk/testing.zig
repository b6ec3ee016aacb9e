//! For `zig test`: events as the host sends them, and stand-ins for what the host offers.

const std = @import("std");
const c = @import("c.zig");
const plugin = @import("plugin.zig");

var arena = std.heap.ArenaAllocator.init(std.heap.page_allocator);

const Entry = struct { key: []const u8, value: []const u8 };
var store: [1024]Entry = undefined;
var stored: usize = 0;

/// Takes back all memory and empties the store; for the beginning of each test.
pub fn reset() void {
    _ = arena.reset(.free_all);
    stored = 0;
}

fn format(comptime text: []const u8, arguments: anytype) []const u8 {
    return std.fmt.allocPrint(arena.allocator(), text, arguments) catch @panic("no memory");
}

/// A query as HeliosProxy 1.5 sends it; `sql` is the text as JSON has it between its quotes.
pub fn query(sql: []const u8) plugin.Query {
    const json = format(
        \\{{"query":"{s}","normalized":"{s}","tables":[],"is_read_only":true,"hook_context":{{"request_id":"r","client_id":"c","identity":null,"database":null,"branch":null,"attributes":{{}}}}}}
    , .{ sql, sql });
    return .{ .raw = c.plugin_read_query(json.ptr, json.len) };
}

/// How a query went, from the host's JSON.
pub fn outcome(json: []const u8) plugin.Outcome {
    const both = format("[{{}},{s}]", .{json});
    var raw: plugin.Outcome = undefined;
    _ = c.plugin_read_outcome(both.ptr, both.len, &raw.raw);
    return raw;
}

/// A client as HeliosProxy 1.5 sends it: no headers, no password.
pub fn request(username: []const u8) plugin.AuthenticateRequest {
    const json = format(
        \\{{"headers":{{}},"username":"{s}","password":null,"client_ip":"10.0.0.7","database":"shop"}}
    , .{username});
    return .{ .raw = c.plugin_read_request(json.ptr, json.len) };
}

fn copy(bytes: []const u8) []const u8 {
    return arena.allocator().dupe(u8, bytes) catch @panic("no memory");
}

fn placeOf(key: []const u8) usize {
    for (store[0..stored], 0..) |entry, place| {
        if (std.mem.eql(u8, entry.key, key)) return place;
    }
    return stored;
}

export fn plugin_host_take(size: usize) ?[*]u8 {
    const block = arena.allocator().alignedAlloc(u8, .@"16", @max(size, 1)) catch return null;
    return block.ptr;
}

export fn plugin_host_kv_get(key: [*]const u8, key_size: usize, out: [*]u8, room: i32) i32 {
    const place = placeOf(key[0..key_size]);
    if (place == stored) return -1;
    const value = store[place].value;
    if (value.len > room) return -2;
    @memcpy(out[0..value.len], value);
    return @intCast(value.len);
}

export fn plugin_host_kv_set(key: [*]const u8, key_size: usize, value: [*]const u8, value_size: usize) i32 {
    const place = placeOf(key[0..key_size]);
    if (place == store.len or key_size > 65_536 or value_size > 65_536) return -1;
    store[place] = .{ .key = copy(key[0..key_size]), .value = copy(value[0..value_size]) };
    if (place == stored) stored += 1;
    return 0;
}

export fn plugin_host_kv_delete(key: [*]const u8, key_size: usize) i32 {
    const place = placeOf(key[0..key_size]);
    if (place < stored) {
        stored -= 1;
        store[place] = store[stored];
    }
    return 0;
}

export fn plugin_host_sha256_hex(input: [*]const u8, size: usize, out: [*]u8) i32 {
    var digest: [32]u8 = undefined;
    std.crypto.hash.sha2.Sha256.hash(input[0..size], &digest, .{});
    for (digest, 0..) |byte, index| {
        out[2 * index] = "0123456789abcdef"[byte >> 4];
        out[2 * index + 1] = "0123456789abcdef"[byte & 15];
    }
    return 64;
}
