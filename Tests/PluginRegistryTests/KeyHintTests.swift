import Contract
import PluginRegistry
import TestSupport
import Testing

/// `key_id` in an index names the key to try first; it proves nothing, and a wrong one only costs time.
@Suite(.scratchFolder) struct KeyHintTests {
    private static func keyID(of label: String) async throws -> String {
        let script = "openssl pkey -in \"keys/$1.pem\" -pubout -outform DER | tail -c 32 | sha256sum | cut -c1-16"
        let made = try await Program("sh").run(["-c", script, "sh", label])
        try #require(made.status == 0, "\(made.transcript)")
        return String(made.output.prefix(16))
    }

    @Test func whateverTheHintTheSignerIsFound() async throws {
        let publishers = [try await Publisher("a"), try await Publisher("b"), try await Publisher("c")]
        let ids = [try await Self.keyID(of: "a"), try await Self.keyID(of: "b")]
        // More than is hashed without threads, so that both ways are taken.
        let large = TestRegistry.module(String(repeating: "large", count: 500_000))
        for module in [TestRegistry.module(), large] {
            for hint in [ids[1], ids[1].uppercased(), ids[0], "0123456789abcdef", "", "?"] {
                var registry = try TestRegistry()
                try await registry.publish(
                    "mask", module: module, signer: publishers[1], fields: ["key_id": .string(hint)])
                expect(try install("mask", trusting: "trust").signer, is: "b", "\(hint)")
            }
        }
    }

    @Test func noHintMakesAForeignSignatureGood() async throws {
        let stranger = try await Publisher("stranger", trust: "elsewhere")
        _ = try await Publisher("a")
        for label in ["a", "stranger"] {
            var registry = try TestRegistry()
            let hint = try await Self.keyID(of: label)
            try await registry.publish("mask", signer: stranger, fields: ["key_id": .string(hint)])
            try await expectRefusal(.signatureInvalid, "signature verification failed") {
                try install("mask", trusting: "trust")
            }
        }
    }
}
