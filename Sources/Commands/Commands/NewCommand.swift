internal import Arguments
internal import Authoring
internal import Basics
internal import Contract
internal import Files
internal import Operations

struct NewCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Create a plugin from a template, ready to build and run.",
        discussion: """
            --template takes the id of a built-in template or of one that you added (see --list), a folder, a \
            .tar.gz or .zip file, or a git repository: git+URL#REF//FOLDER. Templates cannot run code or write \
            outside the new folder.
            """)

    @Argument(help: "The plugin's name: letters, digits, '-' and '_'.")
    var name: String?

    @Option(name: .long, help: "The folder to create the plugin's folder in.")
    var dir: String = "."

    @Flag(
        name: .long,
        help: "Write into the current folder, which must be empty. Its name is the plugin's name unless NAME is given.")
    var here = false

    @Option(name: .long, help: "The template: an id (see --list), a folder, an archive or git+URL#REF//FOLDER.")
    var template: String = TemplateCatalog.defaultID

    @Option(
        name: .long,
        help: "A hook to implement; may be given several times. (default: \(HostProfile.standard.calledHooks[0].name))")
    var hook: [String] = []

    @Option(name: .long, help: "A value for a variable of the template: KEY=VALUE; may be given several times.")
    var set: [String] = []

    @Option(name: .long, help: "A YAML or JSON file of values for the template's variables.")
    var values: String?

    @Flag(name: .long, help: "Do not ask questions; a variable with neither a value nor a default is an error.")
    var defaults = false

    @Flag(name: .long, help: "Ask for all values, show the files, and write them once you confirm.")
    var interactive = false

    @Option(name: .long, help: "The author. (default: git's user.name, else $USER)")
    var author: String?

    @Option(name: .long, help: "The licence, as an SPDX identifier.")
    var license: String?

    @Option(name: .long, help: "What the plugin does, in one sentence.")
    var description: String?

    @Flag(name: .long, help: "List the templates.")
    var list = false

    @OptionGroup var globals: GlobalOptions

    func validate() throws {
        if name == nil, !list, !here { throw ValidationError("Missing the plugin's name; try: pdk new myplugin") }
        if dir.isEmpty { throw ValidationError("Give --dir a folder, not an empty text.") }
        if here, dir != "." { throw ValidationError("--here writes into the current folder; leave out --dir.") }
        if interactive, defaults {
            throw ValidationError("--interactive and --defaults exclude each other.")
        }
        try KeyValueText.check(set, of: "--set", example: "table=secrets")
    }

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        if list { return try TemplateListing.outcome(session) }
        if interactive, !session.inputIsTerminal {
            throw Problem(
                .noTerminal, "--interactive needs a terminal to ask on",
                help: "give values with --set KEY=VALUE or --values FILE")
        }
        let found = try await session.templates.read(TemplateReference(template, path: session.path))
        let plugin = try await request(found, session, console)
        if interactive, try !confirm(plugin, console) {
            throw Problem(.declined, "nothing was written", help: nil)
        }
        let report = try plugin.run()
        return outcome(report, session)
    }

    /// The plugin as it is asked for, with the values that were given, asked for or are the defaults.
    private func request(_ template: PluginTemplate, _ session: Session, _ console: Console) async throws -> NewPlugin {
        var answers = TemplateAnswers()
        if let values { try answers.read(session.path(values)) }
        for item in set { try answers.set(item) }
        let plugin = name ?? FilePaths.name(of: session.currentFolder)
        guard PluginName(plugin) != nil else { throw NewPlugin.invalidName(plugin, isTheFolders: name == nil) }
        let hooks = try SkeletonValues.hooks(
            named: hook + (answers.take("hooks").map { $0.split(separator: ",").map(String.init) } ?? []))
        let givenAuthor = author ?? answers.take("author")
        var values = SkeletonValues(
            name: plugin,
            description: description ?? answers.take("description")
                ?? SkeletonValues.description(with: hooks),
            author: await authorName(givenAuthor, session), license: license ?? answers.take("license") ?? "Apache-2.0",
            hooks: hooks)
        if interactive {
            try askAll(&values, &answers, template, console)
        }
        let mayAsk = session.inputIsTerminal && session.errorIsTerminal && !defaults && !globals.json
        values.answers = try answers.resolve(template, ask: mayAsk ? { try ask($0, console) } : nil)
        let folder = here ? session.currentFolder : FilePaths.join(session.path(dir), plugin)
        return NewPlugin(template: template, values: values, folder: folder, isHere: here, kit: KitVersion.text)
    }

    /// Asks for one value until it is one.
    private func ask(_ variable: TemplateVariable, _ console: Console) throws -> String {
        let hint =
            variable.kind == .choice
            ? " (\(variable.choices.joined(separator: ", ")))" : variable.kind == .flag ? " (true, false)" : ""
        while let line = Question.ask("\((variable.prompt ?? variable.name).printable)\(hint.printable): ", console) {
            guard let reason = variable.refusal(of: line) else { return line }
            console.write("  \(reason)\n", to: .error)
        }
        throw Problem(
            .missingValue, "the input ended before '\(variable.name)' was given",
            help: "give it with --set \(variable.name)=VALUE")
    }

    /// Asks for everything in turn; an empty line keeps what is shown, `<` goes back.
    private func askAll(
        _ values: inout SkeletonValues, _ answers: inout TemplateAnswers, _ template: PluginTemplate, _ console: Console
    ) throws {
        console.write("Press Enter to accept the value in brackets, or type < to go back.\n", to: .error)
        let own = template.description.variables
        let fixed = ["description", "author", "license"]
        var place = 0
        while place < fixed.count + own.count {
            let isFixed = place < fixed.count
            let variable = isFixed ? nil : own[place - fixed.count]
            let current: String? =
                switch place {
                case 0: values.description
                case 1: values.author
                case 2: values.license
                default: variable.flatMap { answers.text($0.name) ?? $0.defaultText }
                }
            let prompt = variable.map { $0.prompt ?? $0.name } ?? fixed[place]
            guard let line = Question.ask("\(prompt.printable)\(current.map { " [\($0.printable)]" } ?? ""): ", console)
            else {
                throw Problem(.declined, "the input ended; nothing was written")
            }
            if line == "<" {
                place = max(0, place - 1)
                continue
            }
            guard let text = line.isEmpty ? current : line else { continue }
            if let variable {
                if let reason = variable.refusal(of: text) {
                    console.write("  \(reason)\n", to: .error)
                    continue
                }
                try answers.set("\(variable.name)=\(text)")
            } else {
                switch place {
                case 0: values.description = text
                case 1: values.author = text
                default: values.license = text
                }
            }
            place += 1
        }
    }

    private func confirm(_ plugin: NewPlugin, _ console: Console) throws -> Bool {
        let files = try plugin.render().map(\.path).sorted()
        console.write("\(plugin.folder)\n" + files.map { "  \($0.printable)\n" }.joined(), to: .error)
        return Question.confirm("Write these \(files.count) files?", console)
    }

    private func outcome(_ report: NewPlugin.Report, _ session: Session) -> Outcome {
        let shown = here ? "." : dir == "." ? report.name : FilePaths.join(dir, report.name)
        // A name may begin with a dash, which cd would take for an option.
        let typed = (shown.hasPrefix("-") ? "./" + shown : shown).shellWord
        let go = here ? "" : "cd \(typed) && "
        let closing = report.closing.map { $0.split(separator: "\n").map { Text("  \(String($0).printable)") } } ?? []
        return Outcome(
            text: [
                "\("created", .green) \(shown): a \(report.template.language.printable) plugin with \(report.hooks.joined(separator: ", "))"
            ] + (closing.isEmpty ? ["  next: \(go)pdk build && pdk test && pdk check"] : closing),
            json: .object([
                "name": .string(report.name), "path": .string(report.folder), "template": .string(report.template.id),
                "origin": .string(report.template.origin), "commit": report.template.commit.map(JSONValue.string),
                "hooks": .strings(report.hooks), "files": .strings(report.files),
            ]))
    }

    private func authorName(_ given: String?, _ session: Session) async -> String {
        if let given { return given }
        return await AuthorName.detect(environment: session.environment)
    }
}
