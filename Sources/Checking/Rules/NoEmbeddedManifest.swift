/// PDK310: no embedded manifest.
package enum NoEmbeddedManifest: RuleDefinition {
    package static let rule = Rule(
        "PDK310", "no-embedded-manifest", .warning,
        prevents: #"If a module has no embedded manifest, its signature does not cover name, version and hooks."#,
        fix: #"Sign it with `pdk sign`, in the plugin's folder and without FILE."#,
        about: #"""
            `pdk sign`, in the plugin's folder and without FILE, embeds the manifest in the module and signs both; \#
            other tools sign the module unchanged.
            """#)

    static func findings(in release: ReleaseState) -> [Finding] {
        guard case .absent = release.embedded else { return [] }
        return [
            Finding(
                rule, "the module has no embedded name, version and hooks",
                help: "to embed them, run pdk sign without FILE", file: release.modulePath)
        ]
    }
}
