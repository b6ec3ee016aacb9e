internal import Basics
internal import Contract
internal import Ed25519
internal import Files
internal import Transfers
public import Trust

/// A module whose bytes have been verified, staged in the folder it is to be installed in.
///
/// Only `PluginsFolder.fetch` makes one, and only installing takes one: no path can skip the check. The bytes that were
/// hashed are the bytes staged; they are read from their source once. What is not installed is removed.
public struct VerifiedModule: ~Copyable {
    /// The entry it was fetched for.
    public let entry: RegistryEntry
    /// The SHA-256 of the bytes, 64 lowercase hexadecimal digits.
    public let sha256: String
    /// Bytes.
    public let size: Int
    /// The label of the key that made the signature; nil when there was no trust root.
    public let signer: String?
    /// Whether the module carries its name, version, hooks, permissions and limits, so that a signature covers them too.
    public var carriesManifest: Bool { embedded != nil }
    /// What the module says of itself; the entry does not contradict it.
    let embedded: EmbeddedManifest?
    var file: TemporaryFile
    let name: PluginName

    fileprivate init(
        entry: RegistryEntry, name: PluginName, finding: ModuleVerifier.Finding, file: consuming TemporaryFile
    ) {
        self.entry = entry
        self.name = name
        sha256 = finding.sha256
        size = finding.size
        signer = finding.signer
        embedded = finding.embedded
        self.file = file
    }
}

extension PluginsFolder {
    /// Streams the module of `entry` into this folder under a hidden name while hashing it, and verifies it.
    ///
    /// At most 1 GiB. Errors: `invalidName`, `artifactUnavailable`, `digestMismatch`, `notAModule`, `noSignature`,
    /// `signatureInvalid`, `releaseMismatch`, `destination`.
    public borrowing func fetch(
        _ entry: RegistryEntry, from registry: Registry, trustRoot: TrustRoot?
    ) throws(RegistryError) -> VerifiedModule {
        guard let name = PluginName(entry.name) else { throw RegistryError.invalidName(entry.name) }
        let subject = "\(name) v\(entry.version.printable)"
        guard let expected = Hex.decode(entry.sha256), expected.count == 32 else {
            throw RegistryError(
                .indexMalformed, "the sha256 of \(subject) in \(registry.location) is not 64 hex digits",
                help: RegistryError.mendTheIndex)
        }
        if let signature = entry.index.signature,
            KeyText.decode(Array(signature.utf8), count: Signature.byteCount) == nil
        {
            throw RegistryError(
                .signatureInvalid,
                "signature verification failed for \(subject): the signature in \(registry.location) is not base64 of "
                    + "64 bytes", help: RegistryError.mendTheIndex)
        }
        let place = try registry.location.artefact(entry.index.artifact)
        do {
            var verifier = try ModuleVerifier(
                subject: subject, signature: entry.index.signature.map { Array($0.utf8) }, trustRoot: trustRoot,
                keyID: entry.index.keyID)
            let file = try destination { () throws(FileError) in try folder.makeTemporary() }
            try registry.stream(place) { piece in
                try destination { () throws(FileError) in try file.write(piece) }
                try verifier.update(piece)
            }
            let finding = try verifier.finish(promised: Hex.encode(expected)) { sink in
                try folder.open(reading: file.name).stream(limit: KitLimits.moduleBytes, into: sink)
            }
            guard finding.startsAsModule else {
                throw RegistryError(
                    .notAModule, "\(subject) is not a WebAssembly module: it does not begin with \\0asm",
                    help: "the host would refuse to load it; tell its publisher")
            }
            try ModuleVerifier.compare(ManifestClaims(entry.index), with: finding.embedded, subject: subject)
            return VerifiedModule(entry: entry, name: name, finding: finding, file: file)
        } catch let error as RegistryError {
            throw error
        } catch let error as TransferError {
            throw RegistryError(.artifactUnavailable, error.description, help: error.help)
        } catch {
            throw RegistryError(
                .artifactUnavailable, "cannot read the module of \(subject): \(error)",
                help: "the registry does not hold what its index names: tell who keeps it")
        }
    }
}

/// Tells failures to write the destination from failures to read the source.
private func destination<Result: ~Copyable>(
    _ write: () throws(FileError) -> Result
) throws(RegistryError) -> Result {
    do { return try write() } catch { throw RegistryError(.destination, error.description) }
}

extension Registry {
    /// Hands a module's bytes to `sink`, at most 1 GiB of them, as they come.
    fileprivate func stream(_ place: RegistryLocation.Place, into sink: (RawSpan) throws -> Void) throws {
        switch place {
        case .address(let address):
            try network.fetch(address, maximumBytes: KitLimits.moduleBytes, into: sink)
        case .file(let path):
            try FileHandle(reading: path).stream(limit: KitLimits.moduleBytes, into: sink)
        }
    }
}
