internal import ArgumentParser
internal import Formats
internal import Operations

struct SignVerb: Verb {
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

    @OptionGroup var key: KeyOption
    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let project = file == nil ? try session.project() : nil
        let report = try SignModule(
            modulePath: project?.modulePath ?? session.path(file ?? ""),
            manifest: project.map { EmbeddedManifest($0.manifest) }, output: out.map(session.path),
            key: key.source(session)
        ).run()
        let release = report.manifest.map { ["  release: \($0.name) v\($0.version)"] as [Text] } ?? []
        return Outcome(
            text: [
                "\("signed", .green) \(session.shown(report.modulePath)) with '\(report.label)' -> \(session.shown(report.signaturePath))",
                "  sha256: \(report.sha256)",
            ] + release,
            json: .object([
                "module": .string(report.modulePath), "signature": .string(report.signaturePath),
                "key": .string(report.label), "public_key": .string(report.publicKey), "sha256": .string(report.sha256),
                "manifest": report.manifest?.json ?? .null,
            ]))
    }
}
