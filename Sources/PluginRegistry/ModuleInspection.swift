internal import Basics
public import Contract
package import Files
public import Trust

/// What a module in a file is, and what was checked of it.
public struct ModuleInspection: Sendable {
    /// The file that was read; of bytes in memory, what the caller called them.
    public let path: String
    /// The SHA-256 of its bytes.
    public let digest: SHA256Digest
    /// The same as text: 64 lowercase hexadecimal digits.
    public var sha256: String { digest.description }
    /// Bytes.
    public let size: Int
    /// What was checked of its signature.
    public let signature: SignatureVerdict
    /// Whether the file begins as a WebAssembly module.
    public let isModule: Bool
    /// The plugin's name, as the module carries it; nil when it carries no manifest.
    public var name: String? { embedded?.name }
    /// The version, as the module carries it; nil when it carries no manifest.
    public var version: String? { embedded?.version }
    /// What the module says of itself; nil when it carries no manifest.
    package let embedded: PluginMetadata?

    /// Reads a module once, in constant memory; with a trust root its signature must be good.
    ///
    /// The signature is read from `signatureFile`, or else from the sidecar `<stem>.sig`; the trust root's policy counts too.
    /// Errors: `artifactUnavailable`, `noSignature`, `signatureInvalid`, `policyRefused`.
    public static func inspect(
        _ path: String, trust: Trust, signatureFile: String? = nil
    ) async throws -> ModuleInspection {
        try await BackgroundThread.run {
            try blockingInspect(path, trust: trust, signatureFile: signatureFile, cancellation: $0)
        }
    }

    /// Looks at a module in memory; with a trust root its signature, the text of a `.sig` file, must be there and good.
    ///
    /// `subject` is what errors call it. Errors: `noSignature`, `signatureInvalid`, `policyRefused`.
    public static func inspect(
        _ module: [UInt8], signature: [UInt8]?, trust: Trust, subject: String
    ) throws(RegistryError) -> ModuleInspection {
        do {
            // Without a trust root nobody looks at the signature.
            let signature =
                trust.root == nil ? nil : try signature.map { try ModuleVerifier.signature($0, of: subject) }
            var verifier = try ModuleVerifier(subject: subject, signature: signature, trust: trust)
            try unsafe verifier.update(module.span.bytes)
            let finding = try verifier.finish { try unsafe $0(module.span.bytes) }
            let found = ModuleInspection(subject, finding)
            try trust.check(found.policySubject, called: subject)
            return found
        } catch let error as RegistryError {
            throw error
        } catch {
            throw RegistryError(.artifactUnavailable, "cannot check \(subject): \(error)", underlying: error)
        }
    }

    package static func blockingInspect(
        _ path: String, trust: Trust, signatureFile: String? = nil, keyID: String? = nil,
        cancellation: Cancellation? = nil
    ) throws -> ModuleInspection {
        do {
            let handle = try FileHandle(reading: path)
            let given = trust, trust = try allowed(trust, path, signatureFile)
            let signature = trust.root == nil ? nil : try readSignature(path, signatureFile)
            var verifier = try ModuleVerifier(subject: path, signature: signature, trust: trust, keyID: keyID)
            try handle.stream(limit: KitLimits.moduleBytes) { piece in
                try cancellation?.check()
                try verifier.update(piece)
            }
            let finding = try verifier.finish { sink in
                try FileHandle(reading: path).stream(limit: KitLimits.moduleBytes, into: sink)
            }
            let found = ModuleInspection(path, finding)
            try given.check(found.policySubject, called: path)
            return found
        } catch let error where error is RegistryError || error is CancellationError {
            throw error
        } catch {
            throw RegistryError(.artifactUnavailable, "\(error)", underlying: error)
        }
    }

    /// The trust that an unsigned module of this name is looked at with.
    private static func allowed(
        _ trust: Trust, _ path: String, _ signatureFile: String?
    ) throws -> Trust {
        guard trust.root?.policy != nil, signatureFile == nil else { return trust }
        let sidecar = FilePaths.replacingExtension(of: path, with: ".sig")
        guard try FileStatus.of(sidecar, followingLinks: true) == nil else { return trust }
        let embedded = try? EmbeddedManifest.read(
            atStartOf: FileHandle(reading: path).readHead(bytes: EmbeddedManifest.headBytes))
        return try trust.allowingUnsigned(
            embedded?.name ?? FilePaths.stem(of: path), isSigned: false, subject: path)
    }

    /// What a policy has to know: the name that the module carries, else that of its file.
    package var policySubject: PolicySubject {
        PolicySubject(
            name: name ?? FilePaths.stem(of: path), version: version ?? "", signer: signature.signer,
            embedded: embedded)
    }

    private init(_ path: String, _ finding: ModuleVerifier.Finding) {
        self.path = path
        digest = finding.digest
        size = finding.size
        signature = finding.signature
        isModule = finding.otherFile == nil
        embedded = finding.embedded
    }

    private static func readSignature(_ path: String, _ given: String?) throws -> Signature {
        let file = given ?? FilePaths.replacingExtension(of: path, with: ".sig")
        guard try FileStatus.of(file, followingLinks: true) != nil else {
            throw RegistryError(
                .noSignature, "no signature for \(path): \(file) does not exist",
                help: "ask the publisher for the signature, and put it next to the module")
        }
        return try ModuleVerifier.signature(WholeFiles.read(file, limit: KeyText.maximumFileBytes), of: path)
    }
}
