internal import Arguments
internal import Authoring
internal import Contract
internal import Operations
internal import PluginRegistry
internal import Trust

struct ReleaseCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "Build, test, check, sign and publish in one go.",
        discussion: """
            Stops at the first step that fails. With --dry-run, every step runs but the registry is not changed; \
            the module in dist is built and signed.
            """)

    @Argument(
        help: "The registry: a folder, s3:// or oci:// address; created on first use. (default: the one in pdk config)")
    var registry: String?

    @OptionGroup var publishing: PublishOptions
    @OptionGroup var key: KeyOption
    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let location = try publishing.location(registry, session, console)
        let publish = PublishPlugin(
            project: try session.project(), location: location, key: key.source(session),
            options: publishing.options(session), in: publishing.context(session, console))
        let report = try await ReleasePlugin(
            publish,
            step: { step in
                switch step {
                case .building(let command): console.note("\("building", .dim) \(publish.project.name): \(command)")
                case .built(let built):
                    console.note("\("built", .green) \(session.shown(built.modulePath)) (\(built.size) bytes)")
                case .tested(let count):
                    console.note("\("tested", .green) it: \(Measure.count(count, "case")) passed")
                case .signed(let signed):
                    console.note("\("signed", .green) it with '\(signed.label)'; publishing")
                }
            }
        ).run()
        return Outcome(
            text: PublishCommand.text(report, session), json: PublishCommand.json(report),
            warnings: PublishCommand.warnings(report))
    }
}
