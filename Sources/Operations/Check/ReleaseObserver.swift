internal import Authoring
internal import Basics
internal import Checking
internal import Contract
internal import Ed25519
internal import Files
internal import PluginRegistry
internal import Trust
internal import WebAssembly

/// Finds out what the release rules look at: what is published, who signed the module, what it says of itself.
struct ReleaseObserver {
    let check: CheckPlugin
    /// The built module, nil when there is none.
    let module: [UInt8]?

    private var project: PluginProject { check.project }

    /// All but the round trip.
    func state() throws -> ReleaseState {
        var state = ReleaseState(
            manifest: project.manifest, manifestPath: project.manifestPath, modulePath: project.modulePath,
            signaturePath: project.signaturePath)
        state.signature = try signature()
        state.published = try published()
        // Signing puts the manifest in: of a module that is not signed yet, or was built since, nothing is expected.
        switch state.signature {
        case .absent, .wrong, .earlierBuild: break
        case .nothingWrong, .unknownSigner: state.embedded = embeddedManifest()
        }
        return state
    }

    private func published() throws -> ReleaseState.Published {
        guard let registry = check.registry else { return .unpublished }
        let entries = registry.entries(named: project.name.description)
        if let entry = entries.first(where: { $0.version.utf8.elementsEqual(project.version.utf8) }) {
            return try published(entry, registry)
        }
        let newest = entries.filter { !$0.isPreRelease && $0.yanked == nil }.map { PluginVersion($0.version) }.max()
        guard let newest, PluginVersion(project.version) < newest else { return .unpublished }
        return .older(than: newest, registry: "\(registry.location)")
    }

    /// What is wrong with the version that is already published; nothing if it is the same release and complete.
    private func published(_ entry: RegistryEntry, _ registry: RegistryContents) throws -> ReleaseState.Published {
        let published = PublishedRelease(entry, in: check.context.store(of: registry.location))
        var new = entry
        if let module {
            let bytes = try? WholeFiles.read(project.signaturePath, limit: KeyText.maximumFileBytes)
            let signature = bytes.flatMap { Signature(text: $0) }
            new = try Release(
                project: project, module: module, signature: signature,
                publishedAt: Timestamp(seconds: check.context.now)
            ).entry
            if signature == nil { new.signature = entry.signature }
        }
        switch published.difference(from: new) {
        case .none: return .unpublished
        case .entry(let what): return .entry(registry: "\(registry.location)", difference: what)
        case .artifact(let what): return .artifact(registry: "\(registry.location)", difference: what)
        }
    }

    private func signature() throws -> ReleaseState.Signed {
        guard let module else { return .nothingWrong }
        guard try FileStatus.of(project.signaturePath, followingLinks: true) != nil else { return .absent }
        let text = try WholeFiles.read(project.signaturePath, limit: KeyText.maximumFileBytes)
        guard let parsed = Signature(text: text) else {
            return .wrong("it is not base64 of a 64-byte Ed25519 signature")
        }
        guard let publisher = try knownPublisher() else { return try foreignSignature(parsed, module) }
        guard unsafe !verify(parsed, of: module.span.bytes, by: publisher.publicKey) else { return .nothingWrong }
        if try isBuiltSinceSigned(module) { return .earlierBuild }
        return .wrong("the key '\(publisher.label)' did not make this signature for this module")
    }

    /// Without a key that is known to be the publisher's: whether any key of the key store made the signature.
    private func foreignSignature(_ signature: Signature, _ module: [UInt8]) throws -> ReleaseState.Signed {
        let records = try check.key.store?.records() ?? []
        let isOurs = records.contains { record in
            guard let key = record.publisher?.publicKey else { return false }
            return unsafe verify(signature, of: module.span.bytes, by: key)
        }
        if isOurs { return .nothingWrong }
        return try isBuiltSinceSigned(module) ? .earlierBuild : .unknownSigner(records.map(\.label))
    }

    /// Whether the module is as the last build left it: signing it puts its manifest in.
    ///
    /// Of what is about to be published the signature has to be right, whatever came between.
    private func isBuiltSinceSigned(_ module: [UInt8]) throws -> Bool {
        guard check.module == nil else { return false }
        guard let record = try BuildRecord.read(of: project) else {
            return (try? EmbeddedManifest.read(atStartOf: module)) == nil
        }
        return try record.digest == SHA256Digest(of: module)
    }

    /// Whether the module says of itself what `plugin.yaml` says.
    private func embeddedManifest() -> ReleaseState.Embedded {
        guard let module, module.starts(with: WebAssemblyModule.magic) else { return .nothingWrong }
        let embedded: PluginMetadata?
        do throws(ManifestError) { embedded = try EmbeddedManifest.read(atStartOf: module) } catch {
            return .unreadable(error.description)
        }
        guard let embedded else { return .absent }
        let mine = PluginMetadata(project.manifest)
        if let found = mine.contradiction(with: embedded) {
            return .other(field: found.field, signed: found.embedded, now: found.claimed)
        }
        // What plugin.yaml leaves out now, and said when the module was signed.
        guard let found = embedded.contradiction(with: mine) else { return .nothingWrong }
        return .other(field: found.field, signed: found.claimed, now: found.embedded)
    }

    /// Who publishes; nil without a key of ours, when nobody can say whose signature it is.
    ///
    /// A key that was asked for and cannot be had is an error.
    private func knownPublisher() throws -> Publisher? {
        check.key.isChosen ? try check.key.publisher() : try? check.key.publisher()
    }

    /// A full publish, install and verify in a scratch registry.
    func roundTrip(_ module: [UInt8]) -> ReleaseTrial {
        do {
            let folder = try TemporaryFolder(inShared: check.context.scratch, prefix: "pdk-check-")
            // A throw-away key stands in where the module is not signed yet, or was built since.
            let (signature, publisher) = try publisher(module)
            let release = try Release(
                project: project, module: module, signature: signature,
                publishedAt: Timestamp(seconds: check.context.now))
            try ProvenRelease.prove(release, publisher: publisher, in: folder.path)
            return ReleaseTrial(file: project.modulePath, failure: nil)
        } catch {
            let problem = error as? any Diagnostic
            return ReleaseTrial(
                file: project.modulePath, failure: (problem?.message ?? "\(error)", problem?.commandHelp))
        }
    }

    private func publisher(_ module: [UInt8]) throws -> (signature: Signature, Publisher) {
        if try FileStatus.of(project.signaturePath, followingLinks: true) != nil,
            let publisher = try knownPublisher(),
            let signature = Signature(
                text: try WholeFiles.read(project.signaturePath, limit: KeyText.maximumFileBytes)),
            unsafe verify(signature, of: module.span.bytes, by: publisher.publicKey)
        {
            return (signature, publisher)
        }
        let key = try SigningKey.generate()
        let signature = try unsafe key.sign(module.span.bytes)
        return (signature, Publisher(label: "throw-away", publicKey: key.publicKey))
    }
}
