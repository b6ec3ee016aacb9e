internal import Arguments
internal import Contract
internal import Operations
internal import PluginRegistry

struct YankCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "yank",
        abstract: "Withdraw a published version: hosts no longer find it; its files stay.",
        usage: "pdk yank NAME VERSION (--reason REASON | --undo) [OPTIONS]",
        discussion: "It can still be installed with pdk install NAME@VERSION --yanked. --undo makes it available again."
    )

    @Argument(help: "The plugin's name.")
    var name: String

    @Argument(help: "The exact version.")
    var version: String

    @Option(name: .long, help: "The reason, shown to those who have it installed.")
    var reason: String?

    @Flag(name: .long, help: "Make the version available again.")
    var undo = false

    @OptionGroup var registry: RegistryOption
    @OptionGroup var store: StoreOption
    @OptionGroup var registryKey: RegistryKeyOption
    @OptionGroup var globals: GlobalOptions

    func validate() throws {
        if undo, reason != nil { throw ValidationError("--undo takes no --reason.") }
        if !undo, reason?.isEmpty ?? true { throw ValidationError("Say why with --reason.") }
        // It stands in the index, and in a line of every list.
        if let reason, reason.utf8.count > 1000 {
            throw ValidationError("--reason is at most 1,000 bytes; say it in a sentence.")
        }
    }

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let report = try YankRelease(
            name: name, version: version, location: registry.changed(session, console), reason: undo ? nil : reason,
            registryKeys: registryKey.keys(session), in: session.context(console, store)
        ).run()
        let subject = "\(name) v\(version)"
        if let staged = report.staged {
            return Outcome(
                text: [
                    "\("staged", .green) \(undo ? "the return" : "the withdrawal") of \(subject) -> \(staged)",
                    "  the registry is signed and you do not have its key: its maintainer applies it with pdk registry sign",
                ], json: json(report))
        }
        let done: Text =
            switch (undo, report.isUnchanged) {
            case (false, false): "\("yanked", .green) \(subject)"
            case (false, true): "\(subject) is already withdrawn; nothing to do"
            case (true, false): "\("restored", .green) \(subject)"
            case (true, true): "\(subject) is already available; nothing to do"
            }
        let offered: Text = report.offered.map { "  hosts now get v\($0)" } ?? "  hosts now get no version of it"
        return Outcome(
            text: [done, offered],
            json: json(report))
    }

    private func json(_ report: YankRelease.Report) -> JSONValue {
        .object([
            "name": .string(name), "version": .string(version), "yanked": .bool(!undo),
            "unchanged": .bool(report.isUnchanged), "offered": .string(orNull: report.offered),
            "staged": .string(orNull: report.staged),
        ])
    }
}
