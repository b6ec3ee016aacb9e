internal import ArgumentParser
internal import Formats
internal import PluginRegistry

struct VerifyVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Show a module's SHA-256, and check its signature against a trust root.")

    @Argument(help: "The module.")
    var file: String

    @Option(name: .long, help: "The signature's file. (default: the module's, with .sig in place of .wasm)")
    var sig: String?

    @OptionGroup var trust: TrustOption
    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let verified = try ModuleVerification.verify(
            session.path(file), trustRoot: trust.load(session), signatureFile: sig.map(session.path))
        return Outcome(
            text: [
                "\("verified", .green) \(file)",
                "  sha256: \(verified.sha256)",
                TrustRoot.signatureLine(verified.signer),
            ],
            json: .object([
                "module": .string(verified.path), "sha256": .string(verified.sha256), "size": .int(verified.size),
                "verified_by": verified.signer.map(JSONValue.string) ?? .null,
            ]),
            warnings: verified.isModule ? [] : ["\(file) is not a WebAssembly module: it does not begin with \\0asm"])
    }
}
