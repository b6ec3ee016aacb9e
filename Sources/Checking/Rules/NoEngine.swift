extension RuleBook {
    /// PDK400: no engine.
    package static let noEngine = Rule(
        "PDK400", "no-engine", .warning, stopsRelease: true,
        prevents: #"Without the engine nobody has seen the plugin run before it is released."#,
        fix: #"`pdk doctor` shows where the engine is looked for; engine.md says how to get it."#,
        about:
            #"`pdk doctor` tells where the engine is looked for; [engine.md](engine.md) says how to get it. `pdk publish` and `pdk release` refuse, unless `--no-engine` says that it is meant."#
    )
}
