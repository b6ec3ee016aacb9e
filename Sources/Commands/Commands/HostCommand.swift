internal import Arguments
internal import Authoring
internal import Contract

/// `pdk host`: the host profiles that all other commands follow.
struct HostCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "host", abstract: "Show the host profile that run, test and check follow.",
        subcommands: [HostShowCommand.self, HostListCommand.self])
}

struct HostShowCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a host profile: hooks, inputs, answers, imports, limits and pitfalls.",
        discussion: """
            In a plugin's folder, the default is the profile that plugin.yaml names (host: helios-1.5), with the \
            settings of host.yaml if there is one.
            """)

    @Argument(
        help: "A host profile, or a file that overrides its settings. (default: the plugin's, else the built-in one)")
    var host: String?

    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let option = HostOption()
        option.name = host
        let profile: HostProfile
        if let named = try option.profile(session) {
            profile = named
        } else if try PluginProject.find(from: session.currentFolder) != nil {
            profile = try session.project().profile
        } else {
            profile = .standard
        }
        return Outcome(text: profile.page.map { Text($0) }, isData: true, json: profile.json)
    }
}

struct HostListCommand: Command {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the built-in host profiles.")

    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let profiles = HostProfile.builtIn
        return Outcome(
            text: profiles.map { "\($0.id, .bold)  \($0.name), \($0.engine)" }, isData: true,
            json: .array(
                profiles.map { profile in
                    .object([
                        "id": .string(profile.id), "name": .string(profile.name), "engine": .string(profile.engine),
                    ])
                }))
    }
}
