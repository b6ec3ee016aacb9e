import Basics
import Contract
import TestSupport
import Testing

private let text = String(repeating: "0123456789abcdef", count: 4)

struct SHA256DigestTests {
    @Test func eitherCaseIsTheSameDigest() throws {
        let digest = try #require(SHA256Digest(hex: text))
        let mixed = text.prefix(31).uppercased() + text.dropFirst(31)
        for other in [text.uppercased(), mixed] {
            let read = try #require(SHA256Digest(hex: other))
            expect(read == digest && read.hashValue == digest.hashValue && read.description == text)
        }
    }

    @Test func bytesAndTextAreTheSameDigest() throws {
        let bytes = (0..<32).map { UInt8($0 * 7 + 3) }
        let digest = try #require(SHA256Digest(bytes: bytes))
        expect(digest.bytes, is: bytes)
        expect(digest.description.hasPrefix("030a11181f262d34") && digest.description.utf8.count == 64)
        expect(SHA256Digest(hex: digest.description), is: digest)
    }

    /// Two that differ in one digit, whichever it is, are different digests.
    @Test func everyDigitCounts() throws {
        let digest = try #require(SHA256Digest(hex: text))
        for place in 0..<64 {
            var digits = Array(text.utf8)
            digits[place] = digits[place] == UInt8(ascii: "0") ? UInt8(ascii: "1") : UInt8(ascii: "0")
            let other = try #require(SHA256Digest(hex: String(decoding: digits, as: UTF8.self)))
            expect(other != digest && Array(other.description.utf8) == digits)
        }
    }

    @Test(arguments: [
        "", "0", "00", String(text.dropLast()), String(text.dropLast(2)), text + "0", text + "00", text + "\n",
        " " + text, "g\(text.dropFirst())", "\(text.dropLast())G", "\(text.dropLast())é", "\(text.dropLast())٣",
        "0x\(text.dropFirst(2))", "+\(text.dropFirst())", "sha256:" + text, String(repeating: text, count: 1000),
    ])
    func anythingElseIsNone(other: String) {
        expect(SHA256Digest(hex: other) == nil)
    }

    @Test(arguments: [0, 1, 31, 33, 64])
    func anotherNumberOfBytesIsNone(count: Int) {
        expect(SHA256Digest(bytes: [UInt8](repeating: 1, count: count)) == nil)
    }

    /// What an entry says is kept as it was written, beside the value that it spells.
    @Test func anEntryKeepsItsTexts() throws {
        let signature = String(repeating: "A", count: 86) + "=="
        var entry = IndexEntry(PluginMetadata(name: "x"), artifact: "x.wasm", sha256: text.uppercased())
        entry.signature = " \(signature)\n"
        expect(entry.sha256 == text.uppercased() && entry.digest?.description == text)
        expect(entry.digestText == text && entry.signature == " \(signature)\n")
        expect(entry.parsedSignature?.text, is: signature)
        var other = IndexEntry(PluginMetadata(name: "x"), artifact: "x.wasm", sha256: text)
        expect(entry.hasSameDigest(as: other) && !entry.hasSameSignature(as: other))
        other.signature = signature
        expect(entry.hasSameSignature(as: other) && other.hasSameSignature(as: entry))
    }

    /// Two malformed ones are not the same only because neither is a digest.
    @Test func malformedTextsAreComparedAsTheyStand() {
        var one = IndexEntry(PluginMetadata(name: "x"), artifact: "x.wasm", sha256: "Zz")
        var other = IndexEntry(PluginMetadata(name: "x"), artifact: "x.wasm", sha256: "yy")
        one.signature = "none"
        other.signature = "nothing"
        expect(one.digest == nil && one.parsedSignature == nil && one.isSigned && one.digestText == "zz")
        expect(!one.hasSameDigest(as: other) && !one.hasSameSignature(as: other))
        expect(one.hasSameDigest(as: one) && one.hasSameSignature(as: one))
    }
}
