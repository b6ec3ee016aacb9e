internal import Basics
package import Contract
package import Ed25519
package import Trust

/// Signs a registry's index in the transaction that changes it.
package struct RegistrySigner: Sendable {
    /// The key that the registry is signed by.
    package let publicKey: PublicKey
    /// The signature of a text, as a `.sig` file holds it.
    package let sign: @Sendable ([UInt8]) throws -> [UInt8]

    /// Signs with a key that is opened once for each text; its passphrase is asked for by whoever asks once.
    package init(publicKey: PublicKey, key: KeySource) {
        self.publicKey = publicKey
        sign = { text in
            try key.withKey { key, label in
                guard key.publicKey == publicKey else {
                    throw Problem(
                        .invalidKey, "the key '\(label.printable)' is not the one that the registry is signed with",
                        help: "the registry's key has the fingerprint \(KeyID.of(publicKey))")
                }
                return Array(KeyText.encode(try unsafe key.sign(text.span.bytes).bytes).utf8)
            }
        }
    }
}

extension RegistryChange {
    /// The same change with a signature of the index, and of each plugin's own index in it.
    package func signed(by signer: RegistrySigner) throws -> RegistryChange {
        var change = self
        change.signature = signer.sign
        for item in derived where item.path.hasSuffix(".json") {
            change.derived.append((item.path + IndexSeal.ending, try signer.sign(item.bytes)))
        }
        return change
    }
}

extension IndexOutline {
    /// The key that the registry's index is signed with; nil where it is not signed, or names no usable key.
    package var registryKey: PublicKey? {
        self[IndexSeal.Member.key]?.value?.string.flatMap { PublicKey(text: $0) }
    }

    /// Whether the index says that it is signed.
    package var isSigned: Bool { self[IndexSeal.Member.key] != nil }

    /// What a plugin's own index repeats of a signed registry's index, with its name.
    func sealMembers(of plugin: PluginName) -> [JSONValue.Member] {
        guard let key = self[IndexSeal.Member.key]?.value, let id = self[IndexSeal.Member.id]?.value else { return [] }
        var members = [
            JSONValue.Member(IndexSeal.Member.id, id), JSONValue.Member(IndexSeal.Member.key, key),
            JSONValue.Member(IndexSeal.Member.plugin, .string(plugin.description)),
        ]
        if let expires = self[IndexSeal.Member.expires]?.value {
            members.append(JSONValue.Member(IndexSeal.Member.expires, expires))
        }
        return members
    }
}
