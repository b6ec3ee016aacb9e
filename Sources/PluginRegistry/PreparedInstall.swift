internal import Basics
internal import Contract
internal import Files
public import Trust

/// An install that is ready: found, fetched, verified and allowed, and not yet put in place.
///
/// What was fetched lies in the plugins folder under a name that no host looks at, and goes away with this value.
package struct PreparedInstall: Sendable {
    /// What will be installed, with what its module says of itself.
    package let entry: RegistryEntry
    /// The version that is installed now; nil where none is.
    package let previousVersion: String?
    /// What the operator should know before it is put in place.
    package let warnings: [String]
    /// Whether all of it is there already.
    package var isUnchanged: Bool { there != nil }
    /// Whose signature was verified; nil where none was.
    package var signer: Signer? { (there?.signature ?? fetched?.signature)?.signer }
    private let there: InstalledPlugin?
    private let fetched: FetchedModule?
    /// What the lock is to say; nil where it stays as it is.
    private let source: LockSource?
    private let folder: PluginsFolder

    fileprivate init(
        there: InstalledPlugin, _ entry: RegistryEntry, _ source: LockSource?, _ folder: PluginsFolder,
        _ warnings: [String]
    ) {
        (self.there, fetched, self.entry, self.source, self.folder) = (there, nil, entry, source, folder)
        previousVersion = there.previousVersion
        self.warnings = warnings
    }

    fileprivate init(
        fetched: FetchedModule, previous: String?, _ source: LockSource?, _ folder: PluginsFolder, _ warnings: [String]
    ) {
        (there, self.fetched, self.source, self.folder) = (nil, fetched, source, folder)
        entry = PluginsFolder.completed(fetched.entry, by: fetched.embedded)
        previousVersion = previous
        self.warnings = warnings
    }

    /// Puts it in place, and writes the lock with it; both or neither.
    package func blockingFinish() throws(RegistryError) -> InstalledPlugin {
        var report: InstalledPlugin
        if let there {
            if let source { try folder.record(there, keyHint: entry.keyHint, source) }
            report = there
        } else if let fetched {
            report = try folder.blockingInstall(fetched, recording: source)
        } else {
            throw RegistryError(.destination, "nothing was fetched for \(entry.name.printable)", entry: entry)
        }
        report.warnings += warnings
        return report
    }
}

extension Registry {
    /// Installs a plugin: finds it, fetches it, checks it and puts it in place; what is there already is not written again.
    ///
    /// Without a version, the newest release, and never a lower version than the installed one unless that is allowed.
    /// Errors: `downgrade`, `lockMalformed`, and those of `find`, `fetch` and `PluginsFolder.install`.
    public func install(
        _ name: String, options: InstallOptions, into folder: PluginsFolder, trust: Trust
    ) async throws -> InstalledPlugin {
        try await run(trusting: trust) {
            try $0.blockingInstall(name, options, into: folder.stopping(with: $1), trust: trust)
        }
    }

    /// The same on the caller's thread.
    package func blockingInstall(
        _ name: String, _ options: InstallOptions, into folder: PluginsFolder, trust: Trust
    ) throws -> InstalledPlugin {
        let contents = try blockingContents(of: name)
        let entry = try contents.find(name, options, trust: trust)
        return try blockingInstall(
            entry, options, into: folder, trust: trust, notes: contents.notes(on: entry, options, trust: trust))
    }

    /// Installs an entry of the registry; `notes` are what the registry's contents say beside it.
    package func blockingInstall(
        _ entry: RegistryEntry, _ options: InstallOptions, into folder: PluginsFolder, trust: Trust,
        notes: [String] = []
    ) throws -> InstalledPlugin {
        try blockingPrepare(entry, options, for: folder, trust: trust, notes: notes).blockingFinish()
    }

    /// Does all of an install but putting it in place; fetched into `staging` where it is only to be looked at.
    package func blockingPrepare(
        _ entry: RegistryEntry, _ options: InstallOptions, for folder: PluginsFolder, staging: PluginsFolder? = nil,
        trust: Trust, notes: [String] = []
    ) throws -> PreparedInstall {
        let name = entry.name, installed = folder.installedVersion(of: name)
        var warnings = notes
        let lock = try lockSource(name, entry, options, folder, &warnings)
        let isDown = installed.map { PluginVersion(entry.version) < PluginVersion($0) } ?? false
        if let installed, isDown, options.version == nil, !options.allowsDowngrade, !entry.version.isEmpty {
            let range = options.range.map { " within \($0)" } ?? ""
            throw RegistryError(
                .downgrade,
                "\(name) v\(installed.printable) is installed, and the newest release\(range) in \(location) is "
                    + (["v\(entry.version.printable)"] + notes).joined(separator: "; "),
                help: "to go back to it, set InstallOptions.allowsDowngrade, or name the version",
                commandHelp: "to go back to it, give --downgrade or the version: \(name)@\(entry.version.printable)",
                entry: entry)
        }
        if isDown, let installed, !entry.version.isEmpty {
            warnings.append(
                PluginsFolder.downgraded(name, from: installed, to: entry.version))
        }
        if let there = try blockingUnchanged(entry, in: folder, trust: trust) {
            return PreparedInstall(there: there, entry, lock, folder, warnings)
        }
        let fetched = try blockingFetch(
            entry, into: staging ?? folder, trust: trust, allowingOtherOrigins: options.allowsOtherOrigins)
        warnings += try folder.checkUpdate(to: fetched, options)
        return PreparedInstall(fetched: fetched, previous: installed, lock, folder, warnings)
    }

    /// What the lock is to say; a lock that cannot be read is an error before anything is fetched.
    private func lockSource(
        _ name: String, _ entry: RegistryEntry, _ options: InstallOptions, _ folder: PluginsFolder,
        _ warnings: inout [String]
    ) throws(RegistryError) -> LockSource? {
        let old = try folder.blockingLock()[name]
        if options.keepsLock { return nil }
        var source = LockSource(
            registry: options.recordsRegistry ? location.lockText : nil, request: options.range)
        guard options.range == nil, let request = old?.request else { return source }
        if options.version != nil, request.contains(entry.order) {
            source.request = request
        } else {
            warnings.append("pdk.lock no longer asks for \(name)@\(request.description)")
        }
        return source
    }
}

extension RegistryContents {
    /// The entry that the options ask for; errors: those of `find`.
    package func find(_ name: String, _ options: InstallOptions) throws(RegistryError) -> RegistryEntry {
        guard let range = options.range, options.version == nil else {
            return try find(
                name, version: options.version, includingPreReleases: options.includingPreReleases,
                includingWithdrawn: options.includingWithdrawn)
        }
        return try find(name, within: range)
    }
}
