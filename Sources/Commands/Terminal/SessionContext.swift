internal import Operations
internal import PluginRegistry

extension Session {
    /// What operations work in; `network` is how they reach registries, where they do.
    func context(_ console: Console? = nil, _ network: Network = Network()) -> Context {
        var context = Context(environment: environment, now: now, scratch: scratch, engine: engine)
        context.processors = processors
        context.network = network
        context.keyStore = keyStore
        context.toolVersion = KitVersion.text
        context.confirm = confirmation
        context.notice = console?.notice
        return context
    }

    /// The same, for registries as the options say that they are reached.
    func context(_ console: Console, _ store: StoreOption) -> Context { context(console, network(console, store)) }
}
