internal import Arguments
internal import Basics
internal import Contract
internal import Files
internal import Operations
internal import Trust

/// `pdk key`: the key store.
struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "List, show, import, export and rotate keys.",
        subcommands: [
            KeyListCommand.self, KeyShowCommand.self, KeyImportCommand.self, KeyExportCommand.self,
            KeyRotateCommand.self,
        ])
}

/// The forms that `pdk key export` writes.
enum ExportFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case openssl, der, minisign, signify, openssh
    case trustRoot = "trust-root"

    var form: KeyForm { KeyForm(rawValue: rawValue) ?? .trustRoot }
}

extension Session {
    func knownKeyStore() throws -> KeyStore {
        guard let keyStore else { throw KeyStore.noHome }
        return keyStore
    }

    /// The passphrase of the key called so: of the environment, or asked for on a terminal; nil without either.
    func passphrase(of name: String) throws -> [UInt8]? {
        if let phrase = try keyPassphrase() { return phrase }
        guard inputIsTerminal else { return nil }
        return try Passphrase.ask("Passphrase of \(name): ")
    }

    /// What `PDK_KEY_PASSPHRASE` says; nil when it is not set.
    ///
    /// Set to nothing, it is an error, and never no encryption.
    func keyPassphrase() throws -> [UInt8]? {
        guard let phrase = environment["PDK_KEY_PASSPHRASE"] else { return nil }
        guard !phrase.isEmpty else {
            throw Problem(
                .emptyPassphrase, "PDK_KEY_PASSPHRASE is set but empty",
                help: "set it to the key's passphrase, or unset it if the key has none")
        }
        return Array(phrase.utf8)
    }
}

extension KeyRecord {
    var json: JSONValue {
        .object([
            "label": .string(label), "key_id": .string(orNull: keyID),
            "public_key": .string(orNull: publicKey.map { Base64.encode($0) }), "private": .string(privatePath),
            "public": .string(orNull: publicPath), "encrypted": .bool(orNull: isEncrypted),
            "problem": .string(orNull: problem),
        ])
    }
}

struct KeyListCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the keys in the key store with their fingerprints.")

    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let records = try session.knownKeyStore().records()
        return Outcome(
            text: records.map { record in
                let kind = record.isEncrypted.map { $0 ? "encrypted" : "not encrypted" } ?? "unreadable"
                return "\(record.keyID ?? "????????????????")  \(record.label)  (\(kind))"
            }, isData: true, json: .object(["keys": .array(records.map(\.json))]),
            warnings: records.compactMap { record in record.problem.map { "\(record.label): \($0)" } })
    }
}

struct KeyShowCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a key: fingerprint, format and public key.",
        discussion: "No passphrase is needed. The fingerprint is the start of the SHA-256 of the raw public key.")

    @Argument(help: "A label of the key store, or the file of a public or private key.")
    var key: String

    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        if let store = session.keyStore, KeyStore.isLabel(key), try store.labels().contains(key) {
            return show(try store.record(key))
        }
        let path = session.path(key)
        guard try FileStatus.of(path, followingLinks: true) != nil else {
            throw Problem(
                .noKey, "there is no key and no file '\(key.printable)'",
                help: "pdk key list shows the keys")
        }
        let described = try ShowKeyFile(path: path).run()
        return outcome(
            [
                "\(described.isPrivate ? "private" : "public") key \(session.shown(path))",
                "  form:       \(described.form.name)\(described.isEncrypted == true ? ", encrypted" : "")",
            ], described.publicKey,
            [
                .init("file", .string(path)), .init("form", .string(described.form.rawValue)),
                .init("private", .bool(described.isPrivate)),
                .init("encrypted", .bool(described.isEncrypted ?? false)),
            ])
    }

    private func show(_ record: KeyRecord) -> Outcome {
        guard case .object(let members) = record.json else { return Outcome(text: [], json: record.json) }
        var outcome = outcome(
            [
                "key '\(record.label)'",
                "  private:    \(record.privatePath)\(record.isEncrypted == true ? " (encrypted)" : "")",
                "  public:     \(record.publicPath ?? "missing")",
            ], record.publicKey, [])
        guard case .object(let more) = outcome.json else { return outcome }
        outcome.json = .object(members + more.filter { member in !members.contains { $0.name == member.name } })
        outcome.warnings = record.problem.map { ["\($0)"] } ?? []
        return outcome
    }

    private func outcome(_ head: [Text], _ publicKey: [UInt8]?, _ known: [JSONValue.Member]) -> Outcome {
        guard let publicKey else {
            return Outcome(
                text: head + ["  the public key is encrypted too"], isData: true,
                json: .object(known + [.init("key_id", .null), .init("public_key", .null)]))
        }
        return Outcome(
            text: head + [
                "  key id:     \(KeyID.of(publicKey))", "  public key: \(Base64.encode(publicKey))",
                "  openssh:    \(KeyID.openSSH(of: publicKey))",
            ], isData: true,
            json: .object(
                known + [
                    .init("key_id", .string(KeyID.of(publicKey))),
                    .init("public_key", .string(Base64.encode(publicKey))),
                    .init("openssh_fingerprint", .string(KeyID.openSSH(of: publicKey))),
                ]))
    }
}

struct KeyImportCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Import a private key that another program made.",
        discussion: """
            Reads OpenSSL (PEM and DER), minisign, signify and OpenSSH keys, encrypted or not. An encrypted key \
            keeps its passphrase, which is taken from PDK_KEY_PASSPHRASE or asked for on a terminal. For a public \
            key, use pdk trust add.
            """)

    @Argument(help: "The private key's file.")
    var file: String

    @Option(name: .long, help: "The label to store it under.")
    var label: String

    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        session.forbidCoreDumps()
        let report = try ImportKey(
            path: session.path(file), label: label, store: session.knownKeyStore(),
            newPassphrase: session.keyPassphrase(), passphrase: session.passphrase
        ).run()
        let record = report.record
        return Outcome(
            text: [
                "\("imported", .green) the \(report.form.name) key \(session.shown(session.path(file))) as '\(record.label)'",
                "  private: \(record.privatePath) (\(record.isEncrypted == true ? "encrypted" : "not encrypted"))",
                "  public:  \(record.publicPath ?? "")", "  key id:  \(record.keyID ?? "")",
            ], json: record.json)
    }
}

struct KeyExportCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Export a key in the format of another program.",
        discussion: """
            Writes the public key to standard output, unless --private is given. A private key is written to a file \
            that only its owner can read, encrypted with the passphrase of the stored key. If the key store has no \
            .pub file for the key, it is created.
            """)

    @Argument(help: "The key's label.")
    var label: String

    @Option(name: .long, help: "openssl (PEM), der, minisign, signify, openssh or trust-root.")
    var format: ExportFormat = .trustRoot

    @Flag(name: .customLong("private"), help: "Write the private key.")
    var isPrivate = false

    @Flag(name: .long, help: "Write the private key without encryption.")
    var noPassphrase = false

    @Option(name: .long, help: "The file to write.")
    var out: String?

    @OptionGroup var globals: GlobalOptions

    func validate() throws {
        if isPrivate, format == .trustRoot {
            throw ValidationError("Give --format for a private key: openssl, der, minisign, signify or openssh.")
        }
        if noPassphrase, !isPrivate { throw ValidationError("--no-passphrase only works with --private.") }
        if format == .der, out == nil { throw ValidationError("Give --out FILE for DER, which is not text.") }
        if isPrivate, out == nil { throw ValidationError("Give --out FILE for a private key.") }
    }

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        session.forbidCoreDumps()
        let output = out.map(session.path)
        let report = try ExportKey(
            label: label, form: format.form,
            half: isPrivate ? .privateKey(keepsPassphrase: !noPassphrase) : .publicKey, output: output,
            store: session.knownKeyStore(), passphrase: session.passphrase
        ).run()
        var outcome = Outcome(
            text: [],
            json: .object([
                "label": .string(label), "format": .string(format.rawValue),
                "key_id": .string(KeyID.of(report.publicKey)),
                "public_key": .string(Base64.encode(report.publicKey)), "private": .bool(isPrivate),
                "encrypted": .bool(report.isEncrypted), "file": .string(orNull: output),
                "completed": .string(orNull: report.completed),
            ]))
        if let output {
            let kind =
                isPrivate
                ? (report.isEncrypted ? "private key, encrypted" : "private key, not encrypted") : "public key"
            outcome.text = [
                "\("exported", .green) '\(label)' -> \(session.shown(output)) (\(format.form.name), \(kind))"
            ]
        } else if let text = report.text {
            outcome.exactText = String(decoding: text, as: UTF8.self)
            outcome.text = String(decoding: text, as: UTF8.self).split(separator: "\n").map { Text(String($0)) }
            outcome.isData = true
        }
        if let completed = report.completed { console.note("wrote \(completed), which was missing") }
        return outcome
    }
}

struct KeyRotateCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Replace a key with a new one, and write a statement signed by both.",
        discussion: """
            Operators who trust the old key accept the new one with: pdk trust add FILE.rotation. Sign with the new \
            key once they have. If the key store already has a key with the new label, it is used.
            """)

    @Argument(help: "The label of the key to replace.")
    var old: String

    @Option(name: .long, help: "The label of the new key.")
    var label: String

    @Option(
        name: .long, help: "Where to write the statement. (default: LABEL.rotation next to the keys)")
    var out: String?

    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        session.forbidCoreDumps()
        var operation = try RotateKey(
            oldLabel: old, newLabel: label, store: session.knownKeyStore(),
            time: Timestamp(seconds: session.timeOfMaking()), passphrase: session.passphrase)
        operation.output = out.map(session.path)
        operation.newPassphrase = try session.keyPassphrase()
        let report = try operation.run()
        let record = report.record
        return Outcome(
            text: [
                "\("rotated", .green) '\(old)' (\(KeyID.of(report.oldKey))) to '\(record.label)' (\(record.keyID ?? ""))",
                "  \(report.isNewKey ? "made" : "used"): \(session.shown(record.privatePath))",
                "  statement: \(session.shown(report.statementPath))",
                "  operators who trust '\(old)' accept the new key with: pdk trust add \(FilePaths.name(of: report.statementPath))",
            ],
            json: .object([
                "old": .string(old), "old_key_id": .string(KeyID.of(report.oldKey)), "key": record.json,
                "statement": .string(report.statementPath), "made": .bool(report.isNewKey),
            ]))
    }
}
