internal import Basics
internal import Contract
package import Files
public import Trust

/// What an install did.
public struct InstalledPlugin: Sendable, Equatable {
    /// The plugin's name.
    public let name: String
    /// The version's text.
    public let version: String
    /// The version that was installed before; nil where none was.
    public let previousVersion: String?
    /// Whether all of it was there already, and nothing was written.
    public let isUnchanged: Bool
    /// Where the module is.
    public let modulePath: String
    /// Where its signature is, nil for an unsigned plugin.
    public let signaturePath: String?
    /// Where its manifest is, nil when the index did not say the plugin's hooks.
    public let manifestPath: String?
    /// The SHA-256 of the module, 64 lowercase hexadecimal digits.
    public let sha256: String
    /// The module's size in bytes.
    public let size: Int
    /// What was checked of the signature.
    public let signature: SignatureVerdict
    /// Whether the index has a signature.
    public let isSigned: Bool
    /// Why the publisher has withdrawn this version, empty without a reason; nil when it has not been withdrawn.
    public let yanked: String?
    /// Whether the publisher has withdrawn this version.
    public var isYanked: Bool { yanked != nil }
    /// What the operator should know, such as that the host will not call the plugin.
    public internal(set) var warnings: [String]
}

/// What an install may do beside what is always safe.
public struct InstallOptions: Sendable {
    /// The exact version; nil for the newest release.
    public var version: String?
    /// Whether the newest release may be a pre-release.
    public var includingPreReleases = false
    /// Whether an exact version may be one that was withdrawn.
    public var includingWithdrawn = false
    /// Whether an install without a version may go to a lower version than the installed one.
    public var allowsDowngrade = false
    /// Whether an index on the web may name signed modules of other servers.
    public var allowsOtherOrigins = false

    /// Nothing but what is always safe.
    public init() {}
}

extension Registry {
    /// Installs a plugin: finds it, fetches it, checks it and puts it in place; what is there already is not written again.
    ///
    /// Without a version, the newest release, and never a lower version than the installed one unless that is allowed.
    /// Errors: `downgrade`, and those of `find`, `fetch` and `PluginsFolder.install`.
    public func install(
        _ name: String, options: InstallOptions, into folder: PluginsFolder, trust: Trust
    ) async throws -> InstalledPlugin {
        try await BackgroundThread.run { cancellation in
            let contents = try blockingContents(of: name, cancellation)
            let entry = try contents.find(name, options)
            return try blockingInstall(entry, of: contents, options, into: folder, trust: trust, cancellation)
        }
    }

    /// Installs an entry that `contents` has, which was read from its location.
    package func blockingInstall(
        _ entry: RegistryEntry, of contents: RegistryContents, _ options: InstallOptions, into folder: PluginsFolder,
        trust: Trust, _ cancellation: Cancellation? = nil
    ) throws -> InstalledPlugin {
        // A plugin's own index names modules relative to itself.
        let source = Registry(contents.location, network: network)
        let name = entry.name, installed = folder.installedVersion(of: name)
        let isDown = installed.map { PluginVersion(entry.version) < PluginVersion($0) } ?? false
        if let installed, isDown, options.version == nil, !options.allowsDowngrade, !entry.version.isEmpty {
            throw RegistryError(
                .downgrade,
                "\(name) v\(installed.printable) is installed, and the newest release in \(location) is "
                    + "v\(entry.version.printable)",
                help: "--downgrade goes back to it, and so does naming it: \(name)@\(entry.version.printable)",
                entry: entry)
        }
        var report: InstalledPlugin
        if let there = try source.blockingUnchanged(entry, in: folder, trust: trust, cancellation) {
            report = there
        } else {
            report = try folder.blockingInstall(
                source.blockingFetch(
                    entry, into: folder, trust: trust, allowingOtherOrigins: options.allowsOtherOrigins, cancellation))
        }
        if isDown, let installed, !entry.version.isEmpty {
            report.warnings.append(
                "\(name) went back from v\(installed.printable) to v\(entry.version.printable), as was asked for")
        }
        return report
    }
}

extension RegistryContents {
    /// The entry that the options ask for; errors: those of `find`.
    package func find(_ name: String, _ options: InstallOptions) throws(RegistryError) -> RegistryEntry {
        try find(
            name, version: options.version, includingPreReleases: options.includingPreReleases,
            includingWithdrawn: options.includingWithdrawn)
    }
}
