package import Authoring
package import Basics
package import Contract
internal import Ed25519
internal import Files
package import Trust
internal import WebAssembly

/// `pdk sign`: the signature of a module beside it.
package struct SignModule {
    package let modulePath: String
    /// What the module is to carry before it is signed; nil to sign it as it is.
    package let manifest: PluginMetadata?
    package let key: KeySource
    /// Where to write the signature; nil for `<stem>.sig`, or `<file>.minisig`, beside the module.
    package var output: String?
    /// Whether the signature is one of minisign, made at this time; nil for a host's `.sig`.
    package var minisignTime: Timestamp?
    /// Whether a module that is not built from the current sources is refused.
    package var checksBuild = true
    /// What other tools are told of the module, beside its manifest; nil to leave that as it is.
    private var metadata: MetadataSections?
    /// The plugin whose module it is; nil for a module that was named.
    private var project: PluginProject?

    package init(modulePath: String, manifest: PluginMetadata?, key: KeySource) {
        self.modulePath = modulePath
        self.manifest = manifest
        self.key = key
    }

    /// Signs a plugin's built module as its release: with its manifest, and with what other tools are told of it.
    package init(ownModuleOf project: PluginProject, key: KeySource, in context: Context) async {
        let revision = await SourceRevision.detect(
            folder: project.folder, environment: context.environment.filter { !$0.key.hasPrefix("PDK_KEY_") })
        let manifest = project.manifest
        let texts = [
            "version": project.version, "description": manifest.description?.text ?? "",
            "licenses": manifest.license?.text ?? "", "authors": manifest.author?.text ?? "",
            "source": revision.source ?? "", "revision": revision.revision ?? "",
        ].filter { !$0.value.isEmpty }
        var embedded = PluginMetadata(manifest)
        embedded.build = revision.revision.map {
            BuildStatement(
                source: revision.source, revision: $0, toolchain: manifest.toolchain?.text,
                tool: "pdk " + context.toolVersion)
        }
        self.init(modulePath: project.modulePath, manifest: embedded, key: key)
        self.project = project
        metadata = MetadataSections(tool: "pdk", toolVersion: context.toolVersion, texts: texts)
    }

    /// What was signed.
    package struct Report: Sendable {
        package let modulePath: String
        package let signaturePath: String
        package let label: String
        /// The trust-root text of the public key.
        package let publicKey: String
        /// Of the module.
        package let digest: SHA256Digest
        /// What the module carries, and the signature covers.
        package let manifest: PluginMetadata?
        /// What the author should know, such as that hosts cannot load the module.
        package let warnings: [String]
    }

    /// Puts the manifest into the module, signs the exact bytes, and checks the signature before anything is written.
    package func run() throws -> Report {
        let target =
            output
            ?? (minisignTime == nil
                ? FilePaths.replacingExtension(of: modulePath, with: ".sig") : modulePath + ".minisig")
        try KeyOutput.check(target, reading: [modulePath] + (key.path.map { [$0] } ?? []))
        let build = try project.map { try BuildState.checked($0, isRequired: checksBuild) }
        var warnings = build?.warnings ?? []
        let isRecorded = build?.state.isRecorded ?? false
        let built = try PluginProject.readModule(modulePath)
        warnings += try LoadableModule.warnings(built, modulePath, isRequired: project != nil)
        var bytes = try manifest.map { try embed($0, in: built) } ?? built
        if let metadata {
            let written = try describe(bytes, metadata)
            bytes = written.module
            if !written.dropped.isEmpty {
                let names = written.dropped.map(\.printable).joined(separator: ", ")
                warnings.append(
                    "\(names) removed from \(modulePath): its relocations refer to section numbers, which have changed")
            }
        }
        let signed = bytes
        return try key.withOpenedKey { opened, label in
            let signature = try unsafe opened.key.sign(signed.span.bytes)
            guard unsafe verify(signature, of: signed.span.bytes, by: opened.key.publicKey) else {
                throw Problem(
                    .signingFailed, "the signature of \(modulePath) does not verify; nothing was written",
                    help: "sign it again; if that fails, check the key with: pdk key show")
            }
            let text =
                try minisignTime.map {
                    try MinisignSignature.make(opened, over: signed, named: FilePaths.name(of: modulePath), at: $0)
                } ?? Array(KeyText.encode(signature.bytes).utf8)
            // Stored before the module is changed: where no signature can be written, the module stays as it is.
            let folder = try Folder(FilePaths.parent(of: target) ?? ".")
            var file = try folder.makeTemporary(holding: text)
            if signed != built { try replaceModule(with: signed) }
            try file.commit(as: FilePaths.name(of: target))
            try folder.synchronize()
            let digest = try SHA256Digest(of: signed)
            if let project, isRecorded { try BuildState.noteSigned(project, as: digest) }
            return Report(
                modulePath: modulePath, signaturePath: target, label: label,
                publicKey: Base64.encode(opened.key.publicKey.bytes),
                digest: digest, manifest: try? EmbeddedManifest.read(atStartOf: signed), warnings: warnings)
        }
    }

    private func embed(_ manifest: PluginMetadata, in module: [UInt8]) throws -> [UInt8] {
        do throws(ManifestError) { return try EmbeddedManifest.write(manifest, into: module) } catch {
            throw Problem(
                .manifestNotEmbedded, "cannot embed the manifest in \(modulePath): \(error)",
                help: "build the module again with: pdk build")
        }
    }

    private func describe(_ module: [UInt8], _ metadata: MetadataSections) throws -> MetadataSections.Result {
        do throws(WebAssemblyError) { return try metadata.written(into: module) } catch {
            throw Problem(
                .manifestNotEmbedded, "cannot write metadata into \(modulePath): \(error)",
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
