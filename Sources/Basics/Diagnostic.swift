/// An error that can be shown to a person: what failed, and what to do next.
///
/// Texts follow the house style: lower case, one sentence, no full stop, naming the file and the action.
package protocol Diagnostic: Error {
    /// A stable word for scripts.
    var code: ErrorCode { get }
    /// What went wrong, with the file or the name it went wrong with.
    var message: String { get }
    /// The next thing to type or to change, when there is one, in the words of the command line.
    var commandHelp: String? { get }
    /// Where in a file it went wrong, when it is known.
    var place: FilePlace? { get }
}

extension Diagnostic {
    package var place: FilePlace? { nil }
}

/// A place in a file.
package struct FilePlace: Sendable, Equatable {
    package let file: String
    package let place: TextPlace

    package init(_ file: String, _ place: TextPlace) {
        self.file = file
        self.place = place
    }
}
