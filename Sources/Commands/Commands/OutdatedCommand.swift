internal import Arguments
internal import Basics
internal import Contract
internal import Operations
internal import PluginRegistry
internal import Trust

struct OutdatedCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "outdated", abstract: "Show which plugins of a folder have newer releases.",
        discussion: """
            Shows the installed version, the newest within the range in pdk.lock, and the newest of all. Each plugin is looked up in the registry that pdk.lock names. The exit status is 1 if a registry could not be read.
            """)

    @OptionGroup var folder: DestOption

    @Option(name: .long, help: "The registry to look in. (default: the one that pdk.lock names)")
    var registry: String?

    @OptionGroup var store: StoreOption
    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let report = try OutdatedPlugins(
            session.offers(folder.dest, registry, store, console, demanding: Trust(session.ownTrustRoot()))
        ).run()
        var text: [Text] = [], upToDate = 0
        for row in report.rows {
            let yanked = row.yanked.map { $0.isEmpty ? " (yanked)" : " (yanked: \($0))" } ?? ""
            if let problem = row.problem {
                text.append("\("not checked", .red) \(row.name): \(problem)")
                if let help = row.help { text.append("  \("help", .green): \(help)") }
            } else if let back = row.goingBack {
                let request = row.request.map { " within \($0)" } ?? ""
                let newest = row.isOutdated ? row.newest.map { "; the newest of all is \($0)" } ?? "" : ""
                text.append(
                    "\(row.name) \(row.installed ?? "-")\(yanked): there is no newer release\(request)\(newest)")
                if let young = row.passedOver { text.append("  note: \(young.text)") }
                text.append("  to go back: \(back)")
            } else if row.isOutdated || row.yanked != nil {
                defer { if let young = row.passedOver { text.append("  note: \(young.text)") } }
                let request = row.request.map { " within \($0)" } ?? ""
                text.append(
                    row.newest == nil
                        ? "\(row.name) \(row.installed ?? "-")\(yanked): no release is available"
                        : "\(row.name) \(row.installed ?? "-")\(yanked) -> \(row.wanted ?? "none")\(request) -> \(row.newest ?? "none")"
                )
            } else {
                upToDate += 1
            }
        }
        if text.isEmpty {
            text = [report.rows.isEmpty ? "no plugins" : "all plugins are up to date (\(upToDate))"]
        }
        return Outcome(
            text: text, isData: true, json: .array(report.rows.map(Self.json)),
            warnings: report.warnings.map { Text($0) },
            status: report.rows.contains(where: \.isFailure) ? .failed : .done)
    }

    /// A release that is too young for the policy, and the rule that says so.
    static func json(_ young: RegistryContents.PassedOver) -> JSONValue {
        .object([
            "version": .string(young.version), "rule": .string(young.violation.rule),
            "reason": .string("\(young.violation.reason) (\(young.violation.place))"),
        ])
    }

    private static func json(_ row: OutdatedPlugins.Row) -> JSONValue {
        .object([
            "name": .string(row.name), "installed": .string(orNull: row.installed),
            "wanted": .string(orNull: row.wanted), "newest": .string(orNull: row.newest),
            "request": .string(orNull: row.request), "outdated": .bool(row.isOutdated),
            "yanked": .string(orNull: row.yanked),
            "passed_over": row.passedOver.map(Self.json) ?? .null,
            "registry": .string(orNull: row.registry),
            "problem": .string(orNull: row.problem), "help": .string(orNull: row.help),
        ])
    }
}

extension Session {
    /// Where the releases of a folder's plugins are looked for: what was typed, else the lock, else the configuration.
    ///
    /// Where a trust root's policy demands that a registry is signed, it has to be.
    func offers(
        _ dest: String, _ registry: String?, _ store: StoreOption, _ console: Console, demanding trust: Trust,
        options: TrustOption? = nil
    ) throws -> InstalledOffers {
        var offers = InstalledOffers(
            folder: path(dest), registry: try registry.map(self.registry), fallback: try registryIfAny(nil),
            trust: trust, in: context(console, network(console, store, demanding: trust)))
        if let root = options?.trustRoot { offers.trustOptions = " --trust-root \(path(root).shellWord)" }
        if options?.noTrustRoot ?? false { offers.trustOptions = " --no-trust-root" }
        return offers
    }
}
