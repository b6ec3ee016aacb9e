internal import Authoring
internal import Basics
internal import Contract

/// PDK101: version not accepted.
package enum VersionNotAccepted: RuleDefinition {
    package static let rule = Rule(
        "PDK101", "version-not-accepted", .error,
        prevents: #"The host refuses a manifest whose version contains anything but digits and dots."#,
        fix: #"Write a version of digits and dots, such as 1.2.3."#,
        example: .yaml(
            found: #"""
                version: v1.2
                """#,
            fixed: #"""
                version: 1.2.0
                """#))

    static func findings(in reading: ManifestReading) -> [Finding] {
        let written = reading.manifest.version, version = PluginVersion(written.text)
        guard !version.isAcceptedByHost, !(version.isSemantic && version.isPreRelease) else { return [] }
        return [
            reading.finding(
                rule,
                "the host refuses the version '\(version.description.printable)': it accepts digits and dots only",
                written.line, help: "write a version such as 1.2.3")
        ]
    }
}
