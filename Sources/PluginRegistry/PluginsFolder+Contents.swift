internal import Basics
public import Contract
package import Files
public import Trust

/// A plugin that lies in a plugins folder, as the host finds it at its next start.
public struct InstalledPluginReport: Sendable, Hashable {
    /// The stem of its files, by which it is read and removed.
    public let fileName: String
    /// The name in the manifest that the host reads; nil when there is no manifest it could read.
    public let name: String?
    /// The version in that manifest; nil where it says none.
    public let version: String?
    /// The hooks that the host calls it for, in their order; empty when it is never called.
    public let hooks: [String]
    /// The permissions that the manifest declares.
    public let permissions: [String]
    /// What the module says of itself, which a signature covers; nil when it carries no manifest.
    public let embedded: EmbeddedRelease?
    /// The module's size in bytes.
    public let size: Int
    /// The SHA-256 of the module.
    public let digest: SHA256Digest
    /// The same as text: 64 lowercase hexadecimal digits.
    public var sha256: String { digest.description }
    /// Whether there is a file with a signature beside it; it says nothing of whose.
    public let isSigned: Bool
    /// What was checked of the signature.
    public let signature: SignatureVerdict
    /// What keeps the plugin from doing what its operator expects, such as that the host never calls it.
    public package(set) var warnings: [String]

    /// The name and version that a module carries.
    public struct EmbeddedRelease: Sendable, Hashable {
        /// The plugin's name.
        public let name: String
        /// The version's text.
        public let version: String
    }
}

extension PluginsFolder {
    /// The stems of the modules in the folder, sorted: what `read` and `remove` take.
    ///
    /// Error: `destination` when the folder cannot be read.
    public func names() async throws -> [String] {
        try await BackgroundThread.run { _ in try blockingNames() }
    }

    /// What one plugin of the folder is; with a trust root its signature must be good.
    ///
    /// Errors: `invalidName`, `artifactUnavailable` when there is no such module, `lockMalformed`, and those of a check of
    /// its signature.
    public func read(_ fileName: String, trust: Trust) async throws -> InstalledPluginReport {
        try await BackgroundThread.run {
            var report = try blockingRead(fileName, trust: trust, $0)
            if let locked = try blockingLock()[fileName], locked.digest != report.digest {
                report.warnings.append(Self.otherThanLocked)
            }
            return report
        }
    }

    /// What is said of a module that is not the one that was installed.
    package static let otherThanLocked = "its module does not match \(LockFile.fileName)"

    /// Removes a plugin with its sidecars, the module first, so that the host never finds half of it; false when it is not there.
    ///
    /// The lock does not name it any more. Errors: `invalidName`, `destination`, `lockMalformed`.
    public func remove(_ fileName: String) async throws -> Bool {
        try await BackgroundThread.run { try stopping(with: $0).blockingRemove(fileName) }
    }

    package func blockingNames() throws(RegistryError) -> [String] {
        do {
            // A hidden module is one to the host, too; `.wasm` alone has no extension.
            return try box.folder.names().filter { $0.hasSuffix(".wasm") && $0 != ".wasm" }
                .map { String($0.dropLast(5)) }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        } catch {
            throw RegistryError(.destination, error.description, underlying: error)
        }
    }

    /// Refuses a registry's folder, of which a look at the plugins in it would say that there are none.
    ///
    /// For a folder in which no module was found. Error: `destination` for one with an index.
    package static func refuseRegistry(_ folder: borrowing Folder) throws(RegistryError) {
        do { guard try folder.status(of: RegistryIndex.fileName) != nil else { return } } catch {
            throw RegistryError(.destination, error.description, underlying: error)
        }
        throw RegistryError(
            .destination, "\(folder.path) is a registry's folder, and no plugins folder: it has an index and no module",
            help: "give the folder that the host loads its plugins from")
    }

    package func blockingRefuseRegistry() throws(RegistryError) { try Self.refuseRegistry(box.folder) }

    package func blockingRead(
        _ fileName: String, trust: Trust, _ cancellation: Cancellation? = nil
    ) throws -> InstalledPluginReport {
        try Self.check(fileName)
        let path = FilePaths.join(self.path, fileName + ".wasm")
        let inspected = try ModuleInspection.blockingInspect(path, trust: trust, cancellation: cancellation)
        var warnings: [String] = []
        let isSigned = try status(fileName + ".sig") != nil
        let manifest = try manifest(fileName)
        if manifest == nil {
            warnings.append("without \(fileName).yaml or \(fileName).json next to it, the host never calls \(fileName)")
        }
        let hooks = (manifest?.hooks ?? []).compactMap { HostProfile.standard.hook(named: $0) }
        if let refusal = manifest?.refusal {
            warnings.append("the host refuses \(fileName) for its manifest: \(refusal.printable)")
        } else if manifest != nil, !hooks.contains(where: \.isCalled) {
            warnings.append("the manifest of \(fileName) has no hook that the host calls")
        }
        if let embedded = inspected.embedded, let manifest, manifest.refusal == nil {
            if !embedded.name.utf8.elementsEqual(manifest.name.utf8) {
                warnings.append("\(fileName) is the plugin \(embedded.name.printable) under another name")
            }
            let missing = (embedded.hooks ?? []).filter { hook in
                !hooks.contains { $0.name == (HostProfile.standard.hook(named: hook)?.name ?? hook) }
            }
            if !missing.isEmpty {
                warnings.append(
                    "the manifest of \(fileName) lacks hooks of the module: \(missing.joined(separator: ", ").printable)"
                )
            }
        }
        return InstalledPluginReport(
            fileName: fileName, name: manifest.flatMap { $0.name.isEmpty ? nil : $0.name }, version: manifest?.version,
            hooks: hooks.filter(\.isCalled).map(\.name), permissions: manifest?.permissions ?? [],
            embedded: inspected.embedded.map { .init(name: $0.name, version: $0.version) }, size: inspected.size,
            digest: inspected.digest, isSigned: isSigned, signature: inspected.signature, warnings: warnings)
    }

    package func blockingRemove(_ fileName: String) throws -> Bool {
        try blockingUninstall(fileName).contains(fileName + ".wasm")
    }

    /// Removes a plugin's files and what the lock says of it, whole or not at all; the names of what is gone.
    package func blockingUninstall(_ fileName: String) throws -> [String] {
        try Self.check(fileName)
        do {
            let isLocked = try blockingLock()[fileName] != nil
            let lock = try box.folder.locked(wait)
            try box.folder.recover(under: lock)
            var change = FolderChange(), removed: [String] = []
            for ending in [".wasm", ".json", ".sig"] where try box.folder.status(of: fileName + ending) != nil {
                change.remove(fileName + ending)
                removed.append(fileName + ending)
            }
            try stageLock(&change, removing: fileName)
            if !change.isEmpty { try change.perform(in: box.folder, under: lock) }
            lock.release()
            return removed.isEmpty && isLocked ? [LockFile.fileName] : removed
        } catch let error as RegistryError {
            throw error
        } catch {
            throw RegistryError(.destination, "\(error)", underlying: error)
        }
    }

    private static func check(_ fileName: String) throws(RegistryError) {
        guard PluginName(fileName) != nil else { throw RegistryError.invalidName(fileName) }
    }

    private func status(_ name: String) throws(RegistryError) -> FileStatus? {
        do { return try box.folder.status(of: name) } catch {
            throw RegistryError(.destination, error.description, underlying: error)
        }
    }

    /// The manifest that the host reads: the first that is there.
    package func manifest(_ fileName: String) throws(RegistryError) -> LoadedManifest? {
        do {
            for format in HostProfile.standard.loader.manifests {
                let name = "\(fileName).\(format.rawValue)"
                guard try box.folder.status(of: name) != nil else { continue }
                let bytes = try box.folder.open(reading: name).readAll(limit: KitLimits.manifestBytes)
                return LoadedManifest(bytes, format, .standard)
            }
            return nil
        } catch {
            throw RegistryError(.destination, error.description, underlying: error)
        }
    }
}
