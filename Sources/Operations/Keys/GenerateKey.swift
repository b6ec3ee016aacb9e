internal import Basics
internal import Ed25519
internal import Files
internal import LibCrypto
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
        guard KeyStore.isLabel(label) else {
            throw Problem(
                .invalidLabel, "invalid key label '\(label.prefix(200).description.printable)'",
                help: "a label is 1 to 64 letters, digits, '.', '-' and '_', and begins with a letter, a digit or '_'")
        }
        let privatePath = store.privatePath(label), publicPath = store.publicPath(label)
        for path in [privatePath, publicPath] where try FileStatus.of(path) != nil {
            throw taken(path)
        }
        try Folder.create(store.folder)
        try Folder.create(store.keysFolder, mode: 0o700)
        let folder = try Folder(store.keysFolder), lock = try folder.locked()
        // What a killed keygen has left is a copy of a private key.
        try folder.removeAbandonedFiles()
        let key = try SigningKey.generate()
        let text = KeyText.encode(key.publicKey.bytes)
        try key.withSeed { seed in
            try withPassphrase { phrase in
                try PrivateKeyPEM.encode(seed: seed, passphrase: phrase) { pem in
                    var file = try folder.makeTemporary()
                    try file.write(pem)
                    do throws(FileError) {
                        try file.commit(as: label + ".pem", mode: nil, exclusively: true)
                    } catch {
                        throw error.isAlreadyThere ? taken(privatePath) : error as any Error
                    }
                    // A release that outlives its key in a power failure could never be followed by another.
                    try folder.synchronize()
                }
            }
        }
        try WholeFiles.replace(publicPath, with: text)
        lock.release()
        return Report(
            label: label, privatePath: privatePath, publicPath: publicPath, publicKey: text.trimmedEnd,
            isEncrypted: passphrase != nil)
    }

    private func withPassphrase(_ body: (borrowing RawSpan?) throws -> Void) throws {
        guard let passphrase else { return try body(nil) }
        try unsafe body(passphrase.span.bytes)
    }

    private func taken(_ path: String) -> Problem {
        Problem(
            .alreadyExists, "a key '\(label)' already exists: \(path)",
            help: "choose another label: a key that signed releases must not be lost")
    }
}
