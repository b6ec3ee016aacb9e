internal import Basics
package import Contract
internal import Ed25519
package import PluginRegistry
package import Trust

/// Where the key of a signed registry may be: named by whoever changes it, or one of the key store's.
package struct RegistryKeys: Sendable {
    /// With `requested` for a key that was named; its store is looked through else.
    package let source: KeySource

    package init(source: KeySource) { self.source = source }

    /// What signs the next state of a registry with this index; nil where it is not signed, or the key is not here.
    ///
    /// Refuses an index that was changed after the key had signed it: what is signed now would cover that change.
    package func signer(
        for outline: IndexOutline, of location: RegistryLocation, _ network: Network
    ) throws -> RegistrySigner? {
        guard let signer = try signer(for: outline) else { return nil }
        guard try Registry(location, network: network).isIndexSigned(by: signer.publicKey) else {
            throw Problem(
                .indexUntrusted,
                "the index \(location) does not match its signature: it was changed, or the signature is missing",
                help: "check its contents; if they are right: pdk registry sign --accept-changes")
        }
        return signer
    }

    /// The same without a look at what stands there.
    package func signer(for outline: IndexOutline) throws -> RegistrySigner? {
        guard let key = outline.registryKey else { return nil }
        if source.requested != nil {
            let publisher = try source.publisher()
            guard publisher.publicKey == key else {
                throw Problem(
                    .invalidKey,
                    "the key '\(publisher.label.printable)' did not sign the registry",
                    help: "the registry's key has the fingerprint \(KeyID.of(key))")
            }
            return RegistrySigner(publicKey: key, key: source)
        }
        guard let label = try source.store?.records().first(where: { $0.publisher?.publicKey == key })?.label else {
            return nil
        }
        var found = source
        found.requested = label
        return RegistrySigner(publicKey: key, key: found)
    }
}
