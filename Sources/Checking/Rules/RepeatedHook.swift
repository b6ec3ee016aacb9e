internal import Authoring
internal import Basics
internal import Contract

/// PDK120: repeated hook.
package enum RepeatedHook: RuleDefinition {
    package static let rule = Rule(
        "PDK120", "repeated-hook", .error,
        prevents: #"""
            A hook that is listed twice, even under an alias or in another case, is called twice for each query.
            """#,
        fix: #"Remove one of the two."#,
        example: .yaml(
            found: #"""
                hooks:
                  - pre_query
                  - PreQuery
                """#,
            fixed: #"""
                hooks:
                  - pre_query
                """#))

    static func findings(in reading: ManifestReading) -> [Finding] {
        var found: [Finding] = [], seen: [String] = []
        for name in reading.manifest.hooks {
            guard let hook = reading.manifest.profile.hook(named: name.text) else { continue }
            if seen.contains(hook.name) {
                found.append(
                    reading.finding(
                        rule,
                        "'\(name.text.printable)' is the hook '\(hook.name)' again: the host calls it twice for each query",
                        name.line, help: "remove one"))
            }
            seen.append(hook.name)
        }
        return found
    }
}
