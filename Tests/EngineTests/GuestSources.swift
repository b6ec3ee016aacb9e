/// The C source of the plugins under test: compiled by the toolchain's clang, so that real modules are run.
enum GuestSources {
    /// One plugin with a hook for each behaviour; macros make the misbehaving variants.
    static let plugin = """
        #define EXPORT(name) __attribute__((export_name(#name)))
        #define IMPORT(name) __attribute__((import_module("env"), import_name(#name)))
        typedef int i32;
        typedef unsigned u32;
        typedef long long i64;
        typedef unsigned long long u64;
        IMPORT(kv_get) i32 kv_get(i32, i32, i32, i32);
        IMPORT(kv_set) i32 kv_set(i32, i32, i32, i32);
        IMPORT(kv_delete) i32 kv_delete(i32, i32);
        IMPORT(sha256_hex) i32 sha256_hex(i32, i32, i32);
        extern unsigned char __heap_base;
        static u32 next;
        static volatile i32 sink;

        #ifndef NO_ALLOC
        EXPORT(alloc) i32 alloc(i32 size) {
        #ifdef ALLOC_RETURNS
            return ALLOC_RETURNS;
        #else
            if (next == 0) { next = ((u32)&__heap_base + 7) & ~7u; }
            u32 place = next;
            next = (next + (u32)size + 7) & ~7u;
            u32 held = (u32)__builtin_wasm_memory_size(0) * 65536u;
            u32 wanted = next > held ? (next - held + 65535) / 65536 : 0;
            if (__builtin_wasm_memory_grow(0, wanted) == (u32)-1) { __builtin_trap(); }
            return (i32)place;
        #endif
        }
        #endif
        #ifdef DEALLOC_TRAPS
        EXPORT(dealloc) void dealloc(i32 place, i32 size) { __builtin_trap(); }
        #elif !defined(NO_DEALLOC)
        EXPORT(dealloc) void dealloc(i32 place, i32 size) { sink = place + size; }
        #endif

        static i64 packed(i32 place, i32 size) { return (i64)(((u64)(u32)place << 32) | (u32)size); }

        EXPORT(echo) i64 echo(i32 place, i32 size) { return packed(place, size); }
        EXPORT(nothing) i64 nothing(i32 place, i32 size) { return 0; }
        EXPORT(empty) i64 empty(i32 place, i32 size) { return packed(place, 0); }
        EXPORT(observe) void observe(i32 place, i32 size) { sink = size; }
        EXPORT(returned) i64 returned(i32 place, i32 size) { return *(i64 *)place; }
        EXPORT(narrow) i32 narrow(i32 place, i32 size) { return 1; }
        EXPORT(unreachable) i64 unreachable(i32 place, i32 size) { __builtin_trap(); }
        EXPORT(bounds) i64 bounds(i32 place, i32 size) { return *(volatile i32 *)0x7ffffff0; }
        EXPORT(divide) i64 divide(i32 place, i32 size) { sink = 0; return 100 / sink; }
        EXPORT(overflow) i64 overflow(i32 place, i32 size) { sink = -1; return (i32)0x80000000 / sink; }
        // Without locals in memory, so that the engine's stack ends before the plugin's own.
        __attribute__((noinline)) static i32 deeper(i32 depth) {
            sink = depth;
            return deeper(depth + 1) + sink;
        }
        __attribute__((noinline)) static i32 descend(i32 left) {
            sink = left;
            return left ? descend(left - 1) + sink : 0;
        }
        EXPORT(descend_to) i64 descend_to(i32 place, i32 size) { descend(*(i32 *)place); return 0; }
        EXPORT(recurse) i64 recurse(i32 place, i32 size) { return deeper(0); }
        EXPORT(spin) i64 spin(i32 place, i32 size) { for (;;) { sink++; } }
        EXPORT(grow) i64 grow(i32 place, i32 size) {
            *(i32 *)place = (i32)__builtin_wasm_memory_grow(0, *(u32 *)place);
            return packed(place, 4);
        }
        // Input: an operation, four arguments, data. An operation below 16 has its pointers relative to the input.
        EXPORT(host) i64 host(i32 place, i32 size) {
            i32 *p = (i32 *)place;
            i32 base = p[0] < 16 ? place : 0;
            i32 result = -100;
            switch (p[0] & 15) {
            case 0: result = kv_get(base + p[1], p[2], base + p[3], p[4]); break;
            case 1: result = kv_set(base + p[1], p[2], base + p[3], p[4]); break;
            case 2: result = kv_delete(base + p[1], p[2]); break;
            case 3: result = sha256_hex(base + p[1], p[2], base + p[3]); break;
            }
            p[0] = result;
            return packed(place, size);
        }
        // Sets as many keys as the input says, each of two bytes; returns how many were taken.
        EXPORT(many) i64 many(i32 place, i32 size) {
            i32 *p = (i32 *)place;
            i32 taken = 0;
            for (i32 key = 0; key < p[0]; key++) {
                p[1] = key;
                if (kv_set((i32)&p[1], 2, (i32)&p[0], 1) == 0) { taken++; }
            }
            p[0] = taken;
            return packed(place, 4);
        }
        #ifdef UNKNOWN_IMPORT
        IMPORT(kv_list) i32 kv_list(i32);
        EXPORT(list) i64 list(i32 place, i32 size) { return kv_list(place); }
        #endif
        #ifdef WRONG_IMPORT
        __attribute__((import_module("env"), import_name("kv_get"))) i64 kv_get_long(i64);
        EXPORT(list) i64 list(i32 place, i32 size) { return kv_get_long(place); }
        #endif
        #ifdef VECTOR
        typedef int lanes __attribute__((vector_size(16)));
        EXPORT(vector) lanes vector(lanes value) { return value; }
        #endif
        """
}
