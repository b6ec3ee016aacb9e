internal import Basics
package import Ed25519
internal import Files
package import Trust

/// `pdk trust add`: a publisher's key in any form, or a rotation statement, put into a trust root.
package struct TrustKey {
    /// The file that the user gave.
    package let source: String
    /// The same as it was typed: where there is no such file, the text of a public key, which may contain slashes.
    package let text: String
    /// Nil to take it from the file's name or from the statement.
    package let label: String?
    package let folder: TrustFolder

    package init(source: String, text: String, label: String?, folder: TrustFolder) {
        self.source = source
        self.text = text
        self.label = label
        self.folder = folder
    }

    /// What was added.
    package struct Report: Sendable {
        package let label: String
        package let path: String
        package let publicKey: PublicKey
        /// Whether it was there already.
        package let isAlreadyThere: Bool
        /// The label of the trusted key whose statement was followed; nil for a key's file.
        package let follows: String?
    }

    /// Reads the key and adds it.
    package func run() throws -> Report {
        let isFile = try FileStatus.of(source, followingLinks: true) != nil
        let bytes = try isFile ? WholeFiles.read(source, limit: PrivateKeyFile.maximumBytes) : Array(text.utf8)
        do {
            if RotationStatement.isOne(bytes) { return try follow(RotationStatement(verifying: bytes), bytes) }
            let read: PublicKeyFile
            do { read = try PublicKeyFile.read(bytes) } catch {
                guard isFile else {
                    throw Problem(
                        .noKey, "'\(text.printable)' is neither a file nor the text of a public key",
                        help: "give a public key file: PEM, DER, minisign, signify, OpenSSH or .pub")
                }
                throw error
            }
            guard let label = label ?? (isFile ? FilePaths.stem(of: source) : nil) else {
                throw Problem(
                    .invalidLabel, "the key needs a label, because it is not read from a file",
                    help: "give one with --label LABEL")
            }
            let added = try folder.add(read.publicKey, label: label)
            return Report(
                label: label, path: added.path, publicKey: read.publicKey, isAlreadyThere: added.isAlreadyThere,
                follows: nil)
        } catch let error as KeyFileError {
            throw Problem(.invalidKey, "cannot trust \(source): \(error)", help: error.help)
        }
    }

    private func follow(_ statement: RotationStatement, _ bytes: [UInt8]) throws -> Report {
        guard let old = try folder.entries().first(where: { $0.publicKey == statement.oldKey && $0.problems.isEmpty })
        else {
            throw Problem(
                .invalidKey,
                "\(source) is signed by the key \(KeyID.of(statement.oldKey)), which is not in the trust root \(folder.path)",
                help: "add that key first, if you trust it, or add the new key from its own file")
        }
        let label = label ?? statement.label
        let added = try folder.add(statement.newKey, label: label)
        // Beside the keys it says that what the new one signs comes from the owner of the old one.
        try folder.keep(statement: bytes, label: label)
        return Report(
            label: label, path: added.path, publicKey: statement.newKey, isAlreadyThere: added.isAlreadyThere,
            follows: old.label)
    }
}
