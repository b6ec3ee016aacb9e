internal import Basics
public import Contract
internal import Files
internal import Synchronization
public import Trust

/// One version of a plugin, as a registry's index lists it.
public typealias RegistryEntry = IndexEntry

/// A registry: where it is, and how it is read.
///
/// Making one reads nothing. Every method reads the index once, whole and strictly; `load` keeps all of it in memory, the
/// others keep what they are asked for. A task that is cancelled gets `CancellationError` at once, and nothing is put in
/// place after that, unless that has begun.
public struct Registry: Sendable {
    /// Where the registry is.
    public let location: RegistryLocation
    /// How it is read.
    public var network: Network

    /// A registry at a place.
    public init(_ location: RegistryLocation, network: Network = Network()) {
        self.location = location
        self.network = network
    }

    /// All that the registry offers.
    ///
    /// Errors: `indexUnavailable` when the index cannot be read, `indexMalformed` when a host could not read it either.
    public func load() async throws -> RegistryContents {
        try await run { registry, _ in try registry.blockingLoad() }
    }

    /// The versions of one plugin, in the order of the index; none when the registry does not have it.
    ///
    /// Errors: those of `load`.
    public func entries(named name: String) async throws -> [RegistryEntry] {
        try await run { registry, _ in try registry.blockingContents(of: name).entries }
    }

    /// Shows every version of every plugin to `body` while the index is read; an error of its ends the reading.
    ///
    /// Errors: those of `load`, and those of `body`. What was shown before an error came from an index that no host reads.
    public func forEachEntry(_ body: @escaping @Sendable (RegistryEntry) throws -> Void) async throws {
        try await run { registry, _ in _ = try registry.scan(EachEntry(body: body)) }
    }

    /// The entry of a plugin: the version asked for, or else the newest release that is still offered.
    ///
    /// A withdrawn version is found by its exact version only, and where it is allowed. Errors: those of `load`, and
    /// `invalidName`, `noPlugin`, `noVersion`.
    public func find(
        _ name: String, version: String? = nil, includingPreReleases: Bool = false, includingWithdrawn: Bool = false
    ) async throws -> RegistryEntry {
        try await run { registry, _ in
            try registry.blockingContents(of: name).find(
                name, version: version, includingPreReleases: includingPreReleases,
                includingWithdrawn: includingWithdrawn)
        }
    }

    /// Streams the module of an entry into a plugins folder, under a name that no host looks at, and checks it.
    ///
    /// Errors: `invalidName`, `artifactUnavailable`, `digestMismatch`, `notAModule`, `noSignature`, `signatureInvalid`,
    /// `releaseMismatch`, `destination`.
    public func fetch(
        _ entry: RegistryEntry, into folder: PluginsFolder, trust: Trust
    ) async throws -> FetchedModule {
        try await run { registry, _ in try registry.blockingFetch(entry, into: folder, trust: trust) }
    }

    /// Installs a plugin: finds it, fetches it, checks it and puts it in place.
    ///
    /// Without a version, the newest release. Errors: those of `find`, `fetch` and `PluginsFolder.install`.
    public func install(
        _ name: String, version: String? = nil, includingPreReleases: Bool = false, into folder: PluginsFolder,
        trust: Trust
    ) async throws -> InstalledPlugin {
        var options = InstallOptions()
        options.version = version
        options.includingPreReleases = includingPreReleases
        return try await install(name, options: options, into: folder, trust: trust)
    }

    /// Does blocking work on a thread of its own; the registries that a policy names are held to their keys.
    func run<Value: Sendable>(
        trusting trust: Trust = .digestOnly, _ work: @escaping @Sendable (Registry, Cancellation) throws -> Value
    ) async throws -> Value {
        var settings = network
        if let root = trust.root { settings.demandSignatures(of: root) }
        let stop = HostStop()
        if let progress = network.progress {
            settings.progress = { update in try stop.noting { try progress(update) } }
        }
        let readable = settings
        do {
            return try await BackgroundThread.run { cancellation in
                try work(Registry(location, network: readable.stopping(with: cancellation)), cancellation)
            }
        } catch {
            throw stop.error ?? error
        }
    }

    /// The error by which the host's own `progress` has ended the reading: the host gets that one, and no other made of it.
    private final class HostStop: Sendable {
        private let first = Mutex<(any Error)?>(nil)

        var error: (any Error)? { first.withLock { $0 } }

        func noting(_ work: () throws -> Void) throws {
            do { try work() } catch {
                first.withLock { $0 = $0 ?? error }
                throw error
            }
        }
    }
}

/// The same on the caller's thread, for the command line, which has nothing else to do meanwhile.
extension Registry {
    /// Shows the entries of the index to a visitor while it is read.
    package func scan<Visitor: IndexVisitor>(_ visitor: Visitor) throws -> Visitor {
        try Reading(network).scan(location, visitor).visitor
    }

    package func blockingLoad() throws -> RegistryContents {
        let all = try Reading(network).entries(location, AllEntries())
        return RegistryContents(entries: all.entries, withdrawn: all.withdrawn, location: location)
    }

    /// What the registry offers of one plugin: from the plugin's own index where there is one, else from the whole one.
    package func blockingContents(of name: String) throws -> RegistryContents {
        let reading = Reading(network), doubt = OwnIndexInDoubt()
        if let plugin = PluginName(name), let own = location.sparse(plugin),
            let found = try reading.entries(of: own, in: location, name, doubt)
        {
            func rebased(_ entries: [RegistryEntry]) -> [RegistryEntry] {
                entries.map { entry in
                    var entry = entry
                    entry.artifact = SparseIndex.rebased(entry.artifact, of: plugin)
                    return entry
                }
            }
            var contents = RegistryContents(
                entries: rebased(found.entries), withdrawn: rebased(found.withdrawn), location: location)
            contents.isMadeFromTags = found.isMadeFromTags
            guard let seal = doubt.seal else { return contents }
            // The whole index was seen since: what it said of the plugin decides.
            if try network.memory?.isAsSeen(contents, of: name, seal) ?? false {
                try reading.remember(seal, of: location)
                return contents
            }
            let all = try reading.entries(location, EntriesOfName(name))
            if all.isSame(as: contents) { try reading.remember(seal, of: location, isConfirmed: true) }
            return RegistryContents(entries: all.entries, withdrawn: all.withdrawn, location: location)
        }
        let all = try reading.entries(location, EntriesOfName(name))
        return RegistryContents(entries: all.entries, withdrawn: all.withdrawn, location: location)
    }
}
