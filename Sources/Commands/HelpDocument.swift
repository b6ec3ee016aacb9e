internal import Arguments
internal import Contract

/// All commands with their options as JSON, for the script that writes the manual pages (`pdk --dump-help`).
enum HelpDocument {
    static func json(_ shape: CommandShape) -> JSONValue { .object(["command": command(shape)]) }

    private static func command(_ shape: CommandShape) -> JSONValue {
        .object([
            "commandName": .string(shape.name), "abstract": .string(shape.configuration.abstract),
            "discussion": .string(shape.configuration.discussion),
            "usage": .string(shape.usage(common: GlobalOptions.names)),
            "arguments": .array(shape.allArguments.map { argument($0, of: shape) }),
            "subcommands": .array(shape.subcommands.map(command)),
        ])
    }

    private static func argument(_ argument: ArgumentShape, of shape: CommandShape) -> JSONValue {
        .object([
            "kind": .string(argument.kind.rawValue), "names": .strings(argument.names),
            "spelled": .string(argument.kind == .positional ? argument.spelled : CommandShape.spellings(argument)),
            "meaning": .string(argument.meaning),
            "common": .bool(shape.isCommon(argument, GlobalOptions.names)),
        ])
    }
}
