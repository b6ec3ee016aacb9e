internal import Authoring
internal import Basics
internal import Contract
internal import Ed25519
internal import Files
internal import PluginRegistry
internal import Trust

/// A module with what a registry says of it, ready to be proved and published.
struct Release {
    let name: PluginName
    let version: String
    let entry: IndexEntry
    /// The SHA-256 of the module.
    let digest: SHA256Digest
    /// The exact bytes of the module: read once, proved, published.
    let module: [UInt8]

    /// The path of the module's folder in a registry.
    var folder: String { ReleaseSlot.folder(name, version) }

    /// `publicKey` is that of the key that made the signature; `origin` is what errors name, where it is not
    /// the manifest.
    init(
        project: PluginProject, module: [UInt8], signature: Signature?, publicKey: PublicKey? = nil,
        publishedAt: Timestamp, origin: String? = nil
    ) throws {
        let manifest = project.manifest
        name = project.name
        version = project.version
        self.module = module
        // The version becomes a folder's name: only a semantic version is sure to stay inside the registry.
        guard PluginVersion(version).isSemantic else {
            throw Problem(
                .invalidVersion,
                "\(origin ?? "\(project.manifestPath):\(manifest.version.line)"): '\(version.printable)' is not a semantic version",
                help: origin == nil
                    ? "write a version such as 1.2.3" : "ask its publisher for a release with a version such as 1.2.3"
            )
        }
        digest = try SHA256Digest(of: module)
        var entry = IndexEntry(
            PluginMetadata(manifest), artifact: ReleaseSlot.modulePath(name, version), digest: digest)
        entry.signature = signature?.text
        entry.size = module.count
        if signature != nil { entry.keyID = publicKey.map(KeyID.of) }
        entry.publishedAt = publishedAt.rfc3339
        self.entry = entry
    }

    /// Makes a registry in an empty folder that has this release and no other.
    func registry(in folder: String) throws -> Registry {
        let index: RegistryIndex
        do { index = try RegistryIndex.empty.adding(entry) } catch {
            throw Problem(.indexMalformed, "\(error)")
        }
        let artifacts = FilePaths.join(folder, self.folder)
        try Folder.create(artifacts)
        try WholeFiles.replace(FilePaths.join(artifacts, "\(name).wasm"), with: module)
        try WholeFiles.replace(FilePaths.join(folder, RegistryIndex.fileName), with: index.bytes)
        return Registry(RegistryLocation(folder, currentFolder: folder))
    }
}
