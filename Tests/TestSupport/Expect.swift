public import Testing

/// Records an issue on the caller's line unless the condition holds.
///
/// In place of `#expect`: the tests check things some 4,000 times, and a macro takes a compiler as long as all else in
/// their checks together. A macro would also show the values it found; here the comment does.
public func expect(
    _ condition: Bool, _ comment: @autoclosure () -> Comment = "", file: String = #fileID, line: Int = #line
) {
    if !condition { Issue.record(comment(), sourceLocation: SourceLocation(of: file, line)) }
}

/// Records an issue with both values on the caller's line unless they are equal.
public func expect<Value: Equatable>(
    _ value: Value, is wanted: Value, _ comment: @autoclosure () -> Comment = "", file: String = #fileID,
    line: Int = #line
) {
    guard value != wanted else { return }
    func shown(_ value: Value) -> Substring { String(describing: value).prefix(4_000) }
    Issue.record(
        "it is \(shown(value)), not \(shown(wanted)): \(comment())", sourceLocation: SourceLocation(of: file, line))
}

extension SourceLocation {
    /// A line of a file of tests, as `#fileID` and `#line` give them: quicker to compile than `#_sourceLocation`.
    public init(of file: String, _ line: Int) {
        self.init(fileID: file, filePath: BuiltProduct.repository + "/Tests/" + file, line: line, column: 1)
    }
}
