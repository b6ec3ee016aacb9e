/// What there is to say about something that `pdk check` looks for: its page in Docs/rules.md; `RuleDefinition` has the check.
package struct Rule: Sendable, Equatable {
    /// How much a finding matters.
    package enum Severity: String, Sendable {
        /// The host would refuse the plugin, or load it and never run it: it is not published.
        case error
        /// Something to know before a release.
        case warning
    }

    /// A plugin that the rule finds something in, and the same one corrected; a test checks both.
    package struct Example: Sendable, Equatable {
        /// Lines of a file: `plugin.yaml`, or the C source of a module.
        package struct Block: Sendable, Equatable {
            package enum Language: String, Sendable { case yaml, c }

            package let language: Language
            package let text: String

            init(_ language: Language, _ text: String) {
                self.language = language
                self.text = text
            }
        }

        package let found: [Block]
        package let fixed: [Block]

        /// Lines of `plugin.yaml`.
        static func yaml(found: String, fixed: String) -> Example {
            Example(found: [Block(.yaml, found)], fixed: [Block(.yaml, fixed)])
        }

        /// The C source of a module.
        static func c(found: String, fixed: String) -> Example {
            Example(found: [Block(.c, found)], fixed: [Block(.c, fixed)])
        }
    }

    /// The stable id, such as `PDK101`.
    package let id: String
    /// The stable name, such as `comment-in-value`.
    package let name: String
    package let severity: Severity
    /// Whether a finding keeps the plugin from being published: every error, and what leaves it unchecked.
    package let stopsRelease: Bool
    /// Whether an author may suppress it; not where that would let a lie into a registry.
    package let canBeSuppressed: Bool
    /// What it prevents, in one sentence.
    package let prevents: String
    /// What to do about a finding, in one sentence.
    package let fix: String
    /// What else there is to know, in Markdown.
    package let about: String?
    package let example: Example?

    init(
        _ id: String, _ name: String, _ severity: Severity, stopsRelease: Bool = false, canBeSuppressed: Bool = true,
        prevents: String, fix: String, about: String? = nil, example: Example? = nil
    ) {
        self.id = id
        self.name = name
        self.severity = severity
        self.stopsRelease = stopsRelease || severity == .error
        self.canBeSuppressed = canBeSuppressed
        self.prevents = prevents
        self.fix = fix
        self.about = about
        self.example = example
    }

    package static func == (left: Rule, right: Rule) -> Bool { left.id == right.id }

    /// The rule's section of Docs/rules.md, which `pdk explain` prints, a line each.
    package var page: [String] {
        let kind = severity.rawValue.prefix(1).uppercased() + severity.rawValue.dropFirst()
        var lines = ["### \(id) \(name)", ""]
        let text = [kind + (canBeSuppressed ? "." : "; cannot be suppressed."), prevents, about].compactMap(\.self)
        lines += Self.wrapped(text.joined(separator: " ")) + [""]
        lines += Self.wrapped("Fix: \(fix)") + [""]
        if let example {
            lines += Self.blocks(example.found) + ["Fixed:", ""] + Self.blocks(example.fixed)
        }
        return lines
    }

    private static func blocks(_ blocks: [Example.Block]) -> [String] {
        blocks.flatMap { block -> [String] in
            let lines = block.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            return ["```" + block.language.rawValue] + lines + ["```", ""]
        }
    }

    /// A text in lines of at most 120 characters.
    static func wrapped(_ text: String) -> [String] {
        var lines: [String] = [], line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, line.count + 1 + word.count > 120 {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        return line.isEmpty ? lines : lines + [line]
    }
}

/// One thing that a rule found.
package struct Finding: Sendable, Equatable {
    package let rule: Rule
    /// The rule's own, but less for an input that somebody only tries.
    package let severity: Rule.Severity
    package let message: String
    package let help: String?
    /// The file it was found in.
    package let file: String
    /// The line, from 1, where there is one.
    package let line: Int?
    /// Why the author has suppressed it; nil for a finding that counts.
    package var suppressedBecause: String?

    package init(
        _ rule: Rule, _ message: String, severity: Rule.Severity? = nil, help: String? = nil, file: String,
        line: Int? = nil
    ) {
        self.rule = rule
        self.severity = severity ?? rule.severity
        self.message = message
        self.help = help
        self.file = file
        self.line = line
    }

    /// Whether this keeps the plugin from being published.
    package var stopsRelease: Bool { rule.stopsRelease && suppressedBecause == nil }
    /// Whether this is an error that counts.
    package var isError: Bool { severity == .error && suppressedBecause == nil }
}
