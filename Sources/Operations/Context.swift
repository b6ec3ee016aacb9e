internal import Basics
internal import Files
package import PluginRegistry
package import Running
package import Trust

/// What operations find around them, entered once: environment, clock, terminal, engine, keys and network.
package struct Context: Sendable, Redacted {
    /// The environment's variables, which programs that are started get.
    package var environment: [String: String]
    /// When the command began, in seconds since 1970.
    package var now: Int
    /// Where throw-away files may be made.
    package var scratch: String
    /// The engine that plugins are run in.
    package var engine: EngineSource
    /// How many things may be done at a time.
    package var processors = 1
    /// How registries are reached.
    package var network = Network()
    /// One's own keys; nil without a home.
    package var keyStore: KeyStore?
    /// What the kit calls its version.
    package var toolVersion = ""
    /// Asks a question on the terminal; nil without one.
    package var confirm: (@Sendable (String) -> Bool)?
    /// Told who holds a lock that is waited for.
    package var notice: (@Sendable (String) -> Void)?

    package init(environment: [String: String], now: Int, scratch: String, engine: EngineSource) {
        self.environment = environment
        self.now = now
        self.scratch = scratch
        self.engine = engine
    }

    /// A plugins folder in which nothing is changed any more once the work is cancelled, as the network's transfers are.
    func stopping(_ folder: PluginsFolder) -> PluginsFolder {
        network.cancellation.map { folder.stopping(with: $0) } ?? folder
    }

    /// The registry at a place.
    func registry(_ location: RegistryLocation) -> Registry { Registry(location, network: network) }

    /// The store of a registry, which waits for other writers; `isCreating` makes its folder.
    func store(of location: RegistryLocation, isCreating: Bool = false) -> any RegistryStore {
        location.store(network: network, isCreating: isCreating, wait: LockWait(describedTo: notice))
    }
}
