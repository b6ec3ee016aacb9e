import Contract
import TestSupport
import Testing

@Suite struct PluginNameTests {
    @Test(arguments: ["a", "A-Z_0-9", "-", "_", "0", String(repeating: "x", count: 128)])
    func namesTheHostTakesAreTaken(_ name: String) { expect(PluginName(name)?.description, is: name) }

    @Test(arguments: [
        "", ".", "..", "../x", "a/b", "a.b", "a b", "a\u{0}", "a\n", "é", "K\u{301}", "\u{212A}", "a\\b", "a:b",
        "a@1", String(repeating: "x", count: 129), "ａ", "%2e",
    ])
    func refused(_ name: String) { expect(PluginName(name) == nil) }
}
