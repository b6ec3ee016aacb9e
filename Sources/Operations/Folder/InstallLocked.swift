internal import Basics
internal import Contract
internal import Files
package import PluginRegistry
package import Trust

/// `pdk install` of what a lock names: exactly those versions and bytes, each from its registry.
///
/// All is found, fetched and verified before the first plugin is put in place. The lock stays as it is.
package struct InstallLocked {
    /// The plugins folder.
    package let folder: String
    package let options: InstallOptions
    package let trust: Trust
    /// What it works in.
    package let context: Context
    /// The plugin, and what its version has to be where not the lock alone says it; nil for all that the lock names.
    package var plugin: (name: String, version: String?)?
    /// The registry in place of those that the lock names.
    package var registry: RegistryLocation?

    package init(folder: String, options: InstallOptions, trust: Trust, in context: Context) {
        self.folder = folder
        self.options = options
        self.trust = trust
        self.context = context
    }

    /// Installs them, in the order of their names.
    ///
    /// Errors: `noLock`, `lockMalformed`, `lockMismatch`, and those of an install.
    package func run() throws -> [InstalledPlugin] {
        let lockPath = FilePaths.join(folder, LockFile.fileName)
        guard try FileStatus.of(lockPath) != nil else {
            throw RegistryError(
                .noLock, "there is no \(lockPath)",
                help: "install plugins by name first: pdk install NAME --registry R --dest \(folder.shellWord)")
        }
        let folder = context.stopping(try PluginsFolder(folder, notice: context.notice))
        let wanted = try wanted(folder.blockingLock(), lockPath)
        let ready = try wanted.map { try prepare($0, folder) }
        return try ready.map { try $0.blockingFinish() }
    }

    private func wanted(_ lock: LockFile, _ path: String) throws -> [LockedPlugin] {
        guard let (name, version) = plugin else { return lock.plugins }
        guard let locked = lock[name] else {
            throw RegistryError(
                .noLock, "\(path) does not name \(name.printable)",
                help: "install it without --locked, which adds it to the file")
        }
        if let version {
            let isMet =
                VersionRange.isMeant(by: version)
                ? VersionRange(version)?.contains(PluginVersion(locked.version)) ?? false
                : version.utf8.elementsEqual(locked.version.utf8)
            guard isMet else {
                throw RegistryError(
                    .lockMismatch,
                    "\(path) has \(name) v\(locked.version.printable), not \(version.printable)",
                    help: "leave out the version, or install without --locked")
            }
        }
        return [locked]
    }

    private func prepare(_ plugin: LockedPlugin, _ folder: PluginsFolder) throws -> PreparedInstall {
        let name = plugin.name.description, subject = "\(name) v\(plugin.version.printable)"
        guard let location = registry ?? plugin.registry.map({ RegistryLocation($0, currentFolder: folder.path) })
        else {
            throw RegistryError(
                .noLock, "\(subject) was installed from a file, and pdk.lock names no registry for it",
                help: "install it from the file, or name a registry that has it with --registry")
        }
        let registry = context.registry(location)
        let contents = try registry.blockingContents(of: name)
        var options = options
        options.version = plugin.version
        options.includingWithdrawn = true
        options.keepsLock = true
        let entry = try contents.find(name, options)
        guard entry.digest == plugin.digest else {
            throw RegistryError(
                .lockMismatch,
                "sha256 mismatch for \(subject): pdk.lock says \(plugin.digest), \(location) has \(entry.digestText.printable)",
                help:
                    "the registry or pdk.lock was changed since; find out which before you install it",
                entry: entry,
                digests: RegistryError.Digests(expected: plugin.digest.description, actual: entry.digestText))
        }
        guard entry.isSigned || !plugin.isSigned else {
            throw RegistryError(
                .lockMismatch, "\(subject) was signed when it was locked, but is unsigned in \(location)",
                help: "ask the publisher for the signed release", entry: entry)
        }
        let ready = try registry.blockingPrepare(
            entry, options, for: folder, trust: trust, notes: contents.notes(on: entry, options, trust: trust))
        try checkKey(ready.signer?.keyID ?? entry.keyHint, plugin, subject, location)
        return ready
    }

    /// The same bytes may have been signed anew: by the key of the lock, or by one that has followed it.
    private func checkKey(
        _ key: String?, _ plugin: LockedPlugin, _ subject: String, _ location: RegistryLocation
    ) throws(RegistryError) {
        guard !options.acceptsNewKey, let key, let locked = plugin.keyID, key != locked.lowercased(),
            trust.root?.predecessors(of: key).contains(locked.lowercased()) != true
        else { return }
        throw RegistryError(
            .lockMismatch,
            "\(subject) is signed by the key \(locked) in pdk.lock, and by \(key.printable) in \(location)",
            help: "if the publisher has changed the key, give --accept-new-key")
    }
}
