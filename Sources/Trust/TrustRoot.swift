internal import Basics
package import Ed25519
internal import Files
internal import LibCrypto

/// The publishers whose signatures count: one public key a `*.pub` file of a folder (host contract, section 3).
public struct TrustRoot: Sendable {
    /// A publisher's key.
    package struct Key: Sendable {
        package let label: String
        package let key: PublicKey
        /// The first 16 hexadecimal digits of the SHA-256 of the raw key, by which a release may name it.
        package let id: String

        init(label: String, key: PublicKey) throws {
            self.label = label
            self.key = key
            id = try TrustRoot.keyID(of: key.bytes)
        }
    }

    /// By what a release names the key that signed it: the first 16 hexadecimal digits of the SHA-256 of the raw key.
    package static func keyID(of publicKey: [UInt8]) throws -> String {
        String(Hex.encode(try unsafe SHA256.digest(of: publicKey.span.bytes)).prefix(16))
    }

    package let keys: [Key]
    /// Where the keys came from, for error texts.
    package let origin: String
    /// What makes the trust root worth less than it seems, such as that everybody may add keys to it.
    public let warnings: [String]

    /// The most keys a trust root may hold.
    static let maximumKeys = 1000

    /// Reads every `*.pub` of a folder; the file's stem is the key's label, other files are ignored.
    ///
    /// Error: `trustRootInvalid` when one of them is malformed, as the host refuses every plugin then, or when there is none.
    public static func load(folder path: String) throws(RegistryError) -> TrustRoot {
        guard let root = try loadIfAny(folder: path) else {
            throw RegistryError(
                .trustRootInvalid, "trust root \(path) holds no *.pub key",
                help: "put each publisher's public key there as LABEL.pub")
        }
        return root
    }

    /// The same, nil when the folder is not there or holds no `*.pub` file.
    package static func loadIfAny(folder path: String, isRequired: Bool = true) throws(RegistryError) -> TrustRoot? {
        var keys: [Key] = [], warnings: [String] = []
        do {
            warnings += try warning(path)
            for name in try Folder(path).names() where name.hasSuffix(".pub") && name != ".pub" {
                guard keys.count < maximumKeys else {
                    throw RegistryError(.trustRootInvalid, "trust root \(path) holds more than \(maximumKeys) keys")
                }
                let file = FilePaths.join(path, name)
                let text = try WholeFiles.read(file, limit: KeyText.maximumFileBytes)
                warnings += try warning(file)
                keys.append(try Key(label: String(name.dropLast(4)), key: try publicKey(text, file)))
            }
        } catch let error as FileError where error.isNotFound && !isRequired {
            return nil
        } catch let error as RegistryError {
            throw error
        } catch {
            throw RegistryError(
                .trustRootInvalid, "\(error)",
                help: "give a folder that you can read, with each publisher's public key as LABEL.pub")
        }
        return keys.isEmpty ? nil : TrustRoot(keys: keys, origin: path, warnings: warnings)
    }

    /// That everybody on this machine may change the file or folder.
    private static func warning(_ path: String) throws(FileError) -> [String] {
        guard let mode = try FileStatus.of(path, followingLinks: true)?.mode, mode & 0o002 != 0 else { return [] }
        return [
            "everybody on this machine can change whom the trust root trusts: close it with chmod o-w \(path.shellWord)"
        ]
    }

    /// A trust root of keys that the host has got by itself: raw public keys of 32 bytes, by their labels.
    ///
    /// Error: `trustRootInvalid` for a key that is none, and when there is no key.
    public init(publicKeys: [String: [UInt8]]) throws(RegistryError) {
        guard !publicKeys.isEmpty else { throw RegistryError(.trustRootInvalid, "the trust root holds no key") }
        var keys: [Key] = []
        for (label, bytes) in publicKeys.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            keys += try TrustRoot(label: label, publicKey: bytes).keys
        }
        self.init(keys: keys, origin: "the host", warnings: [])
    }

    /// A trust root of one key, for a publisher who proves a release.
    package init(label: String, publicKey: [UInt8]) throws(RegistryError) {
        do {
            self.init(keys: [try Key(label: label, key: try PublicKey(bytes: publicKey))], origin: label, warnings: [])
        } catch {
            throw RegistryError(.trustRootInvalid, "the public key of '\(label)' is not valid: \(error)")
        }
    }

    private init(keys: [Key], origin: String, warnings: [String]) {
        self.keys = keys
        self.origin = origin
        self.warnings = warnings
    }

    /// The labels of the keys.
    public var labels: [String] { keys.map(\.label) }

    private static func publicKey(_ text: [UInt8], _ file: String) throws(RegistryError) -> PublicKey {
        guard let bytes = KeyText.decode(text, count: PublicKey.byteCount) else {
            throw RegistryError(
                .trustRootInvalid, "trust root key \(file) is not base64 of a 32-byte Ed25519 public key",
                help: "openssl pkey -in KEY.pem -pubout -outform DER | tail -c 32 | base64 writes one")
        }
        do {
            return try PublicKey(bytes: bytes)
        } catch {
            throw RegistryError(.trustRootInvalid, "trust root key \(file) is refused: \(error)")
        }
    }
}
