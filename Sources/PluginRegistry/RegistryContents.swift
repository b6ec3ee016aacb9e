internal import Basics
package import Contract
public import Trust

/// What a registry offers, in memory.
public struct RegistryContents: Sendable {
    /// Where it was read from.
    public let location: RegistryLocation
    /// Every version of every plugin, in the order of the index.
    public let entries: [RegistryEntry]
    /// The versions that were withdrawn, which hosts do not see.
    public let withdrawn: [RegistryEntry]
    /// Whether there is no index, and this was made of the tags of an OCI registry: nobody says what was withdrawn.
    package var isMadeFromTags = false

    init(entries: [RegistryEntry], withdrawn: [RegistryEntry], location: RegistryLocation) {
        self.entries = entries
        self.withdrawn = withdrawn
        self.location = location
    }

    /// Reads the text of an index that the host has got by itself; `location` is where it came from.
    ///
    /// Errors: `indexMalformed` when a host could not read it.
    public init(reading index: [UInt8], from location: RegistryLocation) throws(RegistryError) {
        var scanner = IndexScanner(AllEntries(), countsLines: true)
        do {
            try unsafe scanner.update(index.span.bytes)
            _ = try scanner.finish()
        } catch {
            let reason = error as? JSONError ?? JSONError("\(error)", offset: 0)
            throw Reading.malformed(reason, location, scanner.failure)
        }
        self.init(entries: scanner.visitor.entries, withdrawn: scanner.visitor.withdrawn, location: location)
    }

    /// The versions of one plugin, in the order of the index; none when the registry does not have it.
    public func entries(named name: String) -> [RegistryEntry] {
        entries.filter { $0.name.utf8.elementsEqual(name.utf8) }
    }

    /// The entry of a plugin: the version asked for, or else the newest release that is still offered.
    ///
    /// A withdrawn version is found by its exact version only, and where it is allowed. Errors: `invalidName`, `noPlugin`,
    /// `noVersion`.
    public func find(
        _ name: String, version: String? = nil, includingPreReleases: Bool = false, includingWithdrawn: Bool = false
    ) throws(RegistryError) -> RegistryEntry {
        guard PluginName(name) != nil else { throw RegistryError.invalidName(name) }
        let all = entries(named: name)
        let gone = withdrawn.filter { $0.name.utf8.elementsEqual(name.utf8) }
        if let version, !all.contains(where: { $0.version.utf8.elementsEqual(version.utf8) }),
            let entry = gone.first(where: { $0.version.utf8.elementsEqual(version.utf8) })
        {
            guard !includingWithdrawn else { return entry }
            let reason = entry.yanked.map { $0.isEmpty ? "" : ": \($0.printable)" } ?? ""
            let others = all.isEmpty ? "" : "; available: \(Self.listing(all))"
            throw RegistryError(
                .noVersion,
                "no plugin '\(name)' at version '\(version.printable)' in registry \(location): it was withdrawn\(reason)",
                help: "to take it anyway, set includingWithdrawn\(others)",
                commandHelp: "to install it anyway, give --yanked\(others)")
        }
        guard !all.isEmpty || !gone.isEmpty else {
            throw RegistryError(
                .noPlugin, "no plugin '\(name)' in registry \(location)",
                help: "names are case-sensitive",
                commandHelp: "names are case-sensitive; pdk list shows the registry's plugins")
        }
        if let version {
            guard let entry = all.first(where: { $0.version.utf8.elementsEqual(version.utf8) }) else {
                throw RegistryError(
                    .noVersion, "no plugin '\(name)' at version '\(version.printable)' in registry \(location)",
                    help: "it has \(Self.listing(all))")
            }
            return entry
        }
        let newest = Self.newest(all.filter { includingPreReleases || !$0.isPreRelease })
        guard let newest else {
            let isOffered = all.contains { $0.yanked == nil }, listing = "it has \(Self.listing(all + gone))"
            throw RegistryError(
                .noVersion,
                isOffered
                    ? "plugin '\(name)' has no release in registry \(location)"
                    : "no plugin '\(name)' in registry \(location): all its versions were withdrawn",
                help: "\(listing): name the version that you want"
                    + (isOffered ? "" : ", and set includingWithdrawn"),
                commandHelp: isOffered
                    ? "\(listing): give the version that you want, as in \(name)@VERSION"
                    : "\(listing): to install one anyway, give it with --yanked: \(name)@VERSION --yanked")
        }
        return newest
    }

    /// The newest entry within a range that is still offered.
    ///
    /// Errors: `invalidName`, `noPlugin`, `noVersion`.
    package func find(_ name: String, within range: VersionRange) throws(RegistryError) -> RegistryEntry {
        guard PluginName(name) != nil else { throw RegistryError.invalidName(name) }
        let all = entries(named: name)
        let gone = withdrawn.filter { $0.name.utf8.elementsEqual(name.utf8) }
        guard !all.isEmpty || !gone.isEmpty else { return try find(name) }
        guard let newest = Self.newest(all.filter { range.contains($0.order) }) else {
            throw RegistryError(
                .noVersion, "plugin '\(name)' has no release within \(range.description.printable) in \(location)",
                help: "it has \(Self.listing(all + gone))")
        }
        return newest
    }

    /// The newest of the entries that are offered; of several of equal version the first, as for the host.
    private static func newest(_ entries: [RegistryEntry]) -> RegistryEntry? {
        var best: (entry: RegistryEntry, order: PluginVersion)?
        for entry in entries where entry.yanked == nil {
            let order = entry.order
            if best.map({ $0.order.precedence(against: order) < 0 }) ?? true { best = (entry, order) }
        }
        return best?.entry
    }

    private static func listing(_ entries: [RegistryEntry]) -> String {
        let shown = entries.prefix(10).map { $0.version.printable + ($0.yanked == nil ? "" : " (yanked)") }
        return shown.joined(separator: ", ") + (entries.count > 10 ? " and \(entries.count - 10) more" : "")
    }
}

extension RegistryError {
    /// The refusal of a name that the host would refuse.
    static func invalidName(_ name: String) -> RegistryError {
        RegistryError(
            .invalidName, PluginName.refusal(of: name), help: PluginName.rule)
    }
}
