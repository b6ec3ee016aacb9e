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
    /// What is demanded beside a good signature: the folder's `policy.yaml`, nil where there is none.
    public let policy: TrustPolicy?
    /// The rotation statements of the folder whose signatures are good.
    package let statements: [RotationStatement]

    /// The most keys a trust root may hold.
    static let maximumKeys = 1000

    /// Reads every `*.pub` of a folder; the file's stem is the key's label, other files are ignored.
    ///
    /// A `policy.yaml` in the folder counts too; of the public library it has to be written as JSON, which is YAML too.
    ///
    /// Errors: `trustRootInvalid` when a key is malformed, as the host refuses every plugin then, or when there is none;
    /// `policyInvalid`.
    public static func load(folder path: String) throws(RegistryError) -> TrustRoot {
        try load(folder: path, syntax: .json)
    }

    /// The same, with what reads the text of a policy.
    package static func load(folder path: String, syntax: PolicySyntax) throws(RegistryError) -> TrustRoot {
        guard let root = try loadIfAny(folder: path, syntax: syntax) else {
            throw RegistryError(
                .trustRootInvalid, "trust root \(path) holds no *.pub key",
                help: keysHelp)
        }
        return root
    }

    /// The user's own trust root; nil only where nothing of that name is there.
    ///
    /// In any other form it is one: without keys nothing is trusted, and what cannot be read is an error.
    public static func loadDefault(folder path: String) throws(RegistryError) -> TrustRoot? {
        try loadDefault(folder: path, syntax: .json)
    }

    /// The same, with what reads the text of a policy.
    package static func loadDefault(folder path: String, syntax: PolicySyntax) throws(RegistryError) -> TrustRoot? {
        do throws(FileError) {
            guard try FileStatus.of(path) != nil else { return nil }
        } catch {
            throw RegistryError(
                .trustRootInvalid, "\(error)", help: keysHelp, commandHelp: defaultHelp, underlying: error)
        }
        guard let root = try loadIfAny(folder: path, syntax: syntax) else {
            throw RegistryError(
                .trustRootInvalid, "your trust root \(path) holds no *.pub key, so no signature is trusted",
                help: keysHelp, commandHelp: defaultHelp)
        }
        // Whoever can replace the folder can replace what it trusts.
        var more: [String] = []
        if let parent = FilePaths.parent(of: path) { more = (try? warnings(parent)) ?? [] }
        return TrustRoot(
            keys: root.keys, origin: path, warnings: more + root.warnings, policy: root.policy,
            statements: root.statements)
    }

    private static let keysHelp = "put each publisher's public key there as LABEL.pub"
    private static let defaultHelp =
        "add a publisher's key with: pdk trust add FILE --label NAME; --no-trust-root checks no signatures"

    /// The same as `load`, nil when the folder holds no `*.pub` file, or is not there and need not be.
    ///
    /// Without a syntax the folder's policy is left alone: for folders of keys that are no trust root.
    package static func loadIfAny(
        folder path: String, isRequired: Bool = true, syntax: PolicySyntax? = nil
    ) throws(RegistryError) -> TrustRoot? {
        var keys: [Key] = [], warnings: [String] = []
        do {
            warnings += try Self.warnings(path)
            for name in try keyFiles(of: path) {
                guard keys.count < maximumKeys else {
                    throw RegistryError(
                        .trustRootInvalid, "trust root \(path) holds more than \(maximumKeys) keys",
                        help: "remove those that no plugin is signed with")
                }
                let file = FilePaths.join(path, name)
                let text = try WholeFiles.read(file, limit: KeyText.maximumFileBytes)
                warnings += try Self.warnings(file)
                keys.append(try Key(label: label(of: name), key: try publicKey(text, file)))
            }
        } catch let error as FileError where error.isNotFound && !isRequired {
            return nil
        } catch let error as RegistryError {
            throw error
        } catch {
            throw RegistryError(
                .trustRootInvalid, "\(error)",
                help: "give a folder that you can read, with each publisher's public key as LABEL.pub",
                underlying: error)
        }
        guard !keys.isEmpty else { return nil }
        var policy: TrustPolicy?
        if let syntax { policy = try Self.policy(of: path, keys, syntax, &warnings) }
        let statements = statements(of: path)
        warnings += statements.faults.map { "the rotation statement \($0.path) is not followed: \($0.message)" }
        return TrustRoot(keys: keys, origin: path, warnings: warnings, policy: policy, statements: statements.good)
    }

    /// The names of the key files of a folder, told by their last four bytes as the host does, sorted.
    static func keyFiles(of folder: String) throws(FileError) -> [String] {
        try Folder(folder).names().filter { $0.utf8.count > 4 && $0.utf8.suffix(4).elementsEqual(".pub".utf8) }
    }

    /// The label of a key file.
    static func label(of name: String) -> String { String(decoding: name.utf8.dropLast(4), as: UTF8.self) }

    /// That others may change the file or folder.
    static func warnings(_ path: String) throws(FileError) -> [String] {
        guard let status = try FileStatus.of(path, followingLinks: true) else { return [] }
        var warnings: [String] = []
        // In a folder such as /tmp nobody can replace the files of others.
        if status.mode & 0o002 != 0, status.kind != .folder || status.mode & 0o1000 == 0 {
            warnings.append(
                "\(path) is world-writable: anyone on this machine can change the trusted keys; "
                    + "fix it with: chmod o-w \(path.shellWord)")
        }
        if !status.isOwnedByUserOrRoot {
            warnings.append(
                "\(path) belongs to another user (uid \(status.owner)), who can change the trusted keys")
        }
        return warnings
    }

    /// A trust root of keys that the host has got by itself: raw public keys of 32 bytes, by their labels.
    ///
    /// Error: `trustRootInvalid` for a key that is none, and when there is no key.
    public init(publicKeys: [String: [UInt8]]) throws(RegistryError) {
        guard !publicKeys.isEmpty else {
            throw RegistryError(
                .trustRootInvalid, "the trust root holds no key", help: "give the public key of a publisher")
        }
        var keys: [Key] = []
        for (label, bytes) in publicKeys.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            do { keys.append(try Key(label: label, key: try PublicKey(bytes: bytes))) } catch {
                throw RegistryError(.trustRootInvalid, "the public key of '\(label)' is not valid: \(error)")
            }
        }
        self.init(keys: keys, origin: "the host", warnings: [], policy: nil, statements: [])
    }

    /// A trust root of one key, for a publisher who proves a release.
    package init(label: String, publicKey: PublicKey) throws {
        self.init(
            keys: [try Key(label: label, key: publicKey)], origin: label, warnings: [], policy: nil, statements: [])
    }

    package init(
        keys: [Key], origin: String, warnings: [String], policy: TrustPolicy?, statements: [RotationStatement]
    ) {
        self.keys = keys
        self.origin = origin
        self.warnings = warnings
        self.policy = policy
        self.statements = statements
    }

    /// The labels of the keys.
    public var labels: [String] { keys.map(\.label) }

    /// The fingerprint of the key with this label; nil for no such label.
    public func keyID(ofLabel label: String) -> String? {
        keys.first { $0.label.utf8.elementsEqual(label.utf8) }?.id
    }

    private static func publicKey(_ text: [UInt8], _ file: String) throws(RegistryError) -> PublicKey {
        guard let bytes = KeyText.decode(text, count: PublicKey.byteCount) else {
            throw RegistryError(
                .trustRootInvalid, "trust root key \(file) is not base64 of a 32-byte Ed25519 public key",
                help: "write the 32 bytes of the key into it as base64, or remove the file",
                commandHelp: "pdk trust add reads keys of every other form: PEM, DER, minisign, signify, OpenSSH")
        }
        do {
            return try PublicKey(bytes: bytes)
        } catch {
            throw RegistryError(
                .trustRootInvalid, "trust root key \(file) is refused: \(error)",
                help: "replace it with a key of its owner, or remove the file")
        }
    }
}
