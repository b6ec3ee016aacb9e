import Basics
import Ed25519
import Foundation
import TestSupport
import Testing

/// The field makes and uses its keys with OpenSSL; both directions must work.
@Suite("Ed25519: the real openssl")
struct OpenSSLInteroperationTests {
    /// PKCS#8 and SPKI in DER around the raw bytes (RFC 8410), enough for openssl to load them.
    private let privatePrefix = bytes("302e020100300506032b657004220420")
    private let publicPrefix = bytes("302a300506032b6570032100")

    @Test(
        "openssl's signature is valid here, ours is valid there, and they are the same", .scratchFolder,
        arguments: [1, 64, 70_000]
    )
    func bothWays(count: Int) throws {
        var numbers = SeededNumbers(seed: UInt64(count))
        let seed = numbers.bytes(32)
        let message = numbers.bytes(count)
        let key = try unsafe SigningKey(seed: seed.span.bytes)
        try OpenSSLTool.write(privatePrefix + seed, to: "key.der")
        try OpenSSLTool.write(publicPrefix + key.publicKey.bytes, to: "public.der")
        try OpenSSLTool.write(message, to: "message")

        let signed = try OpenSSLTool.run(
            ["pkeyutl", "-sign", "-rawin", "-keyform", "DER", "-inkey", "key.der", "-in", "message", "-out", "theirs"])
        expect(signed, is: 0)
        let ours = try unsafe key.sign(message.span.bytes)
        let theirs = try #require(Signature(bytes: OpenSSLTool.read("theirs")))
        expect(theirs, is: ours)
        expect(verdicts(theirs, message, key.publicKey), is: [true, true])

        try OpenSSLTool.write(ours.bytes, to: "ours")
        let arguments = [
            "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER", "-inkey", "public.der", "-sigfile", "ours",
        ]
        expect(try OpenSSLTool.run(arguments + ["-in", "message"]), is: 0)
        try OpenSSLTool.write([message[0] ^ 1] + message.dropFirst(), to: "changed")
        expect(try OpenSSLTool.run(arguments + ["-in", "changed"]) != 0)
    }
}
