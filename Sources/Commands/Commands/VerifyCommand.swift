internal import Arguments
internal import Basics
internal import Contract
internal import PluginRegistry
internal import Trust

struct VerifyCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Show a module's SHA-256, and check its signature against a trust root.",
        discussion: "A packed plugin (.tar.gz) brings its signature along, and its digests are compared, too.")

    @Argument(help: "The module, or a packed plugin (.tar.gz).")
    var file: String

    @Option(name: .long, help: "The signature's file. (default: the module's, with .sig in place of .wasm)")
    var sig: String?

    @OptionGroup var trust: TrustOption
    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        if file.hasSuffix(".tar.gz") { return try verifyPacked(session) }
        let trustRoot = try trust.load(session)
        let verified = try inspect(session, trustRoot)
        let warnings =
            (trustRoot?.warnings ?? [])
            + (verified.isModule ? [] : ["\(file) is not a WebAssembly module: it does not begin with \\0asm"])
        var text: [Text] = [
            "\("verified", .green) \(file)",
            "  sha256: \(verified.sha256)",
            .signature(verifiedBy: verified.signature.signer?.label),
        ]
        if let name = verified.name, let version = verified.version { text.append(.release(name, version)) }
        return Outcome(
            text: text,
            json: .object([
                "module": .string(verified.path), "sha256": .string(verified.sha256), "size": .int(verified.size),
                "name": verified.name.map(JSONValue.string) ?? .null,
                "version": verified.version.map(JSONValue.string) ?? .null,
                "verified_by": (verified.signature.signer?.label).map(JSONValue.string) ?? .null,
                "warnings": .strings(warnings),
            ]),
            warnings: warnings.map { Text($0) })
    }

    /// In the host's words where there is a trust root.
    private func verifyPacked(_ session: Session) throws -> Outcome {
        guard sig == nil else {
            throw ValidationError("--sig is for modules: a packed plugin has its signature in it.")
        }
        let trustRoot = try trust.load(session), warnings = trustRoot?.warnings ?? []
        let verified = try PackedPlugin.blockingRead(session.path(file)).check(trust: Trust(trustRoot))
        let text: [Text] =
            (verified.signature.signer?.label).map { ["\("OK", .green) — signed by \($0)"] }
            ?? [
                "\("verified", .green) \(file)", "  sha256: \(verified.sha256)", .signature(verifiedBy: nil),
            ]
        return Outcome(
            text: text,
            json: .object([
                "packed": .string(session.path(file)), "name": .string(verified.plugin.name),
                "version": .string(verified.plugin.version), "sha256": .string(verified.sha256),
                "size": .int(verified.module.count), "signed": .bool(verified.plugin.isSigned),
                "verified_by": (verified.signature.signer?.label).map(JSONValue.string) ?? .null,
                "warnings": .strings(warnings),
            ]),
            warnings: warnings.map { Text($0) })
    }

    private func inspect(_ session: Session, _ trustRoot: TrustRoot?) throws -> ModuleInspection {
        do {
            return try ModuleInspection.blockingInspect(
                session.path(file), trust: Trust(trustRoot), signatureFile: sig.map(session.path))
        } catch {
            guard let error = error as? RegistryError, error.kind == .noSignature else { throw error }
            throw Problem(
                error.code, error.message,
                help: "pdk sign \(session.path(file).shellWord) makes one, or name it with --sig")
        }
    }
}
