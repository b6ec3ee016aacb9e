internal import Authoring
internal import Basics
internal import Contract

/// PDK302: already published.
package enum AlreadyPublished: RuleDefinition {
    package static let rule = Rule(
        "PDK302", "already-published", .error, canBeSuppressed: false,
        prevents: #"A published version never changes: hosts that have it would not get the new bytes."#,
        fix: #"Raise `version:`, then build and sign again."#,
        about: #"Checked if a registry is given (`pdk check --registry R`), and by `pdk publish`."#)

    static func findings(in release: ReleaseState) -> [Finding] {
        let version = release.manifest.version
        switch release.published {
        case .entry(let registry, let difference):
            return [
                release.finding(
                    rule, "version \(version.text.printable) is already published in \(registry) with \(difference)",
                    version.line, help: "raise the version")
            ]
        case .artifact(let registry, let difference):
            return [
                release.finding(
                    rule, "version \(version.text.printable) is already published in \(registry), but \(difference)",
                    version.line, help: "restore the file from a backup, or raise the version")
            ]
        default: return []
        }
    }
}
