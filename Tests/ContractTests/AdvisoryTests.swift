import Contract
import TestSupport
import Testing

/// Advisories in the Open Source Vulnerability format: the order of events, and strict reading.
struct AdvisoryTests {
    private func advisory(ranges: String, versions: String = "[]", more: String = "") throws -> Advisory {
        let text = """
            {"schema_version": "1.7.0", "id": "x_acme-2026-1", "modified": "2026-11-26T10:00:00Z", "summary": "leaks"\(more),
             "affected": [{"package": {"ecosystem": "pdk", "name": "guard"}, "ranges": \(ranges), "versions": \(versions)}]}
            """
        return try Advisory(reading: Array(text.utf8))
    }

    /// `+1.0.0` introduced, `-1.0.0` fixed, `.1.0.0` last affected, `|1.0.0` limit.
    private func range(_ events: String, type: String = "SEMVER") -> String {
        let kinds: [Character: String] = ["+": "introduced", "-": "fixed", ".": "last_affected", "|": "limit"]
        let list = events.split(separator: " ").map { event in
            "{\"\(kinds[event.first ?? "?"] ?? "?")\": \"\(event.dropFirst())\"}"
        }
        return "{\"type\": \"\(type)\", \"events\": [\(list.joined(separator: ", "))]}"
    }

    @Test(arguments: [
        ("+0", "0.0.1 1.0.0 9.9.9 0.0.0-a", ""), ("+0 -1.2.0", "0.1.0 1.1.9 1.2.0-rc.1", "1.2.0 1.2.1 2.0.0"),
        ("+1.0.0 -1.2.0", "1.0.0 1.1.0", "0.9.0 1.0.0-rc.1 1.2.0"),
        ("+1.0.0 .1.2.0", "1.0.0 1.2.0", "0.9.0 1.2.1 1.3.0-a"),
        ("+1.0.0 -1.2.0 +1.4.0 -1.5.0", "1.1.0 1.4.0 1.4.9", "1.2.0 1.3.0 1.5.0"),
        ("-1.5.0 +1.4.0 -1.2.0 +1.0.0", "1.1.0 1.4.9", "1.3.0 1.5.0 0.1.0"),
        ("+1.0.0", "1.0.0 9.0.0", "0.9.9"), ("+1.0.0-rc.2 -1.0.0", "1.0.0-rc.2 1.0.0-rc.10", "1.0.0-rc.1 1.0.0"),
        ("+0 |2.0.0", "1.9.9", "2.0.0 2.0.1"), ("+0 |*", "99.0.0", ""), ("+0 |1.0.0 |3.0.0", "2.0.0", "3.0.0"),
        ("+9.0.0 -10.0.0", "9.5.0", "10.0.0 8.0.0"), ("+1.0.0 -1.0.1+build", "1.0.0", "1.0.1"),
    ])
    func rangesAreWalkedInOrder(events: String, affected: String, not: String) throws {
        let advisory = try advisory(ranges: "[\(range(events))]")
        for version in affected.split(separator: " ") {
            guard case .affected = advisory.verdict(on: "guard", version: String(version)) else {
                Issue.record("\(version) is not affected by \(events)")
                continue
            }
        }
        for version in not.split(separator: " ") {
            expect(advisory.verdict(on: "guard", version: String(version)), is: .notAffected, "\(version) by \(events)")
        }
        expect(advisory.verdict(on: "Guard", version: "1.0.0") == nil)
    }

    @Test func versionsAndSeveralRangesCount() throws {
        let both = "[\(range("+1.0.0 -1.2.0")), \(range("+3.0.0 -3.1.0"))]"
        let advisory = try advisory(ranges: both, versions: "[\"2.5.0\", \"nightly\"]")
        expect(advisory.verdict(on: "guard", version: "1.1.0"), is: .affected(fixed: "1.2.0"))
        expect(advisory.verdict(on: "guard", version: "3.0.5"), is: .affected(fixed: "3.1.0"))
        expect(advisory.verdict(on: "guard", version: "2.5.0"), is: .affected(fixed: "3.1.0"))
        expect(advisory.verdict(on: "guard", version: "nightly"), is: .affected(fixed: "1.2.0"))
        expect(advisory.verdict(on: "guard", version: "2.5.1"), is: .notAffected)
        let only = try self.advisory(ranges: "[]", versions: "[\"1.0.0\"]")
        expect(only.verdict(on: "guard", version: "1.0.1"), is: .notAffected)
        expect(only.verdict(on: "guard", version: "1.0.0"), is: .affected(fixed: nil))
        let gone = try self.advisory(ranges: "[\(range("+0"))]", more: ", \"withdrawn\": \"2026-11-27T10:00:00.5Z\"")
        expect(gone.verdict(on: "guard", version: "1.0.0") == nil)
    }

    /// What cannot be evaluated is not called unaffected.
    @Test func whatCannotBeToldIsSaid() throws {
        func isUnknown(_ ranges: String, _ version: String = "1.0.0") throws -> Bool {
            if case .unknown = try advisory(ranges: ranges).verdict(on: "guard", version: version) { return true }
            return false
        }
        expect(try isUnknown("[]"))
        expect(try isUnknown("[\(range("+0 -1", type: "ECOSYSTEM"))]"))
        expect(try isUnknown("[\(range("+abc", type: "GIT"))]"))
        expect(try isUnknown("[\(range("+5.0.0")), \(range("+0", type: "ECOSYSTEM"))]"))
        expect(try isUnknown("[\(range("+0"))]", "nightly") && isUnknown("[\(range("+0"))]", ""))
        expect(try !isUnknown("[\(range("+5.0.0")), \(range("+abc", type: "GIT"))]"))
        expect(try !isUnknown("[\(range("+0"))]", "1.0"))
    }

    @Test(arguments: [
        "", "[]", "{}", "{\"id\": \"x_1\"}", "{\"modified\": \"2026-11-26T10:00:00Z\"}",
        "{\"id\": 1, \"modified\": \"2026-11-26T10:00:00Z\"}", "{\"id\": \"\", \"modified\": \"2026-11-26T10:00:00Z\"}",
        "{\"id\": \"x\\u001b[31m\", \"modified\": \"2026-11-26T10:00:00Z\"}",
        "{\"id\": \"x_1\", \"modified\": \"today\"}",
        "{\"id\": \"x_1\", \"modified\": \"2026-11-26T10:00:00+01:00\"}",
        "{\"id\": \"x_1\", \"modified\": \"2026-11-26T10:00:00Z\", \"schema_version\": \"2.0.0\"}",
        "{\"id\": \"x_1\", \"modified\": \"2026-11-26T10:00:00Z\", \"schema_version\": 1}",
        "{\"id\": \"x_1\", \"modified\": \"2026-11-26T10:00:00Z\", \"affected\": {}}",
        "{\"id\": \"x_1\", \"modified\": \"2026-11-26T10:00:00Z\", \"affected\": [1]}",
        "{\"id\": \"x_1\", \"modified\": \"2026-11-26T10:00:00Z\", \"withdrawn\": false}",
        "{\"id\": \"x_1\", \"modified\": \"2026-11-26T10:00:00Z\", \"affected\": [], \"affected\": []}",
        "{\"id\": \"x_1\", \"modified\": \"2026-11-26T10:00:00Z\", \"affected\": [{\"package\": {\"name\": \"a\", \"name\": \"b\", \"ecosystem\": \"pdk\"}}]}",
        "{\"id\": \"x_1\", \"modified\": \"2026-11-26T10:00:00Z\", \"affected\": [{\"package\": {\"name\": \"guard\"}}]}",
    ])
    func whatIsNoAdvisoryIsRefused(text: String) {
        #expect(throws: JSONError.self) { try Advisory(reading: Array(text.utf8)) }
    }

    @Test(arguments: [
        "{}", "{\"type\": \"SEMVER\"}", "{\"type\": \"SEMVER\", \"events\": []}",
        "{\"type\": \"semver\", \"events\": [{\"introduced\": \"0\"}]}",
        "{\"type\": \"SEMVER\", \"events\": [{\"fixed\": \"1.0.0\"}]}",
        "{\"type\": \"SEMVER\", \"events\": [{\"introduced\": \"0\", \"fixed\": \"1.0.0\"}]}",
        "{\"type\": \"SEMVER\", \"events\": [{\"introduced\": \"0\"}, {}]}",
        "{\"type\": \"SEMVER\", \"events\": [{\"introduced\": \"0\"}, {\"other\": \"1\"}]}",
        "{\"type\": \"SEMVER\", \"events\": [{\"introduced\": \"1.0\"}]}",
        "{\"type\": \"SEMVER\", \"events\": [{\"introduced\": \"v1.0.0\"}]}",
        "{\"type\": \"SEMVER\", \"events\": [{\"introduced\": 0}]}",
        "{\"type\": \"SEMVER\", \"events\": [{\"introduced\": \"0\"}, {\"fixed\": \"0\"}]}",
        "{\"type\": \"SEMVER\", \"events\": [{\"introduced\": \"0\"}, {\"fixed\": \"1.0.0\"}, {\"last_affected\": \"1.0.0\"}]}",
    ])
    func malformedRangesAreRefused(range: String) {
        #expect(throws: JSONError.self) { try advisory(ranges: "[\(range)]") }
    }

    @Test func damagedAdvisoriesNeverCrash() throws {
        var numbers = SeededNumbers(seed: 17)
        let whole = Array(
            """
            {"schema_version": "1.7.0", "id": "x_1", "modified": "2026-11-26T10:00:00Z", "affected": [{"package":
            {"ecosystem": "pdk", "name": "guard"}, "versions": ["1.0.0"], "ranges": [{"type": "SEMVER", "events":
            [{"introduced": "0"}, {"fixed": "1.2.0"}]}]}]}
            """.utf8)
        expect(try Advisory(reading: whole).verdict(on: "guard", version: "1.1.0"), is: .affected(fixed: "1.2.0"))
        for _ in 0..<5000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...3, using: &numbers) {
                let place = Int.random(in: 0..<bytes.count, using: &numbers)
                if numbers.once(in: 2) {
                    bytes[place] = numbers.pick(Array("\"{}[],:0.9aZ".utf8))
                } else {
                    bytes.remove(at: place)
                }
            }
            _ = (try? Advisory(reading: bytes))?.verdict(on: "guard", version: "1.1.0")
        }
        let deep = Array((String(repeating: "[", count: 10_000)).utf8)
        #expect(throws: JSONError.self) { try Advisory(reading: deep) }
    }
}
