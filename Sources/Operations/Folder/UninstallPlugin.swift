internal import Basics
internal import Contract
internal import Files
internal import PluginRegistry

/// `pdk uninstall`: takes a plugin out of a folder with its sidecars and its part of the lock, whole or not at all.
package struct UninstallPlugin {
    package let name: String
    /// The plugins folder.
    package let folder: String
    /// What it works in.
    package let context: Context

    package init(name: String, folder: String, in context: Context) {
        self.name = name
        self.folder = folder
        self.context = context
    }

    /// What was done.
    package struct Report: Sendable {
        /// The version that was installed; nil where nobody says.
        package let version: String?
        /// The files that are gone.
        package let removed: [String]
        package let warnings: [String]
    }

    /// Removes the module first, then what belongs to it.
    ///
    /// Errors: `invalidName`, `notInstalled`, `lockMalformed`, `destination`.
    package func run() throws -> Report {
        guard PluginName(name) != nil else {
            throw Problem(.invalidName, PluginName.refusal(of: name), help: PluginName.rule)
        }
        let folder = try PluginsFolder(existing: folder, notice: context.notice)
        let version = try folder.installedVersion(of: name) ?? folder.blockingLock()[name]?.version
        let removed = try folder.blockingUninstall(name)
        guard !removed.isEmpty else {
            let names = try folder.blockingNames()
            let near = NearWord.to(name, among: names)
            throw RegistryError(
                .notInstalled, "\(folder.path) has no plugin '\(name)'",
                help: near.map { "did you mean \($0)?" }
                    ?? (names.isEmpty
                        ? "it has no plugins" : "it has \(names.prefix(20).joined(separator: ", ").printable)"))
        }
        var warnings = folder.warnings
        let yaml = FilePaths.join(folder.path, name + ".yaml")
        if try FileStatus.of(yaml) != nil {
            warnings.append(
                "\(yaml) stays, because pdk did not write it; the host would use it if \(name) is installed again")
        }
        for other in try folder.otherFiles(of: name) {
            warnings.append(
                "\(FilePaths.join(folder.path, other)) has a manifest with the same name: the host loads it")
        }
        return Report(
            version: version, removed: removed.map { FilePaths.join(folder.path, $0) }, warnings: warnings)
    }
}
