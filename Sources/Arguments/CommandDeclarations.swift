/// A command, or a group of commands.
package protocol ParsableCommand: ParsableArguments, SendableMetatype {
    static var configuration: CommandConfiguration { get }
}

/// What a command is called, what it is for, and what is below it.
package struct CommandConfiguration: Sendable {
    package let commandName: String
    /// One sentence.
    package let abstract: String
    /// What the usage line says in place of what is made of the declarations.
    package let usage: String?
    /// Paragraphs; indented lines stay as they are.
    package let discussion: String
    /// The program's own version, at the root.
    package let version: String
    package let groups: [CommandGroup]

    package init(
        commandName: String, abstract: String = "", usage: String? = nil, discussion: String = "",
        version: String = "", subcommands: [any ParsableCommand.Type] = [], groupedSubcommands: [CommandGroup] = []
    ) {
        self.commandName = commandName
        self.abstract = abstract
        self.usage = usage
        self.discussion = discussion
        self.version = version
        groups = (subcommands.isEmpty ? [] : [CommandGroup(name: "", subcommands: subcommands)]) + groupedSubcommands
    }

    /// The commands of all groups.
    package var subcommands: [any ParsableCommand.Type] { groups.flatMap(\.subcommands) }
}

/// Commands under one heading of the help.
package struct CommandGroup: Sendable {
    package let name: String
    package let subcommands: [any ParsableCommand.Type]

    package init(name: String, subcommands: [any ParsableCommand.Type]) {
        self.name = name
        self.subcommands = subcommands
    }
}
