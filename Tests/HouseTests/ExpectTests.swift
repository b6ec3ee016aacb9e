import Synchronization
import TestSupport
import Testing

/// What nearly all tests check with.
struct ExpectTests {
    private static let found = Mutex<[String]>([])

    /// Keeps the issues that are meant to be, and hands on all others.
    private static let keeping = IssueHandlingTrait.compactMapIssues { issue in
        guard "\(issue)".contains("as it is meant") else { return issue }
        found.withLock { $0.append("\(issue.sourceLocation?.fileName ?? ""): \(issue)") }
        return nil
    }

    @Test(keeping) func whatIsWrongIsFoundWithItsValues() {
        expect(1 > 2, "as it is meant: less")
        expect(["a"], is: ["b"], "as it is meant: a list")
        expect(1 < 2, "as it is meant: not found")
        expect(["a"], is: ["a"], "as it is meant: not found")
        let found = Self.found.withLock { $0 }
        let texts = ["as it is meant: less", #"it is ["a"], not ["b"]: as it is meant: a list"#]
        // By the macro, since what is tried may find nothing.
        #expect(found.count == texts.count, "\(found)")
        for (issue, text) in zip(found, texts) {
            #expect(issue.hasPrefix("ExpectTests.swift: ") && issue.contains(text), "\(issue)")
        }
    }
}
