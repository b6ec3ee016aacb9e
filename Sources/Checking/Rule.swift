/// Something that `pdk check` looks for.
package struct Rule: Sendable, Equatable {
    /// How much a finding matters.
    package enum Severity: String, Sendable {
        /// The host would refuse the plugin, or load it and never run it: it is not published.
        case error
        /// Something to know before a release.
        case warning
    }

    /// The stable id, such as `PDK101`.
    package let id: String
    /// The stable name, such as `manifest-comment-in-value`.
    package let name: String
    package let severity: Severity
    /// What it prevents, in one sentence.
    package let prevents: String
    /// Whether an author may silence it; not where silence would let a lie into a registry.
    package let canBeSilenced: Bool

    package init(_ id: String, _ name: String, _ severity: Severity, canBeSilenced: Bool = true, _ prevents: String) {
        self.id = id
        self.name = name
        self.severity = severity
        self.prevents = prevents
        self.canBeSilenced = canBeSilenced
    }
}

/// One thing that a rule found.
package struct Finding: Sendable, Equatable {
    package let rule: Rule
    package let message: String
    package let help: String?
    /// The file it was found in.
    package let file: String
    /// The line, from 1, where there is one.
    package let line: Int?
    /// Why the author has silenced it; nil for a finding that counts.
    package var silencedBecause: String?

    package init(_ rule: Rule, _ message: String, help: String? = nil, file: String, line: Int? = nil) {
        self.rule = rule
        self.message = message
        self.help = help
        self.file = file
        self.line = line
    }

    /// Whether this keeps the plugin from being published.
    package var isError: Bool { rule.severity == .error && silencedBecause == nil }
}
