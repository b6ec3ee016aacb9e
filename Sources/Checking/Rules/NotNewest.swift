internal import Authoring
internal import Contract

/// PDK308: not newest.
package enum NotNewest: RuleDefinition {
    package static let rule = Rule(
        "PDK308", "not-newest", .warning,
        prevents: #"Hosts that ask for no version keep the newer release that is already published."#,
        fix: #"Raise the version, unless this fixes an older line."#,
        about: #"Checked if a registry is given."#)

    static func findings(in release: ReleaseState) -> [Finding] {
        guard case .older(let newest, let registry) = release.published else { return [] }
        let version = release.manifest.version
        return [
            release.finding(
                rule, "version \(newest) is published in \(registry), and \(PluginVersion(version.text)) is older",
                version.line, help: "raise the version, unless this fixes an older line")
        ]
    }
}
