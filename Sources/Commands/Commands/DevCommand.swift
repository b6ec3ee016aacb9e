internal import Arguments
internal import Authoring
internal import Contract
internal import Operations
internal import PluginRegistry

struct DevCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "dev", abstract: "Watch the sources; on each change build, run the cases and install.",
        discussion: "Press Ctrl-C to stop. With --json, each event is one JSON document on a line.")

    @Option(name: .long, help: "The plugins folder of a running host, to install into after each good build.")
    var pluginsDir: String?

    @Option(
        name: .long,
        help: "A shell command that restarts the host, run after each install: host 1.5 loads plugins only at start.")
    var restart: String?

    @OptionGroup var globals: GlobalOptions

    func validate() throws {
        if restart != nil, pluginsDir == nil { throw ValidationError("--restart only works with --plugins-dir.") }
    }

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        Interruption.watch()
        // A manifest that cannot be read is for the loop to tell of, and for the author to correct.
        let folder = try session.projectFolder()
        let operation = DevelopPlugin(
            folder: folder, pluginsFolder: pluginsDir.map(session.path), restart: restart,
            isStopped: { Interruption.isRequested }, in: session.context(console))
        try await operation.run { event in
            if globals.json {
                console.write(Self.json(event).compactText + "\n", to: .output)
            } else {
                show(event, session, console)
            }
        }
        return Outcome(
            text: ["stopped"], json: .object(["event": .string("stopped")]), jsonIsLine: true, status: .interrupted)
    }

    private func show(_ event: DevelopPlugin.Event, _ session: Session, _ console: Console) {
        switch event {
        case .watching(let folder): console.note("\("watching", .dim) \(folder) (Ctrl-C ends)")
        case .changed(let paths):
            let more = paths.count > 3 ? " and \(paths.count - 3) more" : ""
            console.note("\("changed", .dim) \(paths.prefix(3).joined(separator: ", "))\(more)")
        case .built(let report):
            console.print(["\("built", .green) \(session.shown(report.modulePath)) (\(report.size) bytes)"])
        case .tested(let report):
            console.print(report.text)
            if pluginsDir != nil, report.failedCount > 0 { console.note("not installed: a case failed") }
        case .untested: console.note("there are no cases to run")
        case .installed(let plugin):
            console.print([
                "\("installed", .green) \(plugin.name) v\(plugin.version) -> \(session.shown(plugin.modulePath))"
            ])
            for warning in plugin.warnings { console.warn(Text(warning)) }
            if restart == nil { console.note("restart the host to load it (--restart)") }
        case .removed(let path):
            console.print(["\("removed", .green) \(session.shown(path)): the plugin was renamed"])
        case .leftover(let path, let name):
            console.warn(
                "\(session.shown(path)) is still there under the plugin's old name, and the host loads it too; remove it with: pdk uninstall \(name) --dest '\(pluginsDir ?? ".")'"
            )
        case .unwatched(let links):
            console.warn(
                "not all changes are seen of what these links lead to: \(links.joined(separator: ", "))")
        case .moved(let folder): console.note("\("moved", .dim) to \(folder)")
        case .restarted(let command): console.note("\("restarted", .dim) the host: \(command)")
        case .failed(let error): console.report(error)
        }
    }

    private static func json(_ event: DevelopPlugin.Event) -> JSONValue {
        switch event {
        case .watching(let folder): .object(["event": .string("watching"), "folder": .string(folder)])
        case .changed(let paths): .object(["event": .string("changed"), "paths": .strings(paths)])
        case .built(let report):
            .object(["event": .string("built"), "module": .string(report.modulePath), "size": .int(report.size)])
        case .tested(let report): .object(["event": .string("tested"), "report": report.json])
        case .untested: .object(["event": .string("untested")])
        case .installed(let plugin):
            .object([
                "event": .string("installed"), "module": .string(plugin.modulePath), "signed": .bool(plugin.isSigned),
            ])
        case .removed(let path): .object(["event": .string("removed"), "module": .string(path)])
        case .leftover(let path, _): .object(["event": .string("leftover"), "module": .string(path)])
        case .unwatched(let links): .object(["event": .string("unwatched"), "paths": .strings(links)])
        case .moved(let folder): .object(["event": .string("moved"), "folder": .string(folder)])
        case .restarted(let command): .object(["event": .string("restarted"), "command": .string(command)])
        case .failed(let error): .object(["event": .string("failed"), "error": ShownError(error).json])
        }
    }
}
