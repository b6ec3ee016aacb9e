import Contract
import Testing

@Suite struct PluginNameTests {
    @Test(arguments: ["a", "A-Z_0-9", "-", "_", "0", String(repeating: "x", count: 128)])
    func namesTheHostTakesAreTaken(_ name: String) { #expect(PluginName(name)?.description == name) }

    @Test(arguments: [
        "", ".", "..", "../x", "a/b", "a.b", "a b", "a\u{0}", "a\n", "é", "K\u{301}", "\u{212A}", "a\\b", "a:b",
        "a@1", String(repeating: "x", count: 129), "ａ", "%2e",
    ])
    func refused(_ name: String) { #expect(PluginName(name) == nil) }
}

@Suite struct ContractTests {
    @Test(arguments: [
        ("pre_query", "pre_query"), ("prequery", "pre_query"), ("auth", "authenticate"), ("routing", "route"),
        ("postquery", "post_query"), ("custom", "custom_hook"), ("metrics", "metrics"),
    ])
    func hooksAreKnownByNameAndAlias(manifest: String, export: String) {
        #expect(Hook(manifestName: manifest)?.export == export)
    }

    @Test(arguments: ["", "PRE_QUERY", "pre-query", "custom_hook", "pre_query ", "pre_query # first"])
    func otherSpellingsAreNoHooks(_ name: String) { #expect(Hook(manifestName: name) == nil) }

    @Test func onlyFourHooksAreCalledAndOneObserves() {
        #expect(Hook.known.filter(\.isCalled).map(\.name) == ["pre_query", "post_query", "authenticate", "route"])
        #expect(Hook.called.filter(\.isObserver).map(\.name) == ["post_query"])
        #expect(Set(Hook.known.map(\.name)).count == 12)
    }

    @Test func permissionsBeyondThePluginAreDangerous() {
        let dangerous = Permission.known.filter(\.isDangerous).map(\.name).sorted()
        #expect(dangerous == ["filesystem_read", "filesystem_write", "network", "query_execute"])
        #expect(Permission.named("fs_read")?.name == "filesystem_read")
        #expect(Permission.named("query")?.isDangerous == true)
        #expect(Permission.named("mine") == nil)
    }
}
