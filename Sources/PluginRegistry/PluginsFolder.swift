internal import Contract
internal import Files
public import Trust

/// A host's plugins folder, in which plugins are installed (host contract, section 5).
public struct PluginsFolder: ~Copyable {
    let folder: Folder

    /// Opens the folder, and makes it when it is not there.
    public init(_ path: String) throws(RegistryError) {
        do {
            folder = try Self.open(path)
        } catch {
            throw RegistryError(.destination, error.description)
        }
    }

    private static func open(_ path: String) throws(FileError) -> Folder {
        let folder = try Folder(path, creating: true)
        try folder.removeAbandonedFiles()
        return folder
    }

    /// Puts a verified module in place: sidecars first, the module last, each by a rename.
    ///
    /// All bytes are safely stored before the first rename, so that a full disk leaves what was there, and the renames
    /// follow one another at once; another install, of this process or another one, waits for them. Error: `destination`,
    /// also for a module that was fetched into another folder; then the module that was installed before is still the one
    /// there.
    public borrowing func install(_ module: consuming VerifiedModule) throws(RegistryError) -> InstalledPlugin {
        let entry = Self.completed(module.entry.index, by: module.embedded)
        let name = module.name.description
        var warnings: [String] = []
        do throws(FileError) {
            for ending in [".wasm", ".sig", ".json"] {
                if let status = try folder.status(of: name + ending), status.kind == .folder || status.kind == .other {
                    throw FileError(
                        action: "replace", path: FilePaths.join(folder.path, name + ending),
                        reason: "it is not a file")
                }
            }
            guard try module.file.isIn(folder) else {
                throw FileError(
                    action: "install \(name) in", path: folder.path, reason: "it was fetched into another folder")
            }
            var signature = try entry.signature.map { text throws(FileError) in
                try folder.makeTemporary(holding: Array(text.utf8))
            }
            var manifest = try entry.hooks.map { hooks throws(FileError) in
                try folder.makeTemporary(holding: Array(Self.manifest(entry, hooks: hooks).text.utf8))
            }
            try module.file.store()
            let lock = try folder.locked()
            try signature?.commit(as: name + ".sig")
            try manifest?.commit(as: name + ".json")
            warnings = try self.warnings(entry, name)
            if module.signer != nil, module.embedded == nil {
                warnings.append(
                    "the signature of \(name) covers the module alone: its version and hooks are the word of the index")
            }
            try module.file.commit(as: name + ".wasm")
            if entry.signature == nil { try folder.remove(name + ".sig") }
            try folder.synchronize()
            lock.release()
        } catch {
            throw RegistryError(.destination, error.description)
        }
        return InstalledPlugin(
            name: name, version: entry.version, modulePath: FilePaths.join(folder.path, name + ".wasm"),
            signaturePath: entry.signature.map { _ in FilePaths.join(folder.path, name + ".sig") },
            manifestPath: entry.hooks.map { _ in FilePaths.join(folder.path, name + ".json") },
            sha256: module.sha256, size: module.size, signer: module.signer, isSigned: entry.signature != nil,
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
    private borrowing func warnings(_ entry: IndexEntry, _ name: String) throws(FileError) -> [String] {
        let hasYAML = try folder.status(of: name + ".yaml") != nil
        guard let hooks = entry.hooks else {
            if hasYAML { return [] }
            let isLeft = try folder.status(of: name + ".json") != nil
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
                "\(FilePaths.join(folder.path, name)).yaml is there too, and the host reads it in place of \(name).json"
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
    /// The label of the key that made the signature; nil when there was no trust root.
    public let signer: String?
    /// Whether the index has a signature.
    public let isSigned: Bool
    /// Why the publisher has withdrawn this version, empty without a reason; nil when it has not been withdrawn.
    public let yanked: String?
    /// Whether the publisher has withdrawn this version.
    public var isYanked: Bool { yanked != nil }
    /// What the operator should know, such as that the host will not call the plugin.
    public let warnings: [String]
}

extension Registry {
    /// Installs a plugin: finds it, fetches it, verifies it and puts it in place.
    ///
    /// Without a version, the newest release. Errors: those of `find`, `PluginsFolder.fetch` and `PluginsFolder.install`.
    public func install(
        _ name: String, version: String? = nil, includingPreReleases: Bool = false, into destination: String,
        trustRoot: TrustRoot?
    ) throws(RegistryError) -> InstalledPlugin {
        let entry = try find(name, version: version, includingPreReleases: includingPreReleases)
        let folder = try PluginsFolder(destination)
        return try folder.install(folder.fetch(entry, from: self, trustRoot: trustRoot))
    }
}
