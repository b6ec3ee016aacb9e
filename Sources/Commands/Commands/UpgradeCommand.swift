internal import Arguments
internal import Authoring
internal import Basics
internal import Contract
internal import Operations

struct UpgradeCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "upgrade",
        abstract: "Update the plugin to the current version of its template, keeping your changes.",
        discussion: """
            Does a three-way merge, as git merge-file --diff3 does, of the template's old files, its new files and \
            yours. Shows the differences; --apply writes them. Conflicts are marked in the files and in git's \
            index.
            """)

    @Flag(name: .long, help: "Write the merged files.")
    var apply = false

    @Option(
        name: .long,
        help: "Another template to use, as in pdk new --template. (default: the one the plugin was made from)")
    var template: String?

    @Option(name: .long, help: "A value for a variable that is new in the template: KEY=VALUE.")
    var set: [String] = []

    @OptionGroup var globals: GlobalOptions

    func validate() throws { try KeyValueText.check(set, of: "--set", example: "table=secrets") }

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let plugin = try ScaffoldedPlugin(folder: session.projectFolder())
        let found = try await session.template(of: plugin, named: template)
        var answers = TemplateAnswers()
        for item in set { try answers.set(item) }
        let report = try await UpgradePlugin(
            plugin: plugin, template: found, answers: answers, isApplied: apply,
            in: session.context(console)
        ).run()
        var text: [Text] = report.diff.split(separator: "\n").map { Text("\(String($0).printable)") }
        text.append(
            report.changes.isEmpty
                ? "\(found.id) \(report.to): nothing to change" : "\(found.id) \(report.from) -> \(report.to)")
        text += SkeletonChanges.lines(report.changes)
        text += report.migrations.flatMap { migration in
            ["migration \(migration.number): \(migration.summary)"]
                + (migration.note?.split(separator: "\n").map { Text("  \(String($0))") } ?? [])
        }
        if !report.changes.isEmpty, !apply { text.append("nothing was written; pdk upgrade --apply writes it") }
        return Outcome(
            text: text, isData: true,
            json: .object([
                "template": .string(found.origin), "from": .string(report.from), "to": .string(report.to),
                "applied": .bool(report.isApplied), "changes": SkeletonChanges.json(report.changes),
                "migrations": .array(
                    report.migrations.map { migration in
                        .object([
                            "number": .int(migration.number), "summary": .string(migration.summary),
                            "note": migration.note.map(JSONValue.string),
                        ])
                    }),
                "diff": .string(report.diff),
            ]),
            warnings: warnings(report),
            status: apply && !report.conflicts.isEmpty ? .failed : .done)
    }

    private func warnings(_ report: UpgradePlugin.Report) -> [Text] {
        var warnings: [Text] = []
        if report.isOlder {
            warnings.append(
                "the template is older than the one the plugin was made from: \(report.to) after \(report.from)")
        }
        guard apply else { return warnings }
        return warnings
            + report.conflicts.map { change in
                let words =
                    change.isMarked
                    ? "resolve the conflict that is marked in it"
                    : "your changes to it and the template's cannot be merged; yours are kept: decide which is right"
                return "\(change.path.printable): \(words)"
            }
    }
}

/// `pdk hook`: the plugin's hooks.
struct HookCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hook", abstract: "Add or remove a hook in the manifest, the source and the cases.",
        subcommands: [HookAddCommand.self, HookRemoveCommand.self])
}

struct HookAddCommand: Command {
    static let configuration = CommandConfiguration(commandName: "add", abstract: "Add a hook.")

    @Argument(help: "The hook.")
    var hook: String

    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        try await SkeletonChanges.change(hook, isAdded: true, session)
    }
}

struct HookRemoveCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove a hook; refused if you changed its code.")

    @Argument(help: "The hook.")
    var hook: String

    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        try await SkeletonChanges.change(hook, isAdded: false, session)
    }
}

/// Changes of a skeleton, for people and scripts.
enum SkeletonChanges {
    static func change(_ name: String, isAdded: Bool, _ session: Session) async throws -> Outcome {
        let folder = try session.projectFolder()
        let profile = try PluginProject(folder: folder).profile
        guard let hook = try SkeletonValues.hooks(named: [name], own: profile).first else {
            throw ValidationError("Give a hook.")
        }
        let plugin = try ScaffoldedPlugin(folder: folder)
        let report = try await ChangeHooks(
            plugin: plugin, template: session.template(of: plugin, named: nil), hook: hook, isAdded: isAdded,
            in: session.context()
        ).run()
        return Outcome(
            text: [
                "\(isAdded ? "added" : "removed", .green) \(hook.name); hooks: \(report.hooks.joined(separator: ", "))"
            ]
                + lines(report.changes) + ["  next: pdk build && pdk test"],
            json: .object(["hooks": .strings(report.hooks), "changes": json(report.changes)]))
    }

    static func lines(_ changes: [SkeletonMerge.Change]) -> [Text] {
        changes.map { change in
            switch change.kind {
            case .conflict: "  \("conflict", .red) \(change.path.printable)"
            case .keptRemoved: "  you removed or renamed it, so the changes are left out: \(change.path.printable)"
            case .moved: "  moved \(change.path) to \(change.target ?? "")"
            case .added, .updated, .removed: "  \(change.kind.rawValue) \(change.path.printable)"
            }
        }
    }

    static func json(_ changes: [SkeletonMerge.Change]) -> JSONValue {
        .array(
            changes.map { change in
                .object([
                    "path": .string(change.path), "kind": .string(change.kind.rawValue),
                    "to": change.target.map(JSONValue.string),
                ])
            })
    }
}

extension Session {
    /// The template that a plugin was made from, or another one that is named.
    func template(of plugin: ScaffoldedPlugin, named other: String?) async throws -> PluginTemplate {
        try await templates.read(TemplateReference(other ?? plugin.record.template, path: path))
    }
}
