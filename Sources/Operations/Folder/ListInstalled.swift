internal import Basics
internal import Contract
internal import Files
package import PluginRegistry
package import Trust

/// `pdk list --dest`: the plugins of a folder, as the host finds them at its next start, beside what the lock says of them.
package struct ListInstalled {
    /// The plugins folder.
    package let folder: String
    package let trust: Trust
    /// Whether a lock that cannot be read is an error, and not a warning: without it nobody knows registries and ranges.
    let needsLock: Bool

    package init(folder: String, trust: Trust, needsLock: Bool = false) {
        self.folder = folder
        self.trust = trust
        self.needsLock = needsLock
    }

    /// A plugin that is installed, or that the lock names.
    package struct Plugin: Sendable {
        /// The name: that of the lock, or of the module, or of its file.
        package let name: String
        /// What is in the folder; nil where the module is missing or cannot be read.
        package let installed: InstalledPluginReport?
        /// What the lock says; nil where it does not name it.
        package let locked: LockedPlugin?
        /// What is wrong with it.
        package let problems: [String]

        /// The version that the module carries, else that of its manifest, else that of the lock.
        package var version: String? {
            guard let installed else { return locked?.version }
            if let version = installed.embedded?.version { return version }
            // A host takes digits and dots only; the lock has the whole version of the same bytes.
            return isAsLocked ? locked?.version : installed.version
        }

        /// Whether the module's bytes are those that the lock names.
        package var isAsLocked: Bool { locked != nil && installed?.digest == locked?.digest }

        /// The versions that are wanted; nil for the newest release.
        package var request: VersionRange? { locked?.request }
    }

    /// What was found.
    package struct Report: Sendable {
        package let plugins: [Plugin]
        package let warnings: [String]
    }

    /// Reads the folder; what is wrong with one plugin does not keep the others from being listed.
    ///
    /// Errors: `destination` when there is no such folder or it is a registry's, and `lockMalformed` where the lock is needed.
    package func run() throws -> Report {
        let folder = try PluginsFolder(existing: folder)
        var warnings = folder.warnings + trust.warnings, lock = LockFile()
        do { lock = try folder.blockingLock() } catch {
            if needsLock { throw error }
            warnings.append(error.message)
        }
        var plugins: [Plugin] = [], seen: Set<String> = []
        for stem in try folder.blockingNames() {
            var problems: [String] = []
            let report = read(stem, folder, &problems)
            let locked = lock[stem]
            if let report, let locked, report.digest != locked.digest {
                problems.append(PluginsFolder.otherThanLocked)
            }
            if let report { problems += report.warnings }
            let manifests = try ManifestFile.all(beside: FilePaths.join(self.folder, stem + ".wasm"))
                .map { FilePaths.name(of: $0.path) }
            if manifests.count > 1 { problems.append("the host reads \(manifests[0]), and not \(manifests[1])") }
            seen.insert(stem)
            plugins.append(Plugin(name: stem, installed: report, locked: locked, problems: problems))
        }
        plugins = Self.markingSameNames(plugins)
        for locked in lock.plugins where !seen.contains(locked.name.description) {
            plugins.append(
                Plugin(
                    name: locked.name.description, installed: nil, locked: locked,
                    problems: ["\(LockFile.fileName) names it, but its module is missing"]))
        }
        if plugins.isEmpty { try folder.blockingRefuseRegistry() }
        plugins.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        return Report(plugins: plugins, warnings: warnings)
    }

    /// Says of files whose manifests have one name that the host loads them all.
    private static func markingSameNames(_ plugins: [Plugin]) -> [Plugin] {
        let groups = Dictionary(grouping: plugins.filter { $0.installed?.name != nil }) { $0.installed?.name ?? "" }
        return plugins.map { plugin in
            guard let name = plugin.installed?.name,
                let other = groups[name]?.first(where: { $0.name != plugin.name })
            else { return plugin }
            let problem = PluginsFolder.sharedName("\(other.name.printable).wasm")
            return Plugin(
                name: plugin.name, installed: plugin.installed, locked: plugin.locked,
                problems: plugin.problems + [problem])
        }
    }

    /// Reads one plugin; one whose signature is not good is read without it, and that is a problem.
    private func read(_ stem: String, _ folder: PluginsFolder, _ problems: inout [String]) -> InstalledPluginReport? {
        do { return try folder.blockingRead(stem, trust: trust) } catch {
            problems.append((error as? any Diagnostic)?.message ?? "\(error)")
        }
        return try? folder.blockingRead(stem, trust: .digestOnly)
    }
}
