internal import Basics

/// PDK309: other manifest.
package enum OtherManifest: RuleDefinition {
    package static let rule = Rule(
        "PDK309", "other-manifest", .error, canBeSuppressed: false,
        prevents: #"A signed module contains its manifest, and cannot be installed as another release."#,
        fix: #"Sign it again: `pdk sign`."#,
        about: #"""
            The name, version, hooks, permissions or limits in `plugin.yaml` have changed since it was signed.
            """#)

    static func findings(in release: ReleaseState) -> [Finding] {
        let message: String
        switch release.embedded {
        case .unreadable(let reason): message = reason
        case .other(let field, let signed, let now):
            message = "the module was signed with \(field) \(signed.printable), but plugin.yaml has \(now.printable)"
        default: return []
        }
        return [
            Finding(rule, message, help: "sign it again with: pdk sign", file: release.modulePath)
        ]
    }
}
