internal import Basics
internal import Contract
internal import Running

/// PDK400: no engine.
package enum NoEngine: RuleDefinition {
    package static let rule = Rule(
        "PDK400", "no-engine", .warning, stopsRelease: true,
        prevents: #"Without the engine, the plugin is not run before it is released."#,
        fix: #"`pdk doctor` shows where pdk looks for the engine; engine.md explains how to install it."#,
        about:
            #"`pdk doctor` shows where pdk looks for the engine; [engine.md](engine.md) explains how to install it. `pdk publish` and `pdk release` fail unless `--no-engine` is given."#
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
