internal import Arguments
internal import Authoring
internal import Basics
internal import Contract
internal import Files
internal import Operations
internal import Trust

/// `pdk template`: templates of one's own.
struct TemplateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "template", abstract: "List, add, remove and check templates.",
        subcommands: [
            TemplateListCommand.self, TemplateAddCommand.self, TemplateRemoveCommand.self, TemplateCheckCommand.self,
        ])
}

struct TemplateListCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the built-in templates and those you added.")

    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        try TemplateListing.outcome(session)
    }
}

struct TemplateAddCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Add a template under an id, for pdk new --template ID.")

    @Argument(help: "A folder, an archive or git+URL#REF//FOLDER.")
    var source: String

    @Option(name: .long, help: "The id to add it under. (default: the template's own id)")
    var id: String?

    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let template = try await session.templates.read(TemplateReference(source, path: session.path))
        let kept = id ?? template.id
        let path = try session.templates.add(template, as: kept)
        return Outcome(
            text: [
                "\("added", .green) \(kept): \(template.summary.printable)", "  next: pdk new NAME --template \(kept)",
            ],
            json: .object([
                "id": .string(kept), "path": .string(path), "origin": .string(template.origin),
                "commit": template.commit.map(JSONValue.string),
            ]))
    }
}

struct TemplateRemoveCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove a template that you added.")

    @Argument(help: "The template's id (see pdk template list).")
    var id: String

    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        try session.templates.remove(id)
        return Outcome(text: ["\("removed", .green) \(id)"], json: .object(["id": .string(id)]))
    }
}

struct TemplateCheckCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Render a template with every combination of its choices and report errors."
    )

    @Argument(help: "The template: a folder, an archive, an id or git+URL#REF//FOLDER.")
    var source: String

    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let typed = try TemplateReference(source, path: session.path)
        // A folder of this name that is here is meant.
        var reference = typed
        if case .id = typed, try FileStatus.of(session.path(source), followingLinks: true)?.kind == .folder {
            reference = .folder(session.path(source))
        }
        let report = CheckTemplate(template: try await session.templates.read(reference), kit: KitVersion.text).run()
        let count = Measure.count(report.combinations, "combination")
        let last: Text =
            "\(report.id): \(Measure.count(report.errors.count, "error")), \(Measure.count(report.warnings.count, "warning")) in \(count)\(report.isPartial ? " (of more)" : ""), \(Measure.count(report.files, "file"))"
        return Outcome(
            text: report.errors.map { "\("error", .red): \($0)" }
                + report.warnings.map { "\("warning", .yellow): \($0)" } + [last],
            isData: true,
            json: .object([
                "id": .string(report.id), "errors": .strings(report.errors), "warnings": .strings(report.warnings),
                "combinations": .int(report.combinations), "complete": .bool(!report.isPartial),
                "files": .int(report.files),
            ]), status: report.errors.isEmpty ? .done : .failed)
    }
}

/// The list of templates, for `pdk new --list` and `pdk template list`.
enum TemplateListing {
    static func outcome(_ session: Session) throws -> Outcome {
        let templates = try session.templates.all()
        let width = templates.map(\.id.count).max() ?? 0
        return Outcome(
            text: templates.flatMap { template -> [Text] in
                let id = template.id.padded(to: width)
                let needs = template.requires.joined(separator: ", ").printable
                return ["\(id, .bold)  \(template.summary.printable)"]
                    + (needs.isEmpty ? [] : ["\("".padded(to: width))  needs \(needs, .dim)"])
            },
            isData: true, json: .array(templates.map(\.json)))
    }
}

extension PluginTemplate {
    /// One template of `pdk new --list --json`.
    var json: JSONValue {
        .object([
            "id": .string(id), "version": .string(description.version), "language": .string(language),
            "summary": .string(summary), "requires": .strings(requires), "built_in": .bool(isBuiltIn),
            "origin": .string(origin), "commit": commit.map(JSONValue.string),
            "variables": .array(
                description.variables.map { variable in
                    .object([
                        "name": .string(variable.name), "type": .string(variable.kind.rawValue),
                        "prompt": variable.prompt.map(JSONValue.string),
                        "default": variable.defaultText.map(JSONValue.string),
                        "pattern": variable.pattern.map(JSONValue.string),
                        "choices": variable.choices.isEmpty ? nil : .strings(variable.choices),
                    ])
                }),
        ])
    }
}

extension Session {
    /// Where templates are found.
    var templates: TemplateLibrary {
        TemplateLibrary(folder: keyStore.map { FilePaths.join($0.folder, "templates") }, in: context())
    }
}
