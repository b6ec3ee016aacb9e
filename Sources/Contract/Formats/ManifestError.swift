package import Basics

/// Why a `plugin.yaml`, a case file or another small document cannot be read, and where.
package struct ManifestError: Error, Equatable, CustomStringConvertible {
    /// What is wrong, in house style.
    package let message: String
    /// The line, from 1, where it is known.
    package let line: Int?
    /// The whole place, where it is known.
    package let place: TextPlace?

    /// What is wrong, and the line it stands on.
    package init(message: String, line: Int?) {
        self.message = message
        self.line = line
        place = nil
    }

    /// What is wrong, and the place where it stands.
    package init(message: String, at place: TextPlace?) {
        self.message = message
        self.place = place
        line = place?.line
    }

    /// The message with its line.
    package var description: String { line.map { "\(message) (line \($0))" } ?? message }

    /// What a person is told of the file at `path`.
    package func problem(_ code: ErrorCode, in path: String, help: String?) -> Problem {
        Problem(
            code, "\(path)\(line.map { ":\($0)" } ?? ""): \(message)", help: help,
            place: place.map { FilePlace(path, $0) })
    }
}
