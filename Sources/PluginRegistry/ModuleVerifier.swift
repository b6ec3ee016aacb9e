internal import Basics
internal import Contract
internal import Ed25519
internal import Files
internal import LibCrypto
internal import Trust

/// Checks a module's bytes while they go by: magic, SHA-256 and signature, in constant memory.
struct ModuleVerifier: ~Copyable {
    /// What the bytes turned out to be.
    struct Finding {
        let sha256: String
        let size: Int
        let startsAsModule: Bool
        /// The label of the key that made the signature; nil when none was checked.
        let signer: String?
        /// What the module says of itself, nil when it says nothing.
        let embedded: EmbeddedManifest?
    }

    private var hash: SHA256
    private var candidates: [(label: String, verifier: StreamingVerifier)]
    private let isSignatureWanted: Bool
    private let subject: String
    private let origin: String
    private var size = 0
    private var head: [UInt8] = []

    /// Gets ready for the module called `subject` in error texts.
    ///
    /// With a trust root, the signature, base64 text, must be there and be made by one of its keys.
    init(subject: String, signature: [UInt8]?, trustRoot: TrustRoot?) throws {
        let candidates = try Self.candidates(subject, signature, trustRoot)
        self.init(subject: subject, candidates: candidates, trustRoot: trustRoot, hash: try SHA256())
    }

    private init(
        subject: String, candidates: [(label: String, verifier: StreamingVerifier)], trustRoot: TrustRoot?,
        hash: consuming SHA256
    ) {
        self.hash = hash
        self.candidates = candidates
        self.subject = subject
        origin = trustRoot?.origin ?? ""
        isSignatureWanted = trustRoot != nil
    }

    private static func candidates(
        _ subject: String, _ signature: [UInt8]?, _ trustRoot: TrustRoot?
    ) throws(RegistryError) -> [(label: String, verifier: StreamingVerifier)] {
        guard let trustRoot else { return [] }
        guard let signature else {
            throw RegistryError(
                .noSignature, "no signature for \(subject)", help: "ask the publisher for a signed release")
        }
        guard let bytes = KeyText.decode(signature, count: Signature.byteCount) else {
            throw failed(
                subject, "the signature is not base64 of 64 bytes",
                help: "it is one line of text: base64 -w 0 makes one of a raw signature")
        }
        let parsed: Signature
        do { parsed = try Signature(bytes: bytes) } catch { throw failed(subject, "\(error)") }
        return trustRoot.keys.map { ($0.label, StreamingVerifier(signature: parsed, publicKey: $0.key)) }
    }

    /// Takes the next bytes of the module.
    mutating func update(_ bytes: RawSpan) throws {
        try hash.update(bytes)
        for index in candidates.indices { candidates[index].verifier.update(bytes) }
        size += bytes.byteCount
        let missing = EmbeddedManifest.headBytes - head.count
        if missing > 0 { unsafe bytes.withUnsafeBytes { unsafe head.append(contentsOf: $0.prefix(missing)) } }
    }

    /// The verdict over all bytes taken; the digest that an index or a manifest, `source`, promised is compared before the
    /// signature, as the host does.
    consuming func finish(promised: String? = nil, by source: String = "the index") throws -> Finding {
        let digest = Hex.encode(try hash.finalize())
        if let promised, promised != digest {
            throw RegistryError(
                .digestMismatch, "sha256 mismatch for \(subject): \(source) says \(promised), the module has \(digest)",
                help: "the module was changed after it was published, or \(source) was; do not install it")
        }
        let signer = candidates.first { $0.verifier.isValid() }?.label
        if isSignatureWanted, signer == nil {
            throw Self.failed(
                subject, "no key of the trust root \(origin) made it",
                help: "the module was changed after it was signed, or its publisher's key is not in the trust root")
        }
        let isModule = head.starts(with: HostLimits.moduleMagic)
        return Finding(
            sha256: digest, size: size, startsAsModule: isModule, signer: signer,
            embedded: isModule ? try Self.embeddedManifest(head, subject) : nil)
    }

    private static func embeddedManifest(_ head: [UInt8], _ subject: String) throws(RegistryError) -> EmbeddedManifest?
    {
        do throws(ManifestError) { return try EmbeddedManifest(atStartOf: head) } catch {
            throw RegistryError(
                .notAModule, "the manifest that \(subject) carries cannot be read: \(error)",
                help: "tell its publisher to build it again")
        }
    }

    /// Refuses a module that is not the release that an index or a packed manifest, `source`, claims it to be.
    static func compare(
        _ claims: ManifestClaims, by source: String = "the index", with embedded: EmbeddedManifest?, subject: String
    ) throws(RegistryError) {
        guard let embedded, let contradiction = claims.contradiction(with: embedded) else { return }
        throw RegistryError(
            .releaseMismatch,
            "release mismatch for \(subject): \(source) says \(contradiction.field) \(contradiction.claimed.printable), "
                + "the module says \(contradiction.embedded.printable)",
            help: "\(source) was changed, or another module was put in the place of this one; do not install it")
    }

    private static func failed(_ subject: String, _ reason: String, help: String? = nil) -> RegistryError {
        RegistryError(.signatureInvalid, "signature verification failed for \(subject): \(reason)", help: help)
    }
}
