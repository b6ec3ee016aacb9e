import Checking
import Foundation
import Operations
import Running
import TestSupport
import Testing
import WebAssembly

/// Every way a host would silently not run a plugin, found by its own rule; and sound plugins, in which nothing is found.
@Suite(.scratchFolder)
struct EngineRuleTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let rule: String
        let name: String
        let guest: EngineGuest
        /// What the message says, beside the rule.
        let message: String
        var testDescription: String { "\(rule) \(name)" }
        init(_ rule: String, _ name: String, _ guest: EngineGuest, _ message: String) {
            (self.rule, self.name, self.guest, self.message) = (rule, name, guest, message)
        }
    }

    private static let goOn = #" return say("{\"action\":\"continue\"}");"#
    /// A hook after it may use bulk memory instructions.
    private static let bulk = #"static volatile char buffer[65536]; __attribute__((target("bulk-memory")))"#
    private static func trapping(if condition: String) -> EngineGuest {
        EngineGuest(body: "if (\(condition)) __builtin_trap();" + goOn)
    }
    private static func answering(_ text: String, hook: String = "pre_query") -> EngineGuest {
        EngineGuest(
            body: "return say(\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\");", hook: hook)
    }
    private static func allocating(_ body: String) -> EngineGuest {
        EngineGuest(allocator: "EXPORT(alloc) u32 alloc(u32 size) { \(body) }")
    }

    /// An allocator that begins at a fixed address, beside a table of 200,000 zeros behind the first page.
    private static func fixed(at address: Int, body: String) -> EngineGuest {
        EngineGuest(
            body: body,
            allocator: """
                static volatile char table[200000];
                static u32 used = \(address);
                EXPORT(alloc) u32 alloc(u32 size) {
                    if (used == \(address)) __builtin_wasm_memory_grow(0, 64);
                    u32 at = used; used += size; return at;
                }
                """)
    }
    private static let overStack = EngineGuest(
        body: "volatile char on_the_stack[4000]; for (u32 at = 0; at < 4000; at += 100) on_the_stack[at] = 1;" + goOn,
        allocator: fixed(at: 4096, body: "").allocator?.replacing("200000", with: "20"),
        linking: "-Wl,--no-entry,--global-base=1024")

    static let misbehaving: [Case] = [
        Case("PDK403", "always traps", EngineGuest(body: "__builtin_trap();"), "'pre_query' with a plain query fails"),
        Case(
            "PDK403", "traps on the empty context", trapping(if: #"find(in, size, "\"query\":\"\"")"#),
            "with an empty query fails: an unreachable"),
        Case(
            "PDK403", "traps on null fields",
            trapping(if: #"find(in, size, "\"client_id\":null") && !find(in, size, "\"query\":\"\"")"#),
            "with null fields fails"),
        Case(
            "PDK414", "traps on a long query", trapping(if: "size > 65536"),
            "with 64 KB of plain words as 'query' fails"),
        Case(
            "PDK414", "writes past its memory on a long query",
            EngineGuest(body: "if (size > 9000) *(volatile u32 *)0xfffffff0 = 1;" + goOn),
            "an access outside the memory"),
        Case(
            "PDK415", "traps on Unicode",
            EngineGuest(
                body: "for (u32 at = 0; at < (size < 4096 ? size : 0); at++) if (in[at] < 0) __builtin_trap();" + goOn),
            "with Unicode and escapes fails"),
        Case(
            "PDK415", "traps on an escape", trapping(if: #"size < 4096 && find(in, size, "\\u0001")"#),
            "with Unicode and escapes fails"),
        Case(
            "PDK403", "alloc traps on the size of an input",
            allocating(
                "if (size > 150 && size < 1000) __builtin_trap(); return __builtin_wasm_memory_grow(0, size / 65536 + 1) << 16;"
            ), "'pre_query' with a plain query fails in alloc: an unreachable"),
        Case(
            "PDK403", "traps on unknown fields", trapping(if: #"size < 4096 && find(in, size, "\"extra\"")"#),
            "with unknown extra fields fails"),
        Case(
            "PDK403", "reads outside memory", EngineGuest(body: "return *(volatile i64 *)0x7ffffff0;"),
            "outside the memory"),
        Case("PDK403", "divides by zero", EngineGuest(body: "sink = 0; return 100 / sink;"), "division by zero"),
        Case(
            "PDK413", "allocates without end, then traps",
            EngineGuest(body: "while (__builtin_wasm_memory_grow(0, 16) != -1ul) {} __builtin_trap();"),
            "asks for more than 1024 MiB of memory, the most that pdk gives a hook (this host has no limit), and fails: an unreachable"
        ),
        Case(
            "PDK413", "allocates with alloc without end",
            EngineGuest(body: "for (;;) *(volatile char *)alloc(65536) = 1;"),
            "asks for more than 1024 MiB"),
        Case(
            "PDK413", "asks for too much at once",
            EngineGuest(body: "if (__builtin_wasm_memory_grow(0, 20000) == -1ul) __builtin_trap();" + goOn),
            "asks for more than 1024 MiB"),
        Case("PDK404", "loops without end", EngineGuest(body: "for (;;) sink++;"), "uses up the 1000000 units of fuel"),
        Case(
            "PDK413", "allocates without end", EngineGuest(body: "for (;;) __builtin_wasm_memory_grow(0, 1);"),
            "(this host has no limit), and fails: the call used up its"),
        Case(
            "PDK404", "loops on a long query",
            EngineGuest(body: "for (u32 n = 0; n < 100; n++) for (u32 at = 0; at < size; at++) sink += in[at];" + goOn),
            "with 64 KB of plain words as 'query' uses up"),
        Case(
            "PDK404", "loops without end, and fills memory in bulk",
            EngineGuest(
                body: "__builtin_memset(buffer, size, 65536); sink = buffer[size]; for (;;) sink++;", extra: bulk),
            "uses up"
        ),
        Case(
            "PDK423", "fills memory in bulk",
            EngineGuest(
                body: "for (u32 n = 0; n < 40; n++) { __builtin_memset(buffer, n, 65536); sink += buffer[n]; }" + goOn,
                extra: bulk), "about 26"),
        Case(
            "PDK405", "answers outside memory", EngineGuest(body: "return range(0x7fff0000, 16);"),
            "the hook returned 16 bytes at 2147418112, outside the memory"),
        Case(
            "PDK405", "answers at a negative pointer", EngineGuest(body: "return range(0x80000010, 16);"),
            "the hook returned 16 bytes at -2147483632, outside the memory"),
        Case(
            "PDK405", "answers past the end", EngineGuest(body: "return range(place, 0x7fffffff);"),
            "outside the memory"),
        Case("PDK406", "answers a word", answering("continue"), "the answer is not JSON"),
        Case(
            "PDK406", "answers with text behind it", answering(#"{"action":"continue"} x"#), "unexpected text after"),
        Case("PDK408", "answers an empty array", answering("[]"), "the answer has no 'action'"),
        Case(
            "PDK408", "answers two actions", answering(#"{"action":"block","value":"no","action":"continue"}"#),
            "has 'action' twice"),
        Case(
            "PDK416", "answers with kind", answering(#"{"kind":"continue"}"#),
            "the field must be called 'action', not 'kind'"),
        Case(
            "PDK407", "answers an unknown action", answering(#"{"action":"allow"}"#),
            "'allow', which the host treats as 'continue'"),
        Case(
            "PDK407", "answers another hook's action", answering(#"{"action":"continue"}"#, hook: "route"),
            "'continue', which the host treats as 'default'"),
        Case("PDK417", "blocks without a reason", answering(#"{"action":"block"}"#), "'block' has no 'value'"),
        Case(
            "PDK417", "succeeds without an identity", answering(#"{"action":"success"}"#, hook: "authenticate"),
            "'success' has no 'identity'"),
        Case(
            "PDK408", "blocks with data of another type", answering(#"{"action":"block","value":"no","data":""}"#),
            "'data' is not an array of bytes"),
        Case(
            "PDK408", "denies with half an identity",
            answering(#"{"action":"denied","message":"no","identity":{}}"#, hook: "authenticate"),
            "'identity' has no 'user_id'"),
        Case(
            "PDK418", "names a branch", answering(#"{"action":"branch","target":"b"}"#, hook: "route"),
            "the host does nothing with 'branch'"),
        Case(
            "PDK419", "answers with rows that are none", answering(#"{"action":"cached","data":[1,2,3]}"#),
            "it cannot read the bytes"),
        Case(
            "PDK420", "dealloc traps",
            EngineGuest(allocator: "#define DEALLOC_TRAPS 1\n" + EngineGuest.soundAllocator),
            "dealloc fails: an unreachable"),
        Case("PDK409", "alloc traps", allocating("__builtin_trap();"), "alloc(0) fails"),
        Case(
            "PDK409", "alloc traps on large sizes",
            allocating("if (size > 65536) __builtin_trap(); return (u32)&__heap_base;"), "alloc(100000) fails"),
        Case(
            "PDK409", "alloc never ends", allocating("for (;;) sink++;"), "alloc(0) fails: the call used up its"),
        Case("PDK410", "alloc returns a negative pointer", allocating("return 0xfffffff0;"), "alloc(1) returns -16"),
        Case("PDK410", "alloc returns nothing", allocating("return 0;"), "alloc(1) returns 0"),
        Case(
            "PDK410", "alloc does not grow memory",
            allocating("static u32 n; u32 at = (u32)&__heap_base + n; n += size; return at;"),
            "which is not inside the memory of"),
        Case(
            "PDK411", "alloc over the data", allocating("return (u32)data;"),
            "inside the module's own data, which ends at"),
        Case(
            "PDK411", "alloc over the stack", allocating("static u32 n; u32 at = 1024 + n; n += size; return at;"),
            "inside the module's own stack"),
        Case(
            "PDK411", "alloc over variables that begin as zeros",
            fixed(at: 70_000, body: "table[size % 200000] = 1; if (table[7000]) return 0;" + goOn),
            "'pre_query' with a plain query behaves differently when the 262144 bytes at 70000"),
        Case(
            "PDK411", "the hook writes to what alloc has given out",
            fixed(at: 70_000, body: "table[100000] = 1;" + goOn), "inside the 262144 bytes at 70000"),
        Case(
            "PDK411", "alloc over a stack behind the data", overStack, "writes to "),
        Case(
            "PDK411", "alloc gives the same block twice",
            allocating(
                "if (__builtin_wasm_memory_size(0) < 64) __builtin_wasm_memory_grow(0, 64); return (u32)&__heap_base + 64;"
            ),
            "which it has already returned"),
        Case(
            "PDK412", "minds the order of attributes",
            EngineGuest(
                body:
                    #"if (in[find(in, size, "\"attributes\":{\"")] == 't') return say("{\"action\":\"block\",\"value\":\"x\"}");"#
                    + goOn,
                host:
                    "records: {context: {attributes: {holds: real, example: {tenant_id: acme, region: eu}}}}\n"),
            "answers differently if its attributes or headers are in another order"),
        Case(
            "PDK412", "minds the order of headers",
            EngineGuest(
                body:
                    #"if (in[find(in, size, "\"headers\":{\"")] == 'U') return 0; return say("{\"action\":\"defer\"}");"#,
                hook: "authenticate",
                host: "records: {request: {headers: {holds: real, example: {User-Agent: psql, X-Request: '1'}}}}\n"),
            "'authenticate' with a plain request answers differently"),
    ]

    @Test(arguments: misbehaving)
    func isFound(_ item: Case) async throws {
        let findings = try await item.guest.findings()
        // A plugin whose allocator is broken fails in its hooks too; its own rule is what counts.
        let found = findings.filter { $0.rule.id == item.rule }
        expect(found.count, is: 1, "\(findings.map { "\($0.rule.id) \($0.message)" })")
        expect(found.first?.message.contains(item.message), is: true, "\(found.first?.message ?? "")")
        if !["PDK409", "PDK410", "PDK411"].contains(item.rule) {
            expect(findings.map(\.rule.id), is: [item.rule], "nothing else is wrong with it")
        }
    }

    @Test func aModuleOfOtherFeaturesIsFound() async throws {
        let module = try await EngineGuest().compile()
        let type = try #require(WebAssemblyModule(reading: module).types.firstIndex { $0.results.isEmpty })
        // A tag: exception handling, which wasmtime 50 takes and the host's 26 does not.
        let changed = ModuleSurgery.insert([13, 3, 1, 0, UInt8(type)], after: 5, in: module)
        let findings = try await EngineGuest.findings(changed, hook: "pre_query")
        expect(findings.map(\.rule.id), is: ["PDK401"], "\(findings)")
        expect(findings.first?.isError, is: true)
        expect(findings.first?.rule.canBeSuppressed, is: false)
    }

    @Test(arguments: ["__builtin_trap();", "for (;;) sink++;"])
    func aModuleWhoseStartFailsIsFound(body: String) async throws {
        var guest = EngineGuest()
        guest.extra = "EXPORT(begin) void begin(void) { \(body) }"
        let module = try await guest.compile()
        expect(
            try await EngineGuest.findings(module, hook: "pre_query").isEmpty, "not before it is the start function")
        let index = try #require(WebAssemblyModule(reading: module).export(named: "begin")?.index)
        let changed = ModuleSurgery.insert([8, 1, UInt8(index)], after: 7, in: module)
        let findings = try await EngineGuest.findings(changed, hook: "pre_query")
        expect(findings.map(\.rule.id), is: ["PDK402"], "\(findings)")
        expect(findings.first?.message.contains("every call would fail"), is: true)
    }

    @Test func everyRuleHasAPluginThatShowsIt() {
        let shown = Set(Self.misbehaving.map(\.rule) + ["PDK400", "PDK401", "PDK402", "PDK421", "PDK422"])
        expect(shown, is: Set(RuleBook.all.map(\.id).filter { $0.hasPrefix("PDK4") }))
    }

    static let sound: [Case] = [
        Case("", "answers at once", EngineGuest(), ""),
        Case("", "has no opinion", EngineGuest(body: "return 0;"), ""),
        Case("", "route", answering(#"{"action":"node","target":"n"}"#, hook: "route"), ""),
        Case("", "authenticate", answering(#"{"action":"denied","message":"m"}"#, hook: "authenticate"), ""),
        Case("", "observer", EngineGuest(body: "sink = size;", hook: "post_query", result: "void"), ""),
        Case("", "observer with a result", EngineGuest(body: "return 0;", hook: "post_query"), ""),
        Case(
            "", "observer whose result is no JSON", EngineGuest(body: "return range(place, size);", hook: "post_query"),
            ""),
        Case(
            "", "a static heap",
            EngineGuest(
                allocator:
                    "static char heap[4 << 20]; static u32 used; EXPORT(alloc) u32 alloc(u32 size) { u32 at = used; used += size; return (u32)heap + at; }"
            ), ""),
        Case(
            "", "a heap from the top down",
            EngineGuest(
                allocator: """
                    static u32 top;
                    EXPORT(alloc) u32 alloc(u32 size) {
                        if (!top) { __builtin_wasm_memory_grow(0, 48); top = (u32)__builtin_wasm_memory_size(0) << 16; }
                        top -= size; return top;
                    }
                    """), ""),
        Case("", "a stack behind the data", EngineGuest(linking: "-Wl,--no-entry,--global-base=1024"), ""),
        Case(
            "", "an input that is changed in place",
            EngineGuest(body: "for (u32 at = 0; at < size; at += 64) ((volatile char *)in)[at] = 0;" + goOn), ""),
        Case(
            "", "blocks of its own",
            EngineGuest(
                body:
                    "for (u32 n = 0; n < 8; n++) { char *own = (char *)alloc(5000); for (u32 at = 0; at < 5000; at += 50) own[at] = 1; }"
                    + goOn), ""),
        Case(
            "", "all the memory it can get",
            EngineGuest(body: "while (__builtin_wasm_memory_grow(0, 16) != -1ul) {}" + goOn), ""),
        Case(
            "", "a memory that begins above 1 GiB",
            EngineGuest(
                body: "sink += table[size];" + goOn,
                extra: "static volatile char table[1200u << 20];"), ""),
        Case(
            "", "memory filled in bulk within the fuel",
            EngineGuest(
                body: "__builtin_memset(buffer, size, 65536); sink = buffer[size & 65535];" + goOn, extra: bulk), ""),
        Case(
            "", "a table of zeros below the heap",
            EngineGuest(
                body: "table[size % 200000] = 1; if (table[7000]) return 0;" + goOn,
                extra: "static volatile char table[200000];"), ""),
        Case(
            "", "attributes read by name",
            EngineGuest(
                body:
                    #"if (find(in, size, "\"role\":\"reader\"")) return say("{\"action\":\"block\",\"value\":\"x\"}");"#
                    + goOn), ""),
        Case(
            "", "a state that does not survive", EngineGuest(body: "sink++; if (sink > 1) __builtin_trap();" + goOn), ""
        ),
    ]

    @Test(arguments: sound)
    func nothingIsFoundInASoundPlugin(_ item: Case) async throws {
        let findings = try await item.guest.findings()
        expect(findings.isEmpty, "\(findings.map { "\($0.rule.id) \($0.message)" })")
    }

    @Test func severalFaultsOfAHookAreFoundAtOnce() async throws {
        let loopsWhenLong = "if (size > 65536) for (;;) sink++;"
        let trapping = EngineGuest(body: "if (size < 65536) __builtin_trap();" + loopsWhenLong + Self.goOn)
        expect(try await trapping.findings().map(\.rule.id), is: ["PDK403", "PDK404"])
        let choosy = EngineGuest(
            body: loopsWhenLong + "for (u32 at = 0; at < size; at++) if (in[at] < 0) __builtin_trap();"
                + #"if (find(in, size, "\"query\":\"\"")) return say("{}");"# + Self.goOn)
        expect(try await choosy.findings().map(\.rule.id), is: ["PDK416", "PDK404", "PDK415"])
    }

    /// That a call fails hides not why it does: what the export would set up is missing.
    @Test func aFailureForWantOfAnInitializerIsExplained() async throws {
        let needing = EngineGuest(
            body: "if (!is_on) __builtin_trap();" + Self.goOn,
            extra: "static volatile int is_on;\nEXPORT(_initialize) void initialize(void) { is_on = 1; }\n")
        expect(try await needing.findings().map(\.rule.id), is: ["PDK403", "PDK213"])
        let broken = EngineGuest(
            body: "__builtin_trap();", extra: "EXPORT(_initialize) void initialize(void) { sink++; }\n")
        expect(try await broken.findings().map(\.rule.id), is: ["PDK403"])
    }

    /// Over features without those they need the engine's library would end the process.
    @Test(arguments: [
        ("[gc]", "'reference-types'"), ("[]", "'reference-types'"),
        ("[reference-types, relaxed-simd]", "'relaxed-simd' needs 'simd128'"),
    ])
    func featuresThatNeedOthersAreRefused(features: String, message: String) async throws {
        let guest = EngineGuest(body: Self.goOn, host: "features: {accepted: \(features)}\n")
        let findings = try await guest.findings()
        expect(findings.first?.message.contains(message), is: true, "\(findings)")
        let few = EngineGuest(body: Self.goOn, host: "features: {accepted: [mutable-globals, reference-types]}\n")
        expect(try await few.findings().map(\.rule.id).allSatisfy { $0 != "PDK400" })
    }

    @Test func whatTheInterfaceRulesSayIsNotSaidTwice() async throws {
        let narrow = EngineGuest(body: "return 1;", result: "u32")
        expect(try await narrow.findings().map(\.rule.id), is: ["PDK206"])
        let wide = EngineGuest(allocator: "EXPORT(alloc) i64 alloc(u32 size) { return (i64)(u32)&__heap_base; }")
        expect(try await wide.findings().map(\.rule.id), is: ["PDK204"])
        let module = try await EngineGuest(
            allocator: "u32 alloc(u32 size) { return size; }"
        ).compile()
        expect(try await EngineGuest.findings(module, hook: "pre_query").map(\.rule.id), is: ["PDK203"])
        let asking = EngineGuest(
            body: "return kv_list(place);",
            extra: #"__attribute__((import_module("env"), import_name("kv_list"))) i64 kv_list(u32);"#)
        expect(try await asking.findings().map(\.rule.id), is: ["PDK208"])
        let mistaken = EngineGuest(
            body: "return kv_get(place);",
            extra: #"__attribute__((import_module("env"), import_name("kv_get"))) i64 kv_get(u32);"#)
        let found = try await mistaken.findings().map(\.rule.id)
        expect(found.contains("PDK209") && !found.contains { $0.hasPrefix("PDK4") }, "\(found)")
    }

    @Test func withoutAnEngineThereIsAWarning() async throws {
        let module = try await EngineGuest(body: "__builtin_trap();").compile()
        let findings = try await EngineGuest.findings(
            module, hook: "pre_query", engine: EngineSource(candidates: ["/nonexistent"], cacheFolder: nil))
        expect(findings.map(\.rule.id), is: ["PDK400"])
        expect(findings.first?.isError, is: false)
        expect(findings.first?.help?.isEmpty, is: false)
    }

    @Test func aFindingCanBeSilencedByName() async throws {
        let module = try await EngineGuest(body: "__builtin_trap();").compile()
        let findings = try await EngineGuest.findings(
            module, hook: "pre_query", extra: "check:\n  silence:\n    - rule: PDK403\n      reason: it is a joke\n")
        expect(findings.map(\.rule.id), is: ["PDK403"])
        expect(findings.first?.suppressedBecause, is: "it is a joke")
    }
}
