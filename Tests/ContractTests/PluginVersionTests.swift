import Contract
import TestSupport
import Testing

@Suite struct PluginVersionTests {
    /// Semantic Versioning 2.0.0, section 11, and what follows from it; lowest first.
    private static let ascending = [
        "", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11",
        "1.0.0-rc.1", "1.0.0", "1.0.1", "1.2", "1.2.3.4", "1.10.0", "2.0.0", "2.1.0", "2.1.1", "10",
        "99999999999999999999.0.0",
        "100000000000000000000.0.0",
    ]

    @Test func versionsAreOrderedAsTheSpecificationOrdersThem() {
        for (low, left) in Self.ascending.enumerated() {
            for (high, right) in Self.ascending.enumerated() {
                let order = PluginVersion(left).precedence(against: PluginVersion(right))
                expect(order.signum(), is: (low - high).signum(), "\(left) against \(right)")
            }
        }
    }

    @Test(arguments: [
        ("1.0.0+a", "1.0.0+b"), ("1.0.0+20260101", "1.0.0"), ("1.0.0-rc.1+x-y", "1.0.0-rc.1"), ("1.0", "1.0.0"),
        ("01.0.0", "1.0.0"),
    ])
    func versionsOfOneRankAreOrderedByTheirSpelling(left: String, right: String) {
        let (left, right) = (PluginVersion(left), PluginVersion(right))
        expect(left.precedence(against: right), is: 0)
        // The spelling breaks the tie, so that an index has one order only.
        expect(left != right && (left < right) != (right < left))
    }

    @Test(arguments: [
        "0.0.0", "1.2.3", "1.0.0-rc.1", "1.0.0--", "1.0.0-0a.b-c", "1.0.0+001", "1.0.0-a+b.c", "10.20.30",
        "1.0.0-0", "1.0.0+-",
    ])
    func semanticVersionsAreRecognised(_ text: String) { expect(PluginVersion(text).isSemantic) }

    @Test(arguments: [
        "", "1", "1.0", "1.0.0.0", "v1.0.0", "01.0.0", "1.00.0", "1.0.0-", "1.0.0-01", "1.0.0-a..b", "1.0.0+",
        "1.0.0+a..b",
        "1.0.0-é", "1.0.0 ", " 1.0.0", "1.0.0\n", "1.0.0-a_b", "-1.0.0", "1.0.x", "1..0", "1.0.0+a+b", "１.0.0",
        "1.0.0-" + String(repeating: "a", count: 300),
    ])
    func otherTextsAreNoSemanticVersions(_ text: String) { expect(!PluginVersion(text).isSemantic) }

    @Test(arguments: [
        ("1.0.0-rc.1", true), ("1.0.0-", true), ("1.0.0+a-b", false), ("1.0.0", false), ("1-2", true), ("", false),
    ])
    func preReleasesAreRecognised(text: String, expected: Bool) {
        expect(PluginVersion(text).isPreRelease, is: expected)
    }

    @Test(arguments: [
        ("1.0.0", true), ("1.", true), ("1.0.0-rc.1", false), ("", false), ("1.0.0+a", false), ("١", false),
    ])
    func theHostTakesDigitsAndDots(text: String, expected: Bool) {
        expect(PluginVersion(text).isAcceptedByHost, is: expected)
    }

    @Test(arguments: [21, 22, 23, 24] as [UInt64])
    func orderIsTotal(seed: UInt64) {
        var random = SeededNumbers(seed: seed)
        let pieces = [
            "0", "1", "9", "10", "01", "00", "18446744073709551616", ".", ".", ".", "-", "-", "+", "rc", "a", "A", "é",
            "e\u{301}", "\u{212A}", "K", "L", "\u{301}", " ", "v",
        ]
        let versions = (0..<40).map { _ in
            PluginVersion((0..<Int.random(in: 0..<7, using: &random)).map { _ in random.pick(pieces) }.joined())
        }
        for left in versions {
            expect(!(left < left))
            for right in versions {
                let same = Array(left.description.utf8) == Array(right.description.utf8)
                expect((left == right), is: same)
                expect([left < right, right < left, same].count { $0 }, is: 1, "\(left) and \(right)")
                expect(left.precedence(against: right).signum(), is: -right.precedence(against: left).signum())
                for third in versions where left < right && right < third {
                    expect(left < third, "\(left), \(right), \(third)")
                    expect(left.precedence(against: third) <= 0)
                }
            }
        }
    }
}
