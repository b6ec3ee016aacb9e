internal import Authoring
internal import Contract

/// PDK110: no hooks.
package enum NoHooks: RuleDefinition {
    package static let rule = Rule(
        "PDK110", "no-hooks", .error,
        prevents: #"The host loads a plugin without hooks but never calls it."#,
        fix: #"Declare at least one hook that the host calls."#,
        example: .yaml(
            found: #"""
                hooks:
                permissions:
                  - crypto
                """#,
            fixed: #"""
                hooks:
                  - pre_query
                """#))

    static func findings(in reading: ManifestReading) -> [Finding] {
        guard reading.manifest.hooks.isEmpty else { return [] }
        return [
            reading.finding(
                rule, "the manifest declares no hooks: the host would load the plugin but never call it",
                reading.host.hooks?.line, help: "declare at least one of \(reading.calledHooks)")
        ]
    }
}
