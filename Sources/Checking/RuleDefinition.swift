/// A rule and its check: what a file in `Rules` holds.
///
/// A check is a function of what was observed (a manifest as the host reads it, a module, a call of a hook, a release), so
/// that rules neither read files nor run anything that their subject does not offer.
protocol RuleDefinition<Subject>: SendableMetatype {
    /// What the rule looks at.
    associatedtype Subject

    /// What the rule is called, what it prevents, how to fix what it finds.
    static var rule: Rule { get }

    /// What it finds in a subject, none where all is well.
    static func findings(in subject: Subject) -> [Finding]
}
