/// PDK310: no embedded manifest.
package enum NoEmbeddedManifest: RuleDefinition {
    package static let rule = Rule(
        "PDK310", "no-embedded-manifest", .warning,
        prevents: #"A signature over a module that carries no manifest covers neither name nor version nor hooks."#,
        fix: #"Sign it with `pdk sign`, in the plugin's folder and without a file's name."#,
        about: #"""
            `pdk sign`, in the plugin's folder and without a file's name, puts the manifest into the module and \#
            signs both; other tools sign the module as it is.
            """#)

    static func findings(in release: ReleaseState) -> [Finding] {
        guard case .absent = release.embedded else { return [] }
        return [
            Finding(
                rule, "the module does not carry its name, version and hooks",
                help: "pdk sign, without a file's name, puts them into it", file: release.modulePath)
        ]
    }
}
