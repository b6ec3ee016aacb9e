/// A failure of an operation that a person can mend.
package struct Problem: Diagnostic, CustomStringConvertible {
    package let code: String
    package let message: String
    package let help: String?

    package init(_ code: String, _ message: String, help: String? = nil) {
        self.code = code
        self.message = message
        self.help = help
    }

    package var description: String { message }
}
