extension RuleBook {
    /// PDK310: no embedded manifest.
    package static let noEmbeddedManifest = Rule(
        "PDK310", "no-embedded-manifest", .warning,
        prevents: #"A signature over a module that carries no manifest covers neither name nor version nor hooks."#,
        fix: #"Sign it with `pdk sign`, in the plugin's folder and without a file's name."#,
        about: #"""
            `pdk sign`, in the plugin's folder and without a file's name, puts the manifest into the module and \#
            signs both; other tools sign the module as it is.
            """#)
}
