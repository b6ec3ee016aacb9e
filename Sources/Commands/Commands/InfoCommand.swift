internal import Arguments
internal import Basics
internal import Contract
internal import Operations
internal import PluginRegistry
internal import Trust

struct InfoCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "info", abstract: "Show a plugin in a registry: every version, newest first.",
        discussion: """
            Nothing is fetched but the index, and the changelog of the newest release where it has one: signatures and digests are what the index says, and not checked. No signature covers a changelog.
            """)

    @Argument(help: "The plugin's name.")
    var name: String

    @OptionGroup var registry: RegistryOption
    @OptionGroup var store: StoreOption
    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let location = try registry.location(session)
        let report: DescribePlugin.Report
        do {
            report = try DescribePlugin(
                name: name, location: location,
                in: session.context(
                    console, session.network(console, store, demanding: Trust(try session.ownTrustRoot())))
            ).run()
        } catch let error as RegistryError where error.kind == .noPlugin {
            throw Problem(
                error.code, error.message,
                help: "pdk search WORD --registry \(location.description.shellWord) finds it by a part of its name")
        }
        let newest = report.offered ?? report.versions.first
        let head: [Text] = [
            "\(name, .bold)\(newest.map { $0.description.isEmpty ? "" : ": " + $0.description } ?? "")",
            "  registry: \(session.shown(location.description))",
            report.offered.map { "  newest: \($0.version)" } ?? "  newest: none (no release is available)",
        ]
        return Outcome(
            text: head + report.versions.flatMap(Self.lines) + Self.changelog(report.changelog), isData: true,
            json: .object([
                "name": .string(name), "registry": .string(location.description),
                "description": .string(orNull: newest?.description),
                "license": .string(orNull: newest?.license),
                "author": .string(orNull: newest?.author),
                "newest": .string(orNull: report.offered?.version),
                "versions": .array(report.versions.map(Self.json)),
                "changelog": .string(orNull: report.changelog),
            ]))
    }

    /// The most lines of a changelog that are shown.
    private static let maximumLines = 40

    private static func changelog(_ text: String?) -> [Text] {
        let lines = (text ?? "").split(whereSeparator: \.isNewline)
        guard !lines.isEmpty else { return [] }
        let more = lines.count - maximumLines
        return [Text("changelog", .bold) + " (not covered by the signature)"]
            + lines.prefix(maximumLines).map { "  \($0.prefix(400).description)" }
            + (more > 0 ? ["  … and \(more) more lines"] : [])
    }

    private static func lines(_ entry: RegistryEntry) -> [Text] {
        var title: Text = "\(entry.version.isEmpty ? "(no version)" : entry.version, .bold)"
        if let reason = entry.yanked {
            title = title + Text(" (yanked\(reason.isEmpty ? "" : ": " + reason.shortened))", .yellow)
        } else if entry.isPreRelease {
            title = title + " (pre-release)"
        }
        let key = entry.keyID.map { "key \($0)" } ?? "the index does not name the key"
        let memory = [entry.minimumMemory.map { "at least \($0)" }, entry.maximumMemory.map { "at most \($0)" }]
        let rows: [(String, String?)] = [
            ("published", entry.publishedAt), ("withdrawn", entry.yanked == nil ? nil : entry.yankedAt),
            ("size", entry.size.map { "\(Measure.grouped($0)) bytes" }),
            ("sha256", entry.sha256), ("signature", entry.isSigned ? "signed (\(key))" : "unsigned"),
            ("hooks", entry.hooks.map(Self.list)), ("permissions", entry.permissions.map(Self.list)),
            ("memory", memory.compactMap { $0 }.isEmpty ? nil : memory.compactMap { $0 }.joined(separator: ", ")),
            ("license", entry.license), ("author", entry.author),
        ]
        return [title] + rows.compactMap { name, value in value.map { "  \(name): \($0)" } }
    }

    private static func list(_ texts: [String]) -> String { texts.isEmpty ? "none" : texts.joined(separator: ", ") }

    private static func json(_ entry: RegistryEntry) -> JSONValue {
        let plugin = entry.metadata
        return .object([
            "version": .string(plugin.version), "pre_release": .bool(entry.isPreRelease),
            "yanked": .string(orNull: entry.yanked),
            "yanked_at": .string(orNull: entry.yanked == nil ? nil : entry.yankedAt),
            "published_at": .string(orNull: entry.publishedAt),
            "size": .int(orNull: entry.size), "sha256": .string(entry.sha256),
            "signed": .bool(entry.isSigned), "key_id": .string(orNull: entry.keyID),
            "hooks": .strings(orNull: plugin.hooks),
            "permissions": .strings(orNull: plugin.permissions),
            "min_memory": .string(orNull: plugin.minimumMemory),
            "max_memory": .string(orNull: plugin.maximumMemory),
            "description": .string(plugin.description), "license": .string(orNull: plugin.license),
            "author": .string(orNull: plugin.author),
        ])
    }
}
