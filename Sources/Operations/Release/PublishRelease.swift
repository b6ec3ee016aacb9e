internal import Authoring
internal import Basics
internal import Contract
internal import Ed25519
internal import Files
package import PluginRegistry
package import Trust

/// `pdk publish FILE.tar.gz` and `pdk publish --wasm …`: adds a release that was made and signed elsewhere to a registry.
///
/// It goes through the gates of `PublishPlugin`, in a throw-away folder; what does not apply to it is said.
package struct PublishRelease {
    package let source: Source
    package let location: RegistryLocation
    /// A public key's file; nil for those that are trusted, and one's own.
    package let publicKey: String?
    package let trustRoot: TrustRoot?
    package let options: PublishPlugin.Options

    /// What is published; all paths are absolute.
    package enum Source: Sendable {
        case packed(String)
        case files(module: String, manifest: String, signature: String)
    }
    /// What it works in.
    package let context: Context

    package init(
        source: Source, location: RegistryLocation, publicKey: String?, trustRoot: TrustRoot?,
        options: PublishPlugin.Options, in context: Context
    ) {
        self.source = source
        self.location = location
        self.publicKey = publicKey
        self.trustRoot = trustRoot
        self.options = options
        self.context = context
    }

    /// Whether a path is that of a packed plugin: a file that is one by its first bytes, or would be one by its name.
    package static func isPacked(_ path: String) throws -> Bool {
        guard let status = try FileStatus.of(path, followingLinks: true) else {
            return [".tar.gz", ".tgz"].contains { path.lowercased().hasSuffix($0) }
        }
        guard status.kind == .regular else { return false }
        return try FileHandle(reading: path).readHead(bytes: 2).starts(with: [0x1F, 0x8B])
    }

    package func run() async throws -> PublishPlugin.Report {
        let signers = try signers()
        var release: ForeignRelease
        switch source {
        case .packed(let path): release = try ForeignRelease(packed: path, signers: signers)
        case .files(let module, let manifest, let signature):
            release = try ForeignRelease(
                ForeignRelease.Files(module: module, manifest: manifest, signature: signature), signers: signers)
        }
        let folder = try TemporaryFolder(inShared: context.scratch, prefix: "pdk-release-")
        try layOut(&release, in: folder.path)
        var options = options
        options.checksBuild = false
        options.cases = .passedAlready(nil)
        options.origin = release.subject
        let key = KeySource(
            label: FilePaths.join(folder.path, release.signer.label + ".pem"), in: nil, currentFolder: folder.path,
            passphrase: { _ in nil })
        let report = try await PublishPlugin(
            project: PluginProject(folder: folder.path), location: location, key: key, options: options, in: context
        ).run()
        return report.adding(release.notes)
    }

    /// The keys that may have made the signature: the one that is named, or those that are trusted and one's own.
    private func signers() throws -> [Publisher] {
        if let publicKey {
            let bytes = try WholeFiles.read(publicKey, limit: KeyText.maximumFileBytes)
            do {
                let known = try PublicKeyFile.read(bytes)
                return [Publisher(label: FilePaths.stem(of: publicKey), publicKey: known.publicKey)]
            } catch {
                throw Problem(.invalidKey, "cannot use the public key \(publicKey): \(error)", help: error.help)
            }
        }
        let trusted = trustRoot?.keys.map { Publisher(label: $0.label, publicKey: $0.key) } ?? []
        return trusted + (try context.keyStore?.records().compactMap(\.publisher) ?? [])
    }

    /// The folder of a plugin that is this release: its manifest written afresh, so that nothing in it is suppressed.
    private func layOut(_ release: inout ForeignRelease, in folder: String) throws {
        let name = release.metadata.name
        guard PluginName(name) != nil else {
            throw Problem(
                .invalidName, "\(release.subject): \(PluginName.refusal(of: name))", help: PluginName.rule)
        }
        let manifest = try release.manifestText()
        let dist = FilePaths.join(folder, "dist")
        try Folder.create(dist, mode: 0o700)
        try WholeFiles.replace(
            FilePaths.join(folder, Manifest.fileName), with: manifest, exclusively: true)
        try WholeFiles.replace(FilePaths.join(dist, name + ".wasm"), with: release.module, exclusively: true)
        try WholeFiles.replace(
            FilePaths.join(dist, name + ".sig"), with: release.signature.text, exclusively: true)
        try WholeFiles.replace(
            FilePaths.join(folder, release.signer.label + ".pub"), with: release.signer.publicKey.text + "\n",
            exclusively: true)
    }
}
