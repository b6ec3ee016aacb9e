package import Basics
package import Ed25519
internal import Files
internal import LibCrypto

/// Which private key to use, and how to open it.
package struct KeySource: Sendable, Redacted {
    /// What `--key` says: a label or the path of a key file.
    package var requested: String?
    /// `PDK_KEY_FILE`: the path of a key file; empty is an error, unless there is a text.
    package var file: String?
    /// `PDK_KEY_PEM`: the text of one; empty is an error, unless there is a file.
    package var pem: String?
    /// Nil where neither PDK_HOME nor HOME says where it is.
    package var store: KeyStore?
    /// The label that the configuration names; nil when it names none.
    package var configuredLabel: @Sendable () throws -> String?
    /// The folder that relative paths are taken from.
    package var currentFolder: String
    /// The passphrase of the key called so, nil when there is none to be had.
    package var passphrase: @Sendable (String) throws -> [UInt8]?

    package init(
        requested: String?, file: String?, pem: String?, store: KeyStore?, currentFolder: String,
        configuredLabel: @escaping @Sendable () throws -> String?,
        passphrase: @escaping @Sendable (String) throws -> [UInt8]?
    ) {
        self.requested = requested
        self.file = file
        self.pem = pem
        self.store = store
        self.currentFolder = currentFolder
        self.configuredLabel = configuredLabel
        self.passphrase = passphrase
    }

    /// The key of one label, whatever else is set.
    package init(
        label: String?, in store: KeyStore?, currentFolder: String = "/",
        passphrase: @escaping @Sendable (String) throws -> [UInt8]?
    ) {
        self.init(
            requested: label, file: nil, pem: nil, store: store, currentFolder: currentFolder, configuredLabel: { nil },
            passphrase: passphrase)
    }

    /// Whether the user named a key, and not only left some to be found.
    package var isChosen: Bool { requested != nil || file != nil || pem != nil }

    /// A private key that was found, not yet read.
    enum Found: Redacted {
        case file(String, label: String)
        case text(String)

        var label: String {
            switch self {
            case .file(_, let label): label
            case .text: "PDK_KEY_PEM"
            }
        }
    }

    /// The file of the key that would be used, which no output may replace; nil for PDK_KEY_PEM, or without any key.
    package var path: String? {
        guard case .file(let path, _)? = try? find() else { return nil }
        return path
    }

    func find() throws -> Found {
        if let requested { return try find(requested) }
        if let file, !file.isEmpty {
            try refuseKeyText(file, "PDK_KEY_FILE")
            return .file(FilePaths.join(currentFolder, file), label: FilePaths.stem(of: file))
        }
        if let pem, !pem.isEmpty { return .text(pem) }
        if file != nil || pem != nil {
            // A CI job without access to a secret gets an empty text; the user's own key is not meant then.
            let name = pem == nil ? "PDK_KEY_FILE" : "PDK_KEY_PEM"
            throw Problem(
                .noKey, "\(name) is set, but empty",
                help: "set it to the private key; in CI, check that this job may read the secret; "
                    + "unset it to use a key of the key store")
        }
        return try findInStore()
    }

    /// The key that was named, by its label or the path of its file.
    private func find(_ requested: String) throws -> Found {
        try refuseKeyText(requested, "--key")
        if requested.utf8.contains(UInt8(ascii: "/")) || requested.hasSuffix(".pem") {
            return .file(FilePaths.join(currentFolder, requested), label: FilePaths.stem(of: requested))
        }
        let store = try knownStore()
        guard KeyStore.isLabel(requested), try FileStatus.of(store.privatePath(requested)) != nil else {
            let labels = try store.labels()
            throw Problem(
                .noKey, "no key '\(requested.printable)' in \(store.keysFolder)",
                help: labels.isEmpty
                    ? "create one with: pdk keygen \(KeyStore.isLabel(requested) ? requested : "LABEL")"
                    : "choose one of \(labels.joined(separator: ", ")), or give the path of a key file")
        }
        return .file(store.privatePath(requested), label: requested)
    }

    /// The key that the configuration names, or the only one there is.
    private func findInStore() throws -> Found {
        let store = try knownStore()
        let labels = try store.labels()
        if let label = try configuredLabel() {
            guard labels.contains(label) else {
                throw Problem(
                    .noKey,
                    "config.yaml names the key '\(label.printable)', but \(store.keysFolder) has no such key",
                    help: "correct key: in \(FilePaths.join(store.folder, "config.yaml"))")
            }
            return .file(store.privatePath(label), label: label)
        }
        guard let label = labels.first else {
            throw Problem(
                .noKey, "there is no key to sign with in \(store.keysFolder)", help: "create one with: pdk keygen")
        }
        guard labels.count == 1 else {
            throw Problem(
                .severalKeys, "there are several keys: \(labels.joined(separator: ", "))",
                help: "choose one with --key LABEL, or for good with: pdk config set key LABEL")
        }
        return .file(store.privatePath(label), label: label)
    }

    /// A key's text where its path belongs must not be looked for, and even less be shown.
    private func refuseKeyText(_ text: String, _ origin: String) throws {
        guard text.looksLikeKeyMaterial || text.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D }) else { return }
        throw Problem(
            .invalidKey, "\(origin) contains the text of a key instead of a label or a path",
            help: "put the text into PDK_KEY_PEM, or into a file that only you can read")
    }

    private func knownStore() throws -> KeyStore {
        guard let store else { throw KeyStore.noHome }
        return store
    }

    /// Opens the private key and hands it to `body`, with its label.
    package func withKey<Result>(_ body: (borrowing SigningKey, String) throws -> Result) throws -> Result {
        try withOpenedKey { try body($0.key, $1) }
    }

    /// The same, with what the file says of the key.
    package func withOpenedKey<Result>(_ body: (borrowing OpenedKey, String) throws -> Result) throws -> Result {
        let found = try find()
        switch found {
        case .text(let text):
            var bytes = Array(text.utf8)
            defer { SecretBytes.wipe(&bytes) }
            return try body(open(bytes, "PDK_KEY_PEM"), found.label)
        case .file(let path, let label):
            if let store, FilePaths.parent(of: path) == store.keysFolder { try store.refuseOpenFolders() }
            var bytes = try Self.read(path)
            defer { SecretBytes.wipe(&bytes) }
            return try body(open(bytes, path), label)
        }
    }

    /// The bytes of a private key's file, to be wiped by the caller; what is examined is the very file that is read.
    package static func read(_ path: String) throws -> [UInt8] {
        let file: FileHandle
        do throws(FileError) { file = try FileHandle(reading: path) } catch {
            guard error.isNotFound else { throw error }
            throw Problem(.noKey, "no private key at \(path)", help: "give a key file or a label from pdk key list")
        }
        let status = try file.status(), mode = status.mode
        guard status.isOwnedByUserOrRoot else {
            throw Problem(
                .keyExposed,
                "the private key \(path) belongs to another user (uid \(status.owner)), who can replace it",
                help: "make it yours with chown, or pass its text in PDK_KEY_PEM")
        }
        guard mode & 0o077 == 0 else {
            throw Problem(
                .keyExposed, "the private key \(path) can be read by others (mode \(String(mode, radix: 8)))",
                help: "fix it with: chmod 600 \(path.shellWord)")
        }
        return try file.readAll(limit: PrivateKeyFile.maximumBytes)
    }

    private func open(_ bytes: [UInt8], _ name: String) throws -> OpenedKey {
        do {
            return try PrivateKeyFile.open(bytes) { try passphrase(name) }
        } catch let error as KeyFileError {
            throw Problem(error, of: name)
        }
    }
}

extension Problem {
    /// Why the private key called `name` cannot be used.
    package init(_ error: KeyFileError, of name: String) {
        if error.kind == .needsPassphrase {
            self.init(
                .needsPassphrase, "the private key \(name) is encrypted",
                help: "set PDK_KEY_PASSPHRASE, or run this on a terminal to be asked")
        } else {
            self.init(.invalidKey, "cannot use the private key \(name): \(error)", help: error.help)
        }
    }
}

/// Who signs or publishes: a label and a public key.
package struct Publisher: Sendable, Equatable {
    package let label: String
    package let publicKey: PublicKey

    package init(label: String, publicKey: PublicKey) {
        self.label = label
        self.publicKey = publicKey
    }
}

extension KeySource {
    /// The public half of the key, without opening the private one where its `.pub` file stands beside it.
    package func publisher() throws -> Publisher {
        if case .file(let path, let label) = try find() {
            let publicPath = FilePaths.replacingExtension(of: path, with: ".pub")
            if try FileStatus.of(publicPath, followingLinks: true) != nil {
                let text = try WholeFiles.read(publicPath, limit: PrivateKeyFile.maximumBytes)
                guard let known = try? PublicKeyFile.read(text) else {
                    throw Problem(
                        .invalidKey, "\(publicPath) is not an Ed25519 public key",
                        help: "remove it; the private key is then used instead")
                }
                return Publisher(label: label, publicKey: known.publicKey)
            }
        }
        return try withKey { key, label in Publisher(label: label, publicKey: key.publicKey) }
    }
}
