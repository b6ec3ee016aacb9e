internal import Basics
internal import Contract
package import Files
public import Trust

/// A host's plugins folder, in which plugins are installed (host contract, section 5).
///
/// All that changes it is done under the folder's lock, whole or not at all. What an install that was killed has begun is
/// taken back, or finished, by whoever opens the folder next.
public struct PluginsFolder: Sendable {
    let box: FolderBox
    private(set) var wait: LockWait
    /// What its operator should know of the folder itself, such as that anyone can write to it.
    public let warnings: [String]

    /// The open folder, closed with the last copy of this value.
    final class FolderBox: Sendable {
        let folder: Folder
        /// The folders that were made for it, the outermost first; removed at the end unless something is in them.
        private let made: [String]

        init(_ folder: consuming Folder, made: [String] = []) {
            self.folder = folder
            self.made = made
        }

        deinit { Folder.removeEmpty(made) }
    }

    /// Opens the folder, and makes it when it is not there.
    ///
    /// `notice` is told in words who is waited for when another process writes here for more than two seconds.
    public init(_ path: String, notice: (@Sendable (String) -> Void)? = nil) throws(RegistryError) {
        try self.init(path, isKeptEmpty: true, notice: notice)
    }

    /// The same; a folder that was made for it goes again with the last copy, unless something is installed in it.
    package init(removedIfUnused path: String, notice: (@Sendable (String) -> Void)? = nil) throws(RegistryError) {
        try self.init(path, isKeptEmpty: false, notice: notice)
    }

    private init(
        _ path: String, isKeptEmpty: Bool, notice: (@Sendable (String) -> Void)?
    ) throws(RegistryError) {
        do {
            let made = try Folder.create(path, mode: 0o755)
            box = FolderBox(try Folder(path), made: isKeptEmpty ? [] : made)
        } catch {
            throw RegistryError(.destination, error.description, underlying: error)
        }
        wait = LockWait(describedTo: notice)
        warnings = Self.recover(box) + Self.openness(box)
    }

    /// Opens a folder that is there; error `destination` else.
    package init(existing path: String, notice: (@Sendable (String) -> Void)? = nil) throws(RegistryError) {
        do { box = FolderBox(try Folder(path)) } catch {
            throw RegistryError(
                .destination, error.description, help: "give the host's plugins folder with --dest",
                underlying: error)
        }
        wait = LockWait(describedTo: notice)
        warnings = Self.recover(box) + Self.openness(box)
    }

    /// Ends what a killed install has begun, where this process may; what it says is for the operator.
    private static func recover(_ box: FolderBox) -> [String] {
        do throws(FileError) {
            guard try box.folder.names().contains(where: { $0.hasPrefix(".pdk-") }) else { return [] }
            // Whoever has the lock now recovers, too.
            guard let lock = try box.folder.lockedIfFree() else { return [] }
            let failures = try box.folder.recover(under: lock)
            lock.release()
            return failures.map { "an interrupted install could not be rolled back: \($0)" }
        } catch {
            guard (try? box.folder.isInterrupted()) ?? false else { return [] }
            return ["an install in \(box.folder.path) was interrupted, and this user cannot roll it back: \(error)"]
        }
    }

    private static func openness(_ box: FolderBox) -> [String] {
        guard let status = try? box.folder.status() else { return [] }
        var warnings: [String] = []
        if status.mode & 0o002 != 0 {
            warnings.append("\(box.folder.path) is world-writable: anyone on this machine can change its plugins")
        }
        // Who may write to the lock decides what is installed from it.
        if let lock = try? box.folder.status(of: LockFile.fileName), lock.kind == .regular {
            let path = FilePaths.join(box.folder.path, LockFile.fileName)
            if lock.mode & 0o002 != 0 {
                warnings.append("\(path) is world-writable: anyone on this machine can change what it names")
            }
            if ![0, FileStatus.user, status.owner].contains(lock.owner) {
                warnings.append("\(path) belongs to another user (uid \(lock.owner)), who can change what it names")
            }
        }
        return warnings
    }

    /// Where the folder is.
    public var path: String { box.folder.path }

    /// The same folder, in which nothing is changed any more after a cancellation.
    package func stopping(with cancellation: Cancellation) -> PluginsFolder {
        var folder = self
        folder.wait.cancellation = cancellation
        return folder
    }

    /// Puts a module in place that was fetched into this folder: sidecars first, the module last, each by a rename.
    ///
    /// All bytes are safely stored before the first rename, so that a full disk leaves what was there, and the renames
    /// follow one another at once; another install, of this process or another one, waits for them. Error: `destination`,
    /// also for a module that was fetched into another folder, or has been installed before; then the module that was
    /// there is still the one there.
    public func install(_ module: FetchedModule) async throws -> InstalledPlugin {
        try await install(module, options: InstallOptions())
    }

    /// The same, with what the options allow of an update; those about finding and fetching a release are the fetch's.
    ///
    /// Errors: `destination`, `lockMalformed`, `downgrade`, `newKey`, `noSignature`, `signatureRequired`, `newPermissions`,
    /// `policyRefused`.
    public func install(_ module: FetchedModule, options: InstallOptions) async throws -> InstalledPlugin {
        try await BackgroundThread.run {
            try refuseDowngrade(to: module, options)
            let warnings = try checkUpdate(to: module, options)
            var report = try stopping(with: $0).blockingInstall(module)
            report.warnings += warnings
            return report
        }
    }

    /// Refuses a lower version than the installed one, unless the options name it or allow it.
    private func refuseDowngrade(to module: FetchedModule, _ options: InstallOptions) throws(RegistryError) {
        let name = module.name.description, entry = module.entry
        guard options.version == nil, !options.allowsDowngrade,
            let installed = higherVersion(of: name, than: entry.version)
        else { return }
        throw RegistryError(
            .downgrade, "\(name) v\(installed.printable) is installed, and v\(entry.version.printable) is lower",
            help: "to go back to it, set InstallOptions.allowsDowngrade, or name the version", entry: entry)
    }

    /// Puts a packed plugin in place, in the same way; of a lower version than the installed one, it warns.
    ///
    /// Errors: `destination`, `lockMalformed`, `newKey`, `noSignature`, `signatureRequired`, `newPermissions`,
    /// `policyRefused`.
    public func install(
        _ packed: CheckedPackedPlugin, options: InstallOptions = InstallOptions()
    ) async throws -> InstalledPlugin {
        try await BackgroundThread.run { try stopping(with: $0).blockingInstall(packed, options) }
    }

    package func blockingInstall(
        _ packed: CheckedPackedPlugin, _ options: InstallOptions
    ) throws -> InstalledPlugin {
        var warnings = try checkUpdate(to: packed, options, packed.trust)
        // The file is of one version, so it is meant; but it may be an old one that somebody else has put there.
        let name = packed.plugin.name, version = packed.plugin.version
        if let installed = higherVersion(of: name, than: version) {
            warnings.append(Self.downgraded(name, from: installed, to: version))
        }
        var report = try blockingInstall(packed)
        report.warnings += warnings
        return report
    }

    /// What is said of a lower version in place of a higher one.
    static func downgraded(_ name: String, from old: String, to new: String) -> String {
        "\(name) was downgraded from v\(old.printable) to v\(new.printable), as requested"
    }

    package func blockingInstall(_ module: FetchedModule) throws(RegistryError) -> InstalledPlugin {
        let request = try blockingLock()[module.name.description]?.request
        let isKept = request?.contains(PluginVersion(module.entry.version)) ?? false
        return try blockingInstall(
            module, recording: LockSource(registry: module.registry, request: isKept ? request : nil))
    }

    /// The same, with what the lock is to say of it; nil where it stays as it is.
    func blockingInstall(_ module: FetchedModule, recording source: LockSource?) throws(RegistryError)
        -> InstalledPlugin
    {
        guard let file = module.takeFile() else {
            throw RegistryError(
                .destination,
                "\(module.name) cannot be installed from this fetch again: it was installed, or that has failed",
                help: "fetch it again",
                entry: module.entry)
        }
        let release = Release(
            name: module.name.description, entry: Self.completed(module.entry, by: module.embedded),
            digest: module.digest, size: module.size, verdict: module.signature,
            carriesManifest: module.embedded != nil, warnings: module.warnings)
        return try place(release, file, recording: source)
    }

    package func blockingInstall(_ packed: CheckedPackedPlugin) throws(RegistryError) -> InstalledPlugin {
        let plugin = packed.plugin
        _ = try blockingLock()
        var entry = IndexEntry(plugin.manifest.metadata, artifact: "", digest: packed.digest)
        entry.signature = plugin.signature.map { String(decoding: $0, as: UTF8.self) }
        let release = Release(
            name: plugin.name, entry: Self.completed(entry, by: packed.embedded), digest: packed.digest,
            size: packed.module.count, verdict: packed.signature, carriesManifest: packed.embedded != nil,
            warnings: packed.warnings
                + (plugin.isSigned ? [] : ["\(plugin.name) v\(plugin.version.printable) is unsigned"]))
        let path = FilePaths.join(path, plugin.name + ".wasm")
        if let there = try? ModuleInspection.blockingInspect(path, trust: .digestOnly), there.digest == packed.digest,
            let unchanged = try unchanged(release)
        {
            try record(unchanged, keyHint: nil, LockSource())
            return unchanged
        }
        let file: TemporaryFile
        do { file = try box.folder.makeTemporary() } catch {
            throw RegistryError(.destination, error.description, underlying: error)
        }
        do { try unsafe file.write(packed.module.span.bytes) } catch {
            throw RegistryError(.destination, error.description, underlying: error)
        }
        return try place(release, file, recording: LockSource())
    }
}
