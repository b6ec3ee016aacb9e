import Contract
import Foundation
import JourneySupport
import TestSupport
import Testing

/// A plugin of the test's own in `Scratch.folder`, and `pdk` run in its folder.
struct EngineJourney {
    struct Broken: Error, CustomStringConvertible { let description: String }

    /// The engine that the tests were given, or the one that `make setup` has put in place.
    static let library =
        ProcessInfo.processInfo.environment["PDK_WASMTIME"]
        ?? BuiltProduct.repository + "/.build-engine/libwasmtime.so"

    var environment: [String: String] = [
        "PDK_WASMTIME": EngineJourney.library, "HOME": Scratch.path("home"), "XDG_CACHE_HOME": Scratch.path("cache"),
        "PDK_HOME": Scratch.path("home/pdk"),
    ]
    let folder: String

    /// The built plugin `guard` of a template, see `Workshop.skeleton`.
    static func template(
        _ template: String, hooks: [String] = Workshop.allHooks, source: (path: String, text: String)? = nil
    ) async throws -> EngineJourney {
        try copy(await Workshop.skeleton(template, hooks: hooks, source: source))
    }

    /// A built plugin in C whose hooks do what the query says; with the names of its functions.
    static func obedient() async throws -> EngineJourney {
        let made = try await Workshop.shared.plugin("obedient") { kit, parent in
            try Disk.write(parent + "/obedient/plugin.yaml", manifest)
            try Disk.write(parent + "/obedient/plugin.c", source)
            try Disk.makeFolder(parent + "/obedient/cases")
            try await kit.inside(parent + "/obedient").done("build")
        }
        return try copy(made)
    }

    /// A copy of a built plugin in `Scratch.folder`.
    private static func copy(_ built: String) throws -> EngineJourney {
        let folder = Scratch.path((built as NSString).lastPathComponent)
        try Disk.copy(built, to: folder)
        try Workshop.renew(folder + "/dist")
        return EngineJourney(folder: folder)
    }

    func write(_ name: String, _ text: String) throws {
        try text.write(toFile: folder + "/" + name, atomically: false, encoding: .utf8)
    }

    func read(_ name: String) throws -> String { try String(contentsOfFile: folder + "/" + name, encoding: .utf8) }

    func pdk(_ arguments: [String], input: String = "") async throws -> Program.Result {
        try await Program(BuiltProduct.pdk, environment: environment, folder: folder).run(arguments, input: input)
    }

    /// The one JSON document that `pdk` prints.
    func json(_ arguments: [String], status: Int = 0, input: String = "") async throws -> JSONNode {
        let result = try await pdk(arguments + ["--json"], input: input)
        expect(result.status == status, "\(result.transcript)")
        return try JSONDocument(parsing: result.output).root
    }

    private static let manifest = """
        name: obedient
        version: 1.0.0
        description: Does what the query says
        author: a
        license: Apache-2.0
        hooks:
          - pre_query
          - post_query
          - route
        build:
          command: clang --target=wasm32-unknown-unknown -O1 -ffreestanding -nostdlib -w -Wl,--no-entry,--stack-first plugin.c -o plugin.wasm
          wasm: plugin.wasm

        """

    private static let source = """
        #define EXPORT(name) __attribute__((export_name(#name)))
        #define IMPORT(name) __attribute__((import_module("env"), import_name(#name)))
        typedef unsigned u32;
        typedef unsigned long long u64;
        IMPORT(kv_get) int kv_get(const void *, u32, void *, u32);
        IMPORT(kv_set) int kv_set(const void *, u32, const void *, u32);
        IMPORT(kv_delete) int kv_delete(const void *, u32);
        extern unsigned char __heap_base;
        static u32 next;
        static volatile u32 sink;
        EXPORT(alloc) u32 alloc(u32 size) {
            if (next == 0) next = ((u32)&__heap_base + 15) & ~15u;
            u32 place = next;
            next = (next + size + 15) & ~15u;
            u32 held = (u32)__builtin_wasm_memory_size(0) << 16;
            if (next > held && __builtin_wasm_memory_grow(0, (next - held + 65535) >> 16) == -1ul) __builtin_trap();
            return place;
        }
        EXPORT(dealloc) void dealloc(u32 place, u32 size) { sink = place + size; }
        static u64 say(const char *text) {
            u32 size = 0;
            while (text[size]) size++;
            return (u64)(u32)text << 32 | size;
        }
        static int has(const char *in, u32 size, const char *text) {
            for (u32 at = 0; at < size && at < 512; at++) {
                u32 same = 0;
                while (text[same] && at + same < size && in[at + same] == text[same]) same++;
                if (!text[same]) return 1;
            }
            return 0;
        }
        __attribute__((noinline)) static u32 fall_into_the_pit(u32 depth) {
            if (depth == 0) __builtin_trap();
            sink = depth;
            return fall_into_the_pit(depth - 1) + sink;
        }
        EXPORT(pre_query) u64 pre_query(const char *in, u32 size) {
            if (has(in, size, "TRAP")) fall_into_the_pit(3);
            if (has(in, size, "SPIN")) for (;;) sink++;
            if (has(in, size, "JUNK")) return say("junk \\033[31m");
            if (has(in, size, "KIND")) return say("{\\"kind\\":\\"continue\\"}");
            if (has(in, size, "UNKNOWN")) return say("{\\"action\\":\\"explode\\"}");
            if (has(in, size, "HALF")) return say("{\\"action\\":\\"block\\",\\"value\\":5}");
            if (has(in, size, "BARE")) return say("{\\"action\\":\\"block\\"}");
            if (has(in, size, "NOTHING")) return 0;
            if (has(in, size, "BLOCK")) return say("{\\"action\\":\\"block\\",\\"value\\":\\"no <&> \\\\\\"way\\\\\\"\\"}");
            if (has(in, size, "WORK")) for (u32 n = 0; n < 10000; n++) sink++;
            return say("{\\"action\\":\\"continue\\"}");
        }
        EXPORT(post_query) void post_query(const char *in, u32 size) {
            char count = '0';
            kv_get("count", 5, &count, 1);
            count++;
            kv_set("count", 5, &count, 1);
            if (has(in, size, "DELETE")) kv_delete("old", 3);
            if (has(in, size, "TRAP")) __builtin_trap();
        }
        EXPORT(route) u64 route(const char *in, u32 size) {
            char count = '0';
            if (kv_get("count", 5, &count, 1) == 1 && count >= '2') return say("{\\"action\\":\\"standby\\"}");
            return say("{\\"action\\":\\"primary\\"}");
        }

        """
}
