internal import Authoring
internal import Basics
internal import Checking
internal import Contract
internal import Ed25519
internal import Files
internal import LibCrypto
internal import PluginRegistry
internal import Trust

/// The release rules: version, registry, description, licence, signature and the round trip.
struct ReleaseRules {
    let check: CheckPlugin
    /// The built module, nil when there is none.
    let module: [UInt8]?

    private var project: PluginProject { check.project }

    /// All findings but those of the round trip.
    func findings() throws -> [Finding] {
        let signature = try signature()
        // Signing puts the manifest in: of a module that is not signed yet, or was built since, nothing is expected.
        let isSigned = !signature.contains {
            [RuleBook.unsigned, RuleBook.signatureMismatch, RuleBook.staleSignature].contains($0.rule)
        }
        return texts() + (try published()) + signature + (isSigned ? embeddedManifest() : [])
    }

    private func inManifest(_ rule: Rule, _ message: String, _ line: Int?, help: String) -> Finding {
        Finding(rule, message, help: help, file: project.manifestPath, line: line)
    }

    private func texts() -> [Finding] {
        let manifest = project.manifest
        var found: [Finding] = []
        if !PluginVersion(manifest.version.text).isSemantic {
            found.append(
                inManifest(
                    RuleBook.notSemantic, "'\(manifest.version.text.printable)' is not a semantic version",
                    manifest.version.line, help: "write three numbers, such as 1.2.3"))
        }
        if manifest.description?.text.isEmpty ?? true {
            found.append(
                inManifest(
                    RuleBook.noDescription, "the manifest has no description", manifest.description?.line,
                    help: "add description: with one sentence"))
        }
        if manifest.license?.text.isEmpty ?? true {
            found.append(
                inManifest(
                    RuleBook.noLicense, "the manifest has no license", manifest.license?.line,
                    help: "add license: with an SPDX identifier, such as Apache-2.0"))
        }
        return found
    }

    private func published() throws -> [Finding] {
        guard let registry = check.registry else { return [] }
        let entries = registry.entries(named: project.name)
        let mine = PluginVersion(project.version)
        if let entry = entries.first(where: { $0.version.utf8.elementsEqual(project.version.utf8) }) {
            return try published(entry, registry)
        }
        let newest = entries.filter { !$0.isPreRelease && $0.yanked == nil }.map { PluginVersion($0.version) }.max()
        guard let newest, mine < newest else { return [] }
        return [
            inManifest(
                RuleBook.notNewest, "version \(newest) is published in \(registry.location), and \(mine) is older",
                project.manifest.version.line, help: "raise the version, unless this corrects an older line")
        ]
    }

    /// What is wrong with the version that is published already; nothing when it is this one, whole.
    private func published(_ entry: RegistryEntry, _ registry: RegistryContents) throws -> [Finding] {
        let published = PublishedRelease(entry, in: registry.location.store(network: check.network))
        var new = entry
        if let module {
            let bytes = try? WholeFiles.read(project.signaturePath, limit: KeyText.maximumFileBytes)
            let signature = bytes.flatMap { KeyText.decode($0, count: Signature.byteCount) }.map { Base64.encode($0) }
            new = try Release(
                project: project, module: module, signature: signature, publishedAt: Timestamp(seconds: check.now)
            ).entry
            if signature == nil { new.signature = entry.signature }
        }
        switch published.difference(from: new) {
        case .none: return []
        case .entry(let what):
            return [
                inManifest(
                    RuleBook.alreadyPublished,
                    "version \(project.version) is already published in \(registry.location) with \(what)",
                    project.manifest.version.line, help: "raise the version")
            ]
        case .artifact(let what):
            return [
                inManifest(
                    RuleBook.alreadyPublished,
                    "version \(project.version) is already published in \(registry.location), and \(what)",
                    project.manifest.version.line, help: "restore the file from a backup, or raise the version")
            ]
        }
    }

    private func signature() throws -> [Finding] {
        guard let module else { return [] }
        let path = project.signaturePath
        guard try FileStatus.of(path, followingLinks: true) != nil else {
            return [
                Finding(
                    RuleBook.unsigned, "the module is not signed", help: "sign it with: pdk sign",
                    file: project.modulePath)
            ]
        }
        func mismatch(_ message: String) -> [Finding] {
            [Finding(RuleBook.signatureMismatch, message, help: "sign the module again with: pdk sign", file: path)]
        }
        let text = try WholeFiles.read(path, limit: KeyText.maximumFileBytes)
        guard let bytes = KeyText.decode(text, count: Signature.byteCount), let parsed = try? Signature(bytes: bytes)
        else {
            return mismatch("it is not base64 of a 64-byte Ed25519 signature")
        }
        guard let publisher = try knownPublisher() else { return try foreignSignature(parsed, module, path) }
        let key: PublicKey
        do { key = try PublicKey(bytes: publisher.publicKey) } catch {
            return mismatch("the public key of '\(publisher.label)' is not valid: \(error)")
        }
        guard unsafe !verify(parsed, of: module.span.bytes, by: key) else { return [] }
        if try isBuiltSinceSigned(module) { return [staleSignature(path)] }
        return mismatch("it is not a signature of the key '\(publisher.label)' over this module")
    }

    /// Without a key that is known to be the publisher's: whether any key of the key store made the signature.
    private func foreignSignature(_ signature: Signature, _ module: [UInt8], _ path: String) throws -> [Finding] {
        let records = try check.key.store?.records() ?? []
        let isOurs = records.contains { record in
            guard let bytes = record.publicKey, let key = try? PublicKey(bytes: bytes) else { return false }
            return unsafe verify(signature, of: module.span.bytes, by: key)
        }
        if isOurs { return [] }
        if try isBuiltSinceSigned(module) { return [staleSignature(path)] }
        return [
            Finding(
                RuleBook.unknownSigner,
                records.isEmpty
                    ? "there is no key here to tell whose signature it is"
                    : "none of the keys \(records.map(\.label).joined(separator: ", ")) made it over this module",
                help: "name the key with --key, or sign the module again with: pdk sign", file: path)
        ]
    }

    private func staleSignature(_ path: String) -> Finding {
        Finding(
            RuleBook.staleSignature, "it is the signature of an earlier build",
            help: "sign the module again with: pdk sign", file: path)
    }

    /// Whether the module is as the last build left it: signing it puts its manifest in.
    ///
    /// Of what is about to be published the signature has to be right, whatever came between.
    private func isBuiltSinceSigned(_ module: [UInt8]) throws -> Bool {
        guard check.module == nil else { return false }
        guard let record = try BuildRecord.read(of: project) else {
            return (try? EmbeddedManifest.read(atStartOf: module)) == nil
        }
        return record.sha256 == Hex.encode(try unsafe SHA256.digest(of: module.span.bytes))
    }

    /// Whether the module says of itself what `plugin.yaml` says.
    private func embeddedManifest() -> [Finding] {
        guard let module, module.starts(with: KitLimits.moduleMagic) else { return [] }
        func other(_ message: String) -> [Finding] {
            [
                Finding(
                    RuleBook.otherManifest, message, help: "sign it again as what it is now: pdk sign",
                    file: project.modulePath)
            ]
        }
        let embedded: PluginMetadata?
        do throws(ManifestError) { embedded = try EmbeddedManifest.read(atStartOf: module) } catch {
            return other(error.description)
        }
        guard let embedded else {
            return [
                Finding(
                    RuleBook.noEmbeddedManifest, "the module does not carry its name, version and hooks",
                    help: "pdk sign, without a file's name, puts them into it", file: project.modulePath)
            ]
        }
        let mine = PluginMetadata(project.manifest)
        // The second is what plugin.yaml leaves out now, and said when the module was signed.
        let difference =
            mine.contradiction(with: embedded).map { ($0.field, signed: $0.embedded, now: $0.claimed) }
            ?? embedded.contradiction(with: mine).map {
                ($0.field, signed: $0.claimed, now: $0.embedded)
            }
        guard let (field, signed, now) = difference else { return [] }
        return other(
            "the module was signed with \(field) \(signed.printable), and plugin.yaml says \(now.printable)")
    }

    /// Who publishes; nil without a key of ours, when nobody can say whose signature it is.
    ///
    /// A key that was asked for and cannot be had is an error.
    private func knownPublisher() throws -> Publisher? {
        check.key.isChosen ? try check.key.publisher() : try? check.key.publisher()
    }

    /// The finding of a full publish, install and verify in a scratch registry, none when all goes well.
    func roundTrip(_ module: [UInt8]) -> [Finding] {
        do {
            let folder = try TemporaryFolder(in: check.scratch, prefix: "pdk-check-")
            // A throw-away key stands in where the module is not signed yet, or was built since.
            let (signature, publisher) = try publisher(module)
            let release = try Release(
                project: project, module: module, signature: signature, publishedAt: Timestamp(seconds: check.now))
            try ProvenRelease.prove(release, publisher: publisher, in: folder.path)
            return []
        } catch {
            let message = (error as? any Diagnostic)?.message ?? "\(error)"
            return [
                Finding(
                    RuleBook.roundTrip, "the plugin cannot be published, installed and verified: \(message)",
                    help: (error as? any Diagnostic)?.help, file: project.modulePath)
            ]
        }
    }

    private func publisher(_ module: [UInt8]) throws -> (signature: String, Publisher) {
        if try FileStatus.of(project.signaturePath, followingLinks: true) != nil,
            let publisher = try knownPublisher(),
            let bytes = KeyText.decode(
                try WholeFiles.read(project.signaturePath, limit: KeyText.maximumFileBytes), count: Signature.byteCount),
            let signature = try? Signature(bytes: bytes), let key = try? PublicKey(bytes: publisher.publicKey),
            unsafe verify(signature, of: module.span.bytes, by: key)
        {
            return (Base64.encode(bytes), publisher)
        }
        let key = try SigningKey.generate()
        let signature = try unsafe key.sign(module.span.bytes)
        return (Base64.encode(signature.bytes), Publisher(label: "throw-away", publicKey: key.publicKey.bytes))
    }
}
