internal import Arguments
internal import Contract
internal import Operations

struct UninstallCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "uninstall", abstract: "Remove a plugin from a host's plugins folder.",
        discussion: """
            Removes the module, its signature, its manifest and its entry in pdk.lock; if it fails or is killed, nothing is removed. A running host uses the plugin until it is restarted.
            """)

    @Argument(help: "The plugin's name.")
    var name: String

    @Option(name: .long, help: "The host's plugins folder.")
    var dest: String

    @OptionGroup var globals: GlobalOptions

    func validate() throws {
        if dest.isEmpty { throw ValidationError("Give --dest a folder, not an empty text.") }
    }

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let report = try UninstallPlugin(
            name: name, folder: session.path(dest), notice: { console.note(Text($0)) }
        ).run()
        let version = report.version.map { $0.isEmpty ? "" : " v\($0)" } ?? ""
        return Outcome(
            text: [
                "\("uninstalled", .green) \(name)\(version) from \(dest)",
                "  restart the host; until then it uses the plugin",
            ],
            json: .object([
                "name": .string(name), "version": .string(orNull: report.version),
                "removed": .strings(report.removed), "warnings": .strings(report.warnings),
            ]), warnings: report.warnings.map { Text($0) })
    }
}
