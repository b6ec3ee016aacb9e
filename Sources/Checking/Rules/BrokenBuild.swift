extension RuleBook {
    /// PDK119: broken build.
    package static let brokenBuild = Rule(
        "PDK119", "broken-build", .warning,
        prevents: #"A plugin with a built module passes every other rule, and nobody can build its next version."#,
        fix: #"Add `command:` and `wasm:` below `build:`, and a toolchain that `pdk doctor` knows."#,
        example: .init(
            found: [
                .init(
                    .yaml,
                    #"""
                    build:
                      comand: make
                      wasm: plugin.wasm
                    """#)
            ],
            fixed: [
                .init(
                    .yaml,
                    #"""
                    build:
                      command: make
                      wasm: plugin.wasm
                    """#)
            ]))
}
