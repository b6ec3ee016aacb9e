extension RuleBook {
    /// PDK311: stale signature.
    package static let staleSignature = Rule(
        "PDK311", "stale-signature", .warning,
        prevents: #"The signature of an earlier build does not verify, and `pdk publish` refuses it."#,
        fix: #"Sign the module again: `pdk sign`."#,
        about: #"It is found when `dist/NAME.wasm` is as the last build left it, and `dist/NAME.sig` is older."#)
}
