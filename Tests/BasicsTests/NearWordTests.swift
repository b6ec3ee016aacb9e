import Basics
import TestSupport
import Testing

@Suite struct NearWordTests {
    @Test(arguments: [
        ("hook", "hooks"), ("hokos", "hooks"), ("HOOKS", nil), ("Hooks", "hooks"), ("permisions", "permissions"),
        ("premisions", "permissions"), ("", nil), ("h", nil), ("name", nil), ("hooks", "hooks"),
        (String(repeating: "hooks", count: 100_000), nil),
    ])
    func nearWords(word: String, expected: String?) {
        expect(NearWord.to(word, among: ["hooks", "permissions"]), is: expected)
        expect(NearWord.to(word, among: []) == nil)
    }
}
