internal import Authoring
internal import Basics
internal import Contract

/// PDK109: unknown hook.
package enum UnknownHook: RuleDefinition {
    package static let rule = Rule(
        "PDK109", "unknown-hook", .error,
        prevents: #"The host silently drops a hook that it does not know."#,
        fix: #"Fix the spelling, or remove the hook."#,
        example: .yaml(
            found: #"""
                hooks:
                  - on_query
                """#,
            fixed: #"""
                hooks:
                  - pre_query
                """#))

    static func findings(in reading: ManifestReading) -> [Finding] {
        reading.manifest.hooks.compactMap { name in
            guard reading.manifest.profile.hook(named: name.text) == nil else { return nil }
            return reading.finding(
                rule, "the host does not know the hook '\(name.text.printable)' and drops it", name.line,
                help: "declare one of \(reading.calledHooks)")
        }
    }
}
