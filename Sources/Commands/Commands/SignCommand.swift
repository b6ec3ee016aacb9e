internal import Arguments
internal import Authoring
internal import Basics
internal import Contract
internal import Operations

/// The forms of a signature's file.
enum SignatureFormat: String, ExpressibleByArgument, CaseIterable, Sendable { case sig, minisign }

struct SignCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "sign", abstract: "Sign the built module: write its .sig beside it.",
        discussion: """
            In a plugin's folder, name, version, hooks, permissions and limits of plugin.yaml are first put into the \
            module, as a custom section, so that the signature covers them too. A module that is named is signed as it is.
            """)

    @Argument(help: "The module; in a plugin's folder, dist/NAME.wasm.")
    var file: String?

    @Option(name: .long, help: "Where to write the signature.")
    var out: String?

    @Option(name: .long, help: "sig, which hosts read, or minisign: FILE.minisig.")
    var format: SignatureFormat = .sig

    @OptionGroup var buildCheck: BuildCheckOption
    @OptionGroup var key: KeyOption
    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let modulePath: String
        var manifest: PluginMetadata?, project: PluginProject?
        if let file {
            modulePath = session.path(file)
        } else {
            let own = try session.project()
            modulePath = own.modulePath
            manifest = PluginMetadata(own.manifest)
            project = own
        }
        var metadata: MetadataSections?
        if let project {
            let revision = await SourceRevision.detect(
                folder: project.folder, environment: session.environment.filter { !$0.key.hasPrefix("PDK_KEY_") })
            let manifest = project.manifest
            metadata = MetadataSections(
                tool: "pdk", toolVersion: KitVersion.text,
                texts: [
                    "version": project.version, "description": manifest.description?.text ?? "",
                    "licenses": manifest.license?.text ?? "", "authors": manifest.author?.text ?? "",
                    "source": revision.source ?? "", "revision": revision.revision ?? "",
                ].filter { !$0.value.isEmpty })
        }
        let report = try SignModule(
            modulePath: modulePath, manifest: manifest, output: out.map(session.path), key: key.source(session),
            project: project, checksBuild: buildCheck.isOn,
            minisignTime: format == .minisign ? Timestamp(seconds: session.timeOfMaking()) : nil, metadata: metadata
        ).run()
        var text: [Text] = [
            "\("signed", .green) \(session.shown(report.modulePath)) with '\(report.label)' -> \(session.shown(report.signaturePath))",
            "  sha256: \(report.sha256)",
        ]
        if let manifest = report.manifest { text.append(.release(manifest.name, manifest.version)) }
        return Outcome(
            text: text,
            json: .object([
                "module": .string(report.modulePath), "signature": .string(report.signaturePath),
                "key": .string(report.label), "public_key": .string(report.publicKey), "sha256": .string(report.sha256),
                "manifest": report.manifest.map(EmbeddedManifest.json) ?? .null, "warnings": .strings(report.warnings),
            ]), warnings: report.warnings.map { Text($0) })
    }
}
