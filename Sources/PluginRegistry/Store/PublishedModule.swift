internal import Basics
package import Contract
internal import Ed25519
package import Trust

/// The module of an entry, where the registry has it.
package struct PublishedModule {
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
    package func verify(trust: Trust) throws -> Int {
        let subject = "\(entry.name.printable) v\(entry.version.printable)"
        guard let expected = Hex.decode(entry.sha256), expected.count == 32 else {
            throw RegistryError(.indexMalformed, "the sha256 of \(subject) in \(store.location) is not 64 hex digits")
        }
        let signature = entry.signature.map { Array($0.utf8) }
        if let signature, KeyText.decode(signature, count: Signature.byteCount) == nil {
            throw RegistryError(
                .signatureInvalid,
                "signature verification failed for \(subject): the signature in \(store.location) is not base64 of 64 bytes"
            )
        }
        var verifier = try ModuleVerifier(
            subject: subject, signature: signature, trust: trust, keyID: entry.keyID)
        try store.stream(entry.artifact, maximumBytes: KitLimits.moduleBytes) { try verifier.update($0) }
        let finding = try verifier.finish(promised: Hex.encode(expected)) { sink in
            try store.stream(entry.artifact, maximumBytes: KitLimits.moduleBytes, into: sink)
        }
        guard finding.startsAsModule else {
            throw RegistryError(.notAModule, "\(subject) is not a WebAssembly module: it does not begin with \\0asm")
        }
        try ModuleVerifier.compare(entry.metadata, with: finding.embedded, subject: subject)
        return finding.size
    }

    /// Whether its signature was made by a key; nil when that cannot be told.
    package func isSigned(by publicKey: [UInt8], called label: String) -> Bool? {
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
