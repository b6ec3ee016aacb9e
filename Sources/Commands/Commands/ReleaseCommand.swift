internal import Arguments
internal import Authoring
internal import Contract
internal import Operations
internal import PluginRegistry
internal import Trust

struct ReleaseCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "Build, test, check, sign and publish in one go.",
        discussion: """
            Stops at the first step that fails. With --dry-run, every step runs but the registry is not changed; \
            the module in dist is built and signed.
            """)

    @Argument(
        help: "The registry: a folder, s3:// or oci:// address; created on first use. (default: the one in pdk config)")
    var registry: String?

    @Flag(name: .long, help: "Run every step, but do not change the registry.")
    var dryRun = false

    @Flag(name: .long, help: "Succeed if the same release is already published.")
    var skipExisting = false

    @Flag(name: .long, help: "Create a new registry, even if the path looks mistyped.")
    var create = false

    @Flag(name: .long, help: "Publish with another key than the plugin's earlier releases.")
    var acceptNewKey = false

    @Flag(name: .long, help: "Do not run the plugin's cases.")
    var noTest = false

    @Flag(name: .long, help: "Publish even if there is no engine to run the plugin in.")
    var noEngine = false

    @OptionGroup var compat: CompatOption
    @OptionGroup var key: KeyOption
    @OptionGroup var registryKey: RegistryKeyOption
    @OptionGroup var store: StoreOption
    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let location = try session.changedRegistry(registry, missing: "argument 'REGISTRY'", console)
        try compat.check(location)
        let project = try session.project()
        let source = key.source(session)
        // What cannot be published for want of a key is not built first.
        _ = try source.publisher()
        let built = try await BuildPlugin(
            project: project, environment: session.environment, scratch: session.scratch, echo: nil,
            starting: { console.note("\("building", .dim) \(project.name): \($0)") }
        ).run()
        console.note("\("built", .green) \(session.shown(built.modulePath)) (\(built.size) bytes)")
        let notes =
            noTest ? [CaseGate.notRun] : try await CaseGate.run(project, session.engine, allowsNoEngine: noEngine)
        let signed = try await SignModule(
            ownModuleOf: project, key: source, environment: session.environment, toolVersion: KitVersion.text
        ).run()
        console.note("\("signed", .green) it with '\(signed.label)'; checking and publishing")
        var options = PublishPlugin.Options()
        options.registryKeys = registryKey.keys(session)
        options.isDryRun = dryRun
        options.skipsExisting = skipExisting
        options.creates = create
        options.acceptsNewKey = acceptNewKey
        options.allowsNoEngine = noEngine
        options.cases = .passedAlready
        options.confirm = session.confirmation
        options.network = session.network(console, store)
        options.network.ociLayout = compat.layout
        options.notice = { console.note(Text($0)) }
        let report = try await PublishPlugin(
            project: project, location: location, key: source, options: options, now: session.now,
            scratch: session.scratch, engine: session.engine
        ).run()
        return Outcome(
            text: PublishCommand.text(report, session), json: PublishCommand.json(report),
            warnings: PublishCommand.warnings(report) + notes.map { Text($0) })
    }
}
