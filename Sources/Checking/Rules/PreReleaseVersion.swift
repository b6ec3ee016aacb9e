internal import Authoring
internal import Basics
internal import Contract

/// PDK102: pre release version.
package enum PreReleaseVersion: RuleDefinition {
    package static let rule = Rule(
        "PDK102", "pre-release-version", .warning,
        prevents: #"""
            The host refuses a pre-release version in a manifest; only `pdk install` writes a manifest that it accepts.
            """#,
        fix: #"""
            Install it with `pdk install`, which writes a manifest that the host accepts, or release a version \#
            without a suffix.
            """#,
        example: .yaml(
            found: #"""
                version: 1.0.0-rc.1
                """#,
            fixed: #"""
                version: 1.0.0
                """#))

    static func findings(in reading: ManifestReading) -> [Finding] {
        let written = reading.manifest.version, version = PluginVersion(written.text)
        guard !version.isAcceptedByHost, version.isSemantic, version.isPreRelease else { return [] }
        return [
            reading.finding(
                rule, "the host refuses the pre-release version '\(version.description.printable)' in a manifest",
                written.line, help: "install it with pdk install, which writes a manifest that the host accepts")
        ]
    }
}
