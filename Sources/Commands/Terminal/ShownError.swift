internal import Basics
internal import Contract
internal import Operations

/// An error as it is shown to people and to scripts.
struct ShownError {
    let code: String
    let message: String
    let help: String?
    /// What a compiler printed, to be shown above the error.
    let output: String

    init(_ error: any Error) {
        switch error {
        case let error as any Diagnostic:
            code = error.code
            message = error.message
            help = error.help
        default:
            // What no layer has put into words of its own: the wrappers' errors describe themselves.
            code = "failed"
            message = "\(error)"
            help = nil
        }
        output = (error as? BuildFailure)?.output ?? ""
    }

    var json: JSONValue {
        .object([
            "code": .string(code), "message": .string(message), "help": help.map(JSONValue.string),
            "output": output.isEmpty ? nil : .string(output),
        ])
    }

    var lines: [Text] {
        let shown: [Text] = output.split(separator: "\n").map { Text(String($0)) }
        return shown + [Text("error", .red) + ": " + Text(message)]
            + (help.map { [Text("help", .green) + ": " + Text($0)] } ?? [])
    }
}
