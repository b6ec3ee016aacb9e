import PluginRegistry
import TestSupport
import Testing

@Suite(.scratchFolder) struct VerificationTests {
    private func verify(_ name: String, signature: String? = nil) throws -> ModuleInspection {
        try ModuleInspection.blockingInspect(
            Scratch.path(name), trust: .root(TrustRoot.load(folder: Scratch.path("trust"))),
            signatureFile: signature.map(Scratch.path))
    }

    @Test func theSignatureIsTheSidecarOrTheNamedFile() async throws {
        let publisher = try await Publisher("acme")
        try Scratch.write("x.wasm", TestRegistry.module())
        let text = try await publisher.sign("x.wasm")
        var error = #expect(throws: RegistryError.self) { try verify("x.wasm") }
        expect(error?.kind, is: .noSignature)
        expect(error?.message.contains("no signature") == true && error?.message.contains("x.sig") == true)
        try Scratch.write("elsewhere", text + "\n")
        expect(try verify("x.wasm", signature: "elsewhere").signer, is: "acme")
        try Scratch.write("x.sig", text)
        let verified = try verify("x.wasm")
        expect(verified.signer == "acme" && verified.isModule && verified.size == 18)
        expect(try await Program("sha256sum").run(["x.wasm"]).output.hasPrefix(verified.sha256 + " "))

        try Scratch.write("x.wasm", TestRegistry.module("changed"))
        error = #expect(throws: RegistryError.self) { try verify("x.wasm") }
        expect(error?.kind, is: .signatureInvalid)
        expect(error?.message.contains("signature verification failed"), is: true)
        expect(try ModuleInspection.blockingInspect(Scratch.path("x.wasm"), trust: .digestOnly).signer == nil)
    }

    @Test func whatIsNoFileIsRefused() async throws {
        _ = try await Publisher("acme")
        try Scratch.makePipe("x.wasm")
        try Scratch.makeFolder("folder.wasm")
        try Scratch.write("text.wasm", "text")
        try Scratch.makePipe("text.sig")
        for name in ["x.wasm", "folder.wasm", "missing.wasm"] {
            let error = #expect(throws: RegistryError.self) { try verify(name) }
            expect(error?.kind, is: .artifactUnavailable)
            expect(error?.message.contains(Scratch.path(name)), is: true)
        }
        #expect(throws: RegistryError.self) { try verify("text.wasm") }
        expect(try ModuleInspection.blockingInspect(Scratch.path("text.wasm"), trust: .digestOnly).isModule, is: false)
    }
}
