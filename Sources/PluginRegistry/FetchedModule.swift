internal import Basics
public import Contract
internal import Files
internal import Synchronization
internal import Transfers
public import Trust

/// A module whose SHA-256 is the one that the index promises, staged in the folder it is to be installed in.
///
/// What `signature` says was checked, and no more. Only `Registry.fetch` makes one, and only installing takes one: no path
/// can skip the check. The bytes that were hashed are the bytes staged; they are read from their source once. What is not
/// installed is removed with the last copy of this value.
public struct FetchedModule: Sendable {
    /// The entry it was fetched for.
    public let entry: RegistryEntry
    /// The SHA-256 of the bytes.
    public let digest: SHA256Digest
    /// The same as text: 64 lowercase hexadecimal digits.
    public var sha256: String { digest.description }
    /// Bytes.
    public let size: Int
    /// What was checked of its signature.
    public let signature: SignatureVerdict
    /// What the operator should know, such as that nobody checked a signature of what came over plain http.
    public let warnings: [String]
    /// Whether the module carries its name, version, hooks, permissions and limits, so that a signature covers them too.
    public var carriesManifest: Bool { embedded != nil }
    /// What the module says of itself; the entry does not contradict it.
    let embedded: PluginMetadata?
    let name: PluginName
    /// The registry it came from, as a lock names it.
    let registry: String
    /// What it was verified against.
    let trust: Trust
    private let staged: Staged

    /// The file, which can be installed once.
    private final class Staged: Sendable {
        let file: Mutex<TemporaryFile?>

        init(_ file: consuming TemporaryFile) { self.file = Mutex(consume file) }
    }

    fileprivate init(
        entry: RegistryEntry, name: PluginName, registry: String, finding: ModuleVerifier.Finding, trust: Trust,
        warnings: [String], file: consuming TemporaryFile
    ) {
        self.registry = registry
        self.trust = trust
        self.entry = entry
        self.name = name
        digest = finding.digest
        size = finding.size
        signature = finding.signature
        embedded = finding.embedded
        self.warnings = warnings
        staged = Staged(file)
    }

    /// Takes the file out; nil when it has been installed already.
    func takeFile() -> TemporaryFile? { staged.file.withLock { $0.take() } }
}

extension Registry {
    package func blockingFetch(
        _ entry: RegistryEntry, into destinationFolder: PluginsFolder, trust: Trust,
        allowingOtherOrigins: Bool = false
    ) throws -> FetchedModule {
        guard let name = PluginName(entry.name) else { throw RegistryError.invalidName(entry.name) }
        let subject = "\(name) v\(entry.version.printable)"
        let promised = try entry.checkedDigest(in: location, subject: subject, help: RegistryError.correctTheIndex)
        let place = try location.artifact(entry.artifact)
        // A module of another server needs a signature that is checked, and the operator's word.
        let isFree = allowingOtherOrigins && trust.root != nil
        if !isFree { try location.checkOrigin(of: place, subject: subject, isChecked: trust.root != nil) }
        let limit = min(network.limits.moduleBytes, KitLimits.moduleBytes)
        do {
            var verifier = try ModuleVerifier(
                subject: subject, signature: entry.parsedSignature,
                trust: trust.allowingUnsigned(entry.name, isSigned: entry.isSigned, subject: subject),
                keyID: entry.keyHint)
            let folder = destinationFolder.box
            let file = try destination { () throws(FileError) in try folder.folder.makeTemporary() }
            try Reading(network).stream(
                place, .module, of: subject, maximumBytes: limit, home: location,
                stayingOnServer: location.isOnTheWeb && !isFree
            ) { piece in
                try destination { () throws(FileError) in try file.write(piece) }
                try verifier.update(piece)
            }
            let finding = try verifier.finish(promised: promised) { sink in
                try folder.folder.open(reading: file.name).stream(limit: limit, into: sink)
            }
            try ModuleVerifier.refuse(finding.otherFile, subject: subject)
            try ModuleVerifier.compare(entry.metadata, with: finding.embedded, subject: subject)
            try checkPolicy(entry, finding, place, trust, subject: subject)
            return FetchedModule(
                entry: entry, name: name, registry: location.lockText, finding: finding, trust: trust,
                warnings: warnings(entry, subject, trust)
                    + (try folder.folder.unloadable(file.name, finding.size, subject)), file: file)
        } catch let error as RegistryError {
            throw error.about(entry)
        } catch let error as TransferError {
            throw RegistryError(.artifactUnavailable, error, entry: entry)
        } catch let error as CancellationError {
            throw error
        } catch {
            throw RegistryError(
                .artifactUnavailable, "cannot read the module of \(subject): \(error)",
                help: "the registry does not contain what its index names; contact the registry's maintainer",
                entry: entry,
                underlying: error)
        }
    }

    /// The installed plugin when it is all that an entry offers, verified as a download would be; nil when anything differs.
    package func blockingUnchanged(
        _ entry: RegistryEntry, in folder: PluginsFolder, trust: Trust
    ) throws -> InstalledPlugin? {
        guard let name = PluginName(entry.name), let promised = entry.digest,
            folder.installedVersion(of: entry.name) == entry.version
        else { return nil }
        let subject = "\(name) v\(entry.version.printable)"
        do {
            let box = folder.box, file = try box.folder.open(reading: "\(name).wasm")
            let size = Int(clamping: try file.status().size)
            guard entry.size == nil || entry.size == size else { return nil }
            var verifier = try ModuleVerifier(
                subject: subject, signature: entry.parsedSignature,
                trust: trust.allowingUnsigned(entry.name, isSigned: entry.isSigned, subject: subject),
                keyID: entry.keyHint)
            try file.stream(limit: KitLimits.moduleBytes) { piece in
                try network.cancellation?.check()
                try verifier.update(piece)
            }
            let finding = try verifier.finish(promised: promised) { sink in
                try box.folder.open(reading: "\(name).wasm").stream(limit: KitLimits.moduleBytes, into: sink)
            }
            try ModuleVerifier.compare(entry.metadata, with: finding.embedded, subject: subject)
            try checkPolicy(entry, finding, location.artifact(entry.artifact), trust, subject: subject)
            return try folder.unchanged(
                PluginsFolder.Release(
                    name: name.description, entry: PluginsFolder.completed(entry, by: finding.embedded),
                    digest: finding.digest, size: finding.size, verdict: finding.signature,
                    carriesManifest: finding.embedded != nil,
                    warnings: warnings(entry, subject, trust)
                        + (try box.folder.unloadable("\(name).wasm", finding.size, subject))))
        } catch let error as CancellationError {
            throw error
        } catch {
            // What is wrong with it, a download says.
            return nil
        }
    }

    /// What nobody has checked of a registry that is read over plain http; nil where its index is signed by a demanded key.
    private var plainHTTPWarning: String? {
        let origin = location.origin
        if network.signedRegistries.contains(where: { $0.origin == origin }) { return nil }
        guard let seal = (try? Reading(network).expectedSeal(of: location)) ?? nil else {
            return
                "\(location) was read over plain http and no signature was checked: anyone on the network path could have changed it"
        }
        return
            "\(location) was read over plain http: its index is signed by the key \(KeyID.of(seal.key)), which came from the registry itself when it was first read"
    }

    /// What is worth less than it seems in what is fetched.
    private func warnings(_ entry: RegistryEntry, _ subject: String, _ trust: Trust) -> [String] {
        var warnings = trust.warnings
        if case .digestOnly = trust, location.isPlainHTTP, let warning = plainHTTPWarning { warnings.append(warning) }
        if !entry.isSigned { warnings.append("\(subject) is unsigned") }
        if let reason = entry.yanked {
            warnings.append(
                "\(subject) was withdrawn by its publisher" + (reason.isEmpty ? "" : ": \(reason.printable)"))
        }
        return warnings
    }
}

extension Folder {
    /// What to say of a module that no host could load, or that is too large to be looked at.
    fileprivate borrowing func unloadable(_ name: String, _ size: Int, _ subject: String) throws -> [String] {
        guard size <= LoadableModule.examinedBytes else { return [LoadableModule.notExamined(subject)] }
        let bytes = try open(reading: name).readAll(limit: LoadableModule.examinedBytes)
        return LoadableModule.warning(of: bytes, subject).map { [$0] } ?? []
    }
}

/// Tells failures to write the destination from failures to read the source.
private func destination<Result: ~Copyable>(
    _ write: () throws(FileError) -> Result
) throws(RegistryError) -> Result {
    do { return try write() } catch { throw RegistryError(.destination, error.description, underlying: error) }
}
