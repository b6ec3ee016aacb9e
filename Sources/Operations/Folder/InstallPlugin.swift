internal import Basics
internal import Contract
package import PluginRegistry
package import Trust

/// `pdk install`: a release of a registry, a packed plugin's file, or what the lock of the folder names.
package struct InstallPlugin {
    /// What is installed.
    package enum Source: Sendable {
        /// A packed plugin's file.
        case packed(String)
        /// A release: the newest, the one of a version, or the newest within a range.
        case release(name: String, version: String?, registry: RegistryLocation)
        /// What the lock names: all of it or one plugin, from its registries or from the one that is given.
        case locked(name: String?, version: String?, registry: RegistryLocation?)
    }

    package let source: Source
    /// The plugins folder; made where it is not there, and removed again where nothing comes into it.
    package let folder: String
    package let options: InstallOptions
    package let trust: Trust
    /// What it works in.
    package let context: Context

    package init(_ source: Source, into folder: String, options: InstallOptions, trust: Trust, in context: Context) {
        self.source = source
        self.folder = folder
        self.options = options
        self.trust = trust
        self.context = context
    }

    /// Verifies and installs; gives one plugin, or in the order of their names all that the lock has.
    ///
    /// Errors: those of `PackedPlugin.check`, `Registry.install` and `InstallLocked`.
    package func run() throws -> [InstalledPlugin] {
        switch source {
        case .packed(let path): return [try unpack(path)]
        case .release(let name, let version, let registry): return [try install(name, version, registry)]
        case .locked(let name, let version, let registry):
            var locked = InstallLocked(folder: folder, options: options, trust: trust, in: context)
            locked.plugin = name.map { ($0, version) }
            locked.registry = registry
            return try locked.run()
        }
    }

    private func place() throws -> PluginsFolder {
        context.stopping(try PluginsFolder(removedIfUnused: folder, notice: context.notice))
    }

    private func unpack(_ path: String) throws -> InstalledPlugin {
        let packed = try PackedPlugin.blockingRead(path).check(trust: trust)
        var installed = try place().blockingInstall(packed, options)
        installed.warnings = trust.warnings + installed.warnings
        return installed
    }

    private func install(_ name: String, _ version: String?, _ location: RegistryLocation) throws -> InstalledPlugin {
        var options = options
        if let version, VersionRange.isMeant(by: version) {
            options.range = VersionRange(version)
        } else {
            options.version = version
        }
        let registry = context.registry(location), contents = try registry.blockingContents(of: name)
        // Before a folder is made for it.
        let entry = try find(name, options, in: contents)
        return try registry.blockingInstall(
            entry, options, into: place(), trust: trust, notes: contents.notes(on: entry, options, trust: trust))
    }

    private func find(
        _ name: String, _ options: InstallOptions, in contents: RegistryContents
    ) throws -> RegistryEntry {
        do {
            return try contents.find(name, options, trust: trust)
        } catch {
            guard error.kind == .noPlugin else { throw error }
            throw Problem(
                error.code, error.message,
                help: "pdk list --registry \(contents.location.description.shellWord) lists its plugins")
        }
    }
}
