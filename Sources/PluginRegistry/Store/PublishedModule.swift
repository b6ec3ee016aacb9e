internal import Basics
package import Contract
package import Ed25519
package import Trust

/// The module of an entry, where the registry has it.
package struct PublishedModule: Sendable {
    private let entry: IndexEntry
    private let store: any RegistryStore

    package init(_ entry: IndexEntry, in store: any RegistryStore) {
        self.entry = entry
        self.store = store
    }

    /// Verifies it as an install would, without keeping it; its size in bytes.
    ///
    /// Errors: those of `PluginsFolder.fetch`.
    @discardableResult
    package func verify(trust: Trust) throws -> Int { try copy(trust: trust) { _ in }.size }

    /// What was found of a module that was copied.
    package struct Copied: Sendable {
        /// Bytes.
        package let size: Int
        /// Whose signature it has, where that was checked.
        package let signature: SignatureVerdict
        /// The manifest in the module; nil where it carries none.
        package let embedded: PluginMetadata?
    }

    /// Refuses a module that was copied and that the policy of the trust root does not let in; error: `policyRefused`.
    package func checkPolicy(_ copied: Copied, _ trust: Trust) throws(RegistryError) {
        guard trust.root?.policy != nil else { return }
        var subject = PolicySubject(
            name: entry.name, version: entry.version, signer: copied.signature.signer,
            embedded: copied.embedded)
        subject.publishedAt = entry.publishedAt
        subject.origins = [
            store.location.origin, RegistryLocation.origin(of: try store.location.artifact(entry.artifact)),
        ]
        subject.isToBeInstalled = true
        try trust.check(subject, called: "\(entry.name.printable) v\(entry.version.printable)")
    }

    /// Refuses a module on another server than that of its index on the web; error: `other-origin`.
    package func checkOrigin() throws(RegistryError) {
        let place = try store.location.artifact(entry.artifact)
        try store.location.checkOrigin(
            of: place, subject: "\(entry.name.printable) v\(entry.version.printable)", isChecked: true)
    }

    /// Hands its bytes to `sink` while they are verified as an install would; an error may come after the last of them.
    ///
    /// Where the signature is not `required`, one of an unknown key is not checked; that of the key which the entry names,
    /// if it is known, is.
    package func copy(
        trust: Trust, isSignatureRequired: Bool = true, into sink: (RawSpan) throws -> Void
    ) throws -> Copied {
        let subject = "\(entry.name.printable) v\(entry.version.printable)"
        let promised = try entry.checkedDigest(in: store.location, subject: subject)
        let names = trust.root?.keys.contains { $0.id == entry.keyHint } ?? false
        var verifier = try ModuleVerifier(
            subject: subject, signature: entry.parsedSignature, trust: trust, keyID: entry.keyHint,
            isRequired: isSignatureRequired || names)
        var failure: (any Error)?
        do {
            try store.stream(entry.artifact, maximumBytes: KitLimits.moduleBytes) { piece in
                do {
                    try verifier.update(piece)
                    try sink(piece)
                } catch {
                    failure = error
                    throw error
                }
            }
        } catch {
            // What cannot be written is told apart from what cannot be read.
            if let failure { throw failure }
            throw error as? RegistryError ?? RegistryError(.artifactUnavailable, "\(error)", underlying: error)
        }
        let finding = try verifier.finish(promised: promised) { sink in
            try store.stream(entry.artifact, maximumBytes: KitLimits.moduleBytes, into: sink)
        }
        try ModuleVerifier.refuse(finding.otherFile, subject: subject)
        try ModuleVerifier.compare(entry.metadata, with: finding.embedded, subject: subject)
        return Copied(
            size: finding.size, signature: finding.signature, embedded: finding.embedded)
    }

    /// Whether its signature was made by a key; nil when that cannot be told.
    package func isSigned(by publicKey: PublicKey, called label: String) -> Bool? {
        guard entry.signature != nil, let trustRoot = try? TrustRoot(label: label, publicKey: publicKey) else {
            return nil
        }
        do {
            try verify(trust: .root(trustRoot))
            return true
        } catch let error as RegistryError where error.kind == .signatureInvalid {
            return false
        } catch {
            // What is not there, or changed, says nothing of the key.
            return nil
        }
    }
}
