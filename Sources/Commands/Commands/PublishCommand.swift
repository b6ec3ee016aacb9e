internal import Arguments
internal import Checking
internal import Contract
internal import Operations
internal import PluginRegistry

struct PublishCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Add the signed module to a registry, after proving that it installs from there.")

    @Argument(help: "The registry's folder or s3:// address; made on first use. (default: the one of pdk config)")
    var registry: String?

    @Flag(name: .long, help: "Prove everything, change nothing.")
    var dryRun = false

    @Flag(name: .long, help: "Succeed when the same bytes are published already.")
    var skipExisting = false

    @Flag(name: .long, help: "Make a new registry, also where the path looks mistyped.")
    var create = false

    @Flag(name: .long, help: "Publish under another key than the plugin's releases before.")
    var acceptNewKey = false

    @Flag(name: .long, help: "Do not run the plugin's cases first.")
    var noTest = false

    @Flag(name: .long, help: "Publish although there is no engine to run the plugin in.")
    var noEngine = false

    @OptionGroup var buildCheck: BuildCheckOption
    @OptionGroup var key: KeyOption
    @OptionGroup var store: StoreOption
    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let location = try session.changedRegistry(registry, missing: "argument 'REGISTRY'", console)
        var options = PublishPlugin.Options()
        options.isDryRun = dryRun
        options.skipsExisting = skipExisting
        options.creates = create
        options.acceptsNewKey = acceptNewKey
        options.allowsNoEngine = noEngine
        options.cases = noTest ? .skipped : .run
        options.checksBuild = buildCheck.isOn
        options.confirm = session.confirmation
        options.network = session.network(console, store)
        options.notice = { console.note(Text($0)) }
        let report = try await PublishPlugin(
            project: session.project(), location: location, key: key.source(session), options: options,
            now: session.now, scratch: session.scratch, engine: session.engine
        ).run()
        return Outcome(
            text: Self.text(report, session), json: Self.json(report),
            warnings: Self.warnings(report))
    }

    static func warnings(_ report: PublishPlugin.Report) -> [Text] {
        report.warnings.map { "[\($0.rule.id)] \($0.message)" } + report.notes.map { Text($0) }
    }

    static func text(_ report: PublishPlugin.Report, _ session: Session) -> [Text] {
        let subject = "\(report.name) v\(report.version)"
        if report.alreadyPublished {
            return ["\(subject) is already published with the same bytes; nothing to do"]
        }
        let details: [Text] = ["  sha256: \(report.sha256)", "  signature: verified by '\(report.signer)'"]
        if report.isDryRun {
            return [
                "\("proved", .green) \(subject): it installs and verifies from the registry (dry run: nothing was changed)"
            ]
                + details
        }
        let made: [Text] =
            report.isNewRegistry ? ["\("created", .green) a new registry: \(session.shown(report.indexPath))"] : []
        return made + ["\("published", .green) \(subject) -> \(session.shown(report.modulePath))"] + details
    }

    static func json(_ report: PublishPlugin.Report) -> JSONValue {
        .object([
            "name": .string(report.name), "version": .string(report.version), "sha256": .string(report.sha256),
            "signer": .string(report.signer), "index": .string(report.indexPath), "module": .string(report.modulePath),
            "new_registry": .bool(report.isNewRegistry), "already_published": .bool(report.alreadyPublished),
            "dry_run": .bool(report.isDryRun), "warnings": .array(report.warnings.map(\.json)),
            "notes": .strings(report.notes),
        ])
    }
}
