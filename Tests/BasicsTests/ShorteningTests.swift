import Basics
import TestSupport
import Testing

/// Texts as errors show them: without the passwords of addresses, and of a length that people read.
struct ShorteningTests {
    @Test(arguments: [
        ("https://user:secret@host/x", "https://user:…@host/x"),
        (
            "cannot read 'http://u:p@ss@host:81/a?b#c': http://v:q@other",
            "cannot read 'http://u:…@host:81/a?b#c': http://v:…@other"
        ),
        ("https://user:sec/ret@host/x", "https://user:…@host/x"), ("https://user:sec#r?t@host", "https://user:…@host"),
        ("git+ssh://git:pw@host:repository", "git+ssh://git:…@host:repository"), ("://:p@", "://:…@"),
    ])
    func aPasswordIsHidden(text: String, shown: String) {
        expect(text.hidingPasswords, is: shown)
    }

    @Test(arguments: [
        "", ":", "://", "a b", "https://host:8080/p@th", "https://git@host/a:b", "http://[::1]:80/a@b",
        "s3://bucket/a:b@c",
        "oci://host:5000/team", "a@b: https://host/ and c@d", "ä://ö:80/ü@x", "git@host:repository",
    ])
    func allElseStays(text: String) {
        expect(text.hidingPasswords, is: text)
    }

    /// Somebody's index may be full of addresses: an error about it must not end the program.
    @Test func manyAddressesAreNoTrouble() {
        for (part, count) in [("a://", 40_000), ("a://b:c", 2000), ("://b:c/", 2000)] {
            let text = String(repeating: part, count: count) + " @x"
            expect(text.hidingPasswords, is: text)
        }
    }

    @Test func aLongTextIsCut() {
        let sentence = String(repeating: "word ", count: 1000)
        expect(sentence.shortened, is: sentence)
        let text = String(repeating: sentence, count: 3), shown = text.shortened
        expect(
            shown.hasSuffix(" word…") && text.hasPrefix(shown.dropLast()) && (6000...6100).contains(shown.utf8.count))
        let word = String(repeating: "x", count: 200_000)
        expect(
            "a \(word) b".shortened,
            is: "a \(String(repeating: "x", count: 400))…\(String(repeating: "x", count: 40)) b")
        let short = String(repeating: "x", count: 600)
        expect(short.shortened, is: short)
    }
}
