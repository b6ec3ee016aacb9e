package import Basics
internal import Ed25519
internal import Files
package import Trust

/// `pdk key rotate`: a new key, and a statement signed by the old one that it follows it.
package struct RotateKey {
    package let oldLabel: String
    package let newLabel: String
    package let store: KeyStore
    package let time: Timestamp
    /// The passphrase of the key called so; nil when there is none to be had.
    package let passphrase: @Sendable (String) throws -> [UInt8]?
    /// Where to write the statement; nil for `<new label>.rotation` beside the keys.
    package var output: String?
    /// What a new key is to be encrypted with; nil for the passphrase of the old one, when that is encrypted.
    package var newPassphrase: [UInt8]?

    package init(
        oldLabel: String, newLabel: String, store: KeyStore, time: Timestamp,
        passphrase: @escaping @Sendable (String) throws -> [UInt8]?
    ) {
        self.oldLabel = oldLabel
        self.newLabel = newLabel
        self.store = store
        self.time = time
        self.passphrase = passphrase
    }

    /// What was made.
    package struct Report: Sendable {
        package let oldKey: [UInt8]
        package let record: KeyRecord
        package let statementPath: String
        /// Whether the new key was made here, or was in the store.
        package let isNewKey: Bool
    }

    /// Makes the new key unless the store has it, and writes the statement once it has been read back.
    package func run() throws -> Report {
        try KeyStore.refuseBadLabel(newLabel)
        guard oldLabel != newLabel else {
            throw Problem(.invalidLabel, "a key cannot replace itself", help: "give the new key another label")
        }
        let target = output ?? FilePaths.join(store.keysFolder, newLabel + ".rotation")
        try KeyOutput.check(target)
        guard try FileStatus.of(target) == nil else {
            throw Problem(
                .alreadyExists, "\(target) already exists", help: "give another file with --out, or remove it")
        }
        let asked = AskedPassphrase(passphrase)
        let old = source(oldLabel) { try asked.ask($0) }
        let isNew = try FileStatus.of(store.privatePath(newLabel)) == nil
        return try old.withOpenedKey { oldKey, _ in
            if isNew {
                let made = OpenedKey(
                    key: try SigningKey.generate(), form: .openssl, isEncrypted: false, keyNumber: nil)
                _ = try store.add(made, label: newLabel, passphrase: newPassphrase ?? asked.last)
            }
            // A key that was just encrypted has the passphrase that is known already.
            let new = source(newLabel) { name in try isNew ? newPassphrase ?? asked.last : passphrase(name) }
            return try new.withOpenedKey { newKey, _ in
                let text = try RotationStatement.make(
                    from: oldKey.key, to: newKey.key, label: newLabel, issuedAt: time)
                do { _ = try RotationStatement(verifying: text) } catch {
                    throw Problem(.roundTripFailed, "the statement does not verify: \(error); it was not written")
                }
                try WholeFiles.replace(target, with: text, mode: 0o644, exclusively: true)
                return Report(
                    oldKey: oldKey.key.publicKey.bytes, record: try store.record(newLabel), statementPath: target,
                    isNewKey: isNew)
            }
        }
    }

    private func source(
        _ label: String, _ passphrase: @escaping @Sendable (String) throws -> [UInt8]?
    ) -> KeySource {
        KeySource(label: label, in: store, passphrase: passphrase)
    }
}
