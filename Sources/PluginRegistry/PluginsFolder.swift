internal import Basics
internal import Contract
internal import Files
public import Trust

/// A host's plugins folder, in which plugins are installed (host contract, section 5).
public struct PluginsFolder: Sendable {
    let box: FolderBox

    /// The open folder, closed with the last copy of this value.
    final class FolderBox: Sendable {
        let folder: Folder

        init(_ folder: consuming Folder) { self.folder = folder }
    }

    /// Opens the folder, and makes it when it is not there.
    public init(_ path: String) throws(RegistryError) {
        do {
            let folder = try Folder(path, creating: true)
            try folder.removeAbandonedFiles()
            box = FolderBox(folder)
        } catch {
            throw RegistryError(.destination, error.description, underlying: error)
        }
    }

    /// Where the folder is.
    public var path: String { box.folder.path }

    /// Puts a module in place that was fetched into this folder: sidecars first, the module last, each by a rename.
    ///
    /// All bytes are safely stored before the first rename, so that a full disk leaves what was there, and the renames
    /// follow one another at once; another install, of this process or another one, waits for them. Error: `destination`,
    /// also for a module that was fetched into another folder, or has been installed before; then the module that was
    /// there is still the one there.
    public func install(_ module: FetchedModule) async throws -> InstalledPlugin {
        try await BackgroundThread.run { _ in try blockingInstall(module) }
    }

    /// Puts a packed plugin in place, in the same way.
    ///
    /// Error: `destination`.
    public func install(_ packed: CheckedPackedPlugin) async throws -> InstalledPlugin {
        try await BackgroundThread.run { _ in try blockingInstall(packed) }
    }

    package func blockingInstall(_ module: FetchedModule) throws(RegistryError) -> InstalledPlugin {
        guard let file = module.takeFile() else {
            throw RegistryError(
                .destination, "\(module.name) was installed before: what is fetched once can be installed once",
                entry: module.entry)
        }
        return try put(
            file, Self.completed(module.entry, by: module.embedded), name: module.name.description,
            sha256: module.sha256, size: module.size, verdict: module.signature, embedded: module.embedded,
            warnings: module.warnings)
    }

    package func blockingInstall(_ packed: CheckedPackedPlugin) throws(RegistryError) -> InstalledPlugin {
        let plugin = packed.plugin
        var entry = IndexEntry(name: plugin.name, artifact: "", sha256: packed.sha256)
        entry.version = plugin.version
        entry.description = plugin.description
        entry.license = plugin.license
        entry.hooks = plugin.hooks
        entry.signature = plugin.signature.map { String(decoding: $0, as: UTF8.self) }
        let file: TemporaryFile
        do { file = try box.folder.makeTemporary(holding: packed.module) } catch {
            throw RegistryError(.destination, error.description, underlying: error)
        }
        let warnings = plugin.isSigned ? [] : ["\(plugin.name) v\(plugin.version.printable) is unsigned"]
        return try put(
            file, Self.completed(entry, by: packed.embedded), name: plugin.name, sha256: packed.sha256,
            size: packed.module.count, verdict: packed.signature, embedded: packed.embedded, warnings: warnings)
    }

    private func put(
        _ module: consuming TemporaryFile, _ entry: IndexEntry, name: String, sha256: String, size: Int,
        verdict: SignatureVerdict, embedded: EmbeddedManifest?, warnings: [String]
    ) throws(RegistryError) -> InstalledPlugin {
        var warnings = warnings
        let box = box
        do throws(FileError) {
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
            var signature = try entry.signature.map { text throws(FileError) in
                try box.folder.makeTemporary(holding: Array(text.utf8))
            }
            var manifest = try entry.hooks.map { hooks throws(FileError) in
                try box.folder.makeTemporary(holding: Array(Self.manifest(entry, hooks: hooks).text.utf8))
            }
            try module.store()
            let lock = try box.folder.locked()
            try signature?.commit(as: name + ".sig")
            try manifest?.commit(as: name + ".json")
            warnings += try self.warnings(entry, name)
            if verdict != .notChecked, embedded == nil {
                warnings.append(
                    "the signature of \(name) covers the module alone: its version and hooks are the word of the index")
            }
            try module.commit(as: name + ".wasm")
            if entry.signature == nil { try box.folder.remove(name + ".sig") }
            try box.folder.synchronize()
            lock.release()
        } catch {
            throw RegistryError(.destination, error.description, entry: entry, underlying: error)
        }
        return InstalledPlugin(
            name: name, version: entry.version, modulePath: FilePaths.join(path, name + ".wasm"),
            signaturePath: entry.signature.map { _ in FilePaths.join(path, name + ".sig") },
            manifestPath: entry.hooks.map { _ in FilePaths.join(path, name + ".json") },
            sha256: sha256, size: size, signature: verdict, isSigned: entry.signature != nil,
            yanked: entry.yanked, warnings: warnings)
    }

    /// The entry with what it does not say, and the module does: the two do not contradict each other.
    private static func completed(_ entry: IndexEntry, by embedded: EmbeddedManifest?) -> IndexEntry {
        guard let embedded else { return entry }
        var entry = entry
        if entry.version.isEmpty { entry.version = embedded.version }
        entry.hooks = entry.hooks ?? embedded.hooks
        entry.permissions = entry.permissions ?? embedded.permissions
        entry.minimumMemory = entry.minimumMemory ?? embedded.minimumMemory
        entry.maximumMemory = entry.maximumMemory ?? embedded.maximumMemory
        return entry
    }

    /// What keeps an installed plugin from doing what its operator expects.
    private func warnings(_ entry: IndexEntry, _ name: String) throws(FileError) -> [String] {
        let hasYAML = try box.folder.status(of: name + ".yaml") != nil
        guard let hooks = entry.hooks else {
            if hasYAML { return [] }
            let isLeft = try box.folder.status(of: name + ".json") != nil
            return [
                "the index does not say which hooks \(name) has: "
                    + (isLeft
                        ? "the \(name).json of an earlier install stays, and the host goes by it"
                        : "without \(name).yaml or \(name).json beside it the host loads it and never calls it")
            ]
        }
        var warnings: [String] = []
        if !hooks.contains(where: { HostProfile.standard.hook(named: $0)?.isCalled ?? false }) {
            warnings.append("the index gives \(name) no hook that the host calls: it is loaded and never called")
        }
        if hasYAML {
            warnings.append(
                "\(FilePaths.join(path, name)).yaml is there too, and the host reads it in place of \(name).json"
            )
        }
        for text in [entry.minimumMemory, entry.maximumMemory] where text != nil && Self.memory(text) == nil {
            warnings.append("the memory limit '\(text ?? "")' of \(name) is left out: the host would refuse it")
        }
        return warnings
    }

    /// A memory limit that the host takes, else nil.
    private static func memory(_ text: String?) -> String? {
        guard let text, let bytes = MemorySize.bytes(text), bytes <= HostProfile.standard.limits.manifestMemoryBytes
        else {
            return nil
        }
        return text
    }

    /// The manifest for the host's loader, which takes only digits and dots as a version.
    ///
    /// `1.0.0-rc.1` becomes `1.0.0`, and a text that begins with neither becomes `0`.
    private static func manifest(_ entry: IndexEntry, hooks: [String]) -> InstalledManifest {
        let accepted = entry.version.unicodeScalars.prefix { $0 == "." || ("0"..."9").contains($0) }
        let version = accepted.isEmpty ? "0" : String(accepted)
        var manifest = InstalledManifest(name: entry.name, version: version, hooks: hooks)
        manifest.description = entry.description
        manifest.author = entry.author ?? ""
        manifest.license = entry.license ?? ""
        manifest.permissions = entry.permissions ?? []
        manifest.minimumMemory = memory(entry.minimumMemory)
        manifest.maximumMemory = memory(entry.maximumMemory)
        return manifest
    }
}

/// What an install did.
public struct InstalledPlugin: Sendable, Equatable {
    /// The plugin's name.
    public let name: String
    /// The version's text.
    public let version: String
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
    public let warnings: [String]
}
