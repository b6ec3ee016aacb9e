internal import Authoring
internal import Contract

/// PDK111: never called.
package enum NeverCalled: RuleDefinition {
    package static let rule = Rule(
        "PDK111", "never-called", .warning,
        prevents: #"The host knows some hooks that it never calls."#,
        fix: #"Remove the hook, or move its code to a hook that is called."#,
        about: #"`pdk host show` lists them."#,
        example: .yaml(
            found: #"""
                hooks:
                  - pre_query
                  - on_connect
                """#,
            fixed: #"""
                hooks:
                  - pre_query
                  - authenticate
                """#))

    static func findings(in reading: ManifestReading) -> [Finding] {
        reading.manifest.hooks.compactMap { name in
            guard let hook = reading.manifest.profile.hook(named: name.text), !hook.isCalled else { return nil }
            return reading.finding(
                rule, "the host knows the hook '\(hook.name)', but never calls it", name.line,
                help: "remove it, or use one of \(reading.calledHooks)")
        }
    }
}
