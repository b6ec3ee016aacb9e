import Basics
import TestSupport
import Testing

@Suite struct Base64Tests {
    /// RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func thePublishedVectorsAreMet(text: String, encoded: String) {
        expect(Base64.encode(Array(text.utf8)), is: encoded)
        expect(Base64.decode(encoded.utf8), is: Array(text.utf8))
    }

    @Test func everyValueHasOneSpelling() {
        // All texts of four digits over a small alphabet, padding and rubbish included.
        let alphabet = Array("ABCEIQg/=- \n".utf8)
        var spelled: [[UInt8]: [UInt8]] = [:]
        for first in alphabet {
            for second in alphabet {
                for third in alphabet {
                    for fourth in alphabet {
                        let text = [first, second, third, fourth]
                        guard let bytes = Base64.decode(text) else { continue }
                        expect(spelled.updateValue(text, forKey: bytes) == nil)
                        expect(Array(Base64.encode(bytes).utf8), is: text)
                    }
                }
            }
        }
        expect(spelled.count > 1000)
    }

    @Test func randomBytesComeBack() {
        var random = SeededNumbers(seed: 5)
        for count in 0..<200 {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            expect(Base64.decode(Base64.encode(bytes).utf8), is: bytes)
            expect(Hex.decode(Hex.encode(bytes)), is: bytes)
        }
    }

    @Test(arguments: [
        "Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm8", "Zm9v\n", " Zm9v", "Zm 9v", "Zm9v====", "====", "=Zg=",
        "Zg=a",
        "Zm-_", "Zm9vé", "Zm\u{0}v", "Zg==Zg==", "Ｚｇ==",
    ])
    func refused(_ text: String) { expect(Base64.decode(text.utf8) == nil) }
}

@Suite struct HexTests {
    @Test func hexadecimalIsReadInEitherCase() {
        expect(Hex.decode("00fFAb"), is: [0, 0xFF, 0xAB])
        expect(Hex.encode([0, 0xFF, 0xAB] as [UInt8]), is: "00ffab")
        expect(Hex.decode(""), is: [])
    }

    @Test(arguments: ["0", "0g", "+1", "-1", " 0", "0x", "00 ", "é0", "１１", "0\u{0}"])
    func refused(_ text: String) { expect(Hex.decode(text) == nil) }
}

@Suite struct KeyTextTests {
    private static let key = [UInt8](repeating: 0xA5, count: 32)
    private static let text = Base64.encode(key)

    @Test(arguments: ["", "\n", "\r\n", " \t\n"], ["", " ", "\n\n"])
    func whiteSpaceAtTheEnds(after: String, before: String) {
        expect(KeyText.decode(Array((before + Self.text + after).utf8), count: 32), is: Self.key)
    }

    @Test func aKeysTextEndsItsLine() { expect(KeyText.encode(Self.key), is: Self.text + "\n") }

    @Test(arguments: [
        "", " ", text + text, text + "\n" + text, String(text.dropLast()), text + "\u{0}", "\u{FEFF}" + text,
        text + "\u{A0}", Base64.encode(Array(key.dropLast())), Base64.encode(key + [0]),
        "-----BEGIN PUBLIC KEY-----\n" + text + "\n-----END PUBLIC KEY-----\n",
        String(text.prefix(20)) + "\n" + String(text.dropFirst(20)),
    ])
    func refused(_ text: String) { expect(KeyText.decode(Array(text.utf8), count: 32) == nil) }
}
