import Basics
import Ed25519
import LibCrypto
import TestSupport
import Testing

@Suite("Ed25519: verification in pieces")
struct StreamingTests {
    @Test("however a message is cut, the answer is that of the whole message", arguments: 0..<40)
    func chunkings(round: Int) throws {
        var numbers = SeededNumbers(seed: UInt64(round))
        let key = try unsafe SigningKey(seed: numbers.bytes(32).span.bytes)
        let message = numbers.bytes(Int.random(in: 0...2000, using: &numbers))
        var signature = try unsafe key.sign(message.span.bytes)
        let damaged = Bool.random(using: &numbers)
        if damaged {
            var bytes = signature.bytes
            bytes[Int.random(in: 0..<64, using: &numbers)] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
            signature = try #require(Signature(bytes: bytes))
        }

        let check = SignatureCheck(signature, by: key.publicKey)
        var hash = try PrefixedSHA512(prefixes: [check.prefix])
        var rest = message[...]
        while !rest.isEmpty {
            let chunk = Array(rest.prefix(Int.random(in: 0...300, using: &numbers)))
            unsafe hash.update(chunk.span.bytes)
            rest = rest.dropFirst(chunk.count)
        }
        let whole = unsafe verify(signature, of: message.span.bytes, by: key.publicKey)
        let isValid = check.isValid(digest: try hash.finalize()[0])
        expect(isValid, is: whole)
        expect(isValid, is: !damaged)
    }

    @Test("random R and S are answered as the whole-message verifier answers them", arguments: 0..<100)
    func noise(round: Int) throws {
        var numbers = SeededNumbers(seed: 1_000 + UInt64(round))
        let key = try unsafe SigningKey(seed: numbers.bytes(32).span.bytes)
        let answers = verdicts(try #require(Signature(bytes: numbers.bytes(64))), numbers.bytes(50), key.publicKey)
        expect(answers, is: [false, false])
    }
}
