internal import Basics
internal import Ed25519
package import Trust

/// `pdk keygen`: a new key pair in the key store.
package struct GenerateKey {
    package let label: String
    package let store: KeyStore
    /// The passphrase to encrypt the private key with; nil for none.
    package let passphrase: [UInt8]?

    package init(label: String, store: KeyStore, passphrase: [UInt8]?) {
        self.label = label
        self.store = store
        self.passphrase = passphrase
    }

    /// The pair that was made.
    package struct Report: Sendable {
        package let label: String
        package let privatePath: String
        package let publicPath: String
        /// The trust-root text of the public key.
        package let publicKey: String
        package let isEncrypted: Bool
    }

    /// Makes the pair; a label that is taken is never overwritten.
    package func run() throws -> Report {
        try KeyStore.refuseBadLabel(label)
        let made = OpenedKey(key: try SigningKey.generate(), form: .openssl, isEncrypted: false, keyNumber: nil)
        let publicKey = Base64.encode(made.key.publicKey.bytes)
        let record = try store.add(made, label: label, passphrase: passphrase)
        return Report(
            label: label, privatePath: record.privatePath, publicPath: store.publicPath(label), publicKey: publicKey,
            isEncrypted: passphrase != nil)
    }
}
