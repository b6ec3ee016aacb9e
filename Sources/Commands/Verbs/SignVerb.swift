internal import ArgumentParser
internal import Formats
internal import Operations

struct SignVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "sign", abstract: "Sign the built module: write its .sig beside it.")

    @Argument(help: "The module; in a plugin's folder, dist/NAME.wasm.")
    var file: String?

    @Option(name: .long, help: "Where to write the signature.")
    var out: String?

    @OptionGroup var key: KeyOption
    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let module = try file.map(session.path) ?? session.project().modulePath
        let report = try SignModule(modulePath: module, output: out.map(session.path), key: key.source(session))
            .run()
        return Outcome(
            text: [
                "\("signed", .green) \(session.shown(report.modulePath)) with '\(report.label)' -> \(session.shown(report.signaturePath))",
                "  sha256: \(report.sha256)",
            ],
            json: .object([
                "module": .string(report.modulePath), "signature": .string(report.signaturePath),
                "key": .string(report.label), "public_key": .string(report.publicKey), "sha256": .string(report.sha256),
            ]))
    }
}
