internal import Basics

/// A question on the terminal, answered with a line.
enum Question {
    /// The line that is typed after `prompt`; nil when the input ends.
    static func ask(_ prompt: String, _ console: Console) -> String? {
        console.write(prompt, to: .error)
        return readLine(strippingNewline: true)
    }
}
