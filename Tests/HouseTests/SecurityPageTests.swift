import TestSupport
import Testing

/// Docs/security.md names tests that are there.
struct SecurityPageTests {
    @Test func everyTestOfThePageIsThere() throws {
        let page = try Repository.text("Docs/security.md")
        let named = page.matches(of: /`([A-Za-z]+Tests)\.([A-Za-z]+)`/)
        expect(named.count > 20)
        let files = try Repository.files(below: "Tests", ending: ".swift")
        for name in named {
            let found = try files.contains { file in
                guard file.hasSuffix("/\(name.1).swift") else { return false }
                return try Repository.text(file).contains("func \(name.2)(")
            }
            expect(found, "\(name.1).\(name.2)")
        }
    }
}
