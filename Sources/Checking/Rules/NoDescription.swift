internal import Authoring
internal import Contract

/// PDK303: no description.
package enum NoDescription: RuleDefinition {
    package static let rule = Rule(
        "PDK303", "no-description", .warning,
        prevents: #"Operators choose plugins by the description in the registry's list."#,
        fix: #"Add `description:` with one sentence."#,
        example: .yaml(
            found: #"""
                license: Apache-2.0
                """#,
            fixed: #"""
                description: Masks columns of some tables
                license: Apache-2.0
                """#))

    static func findings(in release: ReleaseState) -> [Finding] {
        guard release.manifest.description?.text.isEmpty ?? true else { return [] }
        return [
            release.finding(
                rule, "the manifest has no description", release.manifest.description?.line,
                help: "add description: with one sentence")
        ]
    }
}
