import Basics
import Contract
import PluginRegistry
import TestSupport
import Testing

/// What must be refused, with the host's words, and without a trace in the plugins folder.
@Suite(.scratchFolder) struct RefusalTests {
    /// A registry with a good plugin, which is installed; `replacing` takes its place in the index afterwards.
    private func prepared(_ publisher: Publisher) async throws -> TestRegistry {
        var registry = try TestRegistry()
        try await registry.publish("mask", "0.9.0", module: TestRegistry.module("old"), signer: publisher)
        _ = try install("mask", trusting: "trust")
        return registry
    }

    @Test func bytesThatTheIndexDoesNotPromiseAreRefused() async throws {
        let publisher = try await Publisher("acme")
        var registry = try await prepared(publisher)
        try await registry.publish("mask", "1.0.0", signer: publisher)
        try Scratch.write("registry/mask-1.0.0.wasm", TestRegistry.module("changed"))
        // As for the host, the digest comes before the signature.
        try await expectRefusal(.digestMismatch, "sha256 mismatch", "mask v1.0.0") {
            try install("mask", trusting: "trust")
        }
        try await expectRefusal(.digestMismatch, "sha256 mismatch") { try install("mask") }
    }

    @Test(arguments: ["", "00", "zz", String(repeating: "0", count: 63), String(repeating: "0", count: 66), " "])
    func malformedDigestsAreRefused(text: String) async throws {
        let publisher = try await Publisher("acme")
        var registry = try await prepared(publisher)
        try await registry.publish("mask", signer: publisher, fields: ["sha256": .string(text)])
        try await expectRefusal(.indexMalformed, "sha256 mismatch for mask v1.0.0") { try install("mask") }
        // It is listed all the same, as it stands there.
        let listed = try Registry(RegistryLocation("registry", currentFolder: Scratch.folder)).blockingLoad().entries
        let entry = try #require(listed.first { $0.sha256 == text })
        expect(entry.digest == nil && entry.isSigned)
    }

    @Test func digestsInUpperCaseAreTaken() async throws {
        var registry = try TestRegistry()
        try await registry.publish("mask")
        let digest = try #require(registry.entries[0]["sha256"]?.string)
        try await registry.publish("mask", fields: ["sha256": .string(digest.uppercased())])
        expect(try install("mask").sha256, is: digest)
        let listed = try Registry(RegistryLocation("registry", currentFolder: Scratch.folder)).blockingLoad().entries
        let entry = try #require(listed.first { $0.sha256 == digest.uppercased() })
        expect(entry.digest, is: SHA256Digest(hex: digest))
    }

    @Test func aMissingSignatureIsRefused() async throws {
        let publisher = try await Publisher("acme")
        var registry = try await prepared(publisher)
        try await registry.publish("mask", "1.0.0")
        try await expectRefusal(.noSignature, "no signature", "mask v1.0.0") { try install("mask", trusting: "trust") }
    }

    /// Signatures that are none: by another key, over other bytes, cut off, of another spelling.
    @Test(arguments: [
        "stranger", "other bytes", "truncated", "empty", "hex", "unpadded", "flipped", "two", "not base64",
        "inner newline",
    ])
    func badSignaturesAreRefused(kind: String) async throws {
        let publisher = try await Publisher("acme")
        var registry = try await prepared(publisher)
        try Scratch.write("other", "other")
        try Scratch.write("module", TestRegistry.module())
        let good = try await publisher.sign("module")
        let raw = try #require(Base64.decode(good.utf8))
        let bad =
            switch kind {
            case "stranger": try await Publisher("stranger", trust: "elsewhere").sign("module")
            case "other bytes": try await publisher.sign("other")
            case "truncated": Base64.encode(Array(raw.dropLast()))
            case "empty": ""
            case "hex": Hex.encode(raw)
            case "unpadded": String(good.dropLast(2))
            case "flipped": Base64.encode([raw[0] ^ 1] + raw.dropFirst())
            case "two": Base64.encode(raw + raw)
            case "inner newline": String(good.prefix(40)) + "\n" + String(good.dropFirst(40))
            default: String(repeating: "!", count: 88)
            }
        try await registry.publish("mask", fields: ["signature": .string(bad)])
        try await expectRefusal(.signatureInvalid, "signature verification failed", "mask v1.0.0") {
            try install("mask", trusting: "trust")
        }
        // The good one in its place shows that nothing else was wrong.
        try await registry.publish("mask", "1.0.1", fields: ["signature": .string(good)])
        expect(try install("mask", trusting: "trust").signer, is: "acme")
    }

    @Test func anyKeyOfTheTrustRootCounts() async throws {
        for label in ["a", "b", "c"] { _ = try await Publisher(label) }
        var registry = try TestRegistry()
        try await registry.publish("mask", signer: try await Publisher("b"))
        expect(try install("mask", trusting: "trust").signer, is: "b")
    }

    @Test(arguments: [
        "../x", "a/b", ".", "..", "", "/tmp/x", String(repeating: "n", count: 129), "a\u{0}b", "a\nb", "ä", ".hidden",
        "a.b",
    ])
    func hostileNamesAreRefused(name: String) async throws {
        var registry = try TestRegistry()
        try await registry.publish("mask", fields: ["name": .string(name)])
        try await expectRefusal(.invalidName, "invalid plugin name") { try install(name) }
        // Also when the entry is handed over without a look-up by name.
        let loaded = Registry(RegistryLocation("registry", currentFolder: Scratch.folder))
        let entry = try #require(try loaded.blockingLoad().entries.first)
        expect(entry.name, is: name)
        let folder = try PluginsFolder(Scratch.path("plugins"))
        let result = Result { try loaded.blockingFetch(entry, into: folder, trust: .digestOnly).sha256 }
        let error = #expect(throws: RegistryError.self) { try result.get() }
        expect(error?.kind, is: .invalidName)
        expect(Scratch.names(in: "plugins").isEmpty && Scratch.names() == ["plugins", "registry"])
    }

    @Test(arguments: ["missing", "folder", "pipe", "device", "too large", "link to nothing", "below a file"])
    func artefactsThatAreNoFilesAreRefused(kind: String) async throws {
        let publisher = try await Publisher("acme")
        var registry = try await prepared(publisher)
        try await registry.publish("mask", fields: ["artifact": .string("artefact")])
        switch kind {
        case "folder": try Scratch.makeFolder("registry/artefact")
        case "pipe": try Scratch.makePipe("registry/artefact")
        case "device": try Scratch.makeLink("registry/artefact", to: "/dev/zero")
        case "too large": try await registry.publish("mask", "1.0.1", fields: ["artifact": .string("../../large")])
        case "link to nothing": try Scratch.makeLink("registry/artefact", to: "nothing")
        case "below a file":
            try await registry.publish("mask", "1.0.1", fields: ["artifact": .string("mask-1.0.0.wasm/artefact")])
        default: break
        }
        if kind == "too large" {
            // Not in the folder that is listed before and after: a digest of it would take seconds.
            let folder = Scratch.folder + " large"
            try Scratch.makeSparseFile("large", bytes: (1 << 30) + 1)
            try await registry.publish("mask", "1.0.2", fields: ["artifact": .string(folder)])
            let moved = try await Program("mv").run([Scratch.path("large"), folder])
            try #require(moved.status == 0)
        }
        try await expectRefusal(.artifactUnavailable, "mask v1") { try install("mask") }
        if kind == "too large" { _ = try await Program("rm").run([Scratch.folder + " large"]) }
    }

    @Test(arguments: ["", "\u{0}as", "\u{0}asn", "#!/bin/sh", "\u{7F}ELF", " \u{0}asm"])
    func whatIsNoModuleIsRefused(text: String) async throws {
        var registry = try TestRegistry()
        try await registry.publish("mask", module: Array(text.utf8))
        try await expectRefusal(.notAModule, "not a WebAssembly module") { try install("mask") }
    }

    @Test func versionsAreShownHarmless() async throws {
        var registry = try TestRegistry()
        try await registry.publish("mask", "1.0.0", fields: ["version": .string("1\u{1B}[2J"), "sha256": .string("")])
        let error = #expect(throws: RegistryError.self) { try install("mask") }
        expect(error?.message.contains("\u{1B}"), is: false)
    }
}
