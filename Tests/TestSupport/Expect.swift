public import Testing

/// Records an issue on the caller's line unless the condition holds.
///
/// The journeys' `#expect`: they check things some 2,500 times, and a macro takes a compiler as long as all else in their
/// checks together. A macro would also show the values it found; here the comment does, with what a command printed.
public func expect(
    _ condition: Bool, _ comment: @autoclosure () -> Comment = "", file: String = #fileID, line: Int = #line
) {
    if !condition { Issue.record(comment(), sourceLocation: SourceLocation(of: file, line)) }
}

extension SourceLocation {
    /// A line of a file of tests, as `#fileID` and `#line` give them: quicker to compile than `#_sourceLocation`.
    public init(of file: String, _ line: Int) {
        self.init(fileID: file, filePath: BuiltProduct.repository + "/Tests/" + file, line: line, column: 1)
    }
}
