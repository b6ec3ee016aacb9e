internal import Arguments
internal import Basics
internal import Contract
internal import Operations
internal import PluginRegistry
internal import Trust

struct SearchCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "Find plugins whose name, description or hooks contain a word, ignoring case.")

    @Argument(help: "The word to search for.")
    var word: String

    @Option(name: .long, help: "The maximum number of plugins to show.")
    var limit = 100

    @OptionGroup var registry: RegistryOption
    @OptionGroup var store: StoreOption
    @OptionGroup var globals: GlobalOptions

    func validate() throws {
        if word.isEmpty { throw ValidationError("Give a word to look for, not an empty text.") }
        guard (1...1_000_000).contains(limit) else { throw ValidationError("--limit must be from 1 to 1000000.") }
    }

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let location = try registry.location(session)
        let report = try SearchRegistry(
            word: word, location: location, limit: limit,
            in: session.context(
                console, session.network(console, store, demanding: Trust(try session.ownTrustRoot())))
        ).run()
        let rows = report.entries.map { (name: $0.name.printable, version: $0.version.printable, $0.description) }
        let widths = (name: width(rows.map(\.name)), version: width(rows.map(\.version)))
        if report.count == 0 { console.note("no plugin in \(location) matches '\(word.redacted)'") }
        let left = report.count - report.entries.count
        let warning: Text = "\(Measure.count(left, "more plugin")) found; --limit \(report.count) shows all"
        return Outcome(
            text: rows.map { row in
                "\(row.name.padded(to: widths.name), .bold)  \(row.version.padded(to: widths.version))  \(row.2)"
            },
            isData: true, json: .array(report.entries.map(\.listed)), warnings: left > 0 ? [warning] : [])
    }

    private func width(_ texts: [String]) -> Int { min(40, texts.map(\.count).max() ?? 0) }
}
