/// Why a `plugin.yaml` cannot be read, and where.
package struct ManifestError: Error, Equatable, CustomStringConvertible {
    /// What is wrong, in house style.
    package let message: String
    /// The line, from 1, where it is known.
    package let line: Int?

    /// What is wrong, and the line it stands on.
    package init(message: String, line: Int?) {
        self.message = message
        self.line = line
    }

    /// The message with its line.
    package var description: String { line.map { "\(message) (line \($0))" } ?? message }
}
