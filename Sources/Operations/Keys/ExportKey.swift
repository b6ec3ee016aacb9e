internal import Basics
internal import Ed25519
internal import Files
package import Trust

/// `pdk key export`: a key of the store in the form of another program.
package struct ExportKey {
    package let label: String
    package let form: KeyForm
    package let half: Half
    /// Where to write it; nil to hand the bytes back, which a private key is not.
    package let output: String?
    package let store: KeyStore
    /// The passphrase of the key called so; nil when there is none to be had.
    package let passphrase: @Sendable (String) throws -> [UInt8]?

    package init(
        label: String, form: KeyForm, half: Half, output: String?, store: KeyStore,
        passphrase: @escaping @Sendable (String) throws -> [UInt8]?
    ) {
        self.label = label
        self.form = form
        self.half = half
        self.output = output
        self.store = store
        self.passphrase = passphrase
    }

    /// Which half of the key is exported.
    package enum Half: Sendable, Hashable {
        case publicKey
        /// Encrypted with the passphrase that opens it in the store, where it has one; or as it is.
        case privateKey(keepsPassphrase: Bool)
    }

    /// What was exported.
    package struct Report: Sendable {
        package let publicKey: [UInt8]
        /// The public key's file, where it was not written anywhere.
        package let text: [UInt8]?
        /// The `.pub` file that was missing and was written.
        package let completed: String?
        package let isEncrypted: Bool
    }

    /// Writes the key; a `.pub` file that the store lacks is written as well.
    package func run() throws -> Report {
        try KeyStore.refuseBadLabel(label)
        if let output { try KeyOutput.check(output) }
        let source = KeySource(label: label, in: store, passphrase: passphrase)
        let record = try FileStatus.of(store.privatePath(label)) == nil ? nil : store.record(label)
        var publicKey = record?.publicKey
        if record == nil {
            // A public half alone can still be exported; without either the error names the labels.
            let path = store.publicPath(label)
            if try FileStatus.of(path) != nil, half == .publicKey {
                publicKey = try PublicKeyFile.read(
                    try WholeFiles.read(path, limit: PrivateKeyFile.maximumBytes)
                ).publicKey.bytes
            } else {
                publicKey = try source.publisher().publicKey.bytes
            }
        }
        let known = try publicKey ?? source.publisher().publicKey.bytes
        var completed: String?
        if let record, record.publicPath == nil {
            try store.writePublicHalf(known, label: label)
            completed = store.publicPath(label)
        }
        do {
            if case .privateKey(let keepsPassphrase) = half {
                return try exportPrivate(source, known, completed, keepsPassphrase: keepsPassphrase)
            }
            let text = try KeyWriter.publicKey(known, as: form, keyNumber: record?.keyNumber, label: label)
            if let output { try WholeFiles.replace(output, with: text, mode: 0o644) }
            return Report(
                publicKey: known, text: output == nil ? text : nil, completed: completed, isEncrypted: false)
        } catch let error as KeyFileError {
            throw Problem(.invalidKey, "cannot export the key '\(label)': \(error)", help: error.help)
        }
    }

    private func exportPrivate(
        _ source: KeySource, _ publicKey: [UInt8], _ completed: String?, keepsPassphrase: Bool
    ) throws -> Report {
        guard let output else {
            throw Problem(
                .invalidInput, "a private key is not written to standard output", help: "give a file with --out FILE")
        }
        // The passphrase that opens the key also encrypts what is written.
        var source = source
        let asked = AskedPassphrase(passphrase)
        source.passphrase = { try asked.ask($0) }
        return try source.withOpenedKey { opened, _ in
            let phrase = keepsPassphrase ? asked.last : nil
            var text = try KeyWriter.privateKey(opened, as: form, passphrase: phrase, label: label)
            defer { SecretBytes.wipe(&text) }
            try WholeFiles.replace(output, with: text, mode: nil, exclusively: true)
            return Report(publicKey: publicKey, text: nil, completed: completed, isEncrypted: phrase != nil)
        }
    }
}
