internal import Basics
package import Contract
internal import Files
internal import Transfers
public import Trust

/// A registry whose index has been read and checked.
public struct Registry: Sendable {
    /// Where the registry is.
    public let location: RegistryLocation
    package let index: RegistryIndex
    let network: Network

    /// Reads the index at `location`, at most 256 MiB.
    ///
    /// Errors: `indexUnavailable` when it cannot be read, `indexMalformed` when the host could not read it either.
    public static func load(_ location: RegistryLocation, network: Network = Network()) throws(RegistryError)
        -> Registry
    {
        let bytes: [UInt8]
        do {
            bytes = try read(location, network)
        } catch let error as FileError where error.isNotFound {
            throw RegistryError(
                .indexUnavailable, "no registry index at \(location)",
                help: "give the registry's folder, its index.json or its address")
        } catch let error as FileError {
            throw RegistryError(.indexUnavailable, error.description)
        } catch let error as TransferError {
            throw RegistryError(.indexUnavailable, error.description, help: error.help)
        } catch {
            throw RegistryError(.indexUnavailable, "cannot read the index \(location): \(error)")
        }
        do {
            return Registry(location: location, index: try RegistryIndex(reading: bytes), network: network)
        } catch {
            let (line, column) = JSONDocument.position(of: error.offset, in: bytes)
            throw RegistryError(
                .indexMalformed, "\(location), line \(line), column \(column): \(error.message) (byte \(error.offset))",
                help: RegistryError.mendTheIndex)
        }
    }

    /// Every version of every plugin, in the order of the index.
    public var entries: [RegistryEntry] { index.entries.map(RegistryEntry.init) }

    /// The versions of one plugin, in the order of the index; none when the registry does not have it.
    public func entries(named name: String) -> [RegistryEntry] { index.entries(named: name).map(RegistryEntry.init) }

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

    private static func read(_ location: RegistryLocation, _ network: Network) throws -> [UInt8] {
        switch location.place {
        case .file(let path): return try WholeFiles.read(path, limit: HostLimits.indexBytes)
        case .address(let address):
            var bytes: [UInt8] = []
            try network.fetch(address, maximumBytes: HostLimits.indexBytes) { piece in
                bytes.append(contentsOf: piece)
            }
            return bytes
        }
    }
}

extension [UInt8] {
    /// Adds all bytes of a span.
    fileprivate mutating func append(contentsOf span: RawSpan) {
        unsafe span.withUnsafeBytes { unsafe append(contentsOf: $0) }
    }
}

extension RegistryError {
    /// The refusal of a name that the host would refuse.
    static func invalidName(_ name: String) -> RegistryError {
        RegistryError(
            .invalidName, "invalid plugin name '\(name.prefix(200).description.printable)'", help: PluginName.rule)
    }
}
