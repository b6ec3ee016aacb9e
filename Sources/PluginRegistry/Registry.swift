internal import Basics
internal import Contract
public import Trust

/// A registry whose index has been read and checked.
public struct Registry: Sendable {
    /// Where the registry is.
    public let location: RegistryLocation
    let network: Network

    /// Reads the index at `location` whole, at most 256 MiB of one on the web.
    ///
    /// Errors: `indexUnavailable` when it cannot be read, `indexMalformed` when the host could not read it either.
    public static func load(_ location: RegistryLocation, network: Network = Network()) throws(RegistryError)
        -> Registry
    {
        do {
            let entries = try scan(location, network: network, AllEntries()).visitor.entries
            return Registry(location: location, entries: entries, network: network)
        } catch let error as RegistryError {
            throw error
        } catch {
            throw RegistryError(.indexUnavailable, "cannot read the index \(location): \(error)")
        }
    }

    /// Reads of the index at `location` the entries of one plugin only, in one pass and constant memory.
    ///
    /// Errors: those of `load`.
    package static func load(
        _ location: RegistryLocation, only name: String, network: Network
    ) throws(RegistryError) -> Registry {
        do {
            let entries = try scan(location, network: network, EntriesOfName(name)).visitor.entries
            return Registry(location: location, entries: entries, network: network)
        } catch let error as RegistryError {
            throw error
        } catch {
            throw RegistryError(.indexUnavailable, "cannot read the index \(location): \(error)")
        }
    }

    /// Every version of every plugin, in the order of the index.
    public let entries: [RegistryEntry]

    /// The versions of one plugin, in the order of the index; none when the registry does not have it.
    public func entries(named name: String) -> [RegistryEntry] {
        entries.filter { $0.name.utf8.elementsEqual(name.utf8) }
    }

    /// The entry of a plugin: the version asked for, or else the newest release that is still offered.
    ///
    /// Errors: `invalidName`, `noPlugin`, `noVersion`.
    public func find(
        _ name: String, version: String? = nil, includingPreReleases: Bool = false
    ) throws(RegistryError) -> RegistryEntry {
        guard PluginName(name) != nil else { throw RegistryError.invalidName(name) }
        let all = entries(named: name)
        guard !all.isEmpty else {
            throw RegistryError(
                .noPlugin, "no plugin '\(name)' in registry \(location)",
                help: "pdk list --registry \(location.description.shellWord) shows what there is")
        }
        if let version {
            guard let entry = all.first(where: { $0.version.utf8.elementsEqual(version.utf8) }) else {
                throw RegistryError(
                    .noVersion, "no plugin '\(name)' at version '\(version.printable)' in registry \(location)",
                    help: "it has \(Self.listing(all))")
            }
            return entry
        }
        let offered = all.filter { $0.yanked == nil && (includingPreReleases || !$0.isPreRelease) }
        // Of several entries of equal version the first counts, as for the host.
        let newest = offered.reduce(nil as RegistryEntry?) { best, entry in
            guard let best else { return entry }
            return PluginVersion(best.version).precedence(against: PluginVersion(entry.version)) < 0 ? entry : best
        }
        guard let newest else {
            throw RegistryError(
                .noVersion, "plugin '\(name)' has no release in registry \(location)",
                help:
                    "it has \(Self.listing(all)): name the version you want, such as \(name)@\(all[0].version.printable)"
            )
        }
        return newest
    }

    private static func listing(_ entries: [RegistryEntry]) -> String {
        let shown = entries.prefix(10).map { $0.version.printable + ($0.yanked == nil ? "" : " (yanked)") }
        return shown.joined(separator: ", ") + (entries.count > 10 ? " and \(entries.count - 10) more" : "")
    }

    private init(location: RegistryLocation, entries: [RegistryEntry], network: Network) {
        self.location = location
        self.entries = entries
        self.network = network
    }
}

/// Takes every entry that is offered.
private struct AllEntries: IndexVisitor {
    var entries: [RegistryEntry] = []

    func wants(_ name: RawSpan, isEscaped: Bool, in list: IndexList) -> Bool { list == .plugins }

    mutating func visit(_ entry: ScannedEntry, _ text: RawSpan) { entries.append(RegistryEntry(entry.decoded(text))) }
}

extension RegistryError {
    /// The refusal of a name that the host would refuse.
    static func invalidName(_ name: String) -> RegistryError {
        RegistryError(
            .invalidName, "invalid plugin name '\(name.prefix(200).description.printable)'", help: PluginName.rule)
    }
}
