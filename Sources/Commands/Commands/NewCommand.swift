internal import Arguments
internal import Authoring
internal import Basics
internal import Contract
internal import Files
internal import Operations

struct NewCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Write a plugin skeleton that builds, checks and runs as it stands.")

    @Argument(help: "The plugin's name: letters, digits, '-' and '_'.")
    var name: String?

    @Option(name: .long, help: "The folder to make the plugin's folder in.")
    var dir: String = "."

    @Option(name: .long, help: "The template: see --list.")
    var template: String = TemplateCatalog.defaultID

    @Option(name: .long, help: "A hook to write; may be given several times. (default: pre_query)")
    var hook: [String] = []

    @Option(name: .long, help: "The author. (default: git's user.name, else $USER)")
    var author: String?

    @Option(name: .long, help: "The licence, as an SPDX identifier.")
    var license: String = "Apache-2.0"

    @Option(name: .long, help: "What the plugin does, in one sentence.")
    var description: String?

    @Flag(name: .long, help: "List the templates.")
    var list = false

    @OptionGroup var globals: GlobalOptions

    func validate() throws {
        if name == nil, !list { throw ValidationError("Missing the plugin's name; try: pdk new myplugin") }
        if dir.isEmpty { throw ValidationError("Give --dir a folder, not an empty text.") }
    }

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        guard !list, let name else { return try listing() }
        let report = try NewPlugin(
            name: name, parent: session.path(dir), templateID: template, hooks: hook,
            author: await authorName(session), license: license, description: description
        ).run()
        let shown = dir == "." ? name : FilePaths.join(dir, name)
        // A name may begin with a dash, which cd would take for an option.
        let typed = (shown.hasPrefix("-") ? "./" + shown : shown).shellWord
        return Outcome(
            text: [
                "\("created", .green) \(shown): a \(report.template.language) plugin with \(report.hooks.joined(separator: ", "))",
                "  next: cd \(typed) && pdk build && pdk test && pdk check",
            ],
            json: .object([
                "name": .string(report.name), "path": .string(report.folder), "template": .string(report.template.id),
                "hooks": .strings(report.hooks), "files": .strings(report.files),
            ]))
    }

    private func authorName(_ session: Session) async -> String {
        if let author { return author }
        return await AuthorName.detect(environment: session.environment)
    }

    private func listing() throws -> Outcome {
        let templates = try TemplateCatalog.builtIn()
        let width = templates.map(\.id.count).max() ?? 0
        return Outcome(
            text: templates.flatMap { template -> [Text] in
                let id = template.id + String(repeating: " ", count: width - template.id.count)
                return [
                    "\(id, .bold)  \(template.summary)",
                    "\(String(repeating: " ", count: width))  needs \(template.requires.joined(separator: ", "), .dim)",
                ]
            },
            isData: true, json: .array(templates.map(\.json)))
    }
}

extension PluginTemplate {
    /// One template of `pdk new --list --json`.
    var json: JSONValue {
        .object([
            "id": .string(id), "language": .string(language), "summary": .string(summary),
            "requires": .strings(requires),
        ])
    }
}
