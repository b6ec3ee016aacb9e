import Basics
import TestSupport
import Testing

@Suite struct PrintableTests {
    @Test(arguments: [
        ("plain é 日本 😀", "plain é 日本 😀"), ("\u{1B}[31mred", "\\u{1b}[31mred"), ("a\r\nb", "a\\u{d}\\u{a}b"),
        ("\u{7F}\u{9B}2J", "\\u{7f}\\u{9b}2J"), ("\u{202E}gpj.exe", "\\u{202e}gpj.exe"),
        ("\u{2066}x\u{2069}\u{061C}", "\\u{2066}x\\u{2069}\\u{61c}"), ("a\u{2028}b\u{200B}", "a\\u{2028}b\\u{200b}"),
        ("\u{0}\t", "\\u{0}\\u{9}"), ("", ""), ("a\u{3164}b\u{AD}", "a\\u{3164}b\\u{ad}"),
        ("\u{E0041}x\u{FE0F}", "\\u{e0041}x\\u{fe0f}"), ("a\u{A0}b\u{3000}c\u{2800}", "a\\u{a0}b\u{3000}c\\u{2800}"),
    ])
    func escaped(text: String, shown: String) { expect(text.printable, is: shown) }

    @Test(arguments: [
        ("/a/b-1_2.json", "/a/b-1_2.json"), ("/my plugins/x", "'/my plugins/x'"), ("it's", "'it'\\''s'"),
        ("$(x)", "'$(x)'"),
        ("", "''"), ("~", "'~'"), ("é", "'é'"),
    ])
    func wordOfAShell(text: String, word: String) { expect(text.shellWord, is: word) }
}

@Suite struct RedactionTests {
    private static let key = "MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"

    @Test(arguments: [
        "-----BEGIN PRIVATE KEY-----\n\(key)\n-----END PRIVATE KEY-----\n", "-----BEGIN PRIVATE KEY-----\\n\(key)",
        "BEGIN OPENSSH PRIVATE KEY\\u{a}\(key)", key, String(key.dropLast(30)),
        "RWRTY0IyaW5pc2lnbiBzZWNyZXQga2V5IGFuZCBtb3JlIG9mIGl0", "9kSvZQxJmZ39gv4Yf+KUPCukXjLlDPodndGf+F9RwFmI=",
    ])
    func keysAreHidden(text: String) {
        let shown = "cannot open /a/b/\(text): no such file or folder".redacted
        expect(shown.contains("[key material, not shown]") && text.looksLikeKeyMaterial)
        for start in stride(from: 0, to: text.utf8.count - 20, by: 7) {
            expect(!shown.contains(String(text.dropFirst(start).prefix(20))), "\(shown)")
        }
    }

    /// Paths, digests, versions and words stay as they are, also long ones.
    @Test(arguments: [
        "sha256 mismatch: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "",
        "/home/runner/jobs/SwiftPluginDeveloperKit/Sources/PluginRegistry/TrustRoot/KeyMaterialTests.swift",
        "0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF", "-----", "BEGIN WORK", "-- BEGIN",
        "aVeryLongCamelCaseNameOfATestThatSomebodyHasWrittenInOneGoWithoutBlanks",
        "é" + String(repeating: "日本", count: 400),
    ])
    func everythingElseStays(text: String) { expect(text.redacted == text && !text.looksLikeKeyMaterial) }

    /// Random keys are found, whatever their bytes are; the text around them stays.
    @Test func randomKeysAreHidden() {
        var random = SeededNumbers(seed: 11)
        var missed = 0
        for _ in 0..<2000 where !Base64.encode(random.bytes(32)).looksLikeKeyMaterial { missed += 1 }
        expect(missed < 20, "\(missed) of 2000")
    }
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
        expect(
            seconds.map { Timestamp(seconds: $0).rfc3339 }, is: result.output.split(separator: "\n").map(String.init))
    }

    @Test(arguments: [Int.max, Int.min, Int.min + 86_399])
    func farTimesDoNotTrap(seconds: Int) { expect(Timestamp(seconds: seconds).rfc3339.hasSuffix("Z")) }

    @Test func timesAreOrdered() { expect(Timestamp(seconds: -1) < Timestamp(seconds: 0)) }
}
