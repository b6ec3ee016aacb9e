internal import Basics
internal import Ed25519
internal import Files
package import Trust

/// `pdk key show FILE`: what a key's file is, without a passphrase.
package struct ShowKeyFile {
    package let path: String

    package init(path: String) { self.path = path }

    /// What the file holds.
    package struct Report: Sendable {
        package let form: KeyForm
        package let isPrivate: Bool
        /// Nil for a public key.
        package let isEncrypted: Bool?
        /// 32 raw bytes; nil when they are inside of the encryption.
        package let publicKey: [UInt8]?
    }

    /// Looks at the file; a private key that others can read is shown, too: showing it uses nothing of it.
    package func run() throws -> Report {
        var bytes = try WholeFiles.read(path, limit: PrivateKeyFile.maximumBytes)
        defer { SecretBytes.wipe(&bytes) }
        if let read = try? PublicKeyFile.read(bytes) {
            return Report(form: read.form, isPrivate: false, isEncrypted: nil, publicKey: read.publicKey.bytes)
        }
        do {
            let described = try PrivateKeyFile.describe(bytes)
            return Report(
                form: described.form, isPrivate: true, isEncrypted: described.isEncrypted,
                publicKey: described.publicKey)
        } catch let error as KeyFileError {
            throw Problem(.invalidKey, "\(path) is not a key: \(error)", help: error.help)
        }
    }
}
