internal import Arguments
internal import Authoring
internal import Basics
internal import Contract
internal import Operations

/// The forms of a signature's file.
enum SignatureFormat: String, ExpressibleByArgument, CaseIterable, Sendable { case sig, minisign }

struct SignCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "sign", abstract: "Sign the built module and write its .sig next to it.",
        discussion: """
            In a plugin's folder, the name, version, hooks, permissions and limits of plugin.yaml are first \
            embedded in the module, in a custom section, so that the signature covers them. A FILE is signed \
            unchanged.
            """)

    @Argument(help: "The module; in a plugin's folder, dist/NAME.wasm.")
    var file: String?

    @Option(name: .long, help: "Where to write the signature.")
    var out: String?

    @Option(name: .long, help: "The format: sig, which hosts read, or minisign, which writes FILE.minisig.")
    var format: SignatureFormat = .sig

    @OptionGroup var buildCheck: BuildCheckOption
    @OptionGroup var key: KeyOption
    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let source = key.source(session)
        var operation: SignModule
        if let file {
            operation = SignModule(modulePath: session.path(file), manifest: nil, key: source)
        } else {
            operation = await SignModule(
                ownModuleOf: try session.project(), key: source, in: session.context(console))
        }
        operation.output = out.map(session.path)
        operation.minisignTime = format == .minisign ? Timestamp(seconds: try session.timeOfMaking()) : nil
        operation.checksBuild = buildCheck.isOn
        let report = try operation.run()
        var text: [Text] = [
            "\("signed", .green) \(session.shown(report.modulePath)) with '\(report.label)' -> \(session.shown(report.signaturePath))",
            "  sha256: \(report.digest)",
        ]
        if let manifest = report.manifest { text.append(.release(manifest.name, manifest.version)) }
        return Outcome(
            text: text,
            json: .object([
                "module": .string(report.modulePath), "signature": .string(report.signaturePath),
                "key": .string(report.label), "public_key": .string(report.publicKey),
                "sha256": .string(report.digest.description),
                "manifest": report.manifest.map(EmbeddedManifest.json) ?? .null, "warnings": .strings(report.warnings),
            ]), warnings: report.warnings.map { Text($0) })
    }
}
