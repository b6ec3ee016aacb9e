internal import Arguments
internal import Basics
internal import Contract
internal import Operations
internal import PluginRegistry
internal import Trust

/// The option that names the key of a signed registry.
struct RegistryKeyOption: ParsableArguments, Sendable {
    @Option(
        name: .long,
        help: "The key that signs a signed registry, a label or a file. (default: found among your keys)")
    var registryKey: String?

    /// Where the key may be, and how it is opened.
    func keys(_ session: Session) -> RegistryKeys { Self.keys(session, requested: registryKey) }

    static func keys(_ session: Session, requested: String?) -> RegistryKeys {
        session.forbidCoreDumps()
        return RegistryKeys(
            source: KeySource(
                label: requested, in: session.keyStore, currentFolder: session.currentFolder,
                passphrase: session.passphrase))
    }
}

struct RegistryInitCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Create an empty registry; with --key, a signed one.",
        discussion: """
            The index of a signed registry is signed with the registry's key, and pdk refuses it without a valid signature. Publishers who do not have that key stage their releases; pdk registry sign publishes them.
            """)

    @Argument(help: "The registry: a folder, s3:// or oci:// address.")
    var registry: String

    @Option(name: .long, help: "The key that signs the registry, a label or a file; not a publisher's key.")
    var key: String?

    @OptionGroup var store: StoreOption
    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let source = key.map { RegistryKeyOption.keys(session, requested: $0).source }
        let report = try InitRegistry(
            location: session.changedRegistry(registry, missing: "argument 'REGISTRY'", console), key: source,
            in: session.context(console, store)
        ).run()
        let id = report.keeper.map { KeyID.of($0.publicKey) }
        var text: [Text] = ["\("created", .green) a new registry: \(session.shown(report.indexPath))"]
        if let keeper = report.keeper { text.append("  signed by '\(keeper.label)' (\(id ?? ""))") }
        return Outcome(
            text: text,
            json: .object([
                "index": .string(report.indexPath), "signed": .bool(id != nil),
                "key_id": .string(orNull: id),
                "public_key": .string(orNull: report.keeper.map { $0.publicKey.text }),
            ]))
    }
}

struct RegistrySignCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "sign", abstract: "Publish what is staged in a signed registry, and sign its index again.",
        discussion: """
            Verifies and publishes each staged release, and applies each staged withdrawal. --dry-run only lists them. An unsigned registry becomes a signed one.
            """)

    @Argument(help: "The registry: a folder, s3:// or oci:// address. (default: the one in pdk config)")
    var registry: String?

    @Option(
        name: .long, help: "The registry's key, a label or a file. (default: found among your keys)")
    var key: String?

    @Option(
        name: .long, help: "How long the index is valid, such as 12h, 30d or 4w. (default: no limit)")
    var expires: String?

    @Option(name: .long, help: "A staged change to discard, as NAME@VERSION; may be given several times.")
    var reject: [String] = []

    @Flag(name: .long, help: "Accept a release signed with another key than the plugin's earlier releases.")
    var acceptNewKey = false

    @Flag(name: .long, help: "Sign an index that was changed after it was last signed, or while it was first signed.")
    var acceptChanges = false

    @Flag(name: .long, help: "Show what is staged, and change nothing.")
    var dryRun = false

    @OptionGroup var store: StoreOption
    @OptionGroup var globals: GlobalOptions

    /// The length of time in seconds; nil for a text that is none.
    private static func seconds(_ text: String) -> Int? {
        let units: [Character: Int] = ["h": 3600, "d": 86_400, "w": 604_800]
        guard let unit = text.last.flatMap({ units[$0] }), let count = Int(text.dropLast()), (1...9999).contains(count),
            text.first != "+"
        else { return nil }
        return count * unit
    }

    func validate() throws {
        if let expires, Self.seconds(expires) == nil {
            throw ValidationError("Give --expires a length of time such as 12h, 30d or 4w.")
        }
    }

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        var options = SignRegistry.Options()
        options.expires = expires.flatMap(Self.seconds)
        options.isDryRun = dryRun
        options.rejected = reject
        options.acceptsNewKey = acceptNewKey
        options.acceptsChanges = acceptChanges
        let report = try SignRegistry(
            location: session.changedRegistry(registry, missing: "argument 'REGISTRY'", console),
            keys: RegistryKeyOption.keys(session, requested: key), options: options,
            in: session.context(console, store)
        ).run()
        let items: [Text] = report.items.map { item in
            let subject =
                "\(item.wish) \(item.name) \(item.version)" + (item.detail.isEmpty ? "" : " (\(item.detail.printable))")
            return item.isRefused
                ? "\("refused", .red) \(subject): \(item.outcome)" : "\(item.outcome, .green) \(subject)"
        }
        let until = report.expires.map { ", until \($0.printable)" } ?? ""
        let last: Text =
            dryRun
            ? "\(items.isEmpty ? "nothing is staged" : "nothing was changed (dry run)")"
            : "\("signed", .green) the index by \(report.keyID), serial \(report.serial)\(until)"
        return Outcome(
            text: items + [last],
            isData: true,
            json: .object([
                "serial": .int(report.serial), "expires": .string(orNull: report.expires),
                "key_id": .string(report.keyID), "dry_run": .bool(dryRun),
                "staged": .array(
                    report.items.map {
                        .object([
                            "name": .string($0.name), "version": .string($0.version), "wish": .string($0.wish),
                            "detail": .string($0.detail), "outcome": .string($0.outcome),
                            "refused": .bool($0.isRefused),
                        ])
                    }),
                "warnings": .strings(report.warnings),
            ]), warnings: report.warnings.map { Text($0) },
            status: report.items.contains(where: \.isRefused) ? .failed : .done)
    }
}

struct RegistryForgetCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "forget",
        abstract: "Forget the remembered key and serial of a signed registry that was recreated.",
        discussion: "The next command that reads the registry remembers the key that it has then.")

    @Argument(help: "The registry, as it was given to the command that refused it.")
    var registry: String

    @OptionGroup var store: StoreOption
    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let location = try session.registry(registry)
        guard let memory = session.network(console, store).memory else { throw KeyStore.noHome }
        let wasKnown = try memory.forget(location)
        return Outcome(
            text: [
                wasKnown
                    ? "\("forgot", .green) \(location.description)"
                    : "nothing was remembered about \(location.description)"
            ],
            json: .object(["registry": .string(location.description), "forgotten": .bool(wasKnown)]))
    }
}
