extension RuleBook {
    /// PDK309: other manifest.
    package static let otherManifest = Rule(
        "PDK309", "other-manifest", .error, canBeSuppressed: false,
        prevents: #"A signed module carries its manifest, and installing refuses it as any other release."#,
        fix: #"Sign it again as what it is now: `pdk sign`."#,
        about: #"""
            Since it was signed, `plugin.yaml` got another name, version, hooks, permissions or limits. Sign it \#
            again with `pdk sign`.
            """#)
}
