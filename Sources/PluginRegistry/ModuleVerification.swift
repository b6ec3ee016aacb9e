internal import Basics
internal import Contract
internal import Files
public import Trust

/// A module on disk that has been verified.
public struct ModuleVerification: Sendable, Equatable {
    /// The file that was read.
    public let path: String
    /// The SHA-256 of its bytes, 64 lowercase hexadecimal digits.
    public let sha256: String
    /// Bytes.
    public let size: Int
    /// The label of the key that made the signature; nil when there was no trust root.
    public let signer: String?
    /// Whether the file begins as a WebAssembly module.
    public let isModule: Bool
    /// The plugin's name, as the module carries it; nil when it carries no manifest.
    public let name: String?
    /// The version, as the module carries it; nil when it carries no manifest.
    public let version: String?

    /// Reads a module once and verifies it, in constant memory.
    ///
    /// With a trust root the signature is read from `signatureFile` or else from the sidecar `<stem>.sig`. Errors:
    /// `artifactUnavailable`, `noSignature`, `signatureInvalid`.
    public static func verify(
        _ path: String, trustRoot: TrustRoot?, signatureFile: String? = nil
    ) throws(RegistryError) -> ModuleVerification {
        do {
            let handle = try FileHandle(reading: path)
            let signature = trustRoot == nil ? nil : try readSignature(path, signatureFile)
            var verifier = try ModuleVerifier(subject: path, signature: signature, trustRoot: trustRoot)
            try handle.stream(limit: KitLimits.moduleBytes) { try verifier.update($0) }
            let finding = try verifier.finish { sink in
                try FileHandle(reading: path).stream(limit: KitLimits.moduleBytes, into: sink)
            }
            return ModuleVerification(
                path: path, sha256: finding.sha256, size: finding.size, signer: finding.signer,
                isModule: finding.startsAsModule, name: finding.embedded?.name, version: finding.embedded?.version)
        } catch let error as RegistryError {
            throw error
        } catch {
            throw RegistryError(.artifactUnavailable, "\(error)")
        }
    }

    private static func readSignature(_ path: String, _ given: String?) throws -> [UInt8] {
        let file = given ?? FilePaths.replacingExtension(of: path, with: ".sig")
        guard try FileStatus.of(file, followingLinks: true) != nil else {
            throw RegistryError(
                .noSignature, "no signature for \(path): \(file) does not exist",
                help: "pdk sign \(path.shellWord) makes one, or name it with --sig")
        }
        return try WholeFiles.read(file, limit: KeyText.maximumFileBytes)
    }
}
