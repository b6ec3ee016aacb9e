internal import Basics
internal import Contract
internal import Files
internal import Operations

/// An error as it is shown to people and to scripts.
struct ShownError {
    let code: ErrorCode
    let message: String
    let help: String?
    /// Where in a file it was found.
    let place: FilePlace?
    /// What a compiler printed, to be shown above the error.
    let output: String

    init(_ error: any Error) {
        switch error {
        case let error as any Diagnostic:
            code = error.code
            message = Self.shown(error.message)
            help = error.commandHelp.map(Self.shown)
            place = error.place
        default:
            // What no layer has put into words of its own: the wrappers' errors describe themselves.
            code = .failed
            message = Self.shown("\(error)")
            help = (error as? FileError)?.help
            place = nil
        }
        output = ((error as? BuildFailure)?.output ?? "").redacted
    }

    /// A text without keys and passwords, and of a length that people read.
    private static func shown(_ text: String) -> String { text.redacted.hidingPasswords.shortened }

    var json: JSONValue {
        .object([
            "code": .string(code.rawValue), "message": .string(message), "help": help.map(JSONValue.string),
            "file": place.map { .string(Self.shown($0.file)) }, "line": place.map { .int($0.place.line) },
            "column": place.map { .int($0.place.column) }, "offset": place.map { .int($0.place.offset) },
            "output": output.isEmpty ? nil : .string(output),
        ])
    }

    var lines: [Text] {
        let shown: [Text] = output.split(separator: "\n").map { Text(String($0)) }
        return shown + [Text("error", .red) + ": " + Text(message)]
            + (help.map { [Text("help", .green) + ": " + Text($0)] } ?? [])
    }
}
