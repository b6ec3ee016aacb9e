import Basics
import TestSupport
import Testing

private let bytes = (0..<64).map { UInt8($0) }

struct SignatureTests {
    @Test func aTextIsReadAndWritten() throws {
        let signature = try #require(Signature(bytes: bytes))
        expect(signature.text == Base64.encode(bytes) && signature.bytes == bytes)
        for text in [signature.text, " \t\(signature.text)\r\n"] { expect(Signature(text: text), is: signature) }
    }

    @Test(arguments: [
        "", " ", "AA==", Base64.encode(Array(bytes.dropLast())), Base64.encode(bytes + [0]),
        String(Base64.encode(bytes).dropLast(2)), Base64.encode(bytes) + "\nA",
        "-\(Base64.encode(bytes).dropFirst())", String(repeating: "0", count: 128),
    ])
    func anythingElseIsNone(text: String) {
        expect(Signature(text: text) == nil)
    }
}
