package import Authoring
internal import Basics
package import Contract
internal import Ed25519
internal import Files
internal import LibCrypto
package import Trust

/// `pdk sign`: the signature of a module beside it.
package struct SignModule {
    package let modulePath: String
    /// What the module is to carry before it is signed; nil to sign it as it is.
    package let manifest: EmbeddedManifest?
    /// Where to write the signature; nil for `<stem>.sig` beside the module.
    package let output: String?
    package let key: KeySource
    /// The plugin whose module it is; nil for a module that was named.
    package let project: PluginProject?
    /// Whether a module that is not built from the current sources is refused.
    package let checksBuild: Bool

    package init(
        modulePath: String, manifest: EmbeddedManifest?, output: String?, key: KeySource, project: PluginProject? = nil,
        checksBuild: Bool = true
    ) {
        self.modulePath = modulePath
        self.manifest = manifest
        self.output = output
        self.key = key
        self.project = project
        self.checksBuild = checksBuild
    }

    /// What was signed.
    package struct Report: Sendable {
        package let modulePath: String
        package let signaturePath: String
        package let label: String
        /// The trust-root text of the public key.
        package let publicKey: String
        /// Of the module, 64 lowercase hexadecimal digits.
        package let sha256: String
        /// What the module carries, and the signature covers.
        package let manifest: EmbeddedManifest?
        /// What the author should know, such as that hosts cannot load the module.
        package let warnings: [String]
    }

    /// Puts the manifest into the module, signs the exact bytes, and checks the signature before anything is written.
    package func run() throws -> Report {
        if let output { try WholeFiles.checkOutput(output, reading: [modulePath]) }
        var warnings = try project.map { try BuildState.require($0, isChecked: checksBuild) } ?? []
        let isRecorded = try project.map { try BuildState.of($0).isRecorded } ?? false
        let built = try PluginProject.readModule(modulePath)
        warnings += try LoadableModule.warnings(built, modulePath, isRequired: project != nil)
        let bytes = try manifest.map { try embed($0, in: built) } ?? built
        let target = output ?? FilePaths.replacingExtension(of: modulePath, with: ".sig")
        return try key.withKey { key, label in
            let signature = try unsafe key.sign(bytes.span.bytes)
            guard unsafe verify(signature, of: bytes.span.bytes, by: key.publicKey) else {
                throw Problem(.signingFailed, "the signature of \(modulePath) does not verify; nothing was written")
            }
            // Stored before the module is changed: where no signature can be written, the module stays as it is.
            let folder = try Folder(FilePaths.parent(of: target) ?? ".")
            var file = try folder.makeTemporary(holding: Array(KeyText.encode(signature.bytes).utf8))
            if bytes != built { try replaceModule(with: bytes) }
            try file.commit(as: FilePaths.name(of: target))
            try folder.synchronize()
            let digest = Hex.encode(try unsafe SHA256.digest(of: bytes.span.bytes))
            if let project, isRecorded { try BuildState.noteSigned(project, as: digest) }
            return Report(
                modulePath: modulePath, signaturePath: target, label: label,
                publicKey: Base64.encode(key.publicKey.bytes),
                sha256: digest, manifest: try? EmbeddedManifest(atStartOf: bytes), warnings: warnings)
        }
    }

    private func embed(_ manifest: EmbeddedManifest, in module: [UInt8]) throws -> [UInt8] {
        do throws(ManifestError) { return try manifest.embedded(in: module) } catch {
            throw Problem(
                .manifestNotEmbedded, "cannot put the manifest into \(modulePath): \(error)",
                help: "build the module again with: pdk build")
        }
    }

    /// The module's time stays that of its build, by which it is told to be older than its sources.
    private func replaceModule(with bytes: [UInt8]) throws {
        let status = try FileStatus.of(modulePath, followingLinks: true)
        try WholeFiles.replace(modulePath, with: bytes)
        if let status { try WholeFiles.setModified(modulePath, status.modified) }
    }
}
