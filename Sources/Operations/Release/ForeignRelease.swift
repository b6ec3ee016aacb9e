internal import Authoring
internal import Basics
internal import Contract
internal import Ed25519
internal import Files
internal import PluginRegistry
internal import Trust

/// A signed release that was made elsewhere: a packed plugin, or a vendor's module with its manifest and signature.
///
/// Read strictly and verified by a key that is known here before anything else is done with it.
struct ForeignRelease {
    /// The file that messages name.
    let subject: String
    let metadata: PluginMetadata
    let module: [UInt8]
    let signature: Signature
    /// Whose key made the signature.
    let signer: Publisher
    /// What could not be taken over.
    var notes: [String] = []

    /// Reads a packed plugin; errors: those of `PackedPlugin.check`, and `no-signature` for one that is not signed.
    init(packed path: String, signers: [Publisher]) throws {
        let packed = try PackedPlugin.blockingRead(path)
        guard let text = packed.signature else {
            throw Problem(
                .noSignature, "no signature for \(path): only signed modules are published",
                help: "get a signed one from its publisher, or sign the plugin and pack it again")
        }
        let checked = try packed.check(trust: .digestOnly)
        subject = path
        module = checked.module
        (signature, signer) = try Self.verified(text, module, path, signers)
        // What a packed plugin's manifest does not know, the module may say, and the signature covers it.
        var metadata = packed.manifest.metadata
        if let embedded = try Self.embedded(in: module, path) { metadata.complete(by: embedded) }
        self.metadata = metadata
        notes.append("not checked: the build record and the plugin's cases, which a packed plugin does not contain")
    }

    /// The files of a vendor's release, told by their contents.
    struct Files {
        let module: String
        let manifest: String
        let signature: String
    }

    /// Reads a module with the files beside it.
    ///
    /// Errors: `not-a-module`, `invalid-manifest`, `malformed-signature`, `signature-invalid`, `release-mismatch`.
    init(_ files: Files, signers: [Publisher]) throws {
        subject = files.module
        module = try PluginProject.readModule(files.module)
        let text = try WholeFiles.read(files.signature, limit: KeyText.maximumFileBytes)
        (signature, signer) = try Self.verified(text, module, files.signature, signers)
        let embedded = try Self.embedded(in: module, files.module)
        let metadata = try Self.manifest(files.manifest)
        if let embedded {
            if let found = metadata.contradiction(with: embedded) {
                throw Problem(
                    .releaseMismatch,
                    "release mismatch for \(files.module): \(files.manifest) says \(found.field) \(found.claimed.printable), the module says \(found.embedded.printable)",
                    help: "get the manifest that belongs to this module from its publisher")
            }
        }
        self.metadata = metadata
        notes.append("not checked: the build record and the plugin's cases, which only the plugin's folder contains")
    }

    private static func embedded(in module: [UInt8], _ path: String) throws -> PluginMetadata? {
        do throws(ManifestError) { return try EmbeddedManifest.read(atStartOf: module) } catch {
            throw Problem(
                .notAModule, "the manifest embedded in \(path) cannot be read: \(error)",
                help: "ask its publisher to build it again")
        }
    }

    /// The signature as a registry has it, and which of the keys made it.
    private static func verified(
        _ text: [UInt8], _ module: [UInt8], _ path: String, _ signers: [Publisher]
    ) throws -> (Signature, Publisher) {
        let signature = try Self.signature(text, path)
        for signer in signers where unsafe verify(signature, of: module.span.bytes, by: signer.publicKey) {
            return (signature, signer)
        }
        let labels = signers.prefix(10).map { "'\($0.label.printable)'" }.joined(separator: ", ")
        throw Problem(
            .signatureInvalid,
            "signature verification failed for \(path): "
                + (signers.isEmpty
                    ? "there is no key to check it with" : "none of the keys \(labels) made the signature"),
            help: "give the publisher's public key with --public-key FILE, or trust it: pdk trust add FILE --label NAME"
        )
    }

    /// The signature in a file: the host's own form, or minisign's where it signs the module itself, as the host's does.
    private static func signature(_ text: [UInt8], _ path: String) throws -> Signature {
        if let signature = Signature(text: text) { return signature }
        guard MinisignSignature.isOne(text) else {
            throw Problem(
                .malformedSignature, "the signature in \(path) is not base64 of a 64-byte Ed25519 signature",
                help: "get the file again from its publisher")
        }
        let minisign: MinisignSignature
        do { minisign = try MinisignSignature(reading: text) } catch {
            throw Problem(.malformedSignature, "cannot use the signature in \(path): \(error)", help: error.help)
        }
        guard !minisign.isPrehashed else {
            throw Problem(
                .malformedSignature,
                "the signature in \(path) is minisign's, over a hash of the module, which hosts do not verify",
                help: "get one over the module itself from its publisher: pdk sign, or minisign -S -l")
        }
        return minisign.signature
    }

    /// A manifest in one of its forms: `plugin.yaml`, an installed `NAME.json`, or the `manifest.json` of a packed plugin.
    private static func manifest(_ path: String) throws -> PluginMetadata {
        let bytes = try WholeFiles.read(path, limit: KitLimits.manifestBytes)
        let help = "give the plugin.yaml of the release, its NAME.json, or the manifest.json of a packed plugin"
        guard bytes.first(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) == UInt8(ascii: "{") else {
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw Problem(.invalidManifest, "\(path) is not UTF-8", help: help)
            }
            do throws(ManifestError) { return PluginMetadata(try Manifest(reading: text)) } catch {
                throw error.problem(.invalidManifest, in: path, help: help)
            }
        }
        do throws(JSONError) { return try InstalledManifest.read(bytes) } catch {
            throw Problem(.invalidManifest, "\(path): \(error)", help: help)
        }
    }
}
