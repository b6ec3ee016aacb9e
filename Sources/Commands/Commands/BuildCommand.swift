internal import Arguments
internal import Authoring
internal import Contract
internal import Operations

struct BuildCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "build", abstract: "Compile the plugin and write the module to dist/NAME.wasm.")

    @Flag(name: .shortAndLong, help: "Show the compiler's output as it comes.")
    var verbose = false

    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let project = try session.project()
        var echo: (@Sendable (String) -> Void)?
        if verbose, !globals.json { echo = { console.write($0, to: .error) } }
        let report = try await BuildPlugin(
            project: project, in: session.context(console), echo: echo,
            starting: { console.note("\("building", .dim) \(project.name): \($0)") }
        ).run()
        for line in report.compilerWarnings.split(separator: "\n") { console.note(Text(String(line))) }
        var text: [Text] = [
            "\("built", .green) \(session.shown(report.modulePath))",
            "  size: \(report.size) bytes",
            "  hooks: \(report.hooks.isEmpty ? "none" : report.hooks.joined(separator: ", "))",
            "  imports: \(report.imports.isEmpty ? "none" : report.imports.joined(separator: ", "))",
        ]
        if let program = report.chosenProgram { text.append("  compiler: \(program)") }
        return Outcome(
            text: text,
            json: .object([
                "name": .string(report.name), "module": .string(report.modulePath), "size": .int(report.size),
                "hooks": .strings(report.hooks), "missing_hooks": .strings(report.missingHooks),
                "imports": .strings(report.imports), "compiler": report.chosenProgram.map(JSONValue.string),
                "output": .string(report.compilerWarnings),
            ]),
            warnings: report.missingHooks.map {
                "the manifest declares the hook '\($0)', but the module does not export it"
            })
    }
}
