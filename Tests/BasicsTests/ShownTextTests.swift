import Basics
import TestSupport
import Testing

@Suite struct PrintableTests {
    @Test(arguments: [
        ("plain é 日本 😀", "plain é 日本 😀"), ("\u{1B}[31mred", "\\u{1b}[31mred"), ("a\r\nb", "a\\u{d}\\u{a}b"),
        ("\u{7F}\u{9B}2J", "\\u{7f}\\u{9b}2J"), ("\u{202E}gpj.exe", "\\u{202e}gpj.exe"),
        ("\u{2066}x\u{2069}\u{061C}", "\\u{2066}x\\u{2069}\\u{61c}"), ("a\u{2028}b\u{200B}", "a\\u{2028}b\\u{200b}"),
        ("\u{0}\t", "\\u{0}\\u{9}"), ("", ""),
    ])
    func escaped(text: String, shown: String) { #expect(text.printable == shown) }

    @Test(arguments: [
        ("/a/b-1_2.json", "/a/b-1_2.json"), ("/my plugins/x", "'/my plugins/x'"), ("it's", "'it'\\''s'"),
        ("$(x)", "'$(x)'"),
        ("", "''"), ("~", "'~'"), ("é", "'é'"),
    ])
    func wordOfAShell(text: String, word: String) { #expect(text.shellWord == word) }
}

@Suite(.scratchFolder) struct TimestampTests {
    @Test func agreesWithDate() async throws {
        var random = SeededNumbers(seed: 9)
        // Leap days, centuries, the ends of years; then anything from year 0 to 9999.
        var seconds = [
            0, -1, 86_399, 86_400, 951_782_399, 951_782_400, 951_868_800, 4_107_542_399, 4_107_542_400, 1_735_689_599,
            1_735_689_600, 1_709_164_800, 253_402_300_799, -62_167_219_200, -2_208_988_800, -62_135_596_800,
        ]
        for _ in 0..<300 { seconds.append(Int.random(in: -62_167_219_200...253_402_300_799, using: &random)) }
        let result = try await Program("date").run(
            ["-u", "-f", "-", "+%Y-%m-%dT%H:%M:%SZ"], input: seconds.map { "@\($0)\n" }.joined())
        try #require(result.status == 0, "\(result.transcript)")
        #expect(seconds.map { Timestamp(seconds: $0).rfc3339 } == result.output.split(separator: "\n").map(String.init))
    }

    @Test(arguments: [Int.max, Int.min, Int.min + 86_399])
    func farTimesDoNotTrap(seconds: Int) { #expect(Timestamp(seconds: seconds).rfc3339.hasSuffix("Z")) }

    @Test func timesAreOrdered() { #expect(Timestamp(seconds: -1) < Timestamp(seconds: 0)) }
}
