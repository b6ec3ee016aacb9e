extension RuleBook {
    /// PDK305: signature mismatch.
    package static let signatureMismatch = Rule(
        "PDK305", "signature-mismatch", .error, canBeSuppressed: false,
        prevents: #"A signature over other bytes makes every host with a trust root refuse the plugin."#,
        fix: #"Sign the module again: `pdk sign`."#,
        about: #"""
            It is found when `dist/NAME.sig` is there and is not the signature of your key over \#
            `dist/NAME.wasm`: usually because the module was built anew since. Sign again: `pdk sign`.
            """#)
}
