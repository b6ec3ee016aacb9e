import LibCrypto
import TestSupport
import Testing

@Suite("SHA-256")
struct SHA256Tests {
    /// FIPS 180-4's examples: nothing, one block, two blocks; and its long one of a million letters.
    @Test(
        "published digests",
        arguments: [
            ("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
            ("aaaaaaaaaa", 100_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
        ])
    func published(text: String, times: Int, digest: String) throws {
        var hash = try SHA256()
        for _ in 0..<times { try unsafe hash.update(Array(text.utf8).span.bytes) }
        let inPieces = try hash.finalize()
        expect(inPieces, is: bytes(digest))
        let whole = Array(String(repeating: text, count: times).utf8)
        let atOnce = try unsafe SHA256.digest(of: whole.span.bytes)
        expect(atOnce, is: bytes(digest))
    }

    @Test("however data is cut, the digest is that of the whole", arguments: 0..<20)
    func chunkings(round: Int) throws {
        var numbers = SeededNumbers(seed: UInt64(round))
        let data = numbers.bytes(Int.random(in: 0...1000, using: &numbers))
        var hash = try SHA256()
        var rest = data[...]
        while !rest.isEmpty {
            let chunk = Array(rest.prefix(Int.random(in: 0...130, using: &numbers)))
            try unsafe hash.update(chunk.span.bytes)
            rest = rest.dropFirst(chunk.count)
        }
        let inPieces = try hash.finalize()
        let atOnce = try unsafe SHA256.digest(of: data.span.bytes)
        expect(inPieces, is: atOnce)
    }
}
