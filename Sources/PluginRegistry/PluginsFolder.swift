internal import Basics
internal import Contract
internal import Files
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

    /// The same folder, in which nothing is changed any more once there is a wish to stop.
    func stopping(with cancellation: Cancellation) -> PluginsFolder {
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

    /// The same, with what the options allow of an update.
    ///
    /// Errors: `destination`, `newKey`, `noSignature`, `policyRefused`.
    public func install(_ module: FetchedModule, options: InstallOptions) async throws -> InstalledPlugin {
        try await BackgroundThread.run {
            let warnings = try checkUpdate(to: module, options)
            var report = try stopping(with: $0).blockingInstall(module)
            report.warnings += warnings
            return report
        }
    }

    /// Puts a packed plugin in place, in the same way.
    ///
    /// Errors: `destination`, `newKey`, `noSignature`, `policyRefused`.
    public func install(
        _ packed: CheckedPackedPlugin, options: InstallOptions = InstallOptions()
    ) async throws -> InstalledPlugin {
        try await BackgroundThread.run { try stopping(with: $0).blockingInstall(packed, options) }
    }

    package func blockingInstall(
        _ packed: CheckedPackedPlugin, _ options: InstallOptions
    ) throws -> InstalledPlugin {
        let warnings = try checkUpdate(to: packed, options, packed.trust)
        var report = try blockingInstall(packed)
        report.warnings += warnings
        return report
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
                .destination, "\(module.name) was already installed: a fetched module can be installed only once",
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

    /// What is to be put in place, checked.
    struct Release {
        let name: String
        /// What the host is to be told of it.
        let entry: IndexEntry
        let digest: SHA256Digest
        let size: Int
        let verdict: SignatureVerdict
        let carriesManifest: Bool
        let warnings: [String]

        /// The signature as it is written, in its one canonical spelling, whatever blanks it came with.
        var signature: String? { entry.parsedSignature?.text ?? entry.signature }

        /// The text of the sidecar manifest, nil where nobody says which hooks there are.
        var manifest: String? { entry.hooks == nil ? nil : PluginsFolder.manifest(entry.metadata) }
    }

    /// The report of a release whose module is there, when its sidecars are what they would be after an install.
    func unchanged(_ release: Release) throws(RegistryError) -> InstalledPlugin? {
        func isSame(_ left: String?, _ right: String?) -> Bool {
            left.map { ByteText($0) } == right.map { ByteText($0) }
        }
        guard isSame(text(of: release.name + ".sig"), release.signature),
            release.manifest == nil || isSame(text(of: release.name + ".json"), release.manifest)
        else { return nil }
        do {
            return report(
                release, previous: release.entry.version, isUnchanged: true,
                warnings: try warnings(release.entry, release.name))
        } catch {
            throw RegistryError(.destination, error.description, underlying: error)
        }
    }

    private func text(of name: String) -> String? {
        guard let bytes = try? box.folder.open(reading: name).readAll(limit: KitLimits.manifestBytes) else {
            return nil
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Puts the module and its sidecars in place of what is there, whole or not at all.
    private func place(
        _ release: Release, _ module: consuming TemporaryFile, recording source: LockSource?
    ) throws(RegistryError) -> InstalledPlugin {
        let name = release.name, box = box
        let previous = installedVersion(of: name)
        var warnings: [String] = []
        do {
            for ending in [".wasm", ".sig", ".json"] {
                if let status = try box.folder.status(of: name + ending),
                    status.kind == .folder || status.kind == .other
                {
                    throw FileError(
                        action: "replace", path: FilePaths.join(box.folder.path, name + ending),
                        reason: "it is not a file")
                }
            }
            guard try module.isIn(box.folder) else {
                throw FileError(
                    action: "install \(name) in", path: box.folder.path, reason: "it was fetched into another folder")
            }
            var change = FolderChange()
            if let signature = release.signature { try stage(signature, as: name + ".sig", &change) }
            if let manifest = release.manifest { try stage(manifest, as: name + ".json", &change) }
            if release.signature == nil { change.remove(name + ".sig") }
            try module.store(access: access(for: name + ".wasm"))
            let staged = try StagedFile(module)
            let lock = try box.folder.locked(wait)
            try box.folder.recover(under: lock)
            if let source, let locked = LockedPlugin(release, source) {
                try stageLock(&change, setting: locked)
            }
            change.put(staged, at: name + ".wasm")
            try change.perform(in: box.folder, under: lock)
            lock.release()
            warnings = try self.warnings(release.entry, name)
        } catch let error as RegistryError {
            throw error.about(release.entry)
        } catch {
            throw RegistryError(.destination, "\(error)", entry: release.entry, underlying: error)
        }
        if release.verdict != .notChecked, !release.carriesManifest {
            let source = release.entry.artifact.isEmpty ? PackManifest.fileName : "the index"
            warnings.append(
                "the signature of \(name) does not cover its version and hooks; they come from \(source)")
        }
        return report(release, previous: previous, isUnchanged: false, warnings: warnings)
    }

    func stage(_ text: String, as name: String, _ change: inout FolderChange) throws(FileError) {
        var file = try box.folder.makeTemporary()
        try unsafe file.write(Array(text.utf8).span.bytes)
        try file.store(access: access(for: name))
        change.put(try StagedFile(file), at: name)
    }

    /// The access of what is replaced; of a new file, that anyone may read it and its owner write it, whatever the umask.
    ///
    /// A file keeps its owner only if that is root, this user or the owner of the folder.
    private func access(for name: String) throws(FileError) -> FileAccess {
        guard let old = try box.folder.status(of: name), old.kind == .regular else {
            return FileAccess(owner: .max, group: .max, mode: 0o644)
        }
        guard try [0, FileStatus.user, box.folder.status().owner].contains(old.owner) else {
            return FileAccess(owner: .max, group: .max, mode: old.mode & 0o755)
        }
        return FileAccess(owner: old.owner, group: old.group, mode: old.mode & 0o777)
    }

    private func report(
        _ release: Release, previous: String?, isUnchanged: Bool, warnings: [String]
    ) -> InstalledPlugin {
        let name = release.name
        return InstalledPlugin(
            name: name, version: release.entry.version, previousVersion: previous, isUnchanged: isUnchanged,
            modulePath: FilePaths.join(path, name + ".wasm"),
            signaturePath: release.signature.map { _ in FilePaths.join(path, name + ".sig") },
            manifestPath: release.manifest.map { _ in FilePaths.join(path, name + ".json") },
            digest: release.digest, size: release.size, signature: release.verdict, isSigned: release.signature != nil,
            yanked: release.entry.yanked, warnings: release.warnings + self.warnings + warnings)
    }

    /// The entry with what it does not say, and the module does: the two do not contradict each other.
    static func completed(_ entry: IndexEntry, by embedded: PluginMetadata?) -> IndexEntry {
        guard let embedded else { return entry }
        var entry = entry
        entry.metadata.complete(by: embedded)
        return entry
    }

    /// What keeps an installed plugin from doing what its operator expects.
    private func warnings(_ entry: IndexEntry, _ name: String) throws(FileError) -> [String] {
        let hasYAML = try box.folder.status(of: name + ".yaml") != nil
        var warnings = try otherFiles(of: name).map { Self.sharedName(FilePaths.join(path, $0)) }
        guard let hooks = entry.hooks else {
            if hasYAML { return warnings }
            let isLeft = try box.folder.status(of: name + ".json") != nil
            warnings.append(
                "the index does not say which hooks \(name) has: "
                    + (isLeft
                        ? "the \(name).json of an earlier install stays, and the host uses it"
                        : "without \(name).yaml or \(name).json next to it, the host loads it but never calls it"))
            return warnings
        }
        if !hooks.contains(where: { HostProfile.standard.hook(named: $0)?.isCalled ?? false }) {
            warnings.append("the index lists no hook of \(name) that the host calls: it is loaded but never called")
        }
        if hasYAML {
            warnings.append(
                "\(FilePaths.join(path, name)).yaml also exists, and the host reads it instead of \(name).json"
            )
        }
        let named = hooks.map { HostProfile.standard.hook(named: $0)?.name ?? $0 }
        if Set(named.map { Array($0.utf8) }).count < named.count {
            warnings.append(
                "the index names a hook of \(name) twice; it is installed once: the host would call it twice")
        }
        let limits = Self.memoryLimits(entry.metadata)
        for (text, accepted) in [(entry.minimumMemory, limits.minimum), (entry.maximumMemory, limits.maximum)] {
            guard let text, accepted == nil else { continue }
            warnings.append("the memory limit '\(text.printable)' of \(name) is left out: the host would refuse it")
        }
        return warnings
    }

    /// The memory limits that the host takes; without a limit it takes its default.
    ///
    /// It refuses a plugin with one over 256 MB, and with a minimum above the maximum.
    private static func memoryLimits(_ plugin: PluginMetadata) -> (minimum: String?, maximum: String?) {
        let limits = HostProfile.standard.limits
        func accepted(_ text: String?) -> (text: String, bytes: Int)? {
            guard let text, let bytes = MemorySize.bytes(text), bytes <= limits.manifestMemoryBytes else { return nil }
            return (text, bytes)
        }
        let low = accepted(plugin.minimumMemory), high = accepted(plugin.maximumMemory)
        guard
            low?.bytes ?? limits.defaultMinimumMemoryBytes <= high?.bytes ?? limits.defaultMaximumMemoryBytes
        else { return (nil, nil) }
        return (low?.text, high?.text)
    }

    /// The manifest for the host's loader, which takes only digits and dots as a version.
    static func manifest(_ plugin: PluginMetadata) -> String {
        var accepted = plugin
        accepted.version = plugin.order.spelledForHost
        (accepted.minimumMemory, accepted.maximumMemory) = memoryLimits(plugin)
        accepted.hooks = plugin.hooks.map(uniqueHooks)
        return InstalledManifest.text(of: accepted)
    }

    /// The hooks without those that an earlier one names already, also by an alias: the host would call them twice.
    private static func uniqueHooks(_ hooks: [String]) -> [String] {
        var seen: [String] = []
        return hooks.filter { text in
            let name = HostProfile.standard.hook(named: text)?.name ?? text
            guard !seen.contains(where: { $0.utf8.elementsEqual(name.utf8) }) else { return false }
            seen.append(name)
            return true
        }
    }
}
