internal import Basics
public import Contract
package import Files
public import Trust

/// One version of a plugin, as a registry's index lists it.
public typealias RegistryEntry = IndexEntry

/// A registry: where it is, and how it is read.
///
/// Making one reads nothing. Every method reads the index once, whole and strictly; `load` keeps all of it in memory, the
/// others keep what they are asked for. A task that is cancelled gets `CancellationError` at once.
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
        try await BackgroundThread.run { try blockingLoad($0) }
    }

    /// The versions of one plugin, in the order of the index; none when the registry does not have it.
    ///
    /// Errors: those of `load`.
    public func entries(named name: String) async throws -> [RegistryEntry] {
        try await BackgroundThread.run { try blockingContents(of: name, $0).entries }
    }

    /// Shows every version of every plugin to `body` while the index is read; an error of its ends the reading.
    ///
    /// Errors: those of `load`, and those of `body`. What was shown before an error came from an index that no host reads.
    public func forEachEntry(_ body: @escaping @Sendable (RegistryEntry) throws -> Void) async throws {
        try await BackgroundThread.run { cancellation in
            _ = try Reading(network, cancellation).scan(location, EachEntry(body: body))
        }
    }

    /// The entry of a plugin: the version asked for, or else the newest release that is still offered.
    ///
    /// Errors: those of `load`, and `invalidName`, `noPlugin`, `noVersion`.
    public func find(
        _ name: String, version: String? = nil, includingPreReleases: Bool = false
    ) async throws -> RegistryEntry {
        try await BackgroundThread.run {
            try blockingContents(of: name, $0).find(
                name, version: version, includingPreReleases: includingPreReleases)
        }
    }

    /// Streams the module of an entry into a plugins folder, under a name that no host looks at, and checks it.
    ///
    /// Errors: `invalidName`, `artifactUnavailable`, `digestMismatch`, `notAModule`, `noSignature`, `signatureInvalid`,
    /// `releaseMismatch`, `destination`.
    public func fetch(
        _ entry: RegistryEntry, into folder: PluginsFolder, trust: Trust
    ) async throws -> FetchedModule {
        try await BackgroundThread.run { try blockingFetch(entry, into: folder, trust: trust, $0) }
    }

    /// Installs a plugin: finds it, fetches it, checks it and puts it in place.
    ///
    /// Without a version, the newest release. Errors: those of `find`, `fetch` and `PluginsFolder.install`.
    public func install(
        _ name: String, version: String? = nil, includingPreReleases: Bool = false, into folder: PluginsFolder,
        trust: Trust
    ) async throws -> InstalledPlugin {
        try await BackgroundThread.run {
            try blockingInstall(
                name, version: version, includingPreReleases: includingPreReleases, into: folder, trust: trust, $0)
        }
    }
}

/// The same on the caller's thread, for the command line, which has nothing else to do meanwhile.
extension Registry {
    /// Shows the entries of the index to a visitor while it is read.
    package func scan<Visitor: IndexVisitor>(_ visitor: Visitor) throws -> Visitor {
        try Reading(network).scan(location, visitor).visitor
    }

    package func blockingLoad(_ cancellation: Cancellation? = nil) throws -> RegistryContents {
        let entries = try Reading(network, cancellation).entries(location, AllEntries()).entries
        return RegistryContents(entries: entries, location: location)
    }

    /// What the registry offers of one plugin.
    package func blockingContents(of name: String, _ cancellation: Cancellation? = nil) throws -> RegistryContents {
        let entries = try Reading(network, cancellation).entries(location, EntriesOfName(name)).entries
        return RegistryContents(entries: entries, location: location)
    }

    package func blockingInstall(
        _ name: String, version: String? = nil, includingPreReleases: Bool = false, into folder: PluginsFolder,
        trust: Trust, _ cancellation: Cancellation? = nil
    ) throws -> InstalledPlugin {
        let entry = try blockingContents(of: name, cancellation).find(
            name, version: version, includingPreReleases: includingPreReleases)
        return try folder.blockingInstall(blockingFetch(entry, into: folder, trust: trust, cancellation))
    }
}

/// Takes every entry that is offered.
struct AllEntries: IndexVisitor {
    var entries: [RegistryEntry] = []

    func wants(_ name: RawSpan, isEscaped: Bool, in list: IndexList) -> Bool { list == .plugins }

    mutating func visit(_ entry: ScannedEntry, _ text: RawSpan) { entries.append(entry.decoded(text)) }
}

/// Shows every entry that is offered.
private struct EachEntry: IndexVisitor {
    let body: @Sendable (RegistryEntry) throws -> Void

    func wants(_ name: RawSpan, isEscaped: Bool, in list: IndexList) -> Bool { list == .plugins }

    func visit(_ entry: ScannedEntry, _ text: RawSpan) throws { try body(entry.decoded(text)) }
}

/// Takes the entries of one plugin that are offered.
private struct EntriesOfName: IndexVisitor {
    private let name: [UInt8]
    private(set) var entries: [RegistryEntry] = []

    init(_ name: String) { self.name = Array(name.utf8) }

    func wants(_ name: RawSpan, isEscaped: Bool, in list: IndexList) -> Bool {
        list == .plugins && (isEscaped || name.equals(self.name))
    }

    mutating func visit(_ entry: ScannedEntry, _ text: RawSpan) {
        let entry = entry.decoded(text)
        if entry.name.utf8.elementsEqual(name) { entries.append(entry) }
    }
}

extension RawSpan {
    /// Whether these are exactly the bytes.
    fileprivate func equals(_ bytes: [UInt8]) -> Bool {
        guard byteCount == bytes.count else { return false }
        return bytes.indices.allSatisfy { unsafe unsafeLoad(fromByteOffset: $0, as: UInt8.self) == bytes[$0] }
    }
}
