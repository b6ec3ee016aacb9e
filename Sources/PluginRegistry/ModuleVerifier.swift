internal import Basics
internal import Contract
internal import Ed25519
internal import LibCrypto
internal import Trust

/// Checks a module's bytes while they go by: magic, SHA-256 and signature, in constant memory.
struct ModuleVerifier: ~Copyable {
    /// What the bytes turned out to be.
    struct Finding {
        let digest: SHA256Digest
        let size: Int
        /// What the bytes are when they do not begin as a core module does.
        let otherFile: LoadableModule.OtherFile?
        /// What was checked of the signature.
        let signature: SignatureVerdict
        /// What the module says of itself, nil when it says nothing.
        let embedded: PluginMetadata?
    }

    /// A key that may have made the signature.
    private struct Candidate {
        let signer: Signer
        let check: SignatureCheck
    }

    private var hash: SHA256
    private var signatureHashes: PrefixedSHA512
    /// The keys whose hashes are under way, and those that are asked only when none of the first is right.
    private let candidates: [Candidate]
    private let others: [Candidate]
    private let isSignatureWanted: Bool
    private let subject: String
    private let origin: String
    private var size = 0
    private var head: [UInt8] = []

    /// Gets ready for the module called `subject` in error texts.
    ///
    /// With a trust root, the signature must be there and be made by one of its keys. Every key costs a SHA-512 of the
    /// module; `keyID` names the one to try first, alone.
    ///
    /// Where the signature is not `required`, one that none of the keys has made is told as not checked.
    init(
        subject: String, signature: Signature?, trust: Trust, keyID: String? = nil, isRequired: Bool = true
    ) throws {
        let trustRoot = isRequired || signature != nil ? trust.root : nil
        let all = try Self.candidates(subject, signature, trustRoot)
        let hinted = keyID.map { hint in all.filter { $0.id == hint } } ?? []
        let first = hinted.isEmpty ? all : hinted
        self.init(
            subject: subject, isRequired: isRequired, candidates: first.map(\.candidate),
            others: hinted.isEmpty ? [] : all.filter { $0.id != hinted[0].id }.map(\.candidate), trustRoot: trustRoot,
            hash: try SHA256(), signatureHashes: try PrefixedSHA512(prefixes: first.map(\.candidate.check.prefix)))
    }

    private init(
        subject: String, isRequired: Bool, candidates: [Candidate], others: [Candidate], trustRoot: TrustRoot?,
        hash: consuming SHA256,
        signatureHashes: consuming PrefixedSHA512
    ) {
        self.hash = hash
        self.signatureHashes = signatureHashes
        self.candidates = candidates
        self.others = others
        self.subject = subject
        origin = trustRoot?.origin ?? ""
        isSignatureWanted = isRequired && trustRoot != nil
    }

    private static func candidates(
        _ subject: String, _ signature: Signature?, _ trustRoot: TrustRoot?
    ) throws(RegistryError) -> [(id: String, candidate: Candidate)] {
        guard let trustRoot else { return [] }
        guard let signature else {
            throw RegistryError(
                .noSignature, "no signature for \(subject)", help: "ask the publisher for a signed release")
        }
        return trustRoot.keys.map { key in
            let signer = Signer(label: key.label, keyID: key.id)
            return (key.id, Candidate(signer: signer, check: SignatureCheck(signature, by: key.key)))
        }
    }

    /// The signature that a file beside the module called `subject` holds; error: `signatureInvalid` where it is none.
    static func signature(_ text: [UInt8], of subject: String) throws(RegistryError) -> Signature {
        guard let signature = Signature(text: text) else {
            throw failed(
                subject, "the signature is not base64 of 64 bytes",
                help: "it must be one line of base64; to convert a raw signature, use: base64 -w 0")
        }
        return signature
    }

    /// Takes the next bytes of the module.
    mutating func update(_ bytes: RawSpan) throws {
        signatureHashes.update(bytes)
        try hash.update(bytes)
        size += bytes.byteCount
        let missing = EmbeddedManifest.headBytes - head.count
        if missing > 0 { unsafe bytes.withUnsafeBytes { unsafe head.append(contentsOf: $0.prefix(missing)) } }
    }

    /// The verdict over all bytes taken; the digest that an index or a manifest, `source`, promised is compared before the
    /// signature, as the host does.
    ///
    /// `again` hands out the same bytes once more, for when the key that was named is not the one; they are hashed again,
    /// so that no others can take their place.
    consuming func finish(
        promised: SHA256Digest? = nil, by source: String = "the index",
        again: (_ sink: (RawSpan) throws -> Void) throws -> Void
    ) throws -> Finding {
        let otherFile = LoadableModule.otherFile(head)
        let (subject, origin, size, head) = (subject, origin, size, head)
        let (candidates, others, isSignatureWanted) = (candidates, others, isSignatureWanted)
        let digest = try SHA256Digest(finishing: hash)
        if let promised, promised != digest {
            throw RegistryError(
                .digestMismatch, "sha256 mismatch for \(subject): \(source) says \(promised), the module has \(digest)",
                help: "the module was changed after it was published, or \(source) was; do not install it",
                digests: RegistryError.Digests(expected: promised.description, actual: digest.description))
        }
        var signer = Self.signer(candidates, try signatureHashes.finalize())
        if signer == nil, !others.isEmpty {
            var hash = try SHA256(), hashes = try PrefixedSHA512(prefixes: others.map(\.check.prefix))
            try again { bytes in
                hashes.update(bytes)
                try hash.update(bytes)
            }
            let digests = try hashes.finalize()
            if try SHA256Digest(finishing: hash) == digest { signer = Self.signer(others, digests) }
        }
        if isSignatureWanted, signer == nil {
            throw Self.failed(
                subject, "no key in the trust root \(origin) made the signature",
                help: "the module was changed after it was signed, or its publisher's key is not in the trust root")
        }
        return Finding(
            digest: digest, size: size, otherFile: otherFile,
            signature: signer.map(SignatureVerdict.verified) ?? .notChecked,
            embedded: otherFile == nil ? try Self.embeddedManifest(head, subject) : nil)
    }

    private static func signer(_ candidates: [Candidate], _ digests: [[UInt8]]) -> Signer? {
        zip(candidates, digests).first { $0.check.isValid(digest: $1) }?.0.signer
    }

    private static func embeddedManifest(_ head: [UInt8], _ subject: String) throws(RegistryError) -> PluginMetadata? {
        do throws(ManifestError) { return try EmbeddedManifest.read(atStartOf: head) } catch {
            throw RegistryError(
                .notAModule, "the manifest embedded in \(subject) cannot be read: \(error)",
                help: "ask its publisher to build it again")
        }
    }

    /// Refuses a module that is not the release that an index or a packed manifest, `source`, claims it to be.
    static func compare(
        _ claims: PluginMetadata, by source: String = "the index", with embedded: PluginMetadata?, subject: String
    ) throws(RegistryError) {
        guard let embedded, let contradiction = claims.contradiction(with: embedded) else { return }
        throw RegistryError(
            .releaseMismatch,
            "release mismatch for \(subject): \(source) says \(contradiction.field) \(contradiction.claimed.printable), "
                + "the module says \(contradiction.embedded.printable)",
            help: "\(source) was changed, or the module was replaced; do not install it")
    }

    /// Refuses what is no core module; error: `notAModule`.
    static func refuse(_ other: LoadableModule.OtherFile?, subject: String) throws(RegistryError) {
        guard let other else { return }
        throw RegistryError(
            .notAModule, other.message(of: subject), help: "hosts refuse to load it; contact its publisher")
    }

    private static func failed(_ subject: String, _ reason: String, help: String? = nil) -> RegistryError {
        RegistryError(.signatureInvalid, "signature verification failed for \(subject): \(reason)", help: help)
    }
}
