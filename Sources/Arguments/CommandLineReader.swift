internal import Basics

/// A command line that was not understood.
package struct UsageError: Error {
    /// What is wrong: lower case, no full stop.
    package let message: String
    /// What to do, where it is more than reading the help.
    package let help: String?
    /// The command it was meant for.
    package let path: [String]
    /// The word that should be a command.
    package let unknownCommand: String?
}

/// What a command line asks for.
package enum CommandLineReading {
    case command(any ParsableCommand)
    case help(CommandShape)
    case version(String)
}

/// Reads a command line by what the commands declare.
package struct CommandLineReader {
    private let root: CommandShape

    package init(_ root: any ParsableCommand.Type) { self.root = CommandShape(root) }

    /// Reads the words behind the program's name.
    package func read(_ words: [String]) throws(UsageError) -> CommandLineReading {
        var shape = root, rest = words[...]
        while !shape.configuration.groups.isEmpty {
            guard let word = rest.popFirst() else { return .help(shape) }
            switch word {
            case "-h", "--help": return .help(shape)
            case "--version" where shape.isRoot: return .version(root.configuration.version)
            case "help" where shape.isRoot: return .help(try command(named: rest.filter { !$0.hasPrefix("-") }))
            default: shape = try subcommand(word, of: shape)
            }
        }
        return try read(rest, for: shape)
    }

    /// The command that the words behind `help` name.
    private func command(named words: [String]) throws(UsageError) -> CommandShape {
        var shape = root
        for word in words { shape = try subcommand(word, of: shape) }
        return shape
    }

    private func subcommand(_ word: String, of shape: CommandShape) throws(UsageError) -> CommandShape {
        if let found = shape.subcommand(named: word) { return found }
        if word.hasPrefix("-") { throw unknownOption(word, shape) }
        // An endless word is no slip of the fingers.
        let shown = word.prefix(64).description
        let words = shape.commandNames + (shape.isRoot ? ["help"] : [])
        let near = NearWord.to(shown, among: words).map {
            "did you mean: \((shape.path + [$0]).joined(separator: " "))"
        }
        let help = near ?? "\(shape.path.joined(separator: " ")) --help lists the commands"
        throw UsageError(
            message: "there is no command '\(shown.printable)'", help: help, path: shape.path, unknownCommand: shown)
    }

    private func read(
        _ words: ArraySlice<String>, for shape: CommandShape
    ) throws(UsageError) -> CommandLineReading {
        let command = shape.type.init()
        let shape = CommandShape(shape.type, of: command, above: Array(shape.path.dropLast()))
        var rest = words, isPlain = false, positionals: [String] = [], given: Set<String> = []
        while let word = rest.popFirst() {
            if isPlain || !word.hasPrefix("-") || word == "-" {
                positionals.append(word)
            } else if word == "--" {
                isPlain = true
            } else if let reading = try readOption(word, &rest, &given, shape) {
                return reading
            }
        }
        try place(positionals, &given, shape)
        if let missing = shape.arguments.first(where: { !$0.isOptional && !given.contains($0.spelled) }) {
            throw failure("missing \(missing.kind == .positional ? "argument" : "option") '\(missing.spelled)'", shape)
        }
        do {
            for part in CommandShape.parts(of: command) { try part.validate() }
        } catch let error as ValidationError {
            throw failure(error.message, shape)
        } catch {
            throw failure("\(error)", shape)
        }
        return .command(command)
    }

    /// Reads an option and its value; a reading where it asks for help or the version.
    private func readOption(
        _ word: String, _ rest: inout ArraySlice<String>, _ given: inout Set<String>, _ shape: CommandShape
    ) throws(UsageError) -> CommandLineReading? {
        var name = word, value: String?
        if word.hasPrefix("--") {
            if let equals = word.firstIndex(of: "=") {
                name = String(word[..<equals])
                value = String(word[word.index(after: equals)...])
            }
        } else if word.count > 2 {
            // `-qC x` is `-q -C x`, and `-Cx` is `-C x`.
            name = String(word.prefix(2))
            let tail = String(word.dropFirst(2))
            if shape.allArguments.first(where: { $0.names.contains(name) })?.kind == .option {
                value = tail
            } else {
                rest = ["-" + tail] + rest
            }
        }
        guard let argument = shape.allArguments.first(where: { $0.names.contains(name) }) else {
            throw unknownOption(name, shape)
        }
        if argument.names == ArgumentShape.helpFlag.names { return .help(shape) }
        if argument.names == ArgumentShape.versionFlag.names, argument.kind == .flag {
            return .version(root.configuration.version)
        }
        given.insert(argument.spelled)
        if argument.kind == .flag {
            if let value {
                throw failure("the option '\(name)' takes no value, but was given '\(value.printable)'", shape)
            }
            _ = argument.set("")
            return nil
        }
        guard let text = value ?? Self.value(from: &rest) else {
            throw failure(
                "missing value for '\(argument.spelled)'", shape,
                help: rest.isEmpty || name.count == 2
                    ? nil : "if the value begins with '-', write \(name)=VALUE")
        }
        try set(text, argument, shape)
        return nil
    }

    /// The next word, unless it looks like an option.
    private static func value(from rest: inout ArraySlice<String>) -> String? {
        guard let next = rest.first, !next.hasPrefix("-") || next == "-" || Double(next) != nil else { return nil }
        return rest.popFirst()
    }

    private func place(
        _ words: [String], _ given: inout Set<String>, _ shape: CommandShape
    ) throws(UsageError) {
        var rest = words[...]
        for argument in shape.arguments where argument.kind == .positional {
            while let word = rest.popFirst() {
                given.insert(argument.spelled)
                try set(word, argument, shape)
                if !argument.isRepeating { break }
            }
        }
        if let stray = rest.first { throw failure("unexpected argument '\(stray.printable)'", shape) }
    }

    private func set(_ text: String, _ argument: ArgumentShape, _ shape: CommandShape) throws(UsageError) {
        guard !argument.set(text) else { return }
        let values = argument.values.isEmpty ? "" : "; choose \(argument.values.joined(separator: ", "))"
        throw failure("the value '\(text.printable)' is invalid for '\(argument.spelled)'\(values)", shape)
    }

    private func unknownOption(_ name: String, _ shape: CommandShape) -> UsageError {
        let shown = name.prefix(64).description
        let near = NearWord.to(shown, among: shape.allArguments.flatMap(\.names).filter { $0.count > 2 })
        return failure(
            "unknown option '\(shown.printable)'", shape, help: near.map { "did you mean: \($0)" })
    }

    private func failure(_ message: String, _ shape: CommandShape, help: String? = nil) -> UsageError {
        UsageError(message: message, help: help, path: shape.path, unknownCommand: nil)
    }
}
