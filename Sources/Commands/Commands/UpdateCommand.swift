internal import Arguments
internal import Basics
internal import Contract
internal import Files
internal import Operations
internal import PluginRegistry
internal import Trust

struct UpdateCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Install newer releases of the plugins in a folder.",
        discussion: """
            Installs the newest release within the range in pdk.lock, from the registry that it names. Everything is fetched and verified, and the changes are shown, before anything is installed. Asks for confirmation on a terminal; elsewhere --yes is required. A plugin whose update is refused keeps its version, and the exit status is 1.
            """)

    @Argument(help: "The plugin. (default: all in the folder)")
    var name: String?

    @OptionGroup var folder: DestOption

    @Option(name: .long, help: "The registry to install from. (default: the one that pdk.lock names)")
    var registry: String?

    @Flag(name: .long, help: "Only show what would change.")
    var dryRun = false

    @Flag(name: .long, help: "Do not ask.")
    var yes = false

    @OptionGroup var acceptance: AcceptanceOptions

    @OptionGroup var store: StoreOption
    @OptionGroup var trust: TrustOption
    @OptionGroup var globals: GlobalOptions

    private var options: InstallOptions {
        var options = acceptance.installOptions
        options.onlyShowsNewPermissions = dryRun
        options.allowsUnverifiedUpdates = trust.noTrustRoot
        return options
    }

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        // A question on the terminal ends by the signal itself.
        guard yes || dryRun else { return try update(session, console, nil) }
        return try Interruption.stopping(
            "the update was interrupted", help: "plugins that were not updated yet stay; run the same command again"
        ) { try update(session, console, $0) }
    }

    private func update(_ session: Session, _ console: Console, _ cancellation: Cancellation?) throws -> Outcome {
        let trustRoot = Trust(try trust.load(session))
        var offers = try session.offers(folder.dest, registry, store, console, demanding: trustRoot, options: trust)
        if let cancellation { offers.context.network = offers.context.network.stopping(with: cancellation) }
        let update = UpdatePlugins(name: name, offers: offers, options: options, isDryRun: dryRun)
        let plan = try update.plan()
        let lines = plan.changes.flatMap(Self.lines) + plan.current.compactMap(Self.line) + Self.lines(plan.held)
        guard !plan.changes.isEmpty, !dryRun else {
            return Outcome(
                text: lines + [Self.summary(plan)], isData: dryRun, json: json(plan, [], plan.held),
                warnings: plan.warnings.map { Text($0) },
                status: plan.held.contains(where: \.isFailure) ? .failed : .done)
        }
        if !globals.json, !globals.quiet || !yes { console.print(lines) }
        if !yes { try confirm(plan, session) }
        let done = try update.apply(plan, wasAsked: !yes)
        let held = plan.held + done.failed
        return Outcome(
            text: done.installed.map { plugin in
                "\("updated", .green) \(plugin.name) v\(plugin.version) -> \(FilePaths.join(folder.dest, plugin.name + ".wasm"))"
            } + Self.lines(done.failed)
                + (done.installed.isEmpty ? [] : ["  restart the host; until then it uses the old versions"]),
            json: json(plan, done.installed, held),
            warnings: (plan.warnings + done.installed.flatMap(\.warnings)).unique.map { Text($0) },
            status: held.contains(where: \.isFailure) ? .failed : .done)
    }

    private func confirm(_ plan: UpdatePlugins.Plan, _ session: Session) throws {
        guard let ask = session.confirmation else {
            throw Problem(
                .noTerminal, "cannot ask whether to update \(plan.changes.map(\.name).joined(separator: ", "))",
                help: "--yes updates without asking, --dry-run only shows what would change")
        }
        let count = plan.changes.count
        guard ask("update \(Measure.count(count, "plugin")) in \(folder.dest.printable)?") else {
            throw Problem(.declined, "nothing was updated", help: "--dry-run shows what would change")
        }
    }

    private static func summary(_ plan: UpdatePlugins.Plan) -> Text {
        guard plan.changes.isEmpty else { return "nothing was changed; run it without --dry-run to update" }
        return plan.held.isEmpty ? "nothing to update (\(plan.current.count))" : "nothing was updated"
    }

    private static func lines(_ change: UpdatePlugins.Change) -> [Text] {
        var lines: [Text] = ["\(change.name, .bold) \(change.from) -> \(change.to)"]
        for (what, difference) in [("permissions", change.permissions), ("hooks", change.hooks)] {
            guard difference.isKnown else {
                lines.append("  \(what): unknown; neither the registry nor the module says")
                continue
            }
            let shown = difference.added.map { "+\($0)" } + difference.removed.map { "-\($0)" }
            if !shown.isEmpty { lines.append("  \(what): \(shown.joined(separator: " "))") }
        }
        lines.append(.signature(verifiedBy: change.ready.signer?.label))
        return lines + change.ready.warnings.map { "  note: \($0)" }
    }

    private static func line(_ plugin: UpdatePlugins.Current) -> Text? {
        let yanked = plugin.yanked.map { $0.isEmpty ? ", which was withdrawn" : ", which was withdrawn: \($0)" }
        guard plugin.newer != nil || yanked != nil else { return nil }
        let within = plugin.request.map { " within \($0)" } ?? ""
        if let young = plugin.passedOver {
            return "\(plugin.name) stays at \(plugin.version)\(yanked ?? ""): \(young.text)"
        }
        let newer = plugin.newer.map { "; the newest of all is \($0)" } ?? ""
        let back = plugin.goingBack.map { "; to go back: \($0)" } ?? ""
        return
            "\(plugin.name) stays at \(plugin.version)\(yanked ?? ""): there is no newer release\(within)\(newer)\(back)"
    }

    private static func lines(_ held: [UpdatePlugins.Held]) -> [Text] {
        held.flatMap { item -> [Text] in
            ["\("held back", .red) \(item.name): \(item.message)"]
                + (item.help.map { ["  \("help", .green): \($0)"] } ?? [])
        }
    }

    private func json(
        _ plan: UpdatePlugins.Plan, _ installed: [InstalledPlugin], _ held: [UpdatePlugins.Held]
    ) -> JSONValue {
        .object([
            "dry_run": .bool(dryRun),
            "updates": .array(
                plan.changes.map { change in
                    let done = installed.first { $0.name == change.name }
                    return .object([
                        "name": .string(change.name), "from": .string(change.from), "to": .string(change.to),
                        "permissions_added": .strings(change.permissions.added),
                        "permissions_removed": .strings(change.permissions.removed),
                        "hooks_added": .strings(change.hooks.added), "hooks_removed": .strings(change.hooks.removed),
                        "sha256": .string(change.ready.entry.digestText), "applied": .bool(done != nil),
                        "signer": .string(orNull: done?.signature.signer?.label),
                        "warnings": .strings(done?.warnings ?? change.ready.warnings),
                    ])
                }),
            "held": .array(
                held.map {
                    .object([
                        "name": .string($0.name), "code": .string($0.code), "message": .string($0.message),
                        "help": $0.help.map(JSONValue.string),
                    ])
                }),
            "current": .array(
                plan.current.map {
                    .object([
                        "name": .string($0.name), "version": .string($0.version),
                        "request": .string(orNull: $0.request),
                        "newer": .string(orNull: $0.newer),
                        "yanked": .string(orNull: $0.yanked),
                        "passed_over": $0.passedOver.map(OutdatedCommand.json) ?? .null,
                    ])
                }),
        ])
    }
}

extension Array where Element == String {
    /// Without what was there before.
    var unique: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
