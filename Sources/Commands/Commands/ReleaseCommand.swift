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
        var options = PublishPlugin.Options()
        options.registryKeys = registryKey.keys(session)
        options.isDryRun = dryRun
        options.skipsExisting = skipExisting
        options.creates = create
        options.acceptsNewKey = acceptNewKey
        options.allowsNoEngine = noEngine
        options.cases = noTest ? .skipped : .run
        options.confirm = session.confirmation
        options.network = session.network(console, store)
        options.network.ociLayout = compat.layout
        options.notice = { console.note(Text($0)) }
        let publish = PublishPlugin(
            project: try session.project(), location: location, key: key.source(session), options: options,
            now: session.now, scratch: session.scratch, engine: session.engine)
        let report = try await ReleasePlugin(
            publish, environment: session.environment, toolVersion: KitVersion.text,
            step: { step in
                switch step {
                case .building(let command): console.note("\("building", .dim) \(publish.project.name): \(command)")
                case .built(let built):
                    console.note("\("built", .green) \(session.shown(built.modulePath)) (\(built.size) bytes)")
                case .signed(let signed):
                    console.note("\("signed", .green) it with '\(signed.label)'; checking and publishing")
                }
            }
        ).run()
        return Outcome(
            text: PublishCommand.text(report, session), json: PublishCommand.json(report),
            warnings: PublishCommand.warnings(report))
    }
}
