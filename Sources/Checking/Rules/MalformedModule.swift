extension RuleBook {
    /// PDK202: malformed module.
    package static let malformedModule = Rule(
        "PDK202", "malformed-module", .error, canBeSuppressed: false,
        prevents: #"The host cannot load a malformed module."#,
        fix: #"Build it again: `pdk build`."#,
        about: #"""
            The message says where it breaks off, as a byte offset. A file that was cut short on its way is the \#
            usual cause; build it again.
            """#)
}
