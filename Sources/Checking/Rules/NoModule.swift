extension RuleBook {
    /// PDK201: no module.
    package static let noModule = Rule(
        "PDK201", "no-module", .error, canBeSuppressed: false,
        prevents: #"There is nothing to release before a build."#,
        fix: #"Build it: `pdk build`."#)
}
