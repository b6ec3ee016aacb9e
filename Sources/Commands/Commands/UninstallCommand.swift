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

    @OptionGroup var folder: DestOption

    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let report = try UninstallPlugin(
            name: name, folder: folder.path(session), in: session.context(console)
        ).run()
        let version = report.version.map { $0.isEmpty ? "" : " v\($0)" } ?? ""
        return Outcome(
            text: [
                "\("uninstalled", .green) \(name)\(version) from \(folder.dest)",
                "  restart the host; until then it uses the plugin",
            ],
            json: .object([
                "name": .string(name), "version": .string(orNull: report.version),
                "removed": .strings(report.removed), "warnings": .strings(report.warnings),
            ]), warnings: report.warnings.map { Text($0) })
    }
}
