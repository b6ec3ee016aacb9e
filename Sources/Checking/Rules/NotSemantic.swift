internal import Authoring
internal import Basics
internal import Contract

/// PDK301: not semantic.
package enum NotSemantic: RuleDefinition {
    package static let rule = Rule(
        "PDK301", "not-semantic", .error,
        prevents: #"Without a semantic version, the newest release cannot be determined."#,
        fix: #"Write three numbers, such as 1.2.3."#,
        example: .yaml(
            found: #"""
                version: 1.2
                """#,
            fixed: #"""
                version: 1.2.0
                """#))

    static func findings(in release: ReleaseState) -> [Finding] {
        let version = release.manifest.version
        guard !PluginVersion(version.text).isSemantic else { return [] }
        return [
            release.finding(
                rule, "'\(version.text.printable)' is not a semantic version", version.line,
                help: "write three numbers, such as 1.2.3")
        ]
    }
}
