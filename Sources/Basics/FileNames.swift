extension StringProtocol {
    /// This name as file systems compare it that ignore case: folded, so that `ß`, `SS` and `ss` are one.
    ///
    /// Composed and decomposed forms of a letter are one already, as Swift compares strings.
    package var foldedName: String { uppercased().lowercased() }

    /// Whether it holds characters that do not show, or that make it read as another name, such as bidirectional controls.
    package var hidesCharacters: Bool {
        let text = String(self)
        return text.printable.utf8.count != text.utf8.count
    }
}
