internal import Arguments
internal import Contract
internal import Operations
internal import PluginRegistry
internal import Trust

/// The commands of those who keep a registry.
struct RegistryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "registry", abstract: "Create, sign and verify a registry, and remove unused files.",
        subcommands: [
            RegistryInitCommand.self, RegistrySignCommand.self, RegistryVerifyCommand.self, RegistryGCCommand.self,
            RegistryForgetCommand.self,
        ])
}

struct RegistryVerifyCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract:
            "Check every module of a registry: digests, signatures, entries and the plugins' own indexes.")

    @Argument(
        help: "The registry: \(RegistryOption.places). (default: the one in pdk config)")
    var registry: String?

    @OptionGroup var trust: TrustOption
    @OptionGroup var store: StoreOption
    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let report = try await VerifyRegistry(
            location: session.registry(registry, missing: "argument 'REGISTRY'"),
            trustRoot: trust.load(session), progress: session.counter(console, "modules"),
            in: session.context(console, store)
        ).run()
        func json(_ faults: [VerifyRegistry.Fault]) -> JSONValue {
            .array(faults.map { .object(["subject": .string($0.subject), "message": .string($0.message)]) })
        }
        let lines: [Text] =
            report.faults.map { "\("error", .red) \($0.subject): \($0.message)" }
            + report.warnings.map { "\("warning", .yellow) \($0.subject): \($0.message)" }
        let count = report.faults.count
        return Outcome(
            text: lines + [
                "\(Measure.count(report.entries, "version")) of \(Measure.count(report.plugins, "plugin")): \(Measure.count(count, "fault"))"
            ], isData: true,
            json: .object([
                "versions": .int(report.entries), "plugins": .int(report.plugins),
                "faults": json(report.faults), "warnings": json(report.warnings),
            ]), status: report.faults.isEmpty ? .done : .failed)
    }
}

struct RegistryGCCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "gc", abstract: "List the files of a registry that its index does not name, or remove them.",
        discussion: """
            Nothing is changed without --apply. With it, plugins' own indexes that are missing or differ from index.json are written again, too; pdk registry sign does that in a signed registry.
            """)

    @Argument(help: "The registry: a folder, s3:// or oci:// address. (default: the one in pdk config)")
    var registry: String?

    @Flag(name: .long, help: "Remove the files, and write missing indexes of plugins.")
    var apply = false

    @OptionGroup var store: StoreOption
    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let report = try CollectGarbage(
            location: session.changedRegistry(registry, missing: "argument 'REGISTRY'", console), isApplied: apply,
            in: session.context(console, store)
        ).run()
        let done = apply ? "removed" : "unreferenced", repaired = apply ? "wrote" : "stale or missing"
        let files = "\(Measure.count(report.paths.count, "file")), \(report.bytes) bytes"
        let hint =
            apply || report.ownIndexes.isEmpty
            ? "" : "; --apply writes what is stale or missing"
        return Outcome(
            text: report.paths.map { "\(done) \($0)" } + report.ownIndexes.map { "\(repaired) \($0)" } + [
                "\(files)\(apply || report.paths.isEmpty ? "" : "; --apply removes them")\(hint)"
            ],
            isData: true,
            json: .object([
                "paths": .strings(report.paths), "bytes": .int(report.bytes), "removed": .bool(apply),
                "own_indexes": .strings(report.ownIndexes),
            ]))
    }
}
