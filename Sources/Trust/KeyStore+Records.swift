internal import Basics
internal import Ed25519
package import Files

/// What the key store holds of one label.
package struct KeyRecord: Sendable, Equatable, Redacted {
    package let label: String
    package let privatePath: String
    /// Nil when there is no `.pub` file.
    package let publicPath: String?
    /// 32 raw bytes; nil when neither file says.
    package let publicKey: [UInt8]?
    /// Nil when the private key cannot be read.
    package let isEncrypted: Bool?
    /// The number that minisign and signify know the key by, when it came with one.
    package let keyNumber: [UInt8]?
    /// What is wrong with the files, nil when nothing is.
    package let problem: String?

    /// Who signs with it; nil when the public key is not known or is none.
    package var publisher: Publisher? {
        publicKey.flatMap { try? PublicKey(bytes: $0) }.map { Publisher(label: label, publicKey: $0) }
    }
    /// The fingerprint; nil when the public key is not known.
    package var keyID: String? { publicKey.map(KeyID.of) }
    /// The label and the fingerprint.
    package var description: String { "\(label) (\(keyID ?? "unknown key"))" }
}

extension KeyStore {
    /// What there is of every label, sorted.
    package func records() throws -> [KeyRecord] { try labels().map(record) }

    /// What there is of one label; no passphrase is needed.
    package func record(_ label: String) throws -> KeyRecord {
        var described: PrivateKeyFile.Description?, problem: String?
        do {
            var bytes = try KeySource.read(privatePath(label))
            defer { SecretBytes.wipe(&bytes) }
            described = try PrivateKeyFile.describe(bytes)
        } catch {
            problem = (error as? any Diagnostic)?.message ?? "\(privatePath(label)): \(error)"
        }
        var known: PublicKeyFile?
        let hasPublic = try FileStatus.of(publicPath(label), followingLinks: true) != nil
        if hasPublic {
            do {
                known = try PublicKeyFile.read(
                    try WholeFiles.read(publicPath(label), limit: PrivateKeyFile.maximumBytes))
            } catch { problem = problem ?? "\(publicPath(label)): \(error)" }
        } else {
            problem = problem ?? "its public key is missing: pdk key export \(label) writes \(publicPath(label))"
        }
        if let mine = described?.publicKey, let other = known?.publicKey.bytes, mine != other {
            problem = "\(publicPath(label)) is the public key of another private key"
        }
        return KeyRecord(
            label: label, privatePath: privatePath(label), publicPath: hasPublic ? publicPath(label) : nil,
            publicKey: described?.publicKey ?? known?.publicKey.bytes, isEncrypted: described?.isEncrypted,
            keyNumber: described?.keyNumber, problem: problem)
    }

    /// Puts a key under a new label: the private half for its owner only, then the public half.
    ///
    /// A label that is taken, also by one half, is never overwritten.
    package func add(_ opened: borrowing OpenedKey, label: String, passphrase: [UInt8]?) throws -> KeyRecord {
        try Self.refuseBadLabel(label)
        for path in [privatePath(label), publicPath(label)] where try FileStatus.of(path) != nil {
            throw taken(label, path)
        }
        try makeFolders()
        let keys = try Folder(keysFolder), lock = try keys.locked()
        // What a killed run has left is a copy of a private key.
        try keys.removeAbandonedFiles()
        var text = try KeyWriter.stored(opened, passphrase: passphrase)
        defer { SecretBytes.wipe(&text) }
        var file = try keys.makeTemporary()
        try unsafe file.write(text.span.bytes)
        do throws(FileError) { try file.commit(as: label + ".pem", mode: nil, exclusively: true) } catch {
            throw error.isAlreadyThere ? taken(label, privatePath(label)) : error as any Error
        }
        // A release that outlives its key in a power failure could never be followed by another.
        do {
            try keys.synchronize()
            try writePublicHalf(opened.key.publicKey.bytes, label: label)
        } catch {
            // Nobody has used it yet, and the same command can be run again.
            try? keys.remove(label + ".pem")
            throw error
        }
        lock.release()
        return try record(label)
    }

    /// Writes `<label>.pub`, which others may read and nobody else may change, whatever the umask.
    package func writePublicHalf(_ publicKey: [UInt8], label: String) throws {
        try WholeFiles.replace(publicPath(label), with: Array(KeyText.encode(publicKey).utf8), mode: 0o644)
    }

    /// Error: `invalid-label`.
    package static func refuseBadLabel(_ label: String) throws {
        guard !isLabel(label) else { return }
        throw Problem(
            .invalidLabel, "invalid key label '\(label.prefix(200).description.printable)'",
            help: "a label is 1 to 64 letters, digits, '.', '-' and '_', and begins with a letter, a digit or '_'")
    }

    private func taken(_ label: String, _ path: String) -> Problem {
        let isHalf = path == publicPath(label)
        return Problem(
            .alreadyExists, "a key '\(label)' already exists: \(path)",
            help: isHalf
                ? "choose another label, or remove \(path) if its private key is lost"
                : "choose another label: a key that signed releases must not be lost")
    }

    /// Makes the folders that are missing: nobody else may write into them, and only their owner enters `keys`.
    package func makeFolders() throws(FileError) {
        if let parent = FilePaths.parent(of: folder), try FileStatus.of(parent, followingLinks: true) == nil {
            // The XDG Base Directory Specification has ~/.config made so.
            try Folder.create(parent, mode: 0o700)
        }
        try Folder.create(folder, mode: 0o755)
        try Folder.create(keysFolder, mode: 0o700)
    }

    /// Refuses keys in a folder that anybody, or somebody else, can change: they may not be the ones that were put there.
    func refuseOpenFolders() throws {
        for path in [folder, keysFolder] {
            guard let status = try FileStatus.of(path, followingLinks: true) else { continue }
            guard status.mode & 0o002 == 0 else {
                throw Problem(
                    .keyExposed, "the folder \(path) is world-writable: anyone on this machine can replace your keys",
                    help: "fix it with: chmod o-w \(path.shellWord)")
            }
            guard status.isOwnedByUserOrRoot else {
                throw Problem(
                    .keyExposed, "the folder \(path) belongs to another user, who can replace your keys",
                    help: "change its owner with chown, or set PDK_HOME to a folder that you own")
            }
        }
    }
}
