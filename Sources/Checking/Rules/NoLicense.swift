internal import Authoring
internal import Contract

/// PDK304: no license.
package enum NoLicense: RuleDefinition {
    package static let rule = Rule(
        "PDK304", "no-license", .warning,
        prevents: #"Without a licence, others may not use the plugin."#,
        fix: #"Add `license:` with an SPDX identifier, such as Apache-2.0."#,
        example: .yaml(
            found: #"""
                description: Masks columns of some tables
                """#,
            fixed: #"""
                description: Masks columns of some tables
                license: Apache-2.0
                """#))

    static func findings(in release: ReleaseState) -> [Finding] {
        guard release.manifest.license?.text.isEmpty ?? true else { return [] }
        return [
            release.finding(
                rule, "the manifest has no license", release.manifest.license?.line,
                help: "add license: with an SPDX identifier, such as Apache-2.0")
        ]
    }
}
