import Contract
import TestSupport
import Testing

/// What was seen of the running host (host contract), against the profile: a change of one must be a change of both.
struct HostFactsTests {
    private let profile = HostProfile.standard

    @Test(arguments: [
        ("pre_query", ["prequery"], "pre_query"), ("post_query", ["postquery"], "post_query"),
        ("authenticate", ["auth"], "authenticate"), ("route", ["routing"], "route"), ("authorize", [], "authorize"),
        ("cache_get", ["cacheget"], "cache_get"), ("cache_set", ["cacheset"], "cache_set"), ("rewrite", [], "rewrite"),
        ("metrics", [], "metrics"), ("on_connect", ["connect"], "on_connect"),
        ("on_disconnect", ["disconnect"], "on_disconnect"), ("custom", [], "custom_hook"),
    ])
    func aHookHasItsNamesAndItsExport(name: String, aliases: [String], export: String) {
        let hook = profile.hooks.first { $0.name == name }
        expect(hook?.aliases == aliases && hook?.export == export)
        for alias in aliases { expect(profile.hook(named: alias.uppercased())?.name, is: name) }
    }

    @Test func theLimitsAreThoseThatWereMeasured() {
        let limits = profile.limits
        expect(limits.fuel == 1_000_000 && limits.milliseconds == 100)
        expect(limits.memoryBytes == 0 && limits.tableElements == 0, "1.5 limits neither")
        // With this size wasmtime 50 goes no deeper than the host, whose own setting is 512 KiB.
        expect(limits.stackBytes, is: 456_704)
        expect(limits.manifestMemoryBytes, is: 256 << 20)
        expect(limits.defaultMinimumMemoryBytes == 1 << 20 && limits.defaultMaximumMemoryBytes == 64 << 20)
        expect(profile.features.bulkMemoryFuel, is: 1)
        let store = profile.store
        expect(store.keyBytes == 65_536 && store.valueBytes == 65_536 && store.keys == 1_024)
        expect(store.plugins == 256 && store.totalBytes == 64 << 20)
    }

    @Test func theFeaturesAreThoseOfItsEngine() {
        let proposals: Set = ["multimemory", "relaxed-simd", "tail-call", "extended-const"]
        let second: Set = [
            "mutable-globals", "sign-ext", "nontrapping-fptoint", "multivalue", "bulk-memory", "reference-types",
            "simd128",
        ]
        expect(Set(profile.features.accepted), is: proposals.union(second))
        let refused = profile.features.refused
        for name in ["gc", "externref", "function-references", "exception-handling", "threads", "memory64"] {
            expect(refused.contains(name))
        }
    }

    @Test func theLoaderReadsYAMLBeforeJSONOnceAtStart() {
        let loader = profile.loader
        expect(loader.manifests == [.yaml, .json] && loader.nameBytes == 128)
        expect(!loader.watches && !loader.readsPacked)
        let words = ([loader.about ?? "", profile.about ?? ""] + loader.surprises).joined(separator: "\n")
        for fact in [
            "once, when the host starts", "in no particular order", "needs a restart",
            "without hooks and is never called",
            ".tar.gz in the folder is ignored", "both loaded, and both are called", "is called twice for each query",
            "max_plugins is not enforced", "priority", "SIGHUP does not reload", "SIGUSR2", "wasm-plugins",
            "enabled = true", "one malformed .pub",
        ] { expect(words.contains(fact), "\(fact)") }
    }

    @Test func whatReachesAHookAndWhatDoesNot() {
        expect(
            profile.messages.reach.contains {
                $0.contains("simple Query") && $0.contains("UTF-8") && $0.contains("once")
            })
        let bypass = profile.messages.bypass.joined(separator: "\n")
        for fact in ["Parse, Bind and Execute", "JDBC", "not UTF-8", "MCP, GraphQL and HTTP", "/api/sql"] {
            expect(bypass.contains(fact), "\(fact)")
        }
        expect(profile.calledHooks.map(\.name), is: ["pre_query", "post_query", "authenticate", "route"])
        expect(profile.hook(named: "route")?.about?.contains("After pre_query"), is: true)
        expect(profile.hook(named: "post_query")?.about?.contains("left out after block and cached"), is: true)
        expect(
            profile.answerNotes.contains { $0.key == "chain" && $0.text.contains("first answer that does something") })
    }

    @Test func whatAClientSeesOfABlock() {
        let texts = Dictionary(uniqueKeysWithValues: profile.clientTexts.map { ($0.key, $0.text) })
        expect(texts["pre_query"], is: "Query blocked by plugin: ")
        expect(texts["route"], is: "Query blocked by route plugin: ")
        expect(texts["sqlstate"], is: "42000")
        expect(texts["about"]?.contains("does not abort a transaction"), is: true)
    }

    @Test func whereARunningHostIsAsked() {
        let admin = profile.admin
        expect(admin.address == "127.0.0.1:9090" && admin.plugins == "/plugins" && admin.mayNeedToken)
        expect(admin.store, is: "/admin/kv/{plugin}/{key}")
        for fact in ["503", "errors stay 0", "only way to configure", "no ?"] {
            expect(admin.about?.contains(fact), is: true, "\(fact)")
        }
        expect(admin.log.level == "WARN" && admin.log.failed == "hook failed")
    }

    @Test func eachCallHasARequestOfItsOwn() {
        let field = profile.hook(named: "pre_query")?.inputFields.first { $0.name == "request_id" }
        expect(field?.about?.contains("new UUID for each call"), is: true)
    }
}
