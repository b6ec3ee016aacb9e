internal import Arguments
internal import Basics
internal import Contract
internal import Operations
internal import PluginRegistry
internal import Trust

struct SiteCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "site", abstract: "Write the catalogue of a registry as a static web site.",
        discussion: """
            Writes a page for each plugin, a searchable list, an Atom feed and catalogue.json. Only pages of \
            changed plugins are rewritten. OUT may be the registry's own folder, so that one address serves both.
            """)

    @Argument(
        help:
            "The registry: a folder, an index.json, the address of either, s3://BUCKET/PREFIX or "
            + "oci://HOST/PREFIX."
    )
    var registry: String

    @Argument(help: "The folder to write to: a new or empty one, an earlier site, or the registry's own.")
    var out: String

    @Option(name: .long, help: "The title of the site.")
    var title: String?

    @Option(
        name: .long,
        help: "The registry's address for readers, used in the commands that pages show. (default: REGISTRY)")
    var address: String?

    @Option(name: .long, help: "A folder of public keys (*.pub): show signers by their labels instead of key ids.")
    var trustRoot: String?

    @OptionGroup var store: StoreOption
    @OptionGroup var globals: GlobalOptions

    func validate() throws {
        for text in [out, title, address, trustRoot] where text?.isEmpty ?? false {
            throw ValidationError("A folder, title or address must not be an empty text.")
        }
    }

    /// Refuses an address that no reader of the pages could type.
    private static func check(_ address: String, _ session: Session) throws {
        func refusal(_ problem: String) -> ValidationError {
            ValidationError("The address '\(address.withoutLogin.printable)' is not valid: \(problem).")
        }
        guard address.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
            throw refusal("it contains a control character")
        }
        // `javascript:x` and the like would be the name of a folder.
        if let scheme = RegistryLocation.otherScheme(of: address) {
            throw refusal("'\(scheme):' is not the beginning of a registry's address; a folder is written as ./NAME")
        }
        if let problem = try session.registry(address).problemForReaders { throw refusal(problem) }
    }

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let location = try session.registry(registry)
        if let address { try Self.check(address, session) }
        // What follows `?` may be a secret of whoever reads the registry here.
        let shown = location.isOnTheWeb ? String(RegistryLocation.withoutQuery(registry)) : registry
        let report = try WriteSite(
            location: location, folder: session.path(out), title: title ?? "Plugins", address: address ?? shown,
            trustRoot: trustRoot.map { try TrustRoot.load(folder: session.path($0)) },
            in: session.context(console, store)
        ).run()
        var warnings = report.warnings
        if address == nil, location.folder != nil {
            warnings.append(
                "the pages tell readers to install from '\(registry)', a folder on this machine; give the registry's address with --address"
            )
        }
        return Outcome(
            text: [
                "\("wrote", .green) \(session.shown(session.path(out))): \(Measure.count(report.plugins, "plugin")), \(Measure.count(report.versions, "version"))",
                "  files: \(report.written) written, \(report.unchanged) unchanged, \(report.removed) removed",
            ],
            json: .object([
                "folder": .string(session.path(out)), "plugins": .int(report.plugins),
                "versions": .int(report.versions), "written": .int(report.written),
                "unchanged": .int(report.unchanged), "removed": .int(report.removed),
                "warnings": .strings(warnings),
            ]), warnings: warnings.map { Text($0) })
    }
}
