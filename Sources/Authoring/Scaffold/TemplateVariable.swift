internal import Basics
internal import Glibc

/// A value that a template asks its user for.
package struct TemplateVariable: Sendable, Equatable {
    /// The type of the value.
    package enum Kind: String, Sendable, CaseIterable {
        /// One line of text.
        case text
        /// `true` or `false`.
        case flag
        /// One of `choices`.
        case choice
        /// Texts separated by commas.
        case list
    }

    /// The longest value, in bytes.
    package static let maximumBytes = 1024

    package let name: String
    package var kind = Kind.text
    /// The question; the name where there is none.
    package var prompt: String?
    /// The value where none is given; nil for a variable that must be given.
    package var defaultText: String?
    /// A POSIX extended regular expression that the whole value must match.
    package var pattern: String?
    package var choices: [String] = []

    package init(name: String) { self.name = name }

    /// Why `text` cannot be the value; nil when it can.
    package func refusal(of text: String) -> String? {
        guard text.utf8.count <= Self.maximumBytes else { return "it is longer than \(Self.maximumBytes) bytes" }
        guard !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
            return "it contains a control character"
        }
        switch kind {
        case .flag: return ["true", "false"].contains(text) ? nil : "write true or false"
        case .choice:
            return choices.contains { $0.utf8.elementsEqual(text.utf8) }
                ? nil : "choose one of \(choices.map(\.printable).joined(separator: ", "))"
        case .list: return Self.items(text).lazy.compactMap(mismatch).first
        case .text: return mismatch(text)
        }
    }

    private func mismatch(_ text: String) -> String? {
        guard let pattern, !Self.matches(text, pattern) else { return nil }
        return "it does not match \(pattern.printable)"
    }

    /// The value as templates see it.
    package func value(_ text: String) -> MustacheValue {
        switch kind {
        case .text, .choice: .text(text)
        case .flag: .flag(text == "true")
        case .list: .list(Self.items(text).map(MustacheValue.text))
        }
    }

    static func items(_ text: String) -> [String] {
        text.split(separator: ",").map { item in
            String(item.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }.filter { !$0.isEmpty }
    }

    /// Whether all of `text` matches a POSIX extended regular expression (`regcomp(3)`, `regexec(3)`).
    private static func matches(_ text: String, _ pattern: String) -> Bool {
        guard let compiled = compile(pattern) else { return false }
        defer { compiled.free() }
        return unsafe regexec(compiled.expression, text, 0, nil, 0) == 0
    }

    /// Whether `pattern` is an expression that can be matched against.
    static func isPattern(_ pattern: String) -> Bool {
        guard pattern.utf8.count <= 200, let cost = PatternCost.of(pattern), cost <= PatternCost.maximum,
            let compiled = compile(pattern)
        else { return false }
        compiled.free()
        return true
    }

    private static func compile(_ pattern: String) -> CompiledExpression? {
        let expression = UnsafeMutablePointer<regex_t>.allocate(capacity: 1)
        guard unsafe regcomp(expression, "^(\(pattern))$", REG_EXTENDED | REG_NOSUB) == 0 else {
            unsafe expression.deallocate()
            return nil
        }
        return unsafe CompiledExpression(expression: expression)
    }
}

/// A compiled regular expression (`regex_t`).
@safe
private struct CompiledExpression {
    let expression: UnsafeMutablePointer<regex_t>

    func free() {
        unsafe regfree(expression)
        unsafe expression.deallocate()
    }
}
