internal import ArgumentParser

/// `pdk` itself.
struct RootCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pdk",
        abstract: "The plugin-authoring developer kit: from pdk new to a signed release.",
        usage: "pdk VERB [OPTIONS]",
        discussion: """
            A first plugin:
              pdk new myplugin && cd myplugin
              pdk build && pdk test && pdk check
              pdk keygen && pdk sign && pdk publish ../registry
            """,
        version: "pdk \(KitVersion.text)",
        groupedSubcommands: [
            CommandGroup(
                name: "Authoring",
                subcommands: [
                    NewVerb.self, BuildVerb.self, TestVerb.self, RunVerb.self, BenchVerb.self, DevVerb.self,
                    CheckVerb.self,
                    DoctorVerb.self,
                ]),
            CommandGroup(
                name: "Release", subcommands: [KeygenVerb.self, SignVerb.self, PackVerb.self, PublishVerb.self]),
            CommandGroup(
                name: "Operator's", subcommands: [InstallVerb.self, ListVerb.self, VerifyVerb.self, InspectVerb.self]),
        ])

    /// The names of all verbs.
    static let verbs: [String] = configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
}
