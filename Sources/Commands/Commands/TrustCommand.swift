internal import Arguments
internal import Basics
internal import Contract
internal import Operations
internal import Trust

/// `pdk trust`: whose signatures count.
struct TrustCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trust", abstract: "List, add, remove and check the keys of a trust root.",
        subcommands: [
            TrustListCommand.self, TrustAddCommand.self, TrustRemoveCommand.self, TrustCheckCommand.self,
        ])
}

/// The option that chooses the trust root to change.
struct TrustFolderOption: ParsableArguments, Sendable {
    @Option(name: .long, help: "The trust root's folder. (default: the one in pdk config, else ~/.config/pdk/trust)")
    var trustRoot: String?

    func validate() throws {
        if trustRoot?.isEmpty ?? false { throw ValidationError("Give --trust-root a folder, not an empty text.") }
    }

    func folder(_ session: Session) throws -> TrustFolder {
        if let trustRoot { return TrustFolder(session.path(trustRoot)) }
        guard let store = session.keyStore else { throw KeyStore.noTrustHome }
        return TrustFolder(try session.configuredTrustRoot() ?? store.trustFolder)
    }
}

struct TrustListCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the keys of a trust root with their fingerprints.")

    @OptionGroup var trust: TrustFolderOption
    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let folder = try trust.folder(session), entries = try folder.entries()
        let isThere = try folder.isThere()
        var warnings: [Text] = entries.flatMap { entry in entry.problems.map { "\(entry.path): \($0)" } }
        if !isThere {
            warnings.append("there is no trust root \(folder.path): signatures are not checked")
        } else if entries.isEmpty {
            warnings.append("the trust root \(folder.path) has no keys, so no signature is trusted")
        }
        return Outcome(
            text: entries.map { "\($0.keyID ?? "????????????????")  \($0.label)" }, isData: true,
            json: .object([
                "trust_root": .string(folder.path), "exists": .bool(isThere),
                "keys": .array(
                    entries.map { entry in
                        .object([
                            "label": .string(entry.label), "key_id": .string(orNull: entry.keyID),
                            "public_key": .string(orNull: entry.publicKey?.text),
                            "file": .string(entry.path), "problems": .strings(entry.problems),
                        ])
                    }),
            ]), warnings: warnings)
    }
}

struct TrustAddCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Trust a publisher's key.",
        discussion: """
            Reads public keys of OpenSSL (PEM and DER), minisign, signify and OpenSSH, and .pub files of a trust \
            root; KEY may also be the key's text. A .rotation statement is accepted if the trust root contains the \
            key that signed it.
            """)

    @Argument(help: "The public key's file, its text, or a rotation statement.")
    var key: String

    @Option(name: .long, help: "The label to trust it under. (default: the file's name without its extension)")
    var label: String?

    @OptionGroup var trust: TrustFolderOption
    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let report = try TrustKey(
            source: session.path(key), text: key, label: label, folder: try trust.folder(session)
        ).run()
        let id = KeyID.of(report.publicKey)
        var text: [Text] = [
            "\(report.isAlreadyThere ? "already trusted" : "trusted", .green) '\(report.label)' (\(id)) -> \(session.shown(report.path))"
        ]
        if let old = report.follows {
            text.append("  it replaces '\(old)', which stays trusted; to remove it: pdk trust remove \(old.shellWord)")
        }
        return Outcome(
            text: text,
            json: .object([
                "label": .string(report.label), "key_id": .string(id),
                "public_key": .string(report.publicKey.text), "file": .string(report.path),
                "already_trusted": .bool(report.isAlreadyThere), "follows": .string(orNull: report.follows),
            ]))
    }
}

struct TrustRemoveCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Stop trusting a key.",
        discussion: "The folder stays when its last key is removed; then no signature is trusted.")

    @Argument(help: "The key's label.")
    var label: String

    @OptionGroup var trust: TrustFolderOption
    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let folder = try trust.folder(session)
        let (path, left) = try folder.remove(label)
        // A policy that speaks of the key by its label may refuse everything now.
        let policy = left == 0 ? [] : try TrustRoot.policyFindings(folder: folder.path, syntax: .yaml)
        let warnings =
            policy.map { $0.message.hasPrefix($0.path) ? $0.message : "\($0.path): \($0.message)" }
            + (left == 0 ? ["the trust root \(folder.path) has no keys now, so no signature is trusted"] : [])
        return Outcome(
            text: ["\("removed", .green) '\(label)' (\(session.shown(path)))"],
            json: .object([
                "label": .string(label), "file": .string(path), "keys_left": .int(left), "warnings": .strings(warnings),
            ]), warnings: warnings.map { Text($0) })
    }
}

struct TrustCheckCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check a trust root: keys, files, and who can change them.",
        discussion:
            "The exit status is 1 if anything is found. A single malformed key makes a host refuse every plugin.")

    @OptionGroup var trust: TrustFolderOption
    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let folder = try trust.folder(session)
        var findings = try folder.findings()
        if try folder.isThere() { findings += try TrustRoot.policyFindings(folder: folder.path, syntax: .yaml) }
        let count = try folder.entries().count
        return Outcome(
            text: findings.map { "\(session.shown($0.path)): \($0.message)" }
                + [
                    findings.isEmpty
                        ? "\("ok", .green) \(folder.path): \(Measure.count(count, "key"))"
                        : "\(Measure.count(findings.count, "finding"), .red)"
                ],
            isData: true,
            json: .object([
                "trust_root": .string(folder.path), "keys": .int(count),
                "findings": .array(
                    findings.map { .object(["file": .string($0.path), "message": .string($0.message)]) }),
            ]), status: findings.isEmpty ? .done : .failed)
    }
}
