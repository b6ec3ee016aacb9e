extension RuleBook {
    /// PDK302: already published.
    package static let alreadyPublished = Rule(
        "PDK302", "already-published", .error, canBeSuppressed: false,
        prevents: #"A published version never changes: hosts that have it would not get the other bytes."#,
        fix: #"Raise `version:`, then build and sign again."#,
        about: #"""
            Checked when a registry is named (`pdk check --registry R`), and by `pdk publish`. Raise `version:`, \#
            then build and sign again.
            """#)
}
