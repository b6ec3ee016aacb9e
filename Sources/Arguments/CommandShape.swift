/// An option, a flag or an argument, as help, completion and the manual pages tell of it.
package struct ArgumentShape: Sendable {
    /// What it is.
    package enum Kind: String, Sendable { case flag, option, positional }

    package let kind: Kind
    /// The spellings with their dashes, as declared; none for a positional.
    package let names: [String]
    /// The name of the value, in lower case with dashes.
    package let valueName: String
    package let help: String
    package let isOptional: Bool
    package let isRepeating: Bool
    package let defaultText: String?
    /// The only values it takes, where there are such.
    package let values: [String]
    let set: @Sendable (String) -> Bool

    /// The value's name as it is shown: `TRUST_ROOT`.
    package var placeholder: String {
        String(valueName.uppercased().map { $0 == "-" ? "_" : $0 })
    }

    /// The long name, where there is one.
    package var preferredName: String? { names.first { $0.hasPrefix("--") } ?? names.first }

    /// As it is typed: `--dir DIR`, `NAME`, `--json`.
    package var spelled: String {
        switch kind {
        case .positional: placeholder
        case .option: "\(preferredName ?? "") \(placeholder)"
        case .flag: preferredName ?? ""
        }
    }

    /// The meaning with its default.
    package var meaning: String {
        guard let defaultText, !defaultText.isEmpty, !help.contains("(default") else { return help }
        return help + " (default: \(defaultText))"
    }

    init(_ declaration: Declaration, label: String) {
        kind = declaration.kind
        names = declaration.kind == .positional ? [] : declaration.name.names(for: label)
        valueName = names.first { $0.hasPrefix("--") }.map { String($0.dropFirst(2)) } ?? label
        help = declaration.help
        isOptional = declaration.isOptional
        isRepeating = declaration.isRepeating
        defaultText = declaration.defaultText
        values = declaration.values
        set = declaration.set
    }

    private init(flag names: [String], _ help: String) {
        kind = .flag
        self.names = names
        valueName = names[0]
        self.help = help
        isOptional = true
        isRepeating = false
        defaultText = nil
        values = []
        set = { _ in true }
    }

    /// What every command knows.
    static let helpFlag = ArgumentShape(flag: ["-h", "--help"], "Show help.")
    static let versionFlag = ArgumentShape(flag: ["--version"], "Show the version.")
}

/// A command as help, completion and the manual pages tell of it.
package struct CommandShape: Sendable {
    package let configuration: CommandConfiguration
    /// The words from the program's name to the command's.
    package let path: [String]
    /// What the command itself declares, in its order.
    package let arguments: [ArgumentShape]
    let type: any ParsableCommand.Type

    package var name: String { configuration.commandName }
    package var isRoot: Bool { path.count == 1 }

    /// The words from the program's name to a command of this type, this one or one below it; nil when there is none.
    package func path(to command: any ParsableCommand.Type) -> [String]? {
        if ObjectIdentifier(type) == ObjectIdentifier(command) { return path }
        for inner in subcommands {
            if let found = inner.path(to: command) { return found }
        }
        return nil
    }

    /// The commands below this one, by group.
    package var groups: [(name: String, commands: [CommandShape])] {
        configuration.groups.map { group in (group.name, group.subcommands.map { CommandShape($0, above: path) }) }
    }

    package var subcommands: [CommandShape] { groups.flatMap(\.commands) }

    /// The names of the commands below this one.
    ///
    /// No command is made for it, unlike for their shapes.
    var commandNames: [String] {
        configuration.subcommands.map { $0.configuration.commandName }
    }

    /// The command of this name below this one.
    func subcommand(named name: String) -> CommandShape? {
        configuration.subcommands.first { $0.configuration.commandName == name }
            .map { CommandShape($0, above: path) }
    }

    /// What is declared, and the help and version flags where nothing else has their names.
    package var allArguments: [ArgumentShape] {
        let names = Set(arguments.flatMap(\.names))
        return arguments + [.versionFlag, .helpFlag].filter { names.isDisjoint(with: $0.names) }
    }

    /// The command at the top, or one below the commands of `path`.
    package init(_ type: any ParsableCommand.Type, above: [String] = []) {
        self.init(type, of: type.init(), above: above)
    }

    init(_ type: any ParsableCommand.Type, of command: any ParsableArguments, above: [String]) {
        self.type = type
        configuration = type.configuration
        path = above + [configuration.commandName]
        arguments = Self.declarations(of: command)
    }

    /// What the properties of a command declare; those of its groups in the groups' places.
    private static func declarations(of command: any ParsableArguments) -> [ArgumentShape] {
        Mirror(reflecting: command).children.flatMap { child -> [ArgumentShape] in
            if let group = child.value as? any GroupingWrapper { return declarations(of: group.group) }
            guard let wrapper = child.value as? any DeclaringWrapper, let label = child.label else { return [] }
            return [ArgumentShape(wrapper.declaration, label: kebab(label.drop { $0 == "_" }))]
        }
    }

    /// `pluginsDir` as `plugins-dir`.
    private static func kebab(_ label: Substring) -> String {
        label.reduce(into: "") { text, character in
            text += character.isUppercase ? "-" + character.lowercased() : String(character)
        }
    }

    /// The groups of a command whose values are to be checked, the command itself last.
    static func parts(of command: any ParsableArguments) -> [any ParsableArguments] {
        Mirror(reflecting: command).children.compactMap { ($0.value as? any GroupingWrapper)?.group }
            .flatMap(parts) + [command]
    }
}
