internal import Arguments

/// `pdk` itself.
struct RootCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pdk",
        abstract: "A developer kit for WebAssembly plugins: from pdk new to a signed release.",
        usage: "pdk COMMAND [OPTIONS]",
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
                    NewCommand.self, TemplateCommand.self, UpgradeCommand.self, HookCommand.self, InitCommand.self,
                    SchemaCommand.self, BuildCommand.self,
                    TestCommand.self, RunCommand.self,
                    BenchCommand.self,
                    DevCommand.self,
                    CheckCommand.self, ExplainCommand.self,
                    DoctorCommand.self, HostCommand.self, DocsCommand.self,
                ]),
            CommandGroup(
                name: "Release",
                subcommands: [
                    KeygenCommand.self, KeyCommand.self, SignCommand.self, PackCommand.self, PublishCommand.self,
                    ReleaseCommand.self, YankCommand.self, RegistryCommand.self, MirrorCommand.self,
                    SiteCommand.self,
                ]),
            CommandGroup(
                name: "Operator's",
                subcommands: [
                    InstallCommand.self, ListCommand.self, OutdatedCommand.self, UpdateCommand.self,
                    UninstallCommand.self, SearchCommand.self, InfoCommand.self, VerifyCommand.self,
                    InspectCommand.self, AuditCommand.self, TrustCommand.self, PolicyCommand.self,
                    StatusCommand.self, ConfigCommand.self,
                ]),
        ])
}
