extension RuleBook {
    /// PDK308: not newest.
    package static let notNewest = Rule(
        "PDK308", "not-newest", .warning,
        prevents: #"Hosts that ask for no version keep the newer release that is published already."#,
        fix: #"Raise the version, unless this fixes an older line."#,
        about: #"Checked when a registry is named. Raise the version, unless this fixes an older line."#)
}
