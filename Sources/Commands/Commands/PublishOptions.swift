internal import Arguments
internal import Operations
internal import PluginRegistry

/// The options of the commands that publish a release.
struct PublishOptions: ParsableArguments, Sendable {
    @Flag(name: .long, help: "Check everything, but publish nothing.")
    var dryRun = false
    @Flag(name: .long, help: "Succeed if the same bytes are already published.")
    var skipExisting = false
    @Flag(name: .long, help: "Create a new registry, even if the path looks mistyped.")
    var create = false
    @Flag(name: .long, help: "Publish with another key than the plugin's earlier releases.")
    var acceptNewKey = false
    @Flag(name: .long, help: "Do not run the plugin's cases first.")
    var noTest = false
    @Flag(name: .long, help: "Publish even if there is no engine to run the plugin in.")
    var noEngine = false
    @OptionGroup var compat: CompatOption
    @OptionGroup var registryKey: RegistryKeyOption
    @OptionGroup var store: StoreOption

    /// The registry that was typed or configured; refuses a layout that it does not take.
    func location(_ typed: String?, _ session: Session, _ console: Console) throws -> RegistryLocation {
        let location = try session.changedRegistry(typed, missing: "argument 'REGISTRY'", console)
        try compat.check(location)
        return location
    }

    /// The options as the operations take them.
    func options(_ session: Session) -> PublishPlugin.Options {
        var options = PublishPlugin.Options()
        options.isDryRun = dryRun
        options.skipsExisting = skipExisting
        options.creates = create
        options.acceptsNewKey = acceptNewKey
        options.allowsNoEngine = noEngine
        options.cases = noTest ? .skipped : .run
        options.registryKeys = registryKey.keys(session)
        return options
    }

    /// What the operations work in, with the layout of releases.
    func context(_ session: Session, _ console: Console) -> Context {
        var context = session.context(console, store)
        context.network.ociLayout = compat.layout
        return context
    }
}
