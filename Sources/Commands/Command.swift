internal import Arguments
internal import Contract

/// A command: parses its part of the command line, calls one operation, renders its report.
protocol Command: ParsableCommand {
    var globals: GlobalOptions { get }
    /// How the report is rendered: as the global options say, unless the command has a say in it.
    var settings: OutputSettings { get }
    /// Does the work; an error thrown here ends the program with status 1.
    func perform(_ session: Session, _ console: Console) async throws -> Outcome
}

extension Command {
    var settings: OutputSettings { globals.settings }
}

/// A report, rendered both ways.
struct Outcome {
    /// For people, on standard output; left out with `--quiet` unless it is data.
    var text: [Text]
    /// Whether `text` is what was asked for, such as a list, and not news of what was done.
    var isData = false
    /// What is written in place of `text`, byte for byte, where standard output is not a terminal.
    var exactText: String?
    /// A document that is written in place of `text`, in another format than the command's own JSON.
    var document: JSONValue?
    /// Whether everything has been written already, as of a list that is written while it is read.
    var isWritten = false
    /// For scripts.
    var json: JSONValue
    /// Whether the JSON is one line, the last of several documents.
    var jsonIsLine = false
    /// Warnings, on standard error.
    var warnings: [Text] = []
    var status: ExitStatus = .done
}
