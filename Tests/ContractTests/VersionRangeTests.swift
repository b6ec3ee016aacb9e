import Contract
import TestSupport
import Testing

/// Version ranges by the rules of cargo's version requirements.
struct VersionRangeTests {
    @Test(arguments: [
        ("^1.2.3", "1.2.3 1.2.4 1.3.0 1.9.9", "1.2.2 2.0.0 0.9.0 1.2.3-rc.1 1.3.0-rc.1 2.0.0-rc.1"),
        ("^1.2", "1.2.0 1.9.0", "1.1.9 2.0.0 1.2.0-a"), ("^1", "1.0.0 1.9.9", "0.9.9 2.0.0"),
        ("^0.2.3", "0.2.3 0.2.9", "0.2.2 0.3.0 1.0.0"), ("^0.2", "0.2.0 0.2.9", "0.1.9 0.3.0"),
        ("^0.0.3", "0.0.3", "0.0.2 0.0.4"), ("^0.0", "0.0.0 0.0.9", "0.1.0"), ("^0", "0.0.0 0.9.9", "1.0.0"),
        ("^0.0.0", "0.0.0", "0.0.1"),
        ("1.2", "1.2.0 1.9.0", "1.1.0 2.0.0"), ("1.2.3", "1.2.3 1.5.0", "1.2.2"),
        ("~1.2.3", "1.2.3 1.2.9", "1.2.2 1.3.0"), ("~1.2", "1.2.0 1.2.9", "1.1.9 1.3.0"),
        ("~1", "1.0.0 1.9.0", "2.0.0"),
        ("*", "0.0.1 9.9.9", "1.0.0-a"), ("1.*", "1.0.0 1.9.0", "2.0.0 0.9.0"), ("1.2.*", "1.2.0 1.2.9", "1.3.0 1.1.0"),
        ("1.*.*", "1.5.0", "2.0.0"), ("1.x", "1.5.0", "2.0.0"),
        (">=1,<2", "1.0.0 1.9.9", "0.9.9 2.0.0 2.0.0-a"), (" >= 1.2 , < 1.5 ", "1.2.0 1.4.9", "1.5.0 1.1.0"),
        (">1", "2.0.0", "1.0.0 1.9.9"), (">1.2", "1.3.0 2.0.0", "1.2.9"), (">1.2.3", "1.2.4", "1.2.3"),
        ("<=1", "1.9.9 0.1.0", "2.0.0"), ("<=1.2.3", "1.2.3", "1.2.4"), ("<1.2", "1.1.9", "1.2.0"),
        ("=1.2.3", "1.2.3 1.2.3+build", "1.2.4 1.2.3-a"), ("=1.2", "1.2.0 1.2.9", "1.3.0 1.1.0"),
        ("^1.2.3-rc.1", "1.2.3-rc.1 1.2.3-rc.2 1.2.3 1.9.0", "1.2.3-beta 1.2.4-rc.2 2.0.0-rc.1"),
        (">=1.2.3-a,<1.3", "1.2.3-b 1.2.9", "1.2.4-b 1.3.0"), ("=1.2.3-a", "1.2.3-a", "1.2.3 1.2.3-b"),
        ("<2.0.0-rc.1", "1.9.9 2.0.0-beta", "2.0.0-rc.1 2.0.0 1.0.0-a"),
        ("^99999999999999999999999.1", "99999999999999999999999.2.0", "1.0.0"),
        ("^1.0", "1.0 1 1.5", "1.2.3.4 nightly v1.0.0 2"),
    ])
    func rangesHoldWhatCargosHold(range: String, inside: String, outside: String) throws {
        let parsed = try #require(VersionRange(range), "\(range)")
        for version in inside.split(separator: " ") {
            expect(parsed.contains(PluginVersion(String(version))), "\(version) is not in \(range)")
        }
        for version in outside.split(separator: " ") {
            expect(!parsed.contains(PluginVersion(String(version))), "\(version) is in \(range)")
        }
        expect(VersionRange(parsed.description), is: parsed)
    }

    @Test(arguments: [
        "", " ", "^", "~", ">=", "^^1", "> =1", "1.2.3.4", "^1.2.3.4", "01", "1.02", "a", "^x.1", "*.1", "1.*.3", "*,1",
        ",", "1,", ",1", "1.2-rc", "^1-rc", "^1.2.3-", "^1.2.3-01", "^1.2.3+", "1 2", "1.2.3 <2", "^-1", "^1.", "^.1",
        "!=1", "^1.2.3-rc 1", "^१", "^1\n", String(repeating: "1,", count: 33) + "1",
        "^" + String(repeating: "1", count: 300),
    ])
    func whatIsNoRangeIsRefused(text: String) { expect(VersionRange(text) == nil, "\(text)") }

    @Test func aPlainVersionIsNotMeantAsARange() {
        for text in ["^1", "~1", ">=1", "<1", "=1", "1.*", "1,2", "*", " ^1"] {
            expect(VersionRange.isMeant(by: text), "\(text)")
        }
        for text in ["1.2.3", "1.0.0-rc.1", "nightly", "", "1.0.0+x"] {
            expect(!VersionRange.isMeant(by: text), "\(text)")
        }
    }

    /// Random texts never crash, and what is read is spelled as it was.
    @Test func randomTextsAreReadOrRefused() {
        var numbers = SeededNumbers(seed: 10)
        let parts = ["^", "~", ">=", "<", "=", "*", ".", ",", " ", "0", "1", "12", "-", "+", "rc", "x", "é", "\u{0}"]
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0...12, using: &numbers)).map { _ in numbers.pick(parts) }.joined()
            guard let range = VersionRange(text) else { continue }
            expect(VersionRange(range.description), is: range)
            _ = range.contains(PluginVersion("1.0.0-rc.1"))
        }
    }
}
