internal import Archives
package import Basics
public import Contract
internal import Files
internal import Gzip
public import Trust

/// A plugin packed into one `.tar.gz` file: its manifest, its module and, when it is signed, its signature.
///
/// Read whole into memory and taken apart; nothing of it is believed until `check` has made a `CheckedPackedPlugin` of
/// it. Names and texts are the packer's: hostile until then, and a signature covers only those that the module carries too.
public struct PackedPlugin: Sendable {
    package let manifest: PackManifest
    /// What it is called in error texts: its path.
    public let subject: String
    /// The exact text of its `manifest.json`.
    public let manifestText: String
    /// The size of the `.tar.gz` in bytes.
    public let size: Int
    /// The bytes of `plugin.wasm`, not verified.
    package let unverifiedModule: [UInt8]
    /// The bytes of `plugin.sig`, nil when it is not signed.
    package let signature: [UInt8]?

    /// The plugin's name: 1 to 128 of `A-Z a-z 0-9 - _`.
    public var name: String { manifest.name }
    /// The version's text.
    public var version: String { manifest.version }
    /// What the plugin does, in the packer's words.
    public var description: String { manifest.description }
    /// The licence.
    public var license: String { manifest.license ?? "" }
    /// The hooks it is to be called for.
    public var hooks: [String] { manifest.hooks ?? [] }
    /// The SHA-256 that the manifest promises of the module.
    public var digest: SHA256Digest { manifest.moduleDigest }
    /// The same as text: 64 lowercase hexadecimal digits.
    public var sha256: String { digest.description }
    /// When it was packed, as the manifest says.
    public var packedAt: String { manifest.packedAt }
    /// Whether there is a signature; it says nothing of whose.
    public var isSigned: Bool { signature != nil }

    /// Reads the file at `path`, at most 1 GiB packed and about 1 GiB unpacked.
    ///
    /// Errors: `artifactUnavailable`, `packMalformed`, `noSignature` when the manifest promises a signature that is not there.
    public static func read(_ path: String) async throws -> PackedPlugin {
        try await BackgroundThread.run { _ in try blockingRead(path) }
    }

    package static func blockingRead(_ path: String) throws(RegistryError) -> PackedPlugin {
        let bytes: [UInt8]
        do { bytes = try WholeFiles.read(path, limit: KitLimits.moduleBytes) } catch {
            throw RegistryError(.artifactUnavailable, error.description, underlying: error)
        }
        return try PackedPlugin(reading: bytes, subject: path)
    }

    /// Takes the bytes of a `.tar.gz` apart; `subject` is what error texts call it.
    public init(reading bytes: [UInt8], subject: String) throws(RegistryError) {
        let entries = try Self.entries(of: bytes, subject)
        do { manifest = try PackManifest(reading: entries[0].bytes) } catch {
            throw Self.malformed(subject, "\(PackManifest.fileName): \(error)")
        }
        manifestText = String(decoding: entries[0].bytes, as: UTF8.self)
        unverifiedModule = entries[1].bytes
        signature = entries.count > 2 ? entries[2].bytes : nil
        switch (manifest.signatureDigest, signature) {
        case (.some, nil):
            throw RegistryError(
                .noSignature,
                "no signature for \(subject): \(PackManifest.fileName) promises one, and there is no "
                    + PackManifest.signatureName,
                help: "get the file again from its publisher")
        case (nil, .some):
            throw Self.malformed(
                subject, "it has a \(PackManifest.signatureName) that \(PackManifest.fileName) does not mention")
        default: break
        }
        self.subject = subject
        size = bytes.count
    }

    /// The entries, read so strictly that the host sees the same ones.
    private static func entries(of bytes: [UInt8], _ subject: String) throws(RegistryError) -> [ArchiveEntry] {
        guard bytes.count <= KitLimits.moduleBytes else {
            throw malformed(subject, "it is larger than \(KitLimits.moduleBytes) bytes")
        }
        var archive = PackedArchive(
            expecting: [
                PackedArchive.Expected(PackManifest.fileName, maximumBytes: KitLimits.manifestBytes),
                PackedArchive.Expected(PackManifest.moduleName, maximumBytes: KitLimits.moduleBytes),
                PackedArchive.Expected(PackManifest.signatureName, maximumBytes: KeyText.maximumFileBytes),
            ], required: 2)
        do {
            try GzipMember.unpack(bytes, maximumBytes: KitLimits.moduleBytes + 1 << 20) { try archive.update($0) }
            return try archive.finish()
        } catch let error as GzipError {
            guard error.kind == .libraryMissing else { throw malformed(subject, error.description) }
            throw RegistryError(
                .artifactUnavailable, "cannot read \(subject): \(error)",
                help: "install the Debian package zlib1g: apt-get install zlib1g")
        } catch {
            throw malformed(subject, "\(error)")
        }
    }

    private static func malformed(_ subject: String, _ reason: String) -> RegistryError {
        RegistryError(
            .packMalformed, "\(subject) is not a packed plugin: \(reason)",
            help: "get the file again from its publisher")
    }
}

/// A packed plugin whose digests are right; only `PackedPlugin.check` makes one.
public struct CheckedPackedPlugin: Sendable {
    /// What was checked.
    public let plugin: PackedPlugin
    /// The exact bytes that were checked.
    public let module: [UInt8]
    /// The SHA-256 of the module.
    public let digest: SHA256Digest
    /// The same as text: 64 lowercase hexadecimal digits.
    public var sha256: String { digest.description }
    /// What was checked of its signature.
    public let signature: SignatureVerdict
    /// What its operator should know, such as that no host could load the module.
    public let warnings: [String]
    let embedded: PluginMetadata?
    /// What it was checked against.
    let trust: Trust

    fileprivate init(plugin: PackedPlugin, finding: ModuleVerifier.Finding, trust: Trust) {
        self.trust = trust
        self.plugin = plugin
        module = plugin.unverifiedModule
        digest = finding.digest
        signature = finding.signature
        embedded = finding.embedded
        warnings = LoadableModule.warning(of: module, plugin.subject).map { [$0] } ?? []
    }
}

extension PackedPlugin {
    /// Compares the digests that the manifest promises and, with a trust root, verifies the signature.
    ///
    /// Errors: `digestMismatch`, `notAModule`, `noSignature`, `signatureInvalid`, `releaseMismatch`, `policyRefused`.
    public func check(trust: Trust) throws(RegistryError) -> CheckedPackedPlugin {
        do {
            let signature = try checkedSignature()
            var verifier = try ModuleVerifier(
                subject: subject, signature: signature,
                trust: trust.allowingUnsigned(name, isSigned: isSigned, subject: subject))
            func all(into sink: (RawSpan) throws -> Void) throws {
                let module = unverifiedModule.span
                for start in stride(from: 0, to: module.count, by: 256 << 10) {
                    try unsafe sink(module.extracting(start..<min(start + 256 << 10, module.count)).bytes)
                }
            }
            try all { try verifier.update($0) }
            let finding = try verifier.finish(promised: manifest.moduleDigest, by: PackManifest.fileName, again: all)
            try ModuleVerifier.refuse(finding.otherFile, subject: "the \(PackManifest.moduleName) in \(subject)")
            try ModuleVerifier.compare(
                manifest.metadata, by: PackManifest.fileName, with: finding.embedded, subject: subject)
            try trust.check(
                PolicySubject(
                    name: name, version: version, signer: finding.signature.signer,
                    embedded: finding.embedded), called: subject)
            return CheckedPackedPlugin(plugin: self, finding: finding, trust: trust)
        } catch let error as RegistryError {
            throw error
        } catch {
            throw RegistryError(.artifactUnavailable, "cannot check \(subject): \(error)", underlying: error)
        }
    }

    /// The signature, compared with the manifest's digest of its text; also where nobody checks the signature itself.
    private func checkedSignature() throws -> Signature? {
        guard let signature, let promised = manifest.signatureDigest else { return nil }
        let actual = try SHA256Digest(of: signature)
        guard actual == promised else {
            throw RegistryError(
                .digestMismatch,
                "sha256 mismatch for the signature of \(subject): \(PackManifest.fileName) says \(promised), "
                    + "\(PackManifest.signatureName) has \(actual)",
                help: "the file was changed after it was packed; do not install it")
        }
        guard let signature = Signature(text: signature) else {
            throw RegistryError(
                .signatureInvalid,
                "signature verification failed for \(subject): \(PackManifest.signatureName) is not base64 of 64 bytes")
        }
        return signature
    }
}

extension PackedPlugin {
    /// The bytes of a packed plugin, the same for the same input.
    ///
    /// `packedAt` becomes the time of every entry, too. Error: `packMalformed` when there is no libarchive or the time does
    /// not fit.
    package static func archive(
        _ metadata: PluginMetadata, module: [UInt8], signature: [UInt8]?, packedAt: Timestamp
    ) throws(RegistryError) -> [UInt8] {
        do {
            var manifest = PackManifest(
                metadata, moduleDigest: try SHA256Digest(of: module), packedAt: packedAt.rfc3339)
            manifest.signatureDigest = try signature.map { try SHA256Digest(of: $0) }
            var entries = [
                ArchiveEntry(name: PackManifest.fileName, bytes: Array(manifest.text.utf8)),
                ArchiveEntry(name: PackManifest.moduleName, bytes: module),
            ]
            if let signature { entries.append(ArchiveEntry(name: PackManifest.signatureName, bytes: signature)) }
            return try ArchiveWriter.archive(entries, modified: packedAt.seconds)
        } catch let error as ArchiveError {
            throw RegistryError(.packMalformed, "cannot pack \(metadata.name): \(error)", help: error.help)
        } catch {
            throw RegistryError(.packMalformed, "cannot pack \(metadata.name): \(error)")
        }
    }
}
