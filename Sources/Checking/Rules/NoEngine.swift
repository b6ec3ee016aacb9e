internal import Basics
internal import Contract
internal import Running

/// PDK400: no engine.
package enum NoEngine: RuleDefinition {
    package static let rule = Rule(
        "PDK400", "no-engine", .warning, stopsRelease: true,
        prevents: #"Without the engine nobody has seen the plugin run before it is released."#,
        fix: #"`pdk doctor` shows where the engine is looked for; engine.md says how to get it."#,
        about:
            #"`pdk doctor` tells where the engine is looked for; [engine.md](engine.md) says how to get it. `pdk publish` and `pdk release` refuse, unless `--no-engine` says that it is meant."#
    )

    static func findings(in trial: PluginTrial) -> [Finding] {
        guard case .load(.withoutEngine(let problem), let file) = trial else { return [] }
        return [
            Finding(
                rule, "the rules that run the plugin were not checked: \(problem.message)", help: problem.help,
                file: file)
        ]
    }
}
