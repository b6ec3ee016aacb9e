extension RuleBook {
    /// PDK306: unsigned.
    package static let unsigned = Rule(
        "PDK306", "unsigned", .warning,
        prevents: #"A host with a trust root refuses an unsigned plugin, and so does `pdk publish`."#,
        fix: #"Sign it: `pdk sign`."#,
        about: #"Sign it: `pdk sign`."#)
}
