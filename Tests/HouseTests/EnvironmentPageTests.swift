import Foundation
import TestSupport
import Testing

/// The table of variables in Docs/cli.md, which the man page has too, and what the program reads.
struct EnvironmentPageTests {
    @Test func everyVariableIsOnThePage() throws {
        let page = try Repository.text("Docs/cli.md")
        let table = try #require(page.components(separatedBy: "## Environment").last)
        // Set for programs that are started, or of other programs.
        let others: Set = ["GIT_DIR"]
        var read: Set<String> = []
        for file in try Repository.files(below: "Sources", ending: ".swift")
        where !file.hasPrefix("Sources/Benchmarks/") {
            let text = try Repository.text(file)
            for match in text.matches(of: /(?:variable\(|environment\[|isSet\(|getenv\()"([A-Z][A-Z0-9_]+)"/) {
                read.insert(String(match.output.1))
            }
        }
        expect(read.count > 15, "\(read)")
        for name in read.subtracting(others).sorted() {
            expect(
                ["`\(name)`", "`\(name),", ", \(name)`", ", \(name),", "`\(name)=", ", \(name)="].contains(
                    where: table.contains), "Scripts/man-pages does not name \(name)")
        }
    }
}
