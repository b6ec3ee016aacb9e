internal import Basics

/// A question on the terminal, answered with a line.
enum Question {
    /// The line that is typed after `prompt`; nil when the input ends.
    static func ask(_ prompt: String, _ console: Console) -> String? {
        console.write(prompt, to: .error)
        return readLine(strippingNewline: true)
    }

    /// Whether `question` is answered with yes, which an empty line is, too; the end of the input is a no.
    static func confirm(_ question: String, _ console: Console) -> Bool {
        ["", "y", "yes"].contains(ask("\(question) [Y/n] ", console)?.lowercased() ?? "n")
    }
}
