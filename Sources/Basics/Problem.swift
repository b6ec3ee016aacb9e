/// A failure of an operation that a person can put right.
package struct Problem: Diagnostic, CustomStringConvertible {
    package let code: ErrorCode
    package let message: String
    package let help: String?
    package let place: FilePlace?

    package init(_ code: ErrorCode, _ message: String, help: String? = nil, place: FilePlace? = nil) {
        self.code = code
        self.message = message
        self.help = help
        self.place = place
    }

    package var commandHelp: String? { help }
    package var description: String { message }
}
