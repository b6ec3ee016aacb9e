internal import Arguments
internal import Basics
internal import Contract
internal import Operations

struct InitCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write a plugin.yaml for an existing project or module.")

    @Option(name: .long, help: "The plugin's name. (default: the project's, else the folder's)")
    var name: String?

    @Flag(name: .long, help: "Accept the proposed values without asking.")
    var defaults = false

    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let plugin = InitPlugin(
            folder: session.currentFolder, name: name, author: await AuthorName.detect(environment: session.environment)
        )
        let proposal = try plugin.propose()
        if !defaults {
            guard session.inputIsTerminal, session.errorIsTerminal, !globals.json else {
                throw Problem(
                    .noTerminal, "there is no terminal to confirm the proposed plugin.yaml on",
                    help: "pdk init --defaults writes it without asking")
            }
            console.write("found \(proposal.found)\n\n\(proposal.manifest)\n", to: .error)
            guard Question.confirm("Write this plugin.yaml?", console) else {
                throw Problem(.declined, "nothing was written")
            }
        }
        try plugin.write(proposal)
        return Outcome(
            text: ["\("wrote", .green) plugin.yaml for \(proposal.name), from \(proposal.found)"]
                + proposal.dropped.map { "  left out: \($0)" } + proposal.guessed.map { "  guessed: \($0)" }
                + copied(proposal)
                + ["  next: \(proposal.module == nil ? "pdk build && " : "")pdk test && pdk check"],
            json: .object([
                "name": .string(proposal.name), "found": .string(proposal.found),
                "manifest": .string(proposal.manifest),
                "module": proposal.module.map(JSONValue.string), "dropped": .strings(proposal.dropped),
                "guessed": .strings(proposal.guessed),
            ]))
    }

    /// A module that was there: what became of it, and what to do when it changes.
    private func copied(_ proposal: InitPlugin.Proposal) -> [Text] {
        proposal.module.map { ["  copied \($0) -> dist/\(proposal.name).wasm; run pdk build when it changes"] } ?? []
    }
}
