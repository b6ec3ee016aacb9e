extension RuleBook {
    /// PDK102: pre release version.
    package static let preReleaseVersion = Rule(
        "PDK102", "pre-release-version", .warning,
        prevents: #"""
            The host refuses a pre-release version in a manifest; only `pdk install` writes one that it takes.
            """#,
        fix: #"""
            Install it with `pdk install`, which writes a manifest that the host takes, or release a version \#
            without a suffix.
            """#,
        example: .init(
            found: [
                .init(
                    .yaml,
                    #"""
                    version: 1.0.0-rc.1
                    """#)
            ],
            fixed: [
                .init(
                    .yaml,
                    #"""
                    version: 1.0.0
                    """#)
            ]))
}
