internal import Basics
internal import Ed25519
internal import Files
package import Trust

/// `pdk key import`: a private key of another program, put into the key store.
package struct ImportKey {
    package let path: String
    package let label: String
    package let store: KeyStore
    /// The passphrase that the environment or the user gives; nil when there is none to be had.
    package let passphrase: @Sendable (String) throws -> [UInt8]?
    /// What a key that is not encrypted is to be encrypted with; nil for nothing.
    package let newPassphrase: [UInt8]?

    package init(
        path: String, label: String, store: KeyStore, newPassphrase: [UInt8]?,
        passphrase: @escaping @Sendable (String) throws -> [UInt8]?
    ) {
        self.path = path
        self.label = label
        self.store = store
        self.newPassphrase = newPassphrase
        self.passphrase = passphrase
    }

    /// What was imported.
    package struct Report: Sendable {
        package let record: KeyRecord
        package let form: KeyForm
    }

    /// Says so where what could not be imported is a public key.
    ///
    /// That is no secret, so its file may be open to all: what it is counts, and not its permissions.
    private func refusePublicKey() throws {
        guard var bytes = try? WholeFiles.read(path, limit: KeyText.maximumFileBytes) else { return }
        // It may be a private key after all.
        defer { SecretBytes.wipe(&bytes) }
        guard (try? PublicKeyFile.read(bytes)) != nil else { return }
        throw Problem(
            .invalidKey, "\(path) is a public key, and only private keys are imported",
            help: "to trust it: pdk trust add \(path.shellWord)")
    }

    /// Reads the key and stores it under the label, encrypted with the passphrase that it was encrypted with.
    package func run() throws -> Report {
        try KeyStore.refuseBadLabel(label)
        do { return try add() } catch {
            try refusePublicKey()
            throw error
        }
    }

    private func add() throws -> Report {
        var bytes = try KeySource.read(path)
        defer { SecretBytes.wipe(&bytes) }
        var phrase = newPassphrase
        defer { if var used = phrase.take() { SecretBytes.wipe(&used) } }
        do {
            let opened = try PrivateKeyFile.open(bytes) {
                phrase = try passphrase(path)
                return phrase
            }
            return Report(record: try store.add(opened, label: label, passphrase: phrase), form: opened.form)
        } catch let error as KeyFileError {
            throw Problem(error, of: path)
        }
    }
}
