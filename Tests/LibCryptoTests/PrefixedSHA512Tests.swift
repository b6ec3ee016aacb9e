import Basics
import LibCrypto
import TestSupport
import Testing

/// Digests of one message behind several prefixes, small ones and those that threads work on, as `openssl` computes them.
@Suite(.scratchFolder) struct PrefixedSHA512Tests {
    @Test(arguments: [(0, 1), (100, 3), (1 << 20, 2), (1 << 20 + 1, 1), (9_000_000, 5)])
    func agreesWithOpenSSL(size: Int, prefixes count: Int) async throws {
        var random = SeededNumbers(seed: UInt64(size))
        let message = random.bytes(size)
        let prefixes = (0..<count).map { Array(repeating: UInt8($0), count: 64) }
        var hash = try PrefixedSHA512(prefixes: prefixes)
        for start in stride(from: 0, to: size, by: 300_000) {
            unsafe hash.update(message[start..<min(start + 300_000, size)].span.bytes)
        }
        let digests = try hash.finalize().map { Hex.encode($0) }
        for (prefix, digest) in zip(prefixes, digests) {
            try Scratch.write("message", prefix + message)
            let expected = try await Program("openssl").run(["dgst", "-sha512", "-r", "message"])
            expect(expected.output.hasPrefix(digest))
        }
        expect(digests.count, is: count)
    }

    /// What nobody asks for ends without its digests, and its thread with it.
    @Test func canBeDropped() throws {
        let block = [UInt8](repeating: 7, count: 3 << 20)
        for _ in 0..<20 {
            var hash = try PrefixedSHA512(prefixes: [[1], [2], [3]])
            for _ in 0..<3 { unsafe hash.update(block.span.bytes) }
        }
        var none = try PrefixedSHA512(prefixes: [])
        unsafe none.update(block.span.bytes)
        expect(try none.finalize().isEmpty)
    }
}
